-- A page of the events between two instants of event time, in the order of their ids, which start with their time;
-- always a row, for how many there are, counted no further than $8.
with found as (
  select event_id, event_time, event_type, run_id, job_id, dataset_id
    from lineage_event
   where tenant_id = $1
     and event_time >= $2
     and event_time < $3
     and event_id >= $4
     and event_id < $5
)
select total.n as total, page.event_id, page.event_time, page.event_type, page.run_id,
       j.namespace as job_namespace, j.name as job, d.namespace, d.name as dataset
  from (select count(*) as n from (select from found limit $8) counted) total
  left join (select * from found order by event_id {direction} limit $6 offset $7) page on true
  left join job j on j.tenant_id = $1 and j.job_id = page.job_id
  left join dataset d on d.tenant_id = $1 and d.dataset_id = page.dataset_id
 order by page.event_id {direction}
