-- The versions of the schemas of datasets ($2) as believed at $3, the latest $4 of each dataset.
select v.subject_id, v.role::text, v.digest, v.valid_from, nullif(v.valid_to, 'infinity') as valid_to
  from unnest($2::uuid[]) as s (subject_id)
  cross join lateral (
    select subject_id, role, digest, valid_from, valid_to
      from facet_version
     where tenant_id = $1
       and subject_id = s.subject_id
       and name = 'schema'
       and role in ('W', 'I')
       and system_from <= $3
       and system_to > $3
     order by valid_from desc
     limit $4
  ) v
