-- Ends the belief in some versions of facets; the rows stay, for questions about what was believed before.
update facet_version v
   set system_to = $2
  from unnest($3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::timestamptz[])
    as gone (subject_id, name, role, job_id, valid_from)
 where v.tenant_id = $1
   and v.subject_id = gone.subject_id
   and v.name = gone.name
   and v.role = gone.role::"char"
   and v.job_id = gone.job_id
   and v.valid_from = gone.valid_from
   and v.system_to = 'infinity'
