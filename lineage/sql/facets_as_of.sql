-- The newest facet of each name of one {subject} that holds at the instants; names are found one by one in the index, so the
-- cost does not grow with the number of observations. A schema seen on an input may be a selection of columns: it counts
-- only where no other is known.
with recursive names as (
  (
    select name
      from {subject}_facet
     where tenant_id = $1
       and {subject}_id = $2
     order by name
     limit 1
  )
  union all
  select (
    select f.name
      from {subject}_facet f
     where f.tenant_id = $1
       and f.{subject}_id = $2
       and f.name > n.name
     order by f.name
     limit 1
  )
    from names n
   where n.name is not null
)
select n.name, newest.valid_from, facet.body
  from names n
  cross join lateral (
    select f.valid_from, f.digest
      from {subject}_facet f
     where f.tenant_id = $1
       and f.{subject}_id = $2
       and f.name = n.name
       and f.valid_from <= $3
       and f.system_from <= $4
       and {wanted}
     order by f.valid_from desc, f.digest desc
     limit 1
  ) newest
  join facet on facet.tenant_id = $1 and facet.digest = newest.digest
 where n.name is not null
 order by n.name
