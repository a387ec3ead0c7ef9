-- Takes mentions of which column lineage is to be worked out, for as long as the transaction lasts, each with its SQL.
with taken as (
  select mention_id
    from column_inference
   where tenant_id = $1
     and status = 'waiting'
   order by mention_id
   limit $2
     for update skip locked
)
select t.mention_id, f.body
  from taken t
  left join mention_facet m
         on m.tenant_id = $1 and m.mention_id = t.mention_id and m.role = 'J' and m.name = 'sql'
  left join facet f on f.tenant_id = $1 and f.digest = m.digest
 order by t.mention_id
