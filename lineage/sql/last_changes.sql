-- When the last run that went well by the instants wrote each of some datasets ($2; $3 are their ids under all names), of the
-- jobs that write them at the instants: of each job the latest of its last runs that did.
select n.asked, r.run_id, r.job_id, r.written_at
  from (
    select distinct asked.asked, e.job_id, e.dataset_id
      from unnest($2::uuid[], $3::uuid[]) as asked (asked, dataset_id)
      join lineage_edge e on e.tenant_id = $1
       and e.dataset_id = asked.dataset_id
       and e.direction = 'O'
       and e.valid_from <= $4
       and e.valid_to > $4
       and e.system_from <= $5
       and e.system_to > $5
  ) n
  cross join lateral (
    select latest.run_id, latest.job_id, latest.last_complete_at as written_at
      from (
        select run_id, job_id, state, outputs, last_complete_at
          from run
         where tenant_id = $1
           and job_id = n.job_id
           and started_at <= $4
         order by started_at desc, run_id desc
         limit 20
      ) latest
     where latest.outputs @> array[n.dataset_id]
       and {went_well}
     limit 1
  ) r
