-- The edges of a tenant, all or those added or ended after an instant; for COPY, all rows of one width. COPY takes no
-- arguments: the braces are filled with numbers.
select job_id, dataset_id, direction = 'O', kind = 'declared', valid_from, valid_to, system_from, system_to
  from lineage_edge
 where tenant_id = {tenant}
   and {changed}
