-- One hop of lineage: the edges in one direction that hold at the instants, from the {here}s of the frontier.
-- The braces are filled when the module is imported: {here}, {direction}, and {believed} for the belief asked about;
-- as constants they let the planner use the partial indexes.
select {there}_id as there, {here}_id as here, kind, valid_from, nullif(valid_to, 'infinity') as valid_to, system_from
  from lineage_edge
 where tenant_id = $1
   and {here}_id = any($2::uuid[])
   and direction = '{direction}'
   and valid_from <= $3
   and valid_to > $3
   and {believed}
 order by {there}_id, {here}_id, kind
