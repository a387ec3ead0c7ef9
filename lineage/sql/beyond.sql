-- How many {there}s lie directly behind the {here}s of the frontier that are not among those shown.
select count(distinct {there}_id)
  from lineage_edge
 where tenant_id = $1
   and {here}_id = any($2::uuid[])
   and direction = '{direction}'
   and valid_from <= $3
   and valid_to > $3
   and not {there}_id = any($5::uuid[])
   and {believed}
