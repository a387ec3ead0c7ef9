-- Which parts of their inputs (role I) and outputs (O), such as files and partitions, runs named up to two instants; at most
-- $5 of each dataset. What a step such as a single SQL statement named is told of the run it is part of.
with member as (
  select run_id as told_of, run_id
    from unnest($2::uuid[]) as asked (run_id)
   union all
  select parent_run_id, run_id
    from run
   where tenant_id = $1
     and parent_run_id = any($2::uuid[])
     and is_part
),
named as (
  select distinct m.told_of, side.role, p.key::uuid as dataset_id, part.name
    from member m
    join lineage_event e on e.tenant_id = $1
     and e.run_id = m.run_id
     and e.event_time <= coalesce($3::timestamptz, 'infinity')
     and e.system_from <= coalesce($4::timestamptz, 'infinity')
   cross join lateral (
     values ('I', e.facets -> 'parts' -> 'inputs'), ('O', e.facets -> 'parts' -> 'outputs')
   ) as side (role, datasets)
   cross join lateral jsonb_each(side.datasets) p
   cross join lateral jsonb_array_elements_text(p.value) as part (name)
),
counted as (
  select *, row_number() over (partition by told_of, role, dataset_id order by name) as place
    from named
)
select c.told_of as run_id, c.role, d.namespace, d.name, array_agg(c.name order by c.name) as parts
  from counted c
  join dataset d on d.tenant_id = $1 and d.dataset_id = c.dataset_id
 where c.place <= $5
 group by c.told_of, c.role, d.namespace, d.name
