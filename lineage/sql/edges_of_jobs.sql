-- What jobs ($2) read and write at the instants.
select job_id, dataset_id, direction::text, kind
  from lineage_edge
 where tenant_id = $1
   and job_id = any($2::uuid[])
   and direction in ('I', 'O')
   and valid_from <= $3
   and valid_to > $3
   and system_from <= $4
   and system_to > $4
 order by job_id, dataset_id, direction, kind
