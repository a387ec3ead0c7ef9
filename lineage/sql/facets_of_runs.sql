-- What runs said up to two instants of themselves (role R), of their inputs (I) and of their outputs (O): the newest facet
-- of each name. What a step such as a single SQL statement said of datasets is told of the run it is part of.
with {with_parts},
event as (
  select m.told_of, m.is_step, e.event_time, e.event_id, e.mention_id, e.facets, o.body as origins
    from member m
    join lineage_event e on e.tenant_id = $1
     and e.run_id = m.run_id
     and e.event_time <= coalesce($3::timestamptz, 'infinity')
     and e.system_from <= coalesce($4::timestamptz, 'infinity')
    left join facet o on o.tenant_id = $1 and o.digest = e.origins
),
said as (
  select e.told_of, 'R' as role, null::uuid as dataset_id, f.key as name, e.event_time, e.event_id,
         coalesce(e.origins -> 'run' -> f.key, '{{}}') || f.value as body,
         null::bytea as digest
    from event e
   cross join lateral jsonb_each(e.facets -> 'run') f
   where not e.is_step
   union all
  select e.told_of, side.role, d.key::uuid, f.key, e.event_time, e.event_id,
         coalesce(side.origins -> d.key -> f.key, '{{}}') || f.value, null
    from event e
   cross join lateral (
     values ('I', e.facets -> 'inputs', e.origins -> 'inputs'), ('O', e.facets -> 'outputs', e.origins -> 'outputs')
   ) as side (role, datasets, origins)
   cross join lateral jsonb_each(side.datasets) d
   cross join lateral jsonb_each(d.value) f
   union all
  select e.told_of, 'R', null, m.name, e.event_time, e.event_id, null, m.digest
    from (
      select distinct on (told_of, mention_id) told_of, mention_id, event_time, event_id
        from event
       where not is_step
       order by told_of, mention_id, event_time desc, event_id desc
    ) e
    join mention_facet m on m.tenant_id = $1 and m.mention_id = e.mention_id and m.role = 'R' and m.name <> ''
),
newest as (
  select distinct on (told_of, role, dataset_id, name) *
    from said
   order by told_of, role, dataset_id, name, event_time desc, event_id desc
)
select n.told_of as run_id, n.role, d.namespace, d.name as dataset, n.name, coalesce(n.body, f.body) as body
  from newest n
  left join dataset d on d.tenant_id = $1 and d.dataset_id = n.dataset_id
  left join facet f on f.tenant_id = $1 and f.digest = n.digest
 order by n.told_of, n.role = 'R' desc, n.role, d.namespace, d.name, n.name
