-- Adds edges at the system instant $2.
insert into lineage_edge (tenant_id, job_id, dataset_id, direction, kind, valid_from, valid_to, system_from)
select $1, job_id, dataset_id, direction::"char", kind, valid_from, coalesce(valid_to, 'infinity'), $2
  from unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[])
    as given (job_id, dataset_id, direction, kind, valid_from, valid_to)
