-- The versions of facets from the one before an instant of each through the one that begins after another, as believed now.
select wanted.place, v.digest, v.valid_from, nullif(v.valid_to, 'infinity') as valid_to
  from unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::timestamptz[], $7::timestamptz[])
       with ordinality as wanted (subject_id, name, role, job_id, first_at, last_at, place)
  cross join lateral (
    select digest, valid_from, valid_to
      from facet_version
     where tenant_id = $1
       and subject_id = wanted.subject_id
       and name = wanted.name
       and role = wanted.role::"char"
       and job_id = wanted.job_id
       and system_to = 'infinity'
       and valid_from >= coalesce((
         select valid_from
           from facet_version
          where tenant_id = $1
            and subject_id = wanted.subject_id
            and name = wanted.name
            and role = wanted.role::"char"
            and job_id = wanted.job_id
            and system_to = 'infinity'
            and valid_from < wanted.first_at
          order by valid_from desc
          limit 1
       ), '-infinity')
       and valid_from <= coalesce((
         select valid_from
           from facet_version
          where tenant_id = $1
            and subject_id = wanted.subject_id
            and name = wanted.name
            and role = wanted.role::"char"
            and job_id = wanted.job_id
            and system_to = 'infinity'
            and valid_from > wanted.last_at
          order by valid_from
          limit 1
       ), 'infinity')
  ) v
 order by wanted.place, v.valid_from
