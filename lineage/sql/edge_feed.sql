-- The next $4 commits after $2 in which edges began or ceased to be believed, all or those of one of the datasets and jobs
-- $3, with how many and at most $5 of them; and how far the clock is.
with recorded as (
  select c.last_at, told.at, told.added, told.removed
    from clock c
    left join lateral (
      select at, count(*) filter (where is_added) as added, count(*) filter (where not is_added) as removed
        from (
          (
            select system_from as at, true as is_added
              from lineage_edge
             where tenant_id = $1
               and system_from > $2
               and system_from <= c.last_at
               and ($3::uuid[] is null or job_id = any($3) or dataset_id = any($3))
             order by system_from
          )
          union all
          (
            select system_to, false
              from lineage_edge
             where tenant_id = $1
               and system_to > $2
               and system_to <= c.last_at
               and system_to < 'infinity'
               and ($3::uuid[] is null or job_id = any($3) or dataset_id = any($3))
             order by system_to
          )
        ) one
       group by at
       order by at
       limit $4
    ) told on true
   where c.tenant_id = $1
)
select r.last_at, r.at, r.added, r.removed, e.*
  from recorded r
  left join lateral (
    select is_added, job_id, dataset_id, direction::text, kind, valid_from, nullif(valid_to, 'infinity') as valid_to, system_from
      from (
        select true as is_added, job_id, dataset_id, direction, kind, valid_from, valid_to, system_from
          from lineage_edge
         where tenant_id = $1
           and system_from = r.at
        union all
        select false, job_id, dataset_id, direction, kind, valid_from, valid_to, system_from
          from lineage_edge
         where tenant_id = $1
           and system_to = r.at
           and system_to < 'infinity'
      ) one
     where $3::uuid[] is null or job_id = any($3) or dataset_id = any($3)
     order by is_added, job_id, dataset_id, direction, kind, valid_from
     limit $5
  ) e on true
 order by r.at, e.is_added, e.job_id, e.dataset_id, e.direction, e.kind, e.valid_from
