-- Of jobs and instants: when, later than that, a run first said all of what its job reads and writes; runs that change now
-- do not count.
select dirty.job_id, dirty.since, (
         select r.started_at
           from run r
          where r.tenant_id = $1
            and r.job_id = dirty.job_id
            and r.started_at > dirty.since
            and not r.is_part
            and r.state not in ('FAIL', 'ABORT')
            and (r.inputs <> '{}' or r.outputs <> '{}')
            and (r.state = 'COMPLETE' or (r.inputs <> '{}' and r.outputs <> '{}'))
            and r.run_id <> all($4::uuid[])
          order by r.started_at, r.run_id
          limit 1
       ) as until
  from unnest($2::uuid[], $3::timestamptz[]) as dirty (job_id, since)
