-- One hop of lineage: the edges in one direction that hold at the instants, from the {here}s of the frontier.
-- The braces are filled when the module is imported, among them with what outputs are said to follow from and with the
-- belief asked about; as constants they let the planner use the partial indexes.
select e.{there}_id as there, e.{here}_id as here, e.kind, e.valid_from, nullif(e.valid_to, 'infinity') as valid_to,
       e.system_from, {sources} as sources
  from lineage_edge e
 where e.tenant_id = $1
   and e.{here}_id = any($2::uuid[])
   and e.direction = '{direction}'
   and e.valid_from <= $3
   and e.valid_to > $3
   and {believed}
 order by e.{there}_id, e.{here}_id, e.kind
