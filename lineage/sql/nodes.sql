-- The names of datasets ($2) and jobs ($3), and since when they are known.
select dataset_id as id, 'dataset' as kind, namespace, name, system_from
  from dataset
 where tenant_id = $1
   and dataset_id = any($2::uuid[])
union all
select job_id, 'job', namespace, name, system_from
  from job
 where tenant_id = $1
   and job_id = any($3::uuid[])
