-- When a job that writes each dataset ($2) last completed.
select e.dataset_id, max(last.ended_at) as at
  from lineage_edge e
 cross join lateral (
    select ended_at
      from run r
     where r.tenant_id = $1
       and r.job_id = e.job_id
       and r.state = 'COMPLETE'
     order by r.started_at desc
     limit 1
  ) last
 where e.tenant_id = $1
   and e.dataset_id = any ($2::uuid[])
   and e.direction = 'O'
   and e.valid_to = 'infinity'
   and e.system_to = 'infinity'
 group by e.dataset_id
