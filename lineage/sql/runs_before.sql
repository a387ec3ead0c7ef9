-- Of each of some jobs ($2) the last $5 runs that ended between two instants ($3, $4), parts of runs left out, and not the
-- run $6 itself. Runs of more than a week are left out, so that those before the span are not looked through.
select asked.job_id, r.run_id, r.state, r.ended_at
  from unnest($2::uuid[]) as asked (job_id)
  cross join lateral (
    select run_id, state, ended_at
      from run
     where tenant_id = $1
       and job_id = asked.job_id
       and started_at >= $3::timestamptz - interval '7 days'
       and started_at <= $4
       and ended_at >= $3
       and ended_at <= $4
       and state in ('ABORT', 'COMPLETE', 'FAIL')
       and not is_part
       and run_id <> $6
     order by started_at desc, run_id desc
     limit $5
  ) r
 order by asked.job_id, r.ended_at desc, r.run_id desc
