-- The facets that hold of subjects ($2) at the instants: of each name, role and stating job the one version. The keys are
-- found one by one in the index, so the cost does not grow with the number of versions. The braces are filled when the
-- module is imported, with which versions are looked at and which of those found count.
with recursive key as (
  select s.subject_id, k.name, k.role, k.job_id
    from unnest($2::uuid[]) as s (subject_id)
    cross join lateral (
      select f.name, f.role, f.job_id
        from facet_version f
       where f.tenant_id = $1
         and f.subject_id = s.subject_id
         and {within}
       order by f.name, f.role, f.job_id
       limit 1
    ) k
  union all
  select key.subject_id, k.name, k.role, k.job_id
    from key
    cross join lateral (
      select f.name, f.role, f.job_id
        from facet_version f
       where f.tenant_id = $1
         and f.subject_id = key.subject_id
         and (f.name, f.role, f.job_id) > (key.name, key.role, key.job_id)
         and {within}
       order by f.name, f.role, f.job_id
       limit 1
    ) k
)
select key.subject_id, key.name, key.role::text, key.job_id, v.valid_from, v.digest, f.body
  from key
  cross join lateral (
    select v.valid_from, v.valid_to, v.digest
      from facet_version v
     where v.tenant_id = $1
       and v.subject_id = key.subject_id
       and v.name = key.name
       and v.role = key.role
       and v.job_id = key.job_id
       and v.valid_from <= $3
       and {believed}
     order by v.valid_from desc
     limit 1
  ) v
  join facet f on f.tenant_id = $1 and f.digest = v.digest
 where v.valid_to > $3
   and {wanted}
