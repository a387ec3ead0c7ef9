-- The SQL that jobs ($2) and their parts stated up to an instant ($3), as believed at $4: of each at most the last $5
-- versions, latest first.
select s.asked, s.subject_id, v.valid_from, f.body ->> 'query' as query
  from (
    select job_id as asked, job_id as subject_id
      from unnest($2::uuid[]) as n (job_id)
     union all
    select part_of, job_id
      from job
     where tenant_id = $1
       and part_of = any($2::uuid[])
  ) s
  cross join lateral (
    select valid_from, digest
      from facet_version
     where tenant_id = $1
       and subject_id = s.subject_id
       and name = 'sql'
       and role = 'J'
       and valid_from <= $3
       and system_from <= $4
       and system_to > $4
     order by valid_from desc
     limit $5
  ) v
  join facet f on f.tenant_id = $1 and f.digest = v.digest
 where jsonb_typeof(f.body -> 'query') = 'string'
 order by s.asked, s.subject_id, v.valid_from desc
