-- Those of some datasets and jobs ($2) that have an edge at the instants.
select n.id
  from unnest($2::uuid[]) as n (id)
 where exists (
   select
     from lineage_edge e
    where e.tenant_id = $1
      and e.dataset_id = n.id
      and e.valid_from <= $3
      and e.valid_to > $3
      and e.system_from <= $4
      and e.system_to > $4
 )
 union
select n.id
  from unnest($2::uuid[]) as n (id)
 where exists (
   select
     from lineage_edge e
    where e.tenant_id = $1
      and e.job_id = n.id
      and e.valid_from <= $3
      and e.valid_to > $3
      and e.system_from <= $4
      and e.system_to > $4
 )
