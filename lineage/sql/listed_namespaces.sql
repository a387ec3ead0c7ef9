-- A page of namespaces by name, with when the first and the last name in each was first heard
-- of; always a row, for how many there are.
with found as (
  select namespace, min(system_from) as first_at, max(system_from) as last_at
    from ({named}) named
   where $2::text is null or namespace = $2
   group by namespace
)
select total.n as total, page.*
  from (select count(*) as n from found) total
  left join (select * from found order by namespace limit $3 offset $4) page on true
