-- By how many edges datasets and jobs ($2) hang together with others, as believed now.
select wanted.id, held.n::int4
  from unnest($2::uuid[]) as wanted (id)
  cross join lateral (
    select (select count(*) from lineage_edge where tenant_id = $1 and dataset_id = wanted.id and system_to = 'infinity')
         + (select count(*) from lineage_edge where tenant_id = $1 and job_id = wanted.id and system_to = 'infinity') as n
  ) held
