-- Replaces what was inferred for mentions ($2) by what is inferred now, stated by the job that their events belong to, and
-- returns the datasets of which something else was inferred before, with the job that stated it.
with stated as materialized (
  select mention_id, job_id, subject_id, digest
    from unnest($3::int8[], $4::uuid[], $5::uuid[], $6::bytea[]) as given (mention_id, job_id, subject_id, digest)
),
added as (
  insert into mention_facet (tenant_id, mention_id, subject_id, role, name, job_id, digest, is_inferred)
  select $1, mention_id, subject_id, 'O', 'columnLineage', job_id, digest, true
    from stated
  on conflict do nothing
)
delete from mention_facet f
 where f.tenant_id = $1
   and f.mention_id = any($2::int8[])
   and f.is_inferred
   and not exists (
     select from stated s
      where s.mention_id = f.mention_id
        and s.job_id = f.job_id
        and s.subject_id = f.subject_id
        and s.digest = f.digest
   )
returning f.subject_id, f.job_id
