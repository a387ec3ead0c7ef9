-- Datasets without an edge of the direction in the braces, under any of their names; each under the name it is shown by.
  select d.dataset_id::text collate "C", d.dataset_id, null::uuid, null::uuid, d.system_from, null::float8, null::text
    from dataset d
   where d.tenant_id = $1
     and d.system_from <= $3
     and not exists (
       select
         from lineage_edge e
        where e.tenant_id = $1
          and e.dataset_id = d.dataset_id
          and e.direction = '{direction}'
          and e.valid_from <= $2
          and e.valid_to > $2
          and {believed}
     )
     and not exists (
       select
         from (
           select other_id as id from dataset_link l
            where l.tenant_id = $1 and l.dataset_id = d.dataset_id and l.system_from <= $3
           union all
           select dataset_id from dataset_link l
            where l.tenant_id = $1 and l.other_id = d.dataset_id and l.system_from <= $3
         ) other
         join lineage_edge e on e.tenant_id = $1 and e.dataset_id = other.id and e.direction = '{direction}'
        where e.valid_from <= $2
          and e.valid_to > $2
          and {believed}
     )
     and not (
       exists (select from dataset_link l where l.tenant_id = $1 and l.other_id = d.dataset_id and l.system_from <= $3)
       and not exists (
         select from dataset_link l where l.tenant_id = $1 and l.dataset_id = d.dataset_id and l.system_from <= $3
       )
     )
