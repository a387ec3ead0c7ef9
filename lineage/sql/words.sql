-- What jobs ($2) read and write at the instants, and what they say of what they write. The braces are filled when the
-- module is imported.
select e.job_id, e.dataset_id, e.direction = 'O' as is_output, said.sources, said.is_explicit
  from lineage_edge e
  left join lateral {said} said on e.direction = 'O'
 where e.tenant_id = $1
   and e.job_id = any($2::uuid[])
   and e.direction in ('I', 'O')
   and e.valid_from <= $3
   and e.valid_to > $3
   and {believed}
