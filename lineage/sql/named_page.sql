-- A page of the {kind}s of some ids ($2) whose names hold a text ($3; null: any), by name, namespace and id; $4 to $6 are
-- those of the last one of the page before, or null. With each row, how many there are on all pages.
with found as materialized (
  select {kind}_id as id, '{kind}' as kind, namespace, name
    from {kind}
   where tenant_id = $1
     and {kind}_id = any($2::uuid[])
     and ($3::text is null or position(lower($3) in lower(name)) > 0 or position(lower($3) in lower(namespace)) > 0)
)
select total.number, page.*
  from (select count(*) as number from found) total
  left join lateral (
    select *
      from found
     where $6::uuid is null
        or (name collate "C", namespace collate "C", id) > ($4::text, $5::text, $6)
     order by name collate "C", namespace collate "C", id
     limit $7
  ) page on true
