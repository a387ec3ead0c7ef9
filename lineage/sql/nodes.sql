-- The names of datasets ($2) and jobs ($3) that were known at $4.
select dataset_id as id, 'dataset' as kind, namespace, name
  from dataset
 where tenant_id = $1
   and dataset_id = any($2::uuid[])
   and system_from <= $4
union all
select job_id, 'job', namespace, name
  from job
 where tenant_id = $1
   and job_id = any($3::uuid[])
   and system_from <= $4
