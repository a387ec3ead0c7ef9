-- Jobs without an edge of the direction in the braces, but for those whose last run only started others, as a DAG does.
  select j.job_id::text collate "C", j.job_id, null::uuid, null::uuid, j.system_from, null::float8, null::text
    from job j
   where j.tenant_id = $1
     and j.system_from <= $3
     and j.part_of is null
     and not exists (
       select
         from lineage_edge e
        where e.tenant_id = $1
          and e.job_id = j.job_id
          and e.direction = '{direction}'
          and e.valid_from <= $2
          and e.valid_to > $2
          and {believed}
     )
     and not exists (
       select
         from (
           select run_id
             from run
            where tenant_id = $1
              and job_id = j.job_id
            order by started_at desc, run_id desc
            limit 1
         ) last
         join run child on child.tenant_id = $1 and child.parent_run_id = last.run_id and not child.is_part
     )
