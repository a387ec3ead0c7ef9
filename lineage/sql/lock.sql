-- Locks the writing of a tenant's lineage, and reads which of the events of a batch are recorded already and what is known
-- of its runs. The rest of the row was read before the lock was had: it counts only where the version is the expected one.
with head as materialized (
  select version, epoch
    from lineage_head
   where tenant_id = $1
     for update
)
select head.version, head.epoch,
       array(
         select event_id
           from lineage_event
          where tenant_id = $1
            and event_id = any($2::uuid[])
       ) as events,
       r.run_id, r.job_id, r.started_at, r.last_at,
       r.last_start_at, r.last_running_at, r.last_complete_at, r.last_abort_at, r.last_fail_at,
       r.heard, r.is_part, r.nominal_from, r.nominal_to, r.parent_run_id, r.root_run_id, r.given_id,
       r.inputs, r.outputs
  from head
  left join run r on r.tenant_id = $1 and r.run_id = any($3::uuid[])
