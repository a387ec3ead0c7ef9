-- A page of {kind}s by name, of a namespace or of all, with when each was first heard of; always a row, for how many
-- there are. The index holds digests of namespaces.
with found as (
  select {kind}_id as id, namespace, name, system_from
    from {kind} named
   where tenant_id = $1
     and ($2::text is null or (md5(namespace) = md5($2) and namespace = $2))
     and {wanted}
)
select total.n as total, page.*
  from (select count(*) as n from found) total
  left join (select * from found order by namespace, name limit $3 offset $4) page on true
