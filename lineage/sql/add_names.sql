-- Adds the jobs, datasets and facet bodies that are not there yet, in the order of their ids, so that two writers wait
-- for each other instead of locking each other out.
with job_added as (
  insert into job (tenant_id, job_id, namespace, name)
  select $1, job_id, namespace, name
    from unnest($2::uuid[], $3::text[], $4::text[]) as given (job_id, namespace, name)
   order by job_id
  on conflict (tenant_id, job_id) do nothing
),
dataset_added as (
  insert into dataset (tenant_id, dataset_id, namespace, name)
  select $1, dataset_id, namespace, name
    from unnest($5::uuid[], $6::text[], $7::text[]) as given (dataset_id, namespace, name)
   order by dataset_id
  on conflict (tenant_id, dataset_id) do nothing
)
insert into facet (tenant_id, digest, body)
select $1, digest, body
  from unnest($8::bytea[], $9::jsonb[]) as given (digest, body)
 order by digest
on conflict (tenant_id, digest) do nothing
