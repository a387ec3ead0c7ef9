-- Which of the events and facet bodies of a batch are recorded already.
select
  array(
    select event_id
      from lineage_event
     where tenant_id = $1
       and event_id = any($2::uuid[])
  ) as events,
  array(
    select digest
      from facet
     where tenant_id = $1
       and digest = any($3::bytea[])
  ) as digests
