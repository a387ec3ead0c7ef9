-- The {kind}s known at $4 whose name is $2 or ends with it after a dot or slash, in any namespace or in $3; at most 51.
select {kind}_id as id, '{kind}' as kind, namespace, name
  from {kind}
 where tenant_id = $1
   and left(reverse(name), 200) collate "C" between left(reverse($2), 200) and left(reverse($2), 200) || U&'\+10FFFF'
   and (name = $2 or right(name, length($2) + 1) in ('.' || $2, '/' || $2))
   and ($3::text is null or namespace = $3)
   and system_from <= $4
   and {wanted}
 order by name <> $2, namespace, name
 limit 51
