-- The runs of each job from its instant on that say something about its edges, in the order in which they count.
select r.job_id, r.started_at, r.state, r.inputs, r.outputs
  from unnest($2::uuid[], $3::timestamptz[]) as dirty (job_id, since)
  cross join lateral (
    select job_id, started_at, run_id, state, inputs, outputs
      from run
     where tenant_id = $1
       and job_id = dirty.job_id
       and started_at >= dirty.since
       and (inputs <> '{}' or outputs <> '{}')
  ) r
 order by r.job_id, r.started_at, r.run_id
