-- When the events of others, up to two instants, first named some runs as their parent or root, and how.
select run_id, min(event_time) as started_at, array_agg(distinct parent) as parents
  from (
    select o.run_id, e.event_time, e.facets -> 'run' -> 'parent' as parent,
           rank() over (partition by o.run_id order by e.event_time) as place
      from unnest($2::uuid[]) as o (run_id)
     cross join lateral (
       select run_id from run where tenant_id = $1 and parent_run_id = o.run_id
        union
       select run_id from run where tenant_id = $1 and root_run_id = o.run_id
     ) other
      join lineage_event e on e.tenant_id = $1 and e.run_id = other.run_id and e.event_time <= $3 and e.system_from <= $4
     where other.run_id <> o.run_id
       and e.facets -> 'run' ? 'parent'
  ) named
 where place = 1
 group by run_id
