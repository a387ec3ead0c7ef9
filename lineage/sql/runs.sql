-- A page of runs, latest start first; $7 and $8 are the start and id of the last run of the page before, or null.
select {columns}
  from run r
  join job j using (tenant_id, job_id)
 where r.tenant_id = $1
   and {of}
   and ($3::text is null or j.namespace = $3)
   and ($4::text is null or case when r.heard then r.state else 'UNKNOWN' end = $4)
   and r.started_at >= coalesce($5::timestamptz, '-infinity')
   and r.started_at < coalesce($6::timestamptz, 'infinity')
   and (r.started_at, r.run_id) < (coalesce($7::timestamptz, 'infinity'), coalesce($8::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
 order by r.started_at desc, r.run_id desc
 limit $9
