-- The links between the names of datasets ($2) and of all that they lead to, as known at $3.
with recursive reached (dataset_id) as (
  select unnest($2::uuid[])
  union
  select l.dataset_id
    from reached r
    cross join lateral (
      select other_id as dataset_id
        from dataset_link
       where tenant_id = $1
         and dataset_id = r.dataset_id
         and system_from <= $3
      union all
      select dataset_id
        from dataset_link
       where tenant_id = $1
         and other_id = r.dataset_id
         and system_from <= $3
    ) l
)
select link.*
  from reached r
  cross join lateral (
    select l.dataset_id, d.namespace, d.name, l.other_id, o.namespace as other_namespace, o.name as other_name, l.kind, l.valid_from
      from dataset_link l
      join dataset d on d.tenant_id = $1 and d.dataset_id = l.dataset_id
      join dataset o on o.tenant_id = $1 and o.dataset_id = l.other_id
     where l.tenant_id = $1
       and l.dataset_id = r.dataset_id
       and l.system_from <= $3
    offset 0 -- so that it is looked up for each in the indexes: few of many are asked for
  ) link
