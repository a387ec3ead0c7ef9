-- Adds the jobs, datasets, facets, column edges, links and mentions that are not there yet, at the system instant $2;
-- returns the ids of the mentions.
with job_added as (
  insert into job as j (tenant_id, job_id, namespace, name, part_of, system_from)
  select $1, job_id, namespace, name, part_of, $2
    from unnest($3::uuid[], $4::text[], $5::text[], $6::uuid[]) as given (job_id, namespace, name, part_of)
  on conflict (tenant_id, job_id) do update set part_of = greatest(j.part_of, excluded.part_of)
),
dataset_added as (
  insert into dataset (tenant_id, dataset_id, namespace, name, system_from)
  select $1, dataset_id, namespace, name, $2
    from unnest($7::uuid[], $8::text[], $9::text[]) as given (dataset_id, namespace, name)
  on conflict (tenant_id, dataset_id) do nothing
),
facet_added as (
  insert into facet (tenant_id, digest, body)
  select $1, digest, body::jsonb
    from unnest($10::bytea[], $11::text[]) as given (digest, body)
  on conflict (tenant_id, digest) do nothing
),
column_edge_added as (
  insert into column_edge (tenant_id, digest, input_id, input_column, output_column)
  select $1, digest, input_id, input_column, output_column
    from unnest($12::bytea[], $13::uuid[], $14::text[], $15::text[])
      as given (digest, input_id, input_column, output_column)
  on conflict do nothing
),
link_added as (
  insert into dataset_link as l (tenant_id, dataset_id, other_id, kind, valid_from, system_from)
  select $1, dataset_id, other_id, kind, valid_from, $2
    from unnest($16::uuid[], $17::uuid[], $18::text[], $19::timestamptz[])
      as given (dataset_id, other_id, kind, valid_from)
  on conflict (tenant_id, dataset_id, other_id, kind) do update set valid_from = least(l.valid_from, excluded.valid_from)
),
mention_added as (
  insert into mention (tenant_id, digest)
  select $1, digest
    from unnest($20::bytea[]) as given (digest)
  returning mention_id, digest
),
mention_facet_added as (
  insert into mention_facet (tenant_id, mention_id, subject_id, role, name, job_id, digest)
  select $1, m.mention_id, given.subject_id, given.role::"char", given.name, given.job_id, given.digest
    from unnest($21::bytea[], $22::uuid[], $23::text[], $24::text[], $25::uuid[], $26::bytea[])
      as given (mention, subject_id, role, name, job_id, digest)
    join mention_added m on m.digest = given.mention
),
inference_added as (
  insert into column_inference (tenant_id, mention_id)
  select $1, m.mention_id
    from unnest($27::bytea[]) as given (mention)
    join mention_added m on m.digest = given.mention
)
select digest, mention_id
  from mention_added
