-- Adds edges, observed facets and the raw events of a batch at one system instant; returns the events that are new.
with edge_added as (
  insert into lineage_edge (tenant_id, job_id, dataset_id, direction, kind, valid_from, valid_to, system_from)
  select $1, job_id, dataset_id, direction::"char", kind, valid_from, coalesce(valid_to, 'infinity'), $2
    from unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[])
      as given (job_id, dataset_id, direction, kind, valid_from, valid_to)
),
dataset_facet_added as (
  insert into dataset_facet (tenant_id, dataset_id, name, valid_from, digest, role, system_from)
  select $1, dataset_id, name, valid_from, digest, role::"char", $2
    from unnest($9::uuid[], $10::text[], $11::timestamptz[], $12::bytea[], $13::text[])
      as seen (dataset_id, name, valid_from, digest, role)
   order by dataset_id, name, valid_from, digest, role
  on conflict do nothing
),
job_facet_added as (
  insert into job_facet (tenant_id, job_id, name, valid_from, digest, system_from)
  select $1, job_id, name, valid_from, digest, $2
    from unnest($14::uuid[], $15::text[], $16::timestamptz[], $17::bytea[])
      as seen (job_id, name, valid_from, digest)
   order by job_id, name, valid_from, digest
  on conflict do nothing
)
insert into lineage_event (tenant_id, event_id, event_time, system_from, kind, event_type, run_id, job_id, dataset_id, body)
select $1, event_id, event_time, $2, kind, event_type, run_id, job_id, dataset_id, body
  from unnest($18::uuid[], $19::timestamptz[], $20::text[], $21::text[], $22::uuid[], $23::uuid[], $24::uuid[], $25::bytea[])
    as given (event_id, event_time, kind, event_type, run_id, job_id, dataset_id, body)
 order by event_id
on conflict (tenant_id, event_id) do nothing
returning event_id
