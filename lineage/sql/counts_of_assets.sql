-- How many of the assets found there are of each kind and namespace, and with each owner, tag, term and domain, of each
-- aspect those that most have ($13).
, words as materialized (
  select found.id, f.attributes
    from found
    join annotation a on a.tenant_id = $1 and a.asset_id = found.id
    cross join lateral ({words}) f
   where f.attributes is not null
),
facets as materialized (
  select found.id, v.name, b.body
    from found
    join facet_version v on v.tenant_id = $1 and v.subject_id = found.id and v.name in ('ownership', 'tags')
     and v.role = any(array['J', 'W']::"char"[])
     and v.valid_from <= $3 and v.valid_to > $3 and v.system_from <= $4 and v.system_to > $4
    join facet b on b.tenant_id = $1 and b.digest = v.digest
),
told (aspect, value, id) as (
  select 'kind', kind, id from found
  union all
  select 'namespace', namespace, id from found where namespace is not null
  union all
  select 'owner', o ->> 'name', id from words, jsonb_array_elements(attributes -> 'owners') o
  union all
  select 'tag', t ->> 'key', id from words, jsonb_array_elements(attributes -> 'tags') t
  union all
  select 'term', t #>> '{{}}', id from words, jsonb_array_elements(attributes -> 'terms') t
  union all
  select 'domain', attributes ->> 'domain', id from words where attributes ? 'domain'
  union all
  select 'owner', o #>> '{{}}', id from facets, jsonb_path_query(body, '$.owners[*].name') o
   where name = 'ownership' and jsonb_typeof(o) = 'string'
  union all
  select 'tag', t ->> 'key', id from facets, jsonb_path_query(body, '$.tags[*]') t
   where name = 'tags' and jsonb_typeof(t -> 'key') = 'string' and not t ? 'field'
),
counted as (
  select aspect, value, count(distinct id) as n,
         row_number() over (partition by aspect order by count(distinct id) desc, value) as place,
         count(*) over (partition by aspect) as values
    from told
   group by aspect, value
)
select aspect, value, n, values from counted where place <= $13 order by aspect, n desc, value
