-- The versions that follow from all that was inferred for some datasets ($2) of what a job ($3) writes them from.
with seen as (
  select f.subject_id, e.event_time, max(f.digest) as digest
    from mention_facet f
    join lineage_event e on e.tenant_id = f.tenant_id and e.mention_id = f.mention_id
   where f.tenant_id = $1
     and f.subject_id = any($2::uuid[])
     and f.name = 'columnLineage'
     and f.job_id = $3
     and f.is_inferred
   group by f.subject_id, e.event_time
),
begun as (
  select subject_id, event_time, digest, lag(digest) over (partition by subject_id order by event_time) as before
    from seen
)
select subject_id, digest, event_time as valid_from,
       lead(event_time) over (partition by subject_id order by event_time) as valid_to
  from begun
 where digest is distinct from before
