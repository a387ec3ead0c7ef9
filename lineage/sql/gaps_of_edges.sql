-- Edges that hold at the instants and that no run has confirmed for more than $4 times as long as the job usually takes from
-- start to start (the median over its last runs that did not fail; of three or more runs only, over an hour or more). Jobs of which a run that went
-- well named something not long ago are left out first: what it does not name has ended with it.
  select e.job_id::text || e.dataset_id::text || e.direction::text collate "C", e.job_id, e.dataset_id, null::uuid,
         coalesce(confirmed.at, e.valid_from), late.seconds, case e.direction when 'I' then 'reads' else 'writes' end
    from (
      select j.job_id, usual.seconds
        from job j
       cross join lateral (
         select percentile_cont(0.5) within group (order by extract(epoch from gap))::float8 as seconds,
                max(started_at) filter (where told) as last_at
           from (
             select started_at, started_at - lag(started_at) over (order by started_at) as gap, told
               from (
                 select started_at, state = 'COMPLETE' and (inputs <> '{{}}' or outputs <> '{{}}') as told
                   from run
                  where tenant_id = $1
                    and job_id = j.job_id
                    and started_at <= $2
                    and state not in ('FAIL', 'ABORT')
                  order by started_at desc
                  limit 20
               ) recent
           ) gaps
         having count(gap) >= 2 and max(started_at) - min(started_at) >= interval '1 hour'
       ) usual
       where j.tenant_id = $1
         and j.part_of is null
         and usual.seconds > 0
         and coalesce(extract(epoch from $2 - usual.last_at) > $4 * usual.seconds, true)
    ) late
    cross join lateral (
      select e.job_id, e.dataset_id, e.direction, min(e.valid_from) as valid_from
        from lineage_edge e
       where e.tenant_id = $1
         and e.job_id = late.job_id
         and e.kind = 'observed'
         and e.valid_from <= $2
         and e.valid_to > $2
         and {believed}
       group by e.job_id, e.dataset_id, e.direction
    ) e
    left join lateral (
      select max(started_at) as at
        from (
          select started_at, inputs, outputs
            from run
           where tenant_id = $1
             and job_id = e.job_id
             and started_at <= $2
           order by started_at desc
           limit 20
        ) recent
       where case e.direction when 'I' then inputs else outputs end @> array[e.dataset_id]
    ) confirmed on true
   where extract(epoch from $2 - coalesce(confirmed.at, e.valid_from)) > $4 * late.seconds
