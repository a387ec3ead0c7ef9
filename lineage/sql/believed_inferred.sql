-- The versions that are believed of what was inferred for datasets ($2), each by a job ($3).
select v.subject_id, v.job_id, v.digest, v.valid_from, nullif(v.valid_to, 'infinity') as valid_to
  from unnest($2::uuid[], $3::uuid[]) as wanted (subject_id, job_id)
  join facet_version v
    on v.tenant_id = $1
   and v.subject_id = wanted.subject_id
   and v.name = 'columnLineage'
   and v.role = 'S'
   and v.job_id = wanted.job_id
   and v.system_to = 'infinity'
