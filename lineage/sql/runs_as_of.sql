-- What the events up to two instants say of some runs; what a step such as a single SQL statement read and wrote is told
-- of the run it is part of.
with {with_parts},
said as (
  select m.told_of as run_id,
         min(e.event_time) filter (where not m.is_step) as started_at,
         max(e.event_time) filter (where not m.is_step) as last_at,
         max(e.event_time) filter (where not m.is_step and e.event_type = 'START') as last_start_at,
         max(e.event_time) filter (where not m.is_step and e.event_type = 'RUNNING') as last_running_at,
         max(e.event_time) filter (where not m.is_step and e.event_type = 'COMPLETE') as last_complete_at,
         max(e.event_time) filter (where not m.is_step and e.event_type = 'ABORT') as last_abort_at,
         max(e.event_time) filter (where not m.is_step and e.event_type = 'FAIL') as last_fail_at,
         (array_agg(e.job_id order by e.event_time, e.job_id) filter (where not m.is_step))[1] as job_id,
         array_agg(distinct e.facets -> 'run' -> 'nominalTime')
           filter (where not m.is_step and e.facets -> 'run' ? 'nominalTime') as nominal_times,
         array_agg(distinct e.facets -> 'run' -> 'parent')
           filter (where not m.is_step and e.facets -> 'run' ? 'parent') as parents,
         array_agg(distinct e.mention_id) as mentions
    from member m
    join lineage_event e on e.tenant_id = $1 and e.run_id = m.run_id and e.event_time <= $3 and e.system_from <= $4
   group by m.told_of
)
select s.*, j.namespace, j.name, told.inputs, told.outputs
  from said s
  left join job j on j.tenant_id = $1 and j.job_id = s.job_id
  cross join lateral (
    select coalesce(array_agg(distinct subject_id) filter (where role = 'I'), '{{}}') as inputs,
           coalesce(array_agg(distinct subject_id) filter (where role = 'O'), '{{}}') as outputs
      from mention_facet
     where tenant_id = $1
       and mention_id = any(s.mentions)
       and role = any(array['I', 'O']::"char"[])
  ) told
