-- How many {there}s lie directly behind the {here}s of the frontier that are not among those shown.
select count(distinct e.{there}_id)
  from lineage_edge e
 where e.tenant_id = $1
   and e.{here}_id = any($2::uuid[])
   and e.direction = '{direction}'
   and e.valid_from <= $3
   and e.valid_to > $3
   and not e.{there}_id = any($5::uuid[])
   and {believed}
