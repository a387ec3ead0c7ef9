-- Replaces what was inferred for a mention by what is inferred now, stated by the job that its events belong to.
with gone as (
  delete from mention_facet
   where tenant_id = $1
     and mention_id = $2
     and is_inferred
     and (subject_id, job_id, digest) not in (
       select subject_id, $3::uuid, digest
         from unnest($4::uuid[], $5::bytea[]) as stated (subject_id, digest)
     )
)
insert into mention_facet (tenant_id, mention_id, subject_id, role, name, job_id, digest, is_inferred)
select $1, $2, subject_id, 'O', 'columnLineage', $3::uuid, digest, true
  from unnest($4::uuid[], $5::bytea[]) as stated (subject_id, digest)
on conflict do nothing
