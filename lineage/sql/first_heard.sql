-- When datasets and jobs ($2) were first heard of.
select dataset_id as id, system_from from dataset where tenant_id = $1 and dataset_id = any ($2::uuid[])
union all
select job_id, system_from from job where tenant_id = $1 and job_id = any ($2::uuid[])
