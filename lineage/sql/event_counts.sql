-- How many events of each type there were between one instant of $2 and the next.
select times.place,
       count(*) filter (where e.event_type = 'START') as start,
       count(*) filter (where e.event_type = 'COMPLETE') as complete,
       count(*) filter (where e.event_type = 'FAIL') as fail,
       count(*) filter (where e.event_type = 'ABORT') as abort
  from unnest($2::timestamptz[], $3::timestamptz[], $4::uuid[], $5::uuid[])
       with ordinality as times (since, until, first_id, end_id, place)
  left join lineage_event e
    on e.tenant_id = $1
   and e.event_time >= times.since
   and e.event_time < times.until
   and e.event_id >= times.first_id
   and e.event_id < times.end_id
 group by times.place
 order by times.place
