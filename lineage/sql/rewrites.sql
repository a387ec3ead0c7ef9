-- The last committed system instant, and what changes whenever something that was recorded is taken away: the epoch of
-- lineage, and how far erasures are.
select c.last_at,
       concat_ws(' ', h.epoch, e.erasures, e.requested, e.erased, e.scrubbed) as mark
  from clock c
  left join lineage_head h using (tenant_id)
  cross join lateral (
    select count(*) as erasures,
           max(requested_at) as requested,
           max(erased_at) as erased,
           max(scrubbed_at) as scrubbed
      from erasure
     where tenant_id = c.tenant_id
  ) e
 where c.tenant_id = $1
