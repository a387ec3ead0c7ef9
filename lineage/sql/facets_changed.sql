-- The datasets of which some source states {facet} at only one of two bases ($2, $3 and $4, $5), or otherwise.
select distinct subject_id
  from facet_version
 where tenant_id = $1
   and name = '{facet}'
   and (valid_from <= $2 and valid_to > $2 and system_from <= $3 and system_to > $3)
    <> (valid_from <= $4 and valid_to > $4 and system_from <= $5 and system_to > $5)
