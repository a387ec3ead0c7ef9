-- Runs that began more than $4 seconds before the instant and had not ended by it, but for those of jobs that never end.
  select r.run_id::text collate "C", r.job_id, null::uuid, r.run_id, r.started_at,
         extract(epoch from $2 - r.started_at)::float8, r.state
    from run r
   where r.tenant_id = $1
     and r.started_at < $2 - make_interval(secs => $4)
     and (r.ended_at is null or r.ended_at > $2)
     and r.heard
     and not r.is_part
     and r.state <> 'OTHER'
     and not exists (
       select
         from facet_version v
         join facet b on b.tenant_id = $1 and b.digest = v.digest
        where v.tenant_id = $1
          and v.subject_id = r.job_id
          and v.name = 'jobType'
          and v.role = 'J'
          and v.valid_from <= $2
          and v.valid_to > $2
          and v.system_from <= $3
          and v.system_to > $3
          and upper(b.body ->> 'processingType') in ('STREAMING', 'SERVICE')
     )
