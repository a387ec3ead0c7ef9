-- Which of the mentions, facet bodies, datasets and jobs of a batch are there already; of jobs, what they are part of.
select 'mention' as what, digest, mention_id, null::uuid as id, null::uuid as part_of
  from mention
 where tenant_id = $1
   and digest = any($2::bytea[])
union all
select 'facet', digest, null, null, null
  from facet
 where tenant_id = $1
   and digest = any($3::bytea[])
union all
select 'dataset', null, null, dataset_id, null
  from dataset
 where tenant_id = $1
   and dataset_id = any($4::uuid[])
union all
select 'job', null, null, job_id, part_of
  from job
 where tenant_id = $1
   and job_id = any($5::uuid[])
