-- The versions that follow from all that was inferred for datasets ($2) of what a job each ($3) writes them from.
with seen as (
  select f.subject_id, f.job_id, e.event_time, max(f.digest) as digest
    from unnest($2::uuid[], $3::uuid[]) as wanted (subject_id, job_id)
    join mention_facet f
      on f.tenant_id = $1
     and f.subject_id = wanted.subject_id
     and f.name = 'columnLineage'
     and f.job_id = wanted.job_id
     and f.is_inferred
    join lineage_event e on e.tenant_id = f.tenant_id and e.mention_id = f.mention_id
   group by f.subject_id, f.job_id, e.event_time
),
begun as (
  select subject_id, job_id, event_time, digest,
         lag(digest) over (partition by subject_id, job_id order by event_time) as before
    from seen
)
select subject_id, job_id, digest, event_time as valid_from,
       lead(event_time) over (partition by subject_id, job_id order by event_time) as valid_to
  from begun
 where digest is distinct from before
