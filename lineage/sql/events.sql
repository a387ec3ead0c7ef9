-- A page of the headers of events between two instants of event time, latest first, as known at $4; their ids, which
-- start with the milliseconds of their time, lie between $5 and $6.
select {columns}
  from (
    select *
      from lineage_event
     where tenant_id = $1
       and event_time >= coalesce($2::timestamptz, '-infinity')
       and event_time < coalesce($3::timestamptz, 'infinity')
       and system_from <= coalesce($4::timestamptz, 'infinity')
       and event_id >= $5
       and event_id < $6
     order by event_id desc
     limit $7
  ) e
  left join job j on j.tenant_id = e.tenant_id and j.job_id = e.job_id
  left join dataset d on d.tenant_id = e.tenant_id and d.dataset_id = e.dataset_id
 order by e.event_id desc
