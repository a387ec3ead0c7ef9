-- How the runs of jobs ($2) that were heard of and started in `$3 <= start < $4` went by the instant $5, each day (in UTC) by
-- itself and, without a day, all together: how many in each state, and how many seconds those took that went well.
select r.job_id, r.day, count(*) as runs,
       count(*) filter (where r.state = 'COMPLETE') as complete,
       count(*) filter (where r.state = 'FAIL') as fail,
       count(*) filter (where r.state = 'ABORT') as abort,
       count(*) filter (where r.state not in ('COMPLETE', 'FAIL', 'ABORT')) as going_on,
       percentile_cont(array[0.5, 0.9, 0.99]) within group (order by r.seconds) filter (where r.state = 'COMPLETE') as seconds,
       max(r.seconds) filter (where r.state = 'COMPLETE') as longest
  from (
    select job_id, (started_at at time zone 'UTC')::date as day,
           case when ended_at > $5 then 'RUNNING' else state end as state,
           extract(epoch from ended_at - started_at)::float8 as seconds
      from run
     where tenant_id = $1
       and job_id = any($2::uuid[])
       and started_at >= $3
       and started_at < $4
       and started_at <= $5
       and heard
  ) r
 group by grouping sets ((r.job_id, r.day), (r.job_id))
 order by r.job_id, r.day desc nulls first
