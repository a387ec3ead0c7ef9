-- The runs asked about ($2), and beside each the steps of it, such as single SQL statements, that tell of it.
member as (
  select run_id as told_of, run_id, false as is_step
    from unnest($2::uuid[]) as asked (run_id)
   union all
  select parent_run_id, run_id, true
    from run
   where tenant_id = $1
     and parent_run_id = any($2::uuid[])
     and is_part
)