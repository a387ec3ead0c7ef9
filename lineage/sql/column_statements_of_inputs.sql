-- The statements by jobs on what follows from datasets ($2) that hold at the instants ($3, $4), latest first, at most $6;
-- of one column of theirs ($5) or all. The job must write the dataset then, and what it states outranks what its SQL tells.
select said.input_id, v.subject_id, v.job_id, v.valid_from, f.body, v.role::text
  from (
    select distinct c.input_id, c.digest
      from column_edge c
     where c.tenant_id = $1
       and c.input_id = any($2::uuid[])
       and ($5::text is null or (md5(c.input_column) in (md5($5), md5('')) and c.input_column in ($5, '')))
  ) said
  join facet_version v on v.tenant_id = $1 and v.digest = said.digest
  join facet f on f.tenant_id = $1 and f.digest = said.digest
 where v.name = 'columnLineage'
   and v.role in ('S', 'W')
   and v.valid_from <= $3
   and v.valid_to > $3
   and v.system_from <= $4
   and v.system_to > $4
   and {wanted}
   and (v.role = 'W' or not exists (
     select
       from facet_version w
      where w.tenant_id = $1
        and w.subject_id = v.subject_id
        and w.name = 'columnLineage'
        and w.role = 'W'
        and w.job_id = v.job_id
        and w.valid_from <= $3
        and w.valid_to > $3
        and w.system_from <= $4
        and w.system_to > $4
   ))
 order by v.valid_from desc, v.subject_id, v.job_id, said.input_id
 limit $6
