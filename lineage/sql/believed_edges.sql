-- The edges of jobs that overlap or touch a span of each, as believed now.
select distinct e.job_id, e.dataset_id, e.direction::text, e.valid_from, nullif(e.valid_to, 'infinity') as valid_to
  from unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[]) as dirty (job_id, since, until)
  cross join lateral (
    select job_id, dataset_id, direction, valid_from, valid_to
      from lineage_edge
     where tenant_id = $1
       and job_id = dirty.job_id
       and direction = any(array['I', 'O']::"char"[])
       and valid_to >= dirty.since
       and valid_from <= coalesce(dirty.until, 'infinity')
       and kind = $5
       and system_to = 'infinity'
  ) e
