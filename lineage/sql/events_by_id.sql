-- The headers of some events.
select {columns}
  from lineage_event e
  left join job j on j.tenant_id = e.tenant_id and j.job_id = e.job_id
  left join dataset d on d.tenant_id = e.tenant_id and d.dataset_id = e.dataset_id
 where e.tenant_id = $1
   and e.event_id = any($2::uuid[])
