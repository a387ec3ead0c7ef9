-- The runs of each of some jobs that started last.
select {columns}
  from unnest($2::uuid[]) as asked (job_id)
  cross join lateral (
    select *
      from run
     where tenant_id = $1
       and job_id = asked.job_id
     order by started_at desc, run_id desc
     limit $3
  ) r
  join job j on j.tenant_id = r.tenant_id and j.job_id = r.job_id
 order by r.job_id, r.started_at desc, r.run_id desc
