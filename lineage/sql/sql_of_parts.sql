-- The SQL that the parts of jobs ($2) send, as believed now at the valid instant $3.
select j.part_of as id, f.body ->> 'query' as query
  from job j
  join facet_version v on v.tenant_id = $1 and v.subject_id = j.job_id and v.name = 'sql' and v.role = 'J'
   and v.system_to = 'infinity' and v.valid_from <= $3 and v.valid_to > $3
  join facet f on f.tenant_id = $1 and f.digest = v.digest
 where j.tenant_id = $1
   and j.part_of = any ($2::uuid[])
   and jsonb_typeof(f.body -> 'query') = 'string'
 order by j.part_of, j.name
