-- The declarations of each job from its instant on, in the order in which they count.
select d.job_id, d.valid_from, d.inputs, d.outputs
  from unnest($2::uuid[], $3::timestamptz[]) as dirty (job_id, since)
  cross join lateral (
    select job_id, valid_from, event_id, inputs, outputs
      from job_declaration
     where tenant_id = $1
       and job_id = dirty.job_id
       and valid_from >= dirty.since
  ) d
 order by d.job_id, d.valid_from, d.event_id
