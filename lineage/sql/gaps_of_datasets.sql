-- Datasets without an edge of the direction in the braces, under any of their names; each under the name it is shown by.
-- Grouped, not joined: before the first statistics of the tables a join holds every dataset against every edge.
  with touched as materialized (
    select distinct e.dataset_id as id
      from lineage_edge e
     where e.tenant_id = $1
       and e.direction = '{direction}'
       and e.valid_from <= $2
       and e.valid_to > $2
       and {believed}
  )
  select one.id::text collate "C", one.id, null::uuid, null::uuid, max(one.since), null::float8, null::text
    from (
      select d.dataset_id as id, d.system_from as since, false as is_touched
        from dataset d
       where d.tenant_id = $1
         and d.system_from <= $3
         and not (
           exists (select from dataset_link l where l.tenant_id = $1 and l.other_id = d.dataset_id and l.system_from <= $3)
           and not exists (
             select from dataset_link l where l.tenant_id = $1 and l.dataset_id = d.dataset_id and l.system_from <= $3
           )
         )
      union all
      select id, null, true from touched
      union all
      select l.dataset_id, null, true
        from dataset_link l
        join touched on touched.id = l.other_id
       where l.tenant_id = $1 and l.system_from <= $3
      union all
      select l.other_id, null, true
        from dataset_link l
        join touched on touched.id = l.dataset_id
       where l.tenant_id = $1 and l.system_from <= $3
    ) one
   group by one.id
  having not bool_or(one.is_touched)
