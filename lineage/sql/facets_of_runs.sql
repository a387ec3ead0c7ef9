-- What runs said of themselves, of their inputs (role I) and of their outputs (role O), the newest facet of each name.
select f.run_id, null::text as role, null::text as namespace, null::text as dataset, f.name,
       coalesce(f.body, facet.body) as body
  from run_facet f
  left join facet on facet.tenant_id = f.tenant_id and facet.digest = f.digest
 where f.tenant_id = $1
   and f.run_id = any($2::uuid[])
union all
select f.run_id, f.role::text, d.namespace, d.name, f.name, f.body
  from run_dataset_facet f
  join dataset d using (tenant_id, dataset_id)
 where f.tenant_id = $1
   and f.run_id = any($2::uuid[])
 order by 1, 2 nulls first, 3, 4, 5
