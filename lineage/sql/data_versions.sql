-- The versions of the data of datasets by the instants ($4, $5), latest first: what runs that went well wrote, and what
-- owners of a dataset say of it without a run. $2 are the datasets asked about and $3 their ids under all names; $6 and $7
-- are the place of the last row of the page before, or null.
with name_of as (
  select asked, subject_id
    from unnest($2::uuid[], $3::uuid[]) as n (asked, subject_id)
),
written as (
  select n.asked, n.subject_id, r.started_at as at, r.run_id as id, r.run_id, j.job_id, r.ended_at as instant
    from name_of n
    cross join lateral (
      select distinct e.job_id
        from lineage_edge e
       where e.tenant_id = $1
         and e.dataset_id = n.subject_id
         and e.direction = 'O'
         and e.kind = 'observed'
         and e.valid_from <= $4
         and e.system_from <= $5
    ) j
    cross join lateral (
      select r.run_id, r.started_at, r.last_complete_at as ended_at
        from run r
       where r.tenant_id = $1
         and r.job_id = j.job_id
         and r.started_at <= $4
         and (r.started_at, r.run_id) < (
           coalesce($6::timestamptz, 'infinity'), coalesce($7::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
         )
         and r.outputs @> array[n.subject_id]
         and {went_well}
       order by r.started_at desc, r.run_id desc
       limit $8
    ) r
),
stated as (
  select n.asked, n.subject_id, v.valid_from as at, md5(v.digest::text || v.name)::uuid as id, v.name, v.digest
    from name_of n
    join facet_version v on v.tenant_id = $1 and v.subject_id = n.subject_id and v.role = 'W'
     and v.name in ('version', 'lifecycleStateChange')
   where v.valid_from <= $4
     and v.system_from <= $5
     and v.system_to > $5
     and (v.valid_from, md5(v.digest::text || v.name)::uuid) < (
       coalesce($6::timestamptz, 'infinity'), coalesce($7::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
     )
),
one as (
  select asked, subject_id, at, id, run_id, job_id, instant, null::bytea as digest, null as name from written
  union all
  select asked, subject_id, at, id, null, null, at, digest, name from stated
),
page as (
  select a.asked as dataset, p.*
    from (select distinct asked from name_of) a
    cross join lateral (select * from one where one.asked = a.asked order by at desc, id desc limit $8) p
)
select page.dataset as asked, page.at, page.id, page.run_id, page.instant, j.namespace as job_namespace, j.name as job,
       coalesce(said.version, case when page.name = 'version' then f.body end) as version,
       coalesce(said.lifecycle, case when page.name = 'lifecycleStateChange' then f.body end) as lifecycle,
       s.valid_from as schema_since
  from page
  left join job j on j.tenant_id = $1 and j.job_id = page.job_id
  left join facet f on f.tenant_id = $1 and f.digest = page.digest
  left join lateral (
    select (array_agg(own -> 'version' order by event_time desc) filter (where own ? 'version'))[1] as version,
           (array_agg(own -> 'lifecycleStateChange' order by event_time desc)
             filter (where own ? 'lifecycleStateChange'))[1] as lifecycle
      from (
        select event_time, facets -> 'outputs' -> page.subject_id::text as own
          from lineage_event
         where tenant_id = $1
           and run_id = page.run_id
           and event_time <= $4
           and system_from <= $5
      ) e
  ) said on true
  left join lateral (
    select valid_from
      from facet_version
     where tenant_id = $1
       and subject_id = page.subject_id
       and name = 'schema'
       and role = 'W'
       and valid_from <= page.instant
       and valid_to > page.instant
       and system_from <= $5
       and system_to > $5
     order by valid_from desc
     limit 1
  ) s on true
 order by page.dataset, page.at desc, page.id desc
