-- The jobs that jobs ($2) are parts of, and the parts that they have, as known at $3.
select p.job_id as part_id, p.namespace as part_namespace, p.name as part_name,
       w.job_id as whole_id, w.namespace as whole_namespace, w.name as whole_name
  from (
    select job_id
      from job
     where tenant_id = $1
       and job_id = any($2::uuid[])
       and part_of is not null
    union
    select job_id
      from job
     where tenant_id = $1
       and part_of = any($2::uuid[])
  ) one
  join job p on p.tenant_id = $1 and p.job_id = one.job_id and p.system_from <= $3
  join job w on w.tenant_id = $1 and w.job_id = p.part_of
 order by p.namespace, p.name
