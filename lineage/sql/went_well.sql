-- The condition that the run in the braces went well by the valid instant $4, and that this was known at $5.
{run}.state = 'COMPLETE'
and {run}.last_complete_at <= $4
and exists (
  select
    from lineage_event
   where tenant_id = $1
     and run_id = {run}.run_id
     and event_type = 'COMPLETE'
     and event_time <= $4
     and system_from <= $5
)
