-- One event as it came.
select event_id, event_time, system_from, kind, event_type, run_id, body
  from lineage_event
 where tenant_id = $1
   and event_id = $2
