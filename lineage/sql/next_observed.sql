-- Of contents of facets and instants: whether the content was observed at the instant, and when next after it.
select wanted.place,
       bool_or(seen.at_once) as at_once,
       min(seen.later) as later
  from unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::bytea[], $7::timestamptz[])
       with ordinality as wanted (subject_id, name, role, job_id, digest, at, place)
  cross join lateral (
    select exists (
             select
               from lineage_event
              where tenant_id = $1
                and mention_id = m.mention_id
                and event_time = wanted.at
           ) as at_once,
           (
             select event_time
               from lineage_event
              where tenant_id = $1
                and mention_id = m.mention_id
                and event_time > wanted.at
              order by event_time
              limit 1
           ) as later
      from mention_facet m
     where m.tenant_id = $1
       and m.subject_id = wanted.subject_id
       and m.name = wanted.name
       and m.digest = wanted.digest
       and m.job_id = wanted.job_id
       and m.is_inferred = (wanted.role = 'S')
       and case m.role when 'O' then 'W' when 'D' then 'W' else m.role end
           = case wanted.role when 'S' then 'W' else wanted.role end::"char"
  ) seen
 group by wanted.place
