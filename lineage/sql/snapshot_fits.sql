-- Whether a tenant has no more than $2 edges and statements together.
select count(*) <= $2
  from (
    select from lineage_edge where tenant_id = $1
    union all
    select from facet_version where tenant_id = $1 and name = 'columnLineage'
     limit $2 + 1
  ) counted
