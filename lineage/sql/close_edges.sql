-- Ends the belief in some edges; the rows stay, for questions about what was believed before.
update lineage_edge e
   set system_to = $2
  from unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::timestamptz[])
    as gone (job_id, dataset_id, direction, kind, valid_from)
 where e.tenant_id = $1
   and e.job_id = gone.job_id
   and e.dataset_id = gone.dataset_id
   and e.direction = gone.direction::"char"
   and e.kind = gone.kind
   and e.valid_from = gone.valid_from
   and e.system_to = 'infinity'
