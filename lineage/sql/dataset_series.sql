-- What events between two instants said of each of some datasets ($2; $3 are their ids under all names) in facets of some
-- names ($4), latest first, as known at $7. Unless every event counts ($8), of each run only what it said last; what a step
-- said is told of the run it is part of. $9 to $12 are the time, event, role and id of the last row of the page before, or null.
with name_of as (
  select asked, subject_id
    from unnest($2::uuid[], $3::uuid[]) as n (asked, subject_id)
),
mentioned as (
  select n.asked, m.mention_id, m.subject_id, m.role::text as role,
         coalesce(jsonb_object_agg(m.name, f.body) filter (where f.digest is not null), '{}') as shared
    from name_of n
    join mention_facet m on m.tenant_id = $1 and m.subject_id = n.subject_id and m.role = any(array['I', 'O', 'D']::"char"[])
    left join facet f on f.tenant_id = $1 and f.digest = m.digest and m.name = any($4::text[])
   group by n.asked, m.mention_id, m.subject_id, m.role
),
point as (
  select a.asked, p.*
    from (select distinct asked from name_of) a
   cross join lateral (
     select e.event_id, e.event_time, e.run_id, e.job_id, m.role, m.subject_id, m.shared, e.said, e.origins
       from mentioned m
      cross join lateral (
        select e.event_id, e.event_time, e.run_id, e.job_id, own.said, e.origins
          from lineage_event e
         cross join lateral (
           select coalesce(
                    e.facets -> (case m.role when 'I' then 'inputs' when 'O' then 'outputs' else 'datasets' end)
                             -> m.subject_id::text,
                    '{}'
                  ) as said
         ) own
         where e.tenant_id = $1
           and e.mention_id = m.mention_id
           and e.event_time >= coalesce($5::timestamptz, '-infinity')
           and e.event_time < coalesce($6::timestamptz, 'infinity')
           and e.system_from <= $7
           and (e.event_time, e.event_id, m.role, m.subject_id) < (
             coalesce($9::timestamptz, 'infinity'),
             coalesce($10::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'),
             coalesce($11::text, 'Z'),
             coalesce($12::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
           )
           and (m.shared || own.said) ?| $4::text[]
           and ($8 or e.run_id is null or not exists (
             select
               from lineage_event later
              where later.tenant_id = $1
                and later.run_id = e.run_id
                and (later.event_time, later.event_id) > (e.event_time, e.event_id)
                and later.event_time < coalesce($6::timestamptz, 'infinity')
                and later.system_from <= $7
                and later.facets -> (case m.role when 'I' then 'inputs' else 'outputs' end) -> m.subject_id::text ?| $4::text[]
           ))
         order by e.event_time desc, e.event_id desc
         limit $13
      ) e
      where m.asked = a.asked
      order by e.event_time desc, e.event_id desc, m.role desc, m.subject_id desc
      limit $13
   ) p
)
select p.asked, p.event_id, p.event_time, coalesce(o.run_id, p.run_id) as run_id, j.namespace as job_namespace, j.name as job,
       p.role, p.subject_id, d.namespace, d.name,
       p.shared || p.said || coalesce(whole.said, '{}') as said
  from point p
  left join lateral (
    select jsonb_object_agg(f.key, coalesce(o.body #> array[side, p.subject_id::text, f.key], '{}') || f.value) as said
      from (select case p.role when 'I' then 'inputs' else 'outputs' end as side) of_role
      join facet o on o.tenant_id = $1 and o.digest = p.origins
     cross join lateral jsonb_each(p.said) f
  ) whole on true
  join dataset d on d.tenant_id = $1 and d.dataset_id = p.subject_id
  left join run r on r.tenant_id = $1 and r.run_id = p.run_id and r.is_part
  left join run o on o.tenant_id = $1 and o.run_id = r.parent_run_id
  left join job j on j.tenant_id = $1 and j.job_id = coalesce(o.job_id, p.job_id)
 order by p.asked, p.event_time desc, p.event_id desc, p.role desc, p.subject_id desc
