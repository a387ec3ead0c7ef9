-- Joins what a batch says about runs with what is known of them, and returns those that changed, before and after.
insert into run as r (
  tenant_id, run_id, job_id, started_at,
  last_start_at, last_running_at, last_complete_at, last_abort_at, last_fail_at,
  nominal_from, nominal_to, parent_run_id, root_run_id, inputs, outputs
)
select $1, run_id, job_id, started_at,
       last_start_at, last_running_at, last_complete_at, last_abort_at, last_fail_at,
       nominal_from, nominal_to, parent_run_id, root_run_id, inputs::uuid[], outputs::uuid[]
  from unnest(
    $2::uuid[], $3::uuid[], $4::timestamptz[],
    $5::timestamptz[], $6::timestamptz[], $7::timestamptz[], $8::timestamptz[], $9::timestamptz[],
    $10::timestamptz[], $11::timestamptz[], $12::uuid[], $13::uuid[], $14::text[], $15::text[]
  ) as said (
    run_id, job_id, started_at,
    last_start_at, last_running_at, last_complete_at, last_abort_at, last_fail_at,
    nominal_from, nominal_to, parent_run_id, root_run_id, inputs, outputs
  )
 order by run_id
on conflict (tenant_id, run_id) do update
  set job_id = case when (excluded.started_at, excluded.job_id) < (r.started_at, r.job_id) then excluded.job_id else r.job_id end,
      started_at = least(r.started_at, excluded.started_at),
      last_start_at = greatest(r.last_start_at, excluded.last_start_at),
      last_running_at = greatest(r.last_running_at, excluded.last_running_at),
      last_complete_at = greatest(r.last_complete_at, excluded.last_complete_at),
      last_abort_at = greatest(r.last_abort_at, excluded.last_abort_at),
      last_fail_at = greatest(r.last_fail_at, excluded.last_fail_at),
      nominal_from = least(r.nominal_from, excluded.nominal_from),
      nominal_to = greatest(r.nominal_to, excluded.nominal_to),
      parent_run_id = greatest(r.parent_run_id, excluded.parent_run_id),
      root_run_id = greatest(r.root_run_id, excluded.root_run_id),
      inputs = case
        when r.inputs @> excluded.inputs then r.inputs
        else (select array_agg(distinct one order by one) from unnest(r.inputs || excluded.inputs) as one)
      end,
      outputs = case
        when r.outputs @> excluded.outputs then r.outputs
        else (select array_agg(distinct one order by one) from unnest(r.outputs || excluded.outputs) as one)
      end
where (excluded.started_at, excluded.job_id) < (r.started_at, r.job_id)
   or not r.inputs @> excluded.inputs
   or not r.outputs @> excluded.outputs
   or (r.last_start_at, r.last_running_at, r.last_complete_at, r.last_abort_at, r.last_fail_at,
       r.nominal_from, r.nominal_to, r.parent_run_id, r.root_run_id)
      is distinct from
      (greatest(r.last_start_at, excluded.last_start_at), greatest(r.last_running_at, excluded.last_running_at),
       greatest(r.last_complete_at, excluded.last_complete_at), greatest(r.last_abort_at, excluded.last_abort_at),
       greatest(r.last_fail_at, excluded.last_fail_at), least(r.nominal_from, excluded.nominal_from),
       greatest(r.nominal_to, excluded.nominal_to), greatest(r.parent_run_id, excluded.parent_run_id),
       greatest(r.root_run_id, excluded.root_run_id))
returning new.run_id,
          old.job_id as old_job_id, old.started_at as old_started_at, old.state as old_state,
          old.inputs as old_inputs, old.outputs as old_outputs,
          new.job_id, new.started_at, new.state, new.inputs, new.outputs
