-- The runs that wrote datasets and ended by an instant, latest end first, at most $7 for each place: $2 to $5 are the place
-- in the question, the id of a dataset under one of its names, the instant, and a run that does not count. Of jobs that
-- were ever said to write the dataset, as known at $6.
with asked as (
  select place, dataset_id, until, but_for
    from unnest($2::int[], $3::uuid[], $4::timestamptz[], $5::uuid[]) as a (place, dataset_id, until, but_for)
)
select n.place, r.run_id, r.written_at
  from (select distinct place from asked) n
  cross join lateral (
    select w.run_id, w.written_at
      from (
        select distinct a.dataset_id, a.until, a.but_for, e.job_id
          from asked a
          join lineage_edge e on e.tenant_id = $1
           and e.dataset_id = a.dataset_id
           and e.direction = 'O'
           and e.system_from <= $6
         where a.place = n.place
      ) writer
      cross join lateral (
        select run_id, coalesce(ended_at, last_at) as written_at
          from run
         where tenant_id = $1
           and job_id = writer.job_id
           and started_at <= writer.until
           and coalesce(ended_at, last_at) <= writer.until
           and not is_part
           and state not in ('ABORT', 'FAIL')
           and outputs @> array[writer.dataset_id]
           and run_id <> writer.but_for
         order by started_at desc, run_id desc
         limit $7
      ) w
     group by w.run_id, w.written_at
     order by w.written_at desc, w.run_id desc
     limit $7
  ) r
 order by n.place, r.written_at desc, r.run_id desc
