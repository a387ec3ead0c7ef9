-- When runs that went well last wrote datasets by the instants ($4, $5), at most $6 times each job; $2 are the datasets
-- asked about and $3 their ids under all names.
select n.asked, r.last_complete_at as ended_at
  from unnest($2::uuid[], $3::uuid[]) as n (asked, dataset_id)
  cross join lateral (
    select distinct e.job_id
      from lineage_edge e
     where e.tenant_id = $1
       and e.dataset_id = n.dataset_id
       and e.direction = 'O'
       and e.kind = 'observed'
       and e.valid_from <= $4
       and e.system_from <= $5
  ) j
  cross join lateral (
    select run_id, last_complete_at, state, outputs
      from run
     where tenant_id = $1
       and job_id = j.job_id
       and started_at <= $4
     order by started_at desc, run_id desc
     limit $6
  ) r
 where r.outputs @> array[n.dataset_id]
   and {went_well}
