-- Assets to be looked at anew: those that lost their entry to an erasure, and those of which something begins or ends to
-- hold by now; at most $2 of each.
(select asset_id from search_entry where tenant_id = $1 and is_stale order by asset_id limit $2)
union
(select asset_id
   from search_entry
  where tenant_id = $1 and due_at < 'infinity' and due_at <= clock_timestamp()
  order by due_at
  limit $2)
