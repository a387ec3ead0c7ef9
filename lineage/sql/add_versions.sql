-- Adds versions of facets at the system instant $2.
insert into facet_version (tenant_id, subject_id, name, role, job_id, digest, valid_from, valid_to, system_from)
select $1, subject_id, name, role::"char", job_id, digest, valid_from, coalesce(valid_to, 'infinity'), $2
  from unnest($3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::bytea[], $8::timestamptz[], $9::timestamptz[])
    as given (subject_id, name, role, job_id, digest, valid_from, valid_to)
