-- A page of the headers of the events of each of some runs, latest first, between two instants of event time, as known at
-- $5; $6 is the id of the last event of the page before, or null.
select {columns}
  from unnest($2::uuid[]) as asked (run_id)
  cross join lateral (
    select *
      from lineage_event
     where tenant_id = $1
       and run_id = asked.run_id
       and event_time >= coalesce($3::timestamptz, '-infinity')
       and event_time < coalesce($4::timestamptz, 'infinity')
       and system_from <= coalesce($5::timestamptz, 'infinity')
       and ($6::uuid is null or (event_time, event_id) < (
         select last.event_time, last.event_id
           from lineage_event last
          where last.tenant_id = $1
            and last.event_id = $6
       ))
     order by event_time desc, event_id desc
     limit $7
  ) e
  left join job j on j.tenant_id = e.tenant_id and j.job_id = e.job_id
  left join dataset d on d.tenant_id = e.tenant_id and d.dataset_id = e.dataset_id
 order by e.run_id, e.event_time desc, e.event_id desc
