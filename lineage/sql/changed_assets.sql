-- What was recorded with $2 < system_from <= $3 of anything that is searched, at most $4 of each source: facts of golden
-- records, of catalog assets and of what people say of assets; datasets, jobs, the facets they are found by, and edges.
select 'fact' as source, f.system_from, coalesce(a.dataset_id, a.asset_id, f.subject_id) as id
  from (
    select system_from, subject_id
      from fact
     where tenant_id = $1 and system_from > $2 and system_from <= $3
     order by system_from, subject_id
     limit $4
  ) f
  left join annotation a on a.tenant_id = $1 and a.annotation_id = f.subject_id
union all
(select 'dataset', system_from, dataset_id
   from dataset
  where tenant_id = $1 and system_from > $2 and system_from <= $3
  order by system_from
  limit $4)
union all
(select 'job', system_from, coalesce(part_of, job_id)
   from job
  where tenant_id = $1 and system_from > $2 and system_from <= $3
  order by system_from
  limit $4)
union all
select 'facet', v.system_from, coalesce(j.part_of, v.subject_id)
  from (
    select system_from, subject_id
      from facet_version
     where tenant_id = $1 and system_from > $2 and system_from <= $3
       and name in ('schema', 'documentation', 'ownership', 'tags', 'sql', 'symlinks')
     order by system_from
     limit $4
  ) v
  left join job j on j.tenant_id = $1 and j.job_id = v.subject_id
union all
select 'edge', e.system_from, unnest(array[e.dataset_id, e.job_id])
  from (
    select system_from, dataset_id, job_id
      from lineage_edge
     where tenant_id = $1 and system_from > $2 and system_from <= $3
     order by system_from
     limit $4
  ) e
