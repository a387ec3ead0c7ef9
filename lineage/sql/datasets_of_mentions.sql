-- The inputs and outputs of mentions, whether column lineage is stated of them, and their columns: as the mention itself
-- has them, else as they are believed last, by writers rather than by readers.
with mentioned as (
  select mention_id, subject_id, role,
         bool_or(name = 'columnLineage' and not is_inferred) as is_stated,
         (array_agg(digest order by digest) filter (where name = 'schema'))[1] as digest
    from mention_facet
   where tenant_id = $1
     and mention_id = any($2::int8[])
     and role in ('I', 'O')
   group by mention_id, subject_id, role
)
select m.mention_id, m.role::text, m.is_stated, m.subject_id, d.namespace, d.name, f.body as schema
  from mentioned m
  join dataset d on d.tenant_id = $1 and d.dataset_id = m.subject_id
  left join lateral (
    select digest
      from facet_version v
     where m.digest is null
       and v.tenant_id = $1
       and v.subject_id = m.subject_id
       and v.name = 'schema'
       and v.role in ('W', 'I')
       and v.system_to = 'infinity'
     order by v.role desc, v.valid_from desc
     limit 1
  ) believed on true
  left join facet f on f.tenant_id = $1 and f.digest = coalesce(m.digest, believed.digest)
 order by m.mention_id, m.role, d.namespace, d.name
