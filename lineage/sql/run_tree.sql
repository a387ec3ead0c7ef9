-- A run and those it started, directly and indirectly, down to a depth and up to a number; parents before children.
with recursive tree as (
  select run_id, null::uuid as parent_run_id, started_at, 0 as depth
    from run
   where tenant_id = $1
     and run_id = $2
   union all
  select c.run_id, c.parent_run_id, c.started_at, t.depth + 1
    from tree t
    join run c on c.tenant_id = $1 and c.parent_run_id = t.run_id
   where t.depth < $3
) cycle run_id set is_cycle using path,
shown as (
  select run_id, parent_run_id, started_at, depth
    from tree
   where not is_cycle
   limit $4
)
select s.run_id, s.parent_run_id, s.depth, (
         select count(*)
           from run c
          where c.tenant_id = $1
            and c.parent_run_id = s.run_id
       ) as children
  from shown s
 order by s.depth, s.started_at, s.run_id
