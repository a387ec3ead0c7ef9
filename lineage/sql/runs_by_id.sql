-- Some runs, as best known now.
select {columns}
  from run r
  join job j using (tenant_id, job_id)
 where r.tenant_id = $1
   and r.run_id = any($2::uuid[])
