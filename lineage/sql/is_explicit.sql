-- Whether what is said of an output was a `lineage` facet, for use inside of `said`.
(
  select f.body ? '{member}'
    from facet f
   where f.tenant_id = $1
     and f.digest = v.digest
)
