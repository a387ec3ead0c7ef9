-- The last committed system instant, and now.
select last_at, clock_timestamp() as now
  from clock
 where tenant_id = $1
