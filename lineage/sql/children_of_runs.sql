-- A page of the runs that each of some runs started, earliest first, and how many there are in all; $3 and $4 are the
-- start and id of the last child of the page before, or null.
select p.run_id as parent_run_id, c.run_id, c.started_at, counted.number
  from unnest($2::uuid[]) as p (run_id)
  cross join lateral (
    select count(*) as number
      from run
     where tenant_id = $1
       and parent_run_id = p.run_id
  ) counted
  left join lateral (
    select run_id, started_at
      from run
     where tenant_id = $1
       and parent_run_id = p.run_id
       and (started_at, run_id) > (coalesce($3::timestamptz, '-infinity'), coalesce($4::uuid, '00000000-0000-0000-0000-000000000000'))
     order by started_at, run_id
     limit $5
  ) c on true
 order by 1, c.started_at, c.run_id
