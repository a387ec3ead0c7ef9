-- Adds the events of a batch, their bytes, and what is known now of their runs, at the system instant $2; where that is
-- null the clock is taken. Does nothing where lineage is not at the version $33 any more, or where one of the runs $34 is
-- there already, and fails where one of the events is: so a batch of which the writer knows everything needs no transaction
-- of several statements.
with head_moved as (
  update lineage_head
     set version = version + 1
   where tenant_id = $1
     and version = $33
     and not exists (select from run where tenant_id = $1 and run_id = any($34::uuid[]))
  returning tenant_id
),
now_at as materialized (
  select coalesce($2::timestamptz, tick(tenant_id)) as at
    from head_moved
),
run_known as (
  insert into run as r (
    tenant_id, run_id, job_id, started_at, last_at,
    last_start_at, last_running_at, last_complete_at, last_abort_at, last_fail_at,
    heard, is_part, nominal_from, nominal_to, parent_run_id, root_run_id, given_id, inputs, outputs
  )
  select $1, run_id, job_id, started_at, last_at,
         last_start_at, last_running_at, last_complete_at, last_abort_at, last_fail_at,
         coalesce(heard, true), coalesce(is_part, false), nominal_from, nominal_to, parent_run_id, root_run_id, given_id, inputs::uuid[], outputs::uuid[]
    from head_moved,
         unnest(
      $3::uuid[], $4::uuid[], $5::timestamptz[], $6::timestamptz[],
      $7::timestamptz[], $8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::timestamptz[],
      $12::bool[], $13::bool[], $14::timestamptz[], $15::timestamptz[], $16::uuid[], $17::uuid[], $18::text[],
      $19::text[], $20::text[]
    ) as known (
      run_id, job_id, started_at, last_at,
      last_start_at, last_running_at, last_complete_at, last_abort_at, last_fail_at,
      heard, is_part, nominal_from, nominal_to, parent_run_id, root_run_id, given_id, inputs, outputs
    )
  on conflict (tenant_id, run_id) do update
    set job_id = excluded.job_id,
        started_at = excluded.started_at,
        last_at = excluded.last_at,
        last_start_at = excluded.last_start_at,
        last_running_at = excluded.last_running_at,
        last_complete_at = excluded.last_complete_at,
        last_abort_at = excluded.last_abort_at,
        last_fail_at = excluded.last_fail_at,
        heard = excluded.heard,
        is_part = excluded.is_part,
        nominal_from = excluded.nominal_from,
        nominal_to = excluded.nominal_to,
        parent_run_id = excluded.parent_run_id,
        root_run_id = excluded.root_run_id,
        given_id = excluded.given_id,
        inputs = excluded.inputs,
        outputs = excluded.outputs
),
body_added as (
  insert into lineage_event_body (tenant_id, event_id, body)
  select $1, event_id, body
    from head_moved,
         unnest($21::uuid[], $32::bytea[]) as given (event_id, body)
)
insert into lineage_event (
  tenant_id, event_id, event_time, system_from, mention_id, run_id, job_id, dataset_id, kind, event_type, facets, warnings,
  origins
)
select $1, event_id, event_time, now_at.at, mention_id, run_id, job_id, dataset_id, coalesce(kind, 'R')::"char", event_type,
       facets::jsonb, warnings::jsonb, origins
  from now_at,
       unnest(
         $21::uuid[], $22::timestamptz[], $23::int8[], $24::uuid[], $25::uuid[], $26::uuid[], $27::text[], $28::text[],
         $29::text[], $30::text[], $31::bytea[]
       ) as given (
         event_id, event_time, mention_id, run_id, job_id, dataset_id, kind, event_type, facets, warnings, origins
       )
