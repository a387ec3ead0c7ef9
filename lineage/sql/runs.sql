-- A page of the runs of a job that started by an instant, latest first; $4 is the last run of the page before, or null.
select run_id, j.namespace, j.name, state, started_at, ended_at, nominal_from, nominal_to, parent_run_id, root_run_id,
       inputs, outputs
  from run
  join job j using (tenant_id, job_id)
 where tenant_id = $1
   and job_id = $2
   and started_at <= $3
   and ($4::uuid is null or (started_at, run_id) < (
     select last.started_at, last.run_id
       from run last
      where last.tenant_id = $1
        and last.run_id = $4
   ))
 order by started_at desc, run_id desc
 limit $5
