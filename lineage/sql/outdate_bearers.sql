-- Has assets looked at anew that people ever said to be about glossary terms or in domains ($2) that are called otherwise
-- ($3, null: gone) than their entries say; those of columns by their datasets, under each name of a dataset.
with renamed as materialized (
  select now.id::text as id
    from unnest($2::uuid[], $3::text[]) as now (id, name)
    left join search_entry e on e.tenant_id = $1 and e.asset_id = now.id
   where e.name is distinct from now.name
), borne as materialized (
  select distinct coalesce(a.dataset_id, a.asset_id) as id
    from renamed r
    join annotation_value v on v.tenant_id = $1 and v.aspect in ('term', 'domain') and v.value = r.id
    join annotation a on a.tenant_id = $1 and a.asset_id = v.asset_id
), every as (
  select id from borne
   union
  select l.dataset_id from dataset_link l join borne b on l.other_id = b.id where l.tenant_id = $1
   union
  select l.other_id from dataset_link l join borne b on l.dataset_id = b.id where l.tenant_id = $1
)
update search_entry e
   set is_stale = true
  from every
 where e.tenant_id = $1
   and e.asset_id = every.id
   and not e.is_stale
