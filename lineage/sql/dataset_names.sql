-- The names of some datasets.
select dataset_id, namespace, name
  from dataset
 where tenant_id = $1
   and dataset_id = any($2::uuid[])
