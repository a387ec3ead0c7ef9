-- The edges that hold at only one of two bases ($2, $3 and $4, $5), and at which. What holds at both by the same row is left
-- out by looking at each row once; what is believed anew, by another row and for the same span, is in it for both.
select job_id, dataset_id, direction::text, kind, valid_from, nullif(valid_to, 'infinity') as valid_to, is_after
  from (
    select job_id, dataset_id, direction, kind, valid_from, valid_to,
           valid_from <= $2 and valid_to > $2 and system_from <= $3 and system_to > $3 as is_before,
           valid_from <= $4 and valid_to > $4 and system_from <= $5 and system_to > $5 as is_after
      from lineage_edge
     where tenant_id = $1
  ) edge
 where is_before <> is_after
