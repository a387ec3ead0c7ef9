-- Events of the last $4 seconds by the instants whose producer could not make out all of the lineage.
  select e.event_id::text collate "C", e.job_id, null::uuid, e.run_id, e.event_time, null::float8,
         left(coalesce(e.facets #>> '{{run,extractionError,errors,0,errorMessage}}', ''), 1000)
    from lineage_event e
   where e.tenant_id = $1
     and e.event_id >= $7
     and e.event_time > $2 - make_interval(secs => $4)
     and e.event_time <= $2
     and e.system_from <= $3
     and e.facets -> 'run' ? 'extractionError'
