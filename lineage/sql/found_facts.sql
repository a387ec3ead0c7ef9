-- What is believed now, as known at $4, of subjects ($2) at the valid instant $3, and when that next changes.
select s.subject_id, s.kind, f.op::text, f.attributes, due.at as due_at
  from subject s
  left join lateral ({fact}) f on true
  cross join lateral (
    select min(at) as at
      from fact, unnest(array[valid_from, nullif(valid_to, 'infinity')]) at
     where tenant_id = $1 and subject_id = s.subject_id and system_from <= $4 and at > $3
  ) due
 where s.tenant_id = $1
   and s.subject_id = any ($2::uuid[])
