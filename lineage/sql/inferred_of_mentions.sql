-- What was inferred for mentions that are there already.
select mention_id, subject_id, name, job_id, digest
  from mention_facet
 where tenant_id = $1
   and mention_id = any($2::int8[])
   and is_inferred
