-- What runs said of their jobs up to two instants: the newest facet of each name.
select n.run_id, n.name, f.body
  from (
    select distinct on (e.run_id, m.name) e.run_id, m.name, m.digest
      from (
        select distinct on (run_id, mention_id) run_id, mention_id, event_time, event_id
          from lineage_event
         where tenant_id = $1
           and run_id = any($2::uuid[])
           and event_time <= coalesce($3::timestamptz, 'infinity')
           and system_from <= coalesce($4::timestamptz, 'infinity')
         order by run_id, mention_id, event_time desc, event_id desc
      ) e
      join mention_facet m on m.tenant_id = $1 and m.mention_id = e.mention_id and m.role = 'J' and m.name <> ''
     order by e.run_id, m.name, e.event_time desc, e.event_id desc
  ) n
  join facet f on f.tenant_id = $1 and f.digest = n.digest
 order by n.run_id, n.name
