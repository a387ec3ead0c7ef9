-- What jobs of a tenant say, or their SQL tells, of what their outputs follow from, as `snapshot_edges` has edges.
select job_id, subject_id, role = 'W', valid_from, valid_to, system_from, system_to, digest
  from facet_version
 where tenant_id = {tenant}
   and name = 'columnLineage'
   and role in ('S', 'W')
   and job_id <> '00000000-0000-0000-0000-000000000000'
   and {changed}
