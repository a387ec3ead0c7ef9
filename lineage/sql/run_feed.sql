-- Of each commit after $2, and of that at $2 after the run $3, the runs that it said something of, of one job ($4) or of
-- all: at most $5, in order, with the latest time of each type of their events as known then; and how far the clock is.
select c.last_at, told.system_from, told.run_id, j.namespace, j.name, said.*
  from clock c
  left join lateral (
    select system_from, run_id, (array_agg(job_id order by event_time desc, job_id))[1] as job_id
      from lineage_event
     where tenant_id = $1
       and system_from >= $2
       and (system_from, run_id) > ($2, $3)
       and system_from <= c.last_at
       and kind = 'R'
       and ($4::uuid is null or job_id = $4)
     group by system_from, run_id
     order by system_from, run_id
     limit $5
  ) told on true
  left join job j on j.tenant_id = $1 and j.job_id = told.job_id
  left join lateral (
    select max(event_time) as last_heard_at,
           max(event_time) filter (where event_type = 'START') as last_start_at,
           max(event_time) filter (where event_type = 'RUNNING') as last_running_at,
           max(event_time) filter (where event_type = 'COMPLETE') as last_complete_at,
           max(event_time) filter (where event_type = 'ABORT') as last_abort_at,
           max(event_time) filter (where event_type = 'FAIL') as last_fail_at
      from lineage_event
     where tenant_id = $1
       and run_id = told.run_id
       and system_from <= told.system_from
  ) said on true
 where c.tenant_id = $1
 order by told.system_from, told.run_id
