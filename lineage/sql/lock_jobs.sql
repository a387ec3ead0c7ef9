-- Locks the jobs of a batch, and those its runs have belonged to so far, in the order of their ids: one writer at a time
-- decides the edges of a job.
select job_id
  from job
 where tenant_id = $1
   and job_id = any($2::uuid[] || array(
     select job_id
       from run
      where tenant_id = $1
        and run_id = any($3::uuid[])
   ))
 order by job_id
   for no key update
