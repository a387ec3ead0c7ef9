-- The datasets known at $6 that lie in stores ($2), each in the one whose address is the longest: $3 are the namespaces in
-- which the stores are, $4 what names begin with in them, $5 what comes after that. Follows lineage.placement.
select distinct on (d.dataset_id) d.dataset_id, d.namespace, s.store_id
  from unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) as s (store_id, namespace, name, separator)
  join dataset d on d.tenant_id = $1 and md5(d.namespace) = md5(s.namespace) and d.namespace = s.namespace
 where d.system_from <= $6
   and (s.name = '' or d.name = s.name or starts_with(d.name, rtrim(s.name, s.separator) || s.separator))
 order by d.dataset_id, length(s.name) desc, s.store_id
