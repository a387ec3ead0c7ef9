-- How far a tenant's lineage is: the last committed instant, now, the version of what is written and the epoch of what is rewritten.
select c.last_at, clock_timestamp() as now, coalesce(h.version, -1) as version, coalesce(h.epoch, -1) as epoch
  from clock c
  left join lineage_head h using (tenant_id)
 where c.tenant_id = $1
