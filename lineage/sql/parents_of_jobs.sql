-- The jobs that started the last run of each of some jobs ($2).
select asked.job_id, j.namespace, j.name
  from unnest($2::uuid[]) as asked (job_id)
  cross join lateral (
    select parent_run_id
      from run
     where tenant_id = $1
       and job_id = asked.job_id
     order by started_at desc, run_id desc
     limit 1
  ) last
  join run p on p.tenant_id = $1 and p.run_id = last.parent_run_id
  join job j on j.tenant_id = $1 and j.job_id = p.job_id
