-- The runs that read datasets and began from an instant on and before another ($2 to $5: place in the question, id under
-- one name, both instants), earliest first, at most $7 of each row; of jobs ever said to read it, as known at $6.
select asked.place, r.run_id, r.started_at
  from unnest($2::int[], $3::uuid[], $4::timestamptz[], $5::timestamptz[]) as asked (place, dataset_id, since, until)
  cross join lateral (
    select distinct e.job_id
      from lineage_edge e
     where e.tenant_id = $1
       and e.dataset_id = asked.dataset_id
       and e.direction = 'I'
       and e.system_from <= $6
  ) reader
  cross join lateral (
    select run_id, started_at
      from run
     where tenant_id = $1
       and job_id = reader.job_id
       and started_at >= asked.since
       and started_at < coalesce(asked.until, 'infinity')
       and not is_part
       and inputs @> array[asked.dataset_id]
     order by started_at, run_id
     limit $7
  ) r
 order by r.started_at, r.run_id
