-- Locks the writing of a tenant's lineage, and returns for mentions the job that states what their events write.
with head as (
  update lineage_head
     set version = version + 1
   where tenant_id = $1
  returning tenant_id
)
select distinct on (f.mention_id) f.mention_id, coalesce(j.part_of, j.job_id) as job_id
  from head
  join mention_facet f on f.tenant_id = head.tenant_id and f.mention_id = any($2::int8[]) and f.role = 'J'
  join job j on j.tenant_id = f.tenant_id and j.job_id = f.subject_id
 order by f.mention_id
