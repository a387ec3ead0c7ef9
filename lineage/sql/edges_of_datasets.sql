-- The edges of datasets ($2) at the instants.
select job_id, dataset_id, direction::text, kind, valid_from, nullif(valid_to, 'infinity') as valid_to
  from lineage_edge
 where tenant_id = $1
   and dataset_id = any($2::uuid[])
   and valid_from <= $3
   and valid_to > $3
   and system_from <= $4
   and system_to > $4
