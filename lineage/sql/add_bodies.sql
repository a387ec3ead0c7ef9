-- Adds bodies of facets, and the column edges that they state, where they are not there yet.
with facet_added as (
  insert into facet (tenant_id, digest, body)
  select $1, digest, body::jsonb
    from unnest($2::bytea[], $3::text[]) as given (digest, body)
  on conflict (tenant_id, digest) do nothing
)
insert into column_edge (tenant_id, digest, input_id, input_column, output_column)
select $1, digest, input_id, input_column, output_column
  from unnest($4::bytea[], $5::uuid[], $6::text[], $7::text[]) as given (digest, input_id, input_column, output_column)
on conflict do nothing
