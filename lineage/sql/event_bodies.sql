-- The bodies of some events, those that are still kept.
select event_id, body
  from lineage_event_body
 where tenant_id = $1
   and event_id = any($2::uuid[])
