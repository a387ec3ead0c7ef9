-- Which {there}s lie directly behind {here}s ($2) in one direction at the instants.
select distinct e.{here}_id as here, e.{there}_id as there
  from lineage_edge e
 where e.tenant_id = $1
   and e.{here}_id = any($2::uuid[])
   and e.direction = '{direction}'
   and e.valid_from <= $3
   and e.valid_to > $3
   and e.system_from <= $4
   and e.system_to > $4
