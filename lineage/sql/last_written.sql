-- What the last runs that wrote datasets ($2) said of their version and their life cycle by the instants, latest first:
-- for each job that writes one at the instants, of its last runs the latest that did and went well.
select s.subject_id, j.job_id, r.run_id, said.event_time, said.version, said.lifecycle
  from unnest($2::uuid[]) as s (subject_id)
  cross join lateral (
    select distinct e.job_id
      from lineage_edge e
     where e.tenant_id = $1
       and e.dataset_id = s.subject_id
       and e.direction = 'O'
       and e.kind = 'observed'
       and e.valid_from <= $3
       and e.valid_to > $3
       and e.system_from <= $4
       and e.system_to > $4
  ) j
  cross join lateral (
    select latest.run_id
      from (
        select run_id, started_at, state, outputs
          from run
         where tenant_id = $1
           and job_id = j.job_id
           and started_at <= $3
         order by started_at desc, run_id desc
         limit 20
      ) latest
     where latest.state not in ('ABORT', 'FAIL')
       and latest.outputs @> array[s.subject_id]
     order by latest.started_at desc, latest.run_id desc
     limit 1
  ) r
  cross join lateral (
    select event_time,
           facets -> 'outputs' -> s.subject_id::text -> 'version' as version,
           facets -> 'outputs' -> s.subject_id::text -> 'lifecycleStateChange' as lifecycle
      from lineage_event
     where tenant_id = $1
       and run_id = r.run_id
       and event_time <= $3
       and system_from <= $4
       and facets -> 'outputs' -> s.subject_id::text ?| array['version', 'lifecycleStateChange']
  ) said
 order by said.event_time desc, r.run_id desc
