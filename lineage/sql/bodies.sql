-- Facets by their digests.
select digest, body
  from facet
 where tenant_id = $1
   and digest = any($2::bytea[])
