-- One run.
select run_id, j.namespace, j.name, state, started_at, ended_at, nominal_from, nominal_to, parent_run_id, root_run_id,
       inputs, outputs
  from run
  join job j using (tenant_id, job_id)
 where tenant_id = $1
   and run_id = $2
