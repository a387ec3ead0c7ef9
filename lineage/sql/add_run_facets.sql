-- Keeps the newest facet of each name of a run, and of what the run saw of its datasets; body is null where shared.
with of_datasets as (
  insert into run_dataset_facet as f (tenant_id, run_id, dataset_id, role, name, valid_from, event_id, body)
  select $1, run_id, dataset_id, role::"char", name, valid_from, event_id, body
    from unnest($8::uuid[], $9::uuid[], $10::text[], $11::text[], $12::timestamptz[], $13::uuid[], $14::jsonb[])
      as said (run_id, dataset_id, role, name, valid_from, event_id, body)
   order by run_id, dataset_id, role, name
  on conflict (tenant_id, run_id, dataset_id, role, name) do update
    set valid_from = excluded.valid_from,
        event_id = excluded.event_id,
        body = excluded.body
  where (excluded.valid_from, excluded.event_id) > (f.valid_from, f.event_id)
)
insert into run_facet as f (tenant_id, run_id, name, valid_from, event_id, digest, body)
select $1, run_id, name, valid_from, event_id, digest, body
  from unnest($2::uuid[], $3::text[], $4::timestamptz[], $5::uuid[], $6::bytea[], $7::jsonb[])
    as said (run_id, name, valid_from, event_id, digest, body)
 order by run_id, name
on conflict (tenant_id, run_id, name) do update
  set valid_from = excluded.valid_from,
      event_id = excluded.event_id,
      digest = excluded.digest,
      body = excluded.body
where (excluded.valid_from, excluded.event_id) > (f.valid_from, f.event_id)
