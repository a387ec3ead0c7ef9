-- A page of the events with something wrong, of a job or of all, those recorded last first; $3 is the id of the last
-- event of the page before, or null.
select {columns}
  from (
    select *
      from lineage_event
     where tenant_id = $1
       and warnings is not null
       and ($2::uuid is null or job_id = $2)
       and ($3::uuid is null or (system_from, event_id) < (
         select last.system_from, last.event_id
           from lineage_event last
          where last.tenant_id = $1
            and last.event_id = $3
       ))
     order by system_from desc, event_id desc
     limit $4
  ) e
  left join job j on j.tenant_id = e.tenant_id and j.job_id = e.job_id
  left join dataset d on d.tenant_id = e.tenant_id and d.dataset_id = e.dataset_id
 order by e.system_from desc, e.event_id desc
