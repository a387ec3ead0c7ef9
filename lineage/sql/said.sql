-- Something about the version `v` in which a job states what an output follows from, or else in which its SQL tells it,
-- for use inside of a statement that calls the edge between them `e`; null where nothing is said of that.
(
  select {what}
    from facet_version v
   where v.tenant_id = $1
     and v.subject_id = e.dataset_id
     and v.name = 'columnLineage'
     and v.role in ('S', 'W')
     and v.job_id = e.job_id
     and v.valid_from <= $3
     and v.valid_to > $3
     and {believed}
   order by v.role desc
   limit 1
)
