-- The runs of jobs, each within its span, that say something about what the job reads and writes.
select r.job_id, r.started_at, r.run_id as key, r.state, r.inputs, r.outputs
  from unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[]) as dirty (job_id, since, until)
  cross join lateral (
    select job_id, started_at, run_id, state, inputs, outputs
      from run
     where tenant_id = $1
       and job_id = dirty.job_id
       and started_at >= dirty.since
       and started_at <= coalesce(dirty.until, 'infinity')
       and not is_part
       and (inputs <> '{}' or outputs <> '{}')
  ) r
