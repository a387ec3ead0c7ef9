-- The declarations of jobs, each within its span.
select d.job_id, d.valid_from as started_at, d.event_id as key, 'COMPLETE' as state, d.inputs, d.outputs
  from unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[]) as dirty (job_id, since, until)
  cross join lateral (
    select job_id, valid_from, event_id, inputs, outputs
      from job_declaration
     where tenant_id = $1
       and job_id = dirty.job_id
       and valid_from >= dirty.since
       and valid_from <= coalesce(dirty.until, 'infinity')
  ) d
