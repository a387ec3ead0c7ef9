-- The tags that datasets and jobs bear now.
select distinct tag ->> 'key' as key, tag ->> 'value' as value
  from facet_version v
  join facet f on f.tenant_id = v.tenant_id and f.digest = v.digest
 cross join lateral jsonb_path_query(f.body, '$.tags[*]') tag
 where v.tenant_id = $1
   and v.name = 'tags'
   and v.valid_to = 'infinity'
   and v.system_to = 'infinity'
   and jsonb_typeof(tag -> 'key') = 'string'
 order by 1, 2
