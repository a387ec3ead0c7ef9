-- The datasets that an output follows from by what is said of it, for use inside of `said`: an array, or null where what
-- is said names none. What has an empty list of whole datasets and no columns says: from none.
coalesce(
  (
    select array_agg(distinct c.input_id)
      from column_edge c
     where c.tenant_id = $1
       and c.digest = v.digest
  ),
  (
    select array[]::uuid[]
      from facet f
     where f.tenant_id = $1
       and f.digest = v.digest
       and jsonb_typeof(f.body -> 'dataset') = 'array'
       and f.body -> '_deleted' is null
  )
)
