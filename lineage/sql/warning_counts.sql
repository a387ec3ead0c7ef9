-- How many events recorded from $2 on have each thing wrong, the most frequent first. What is quoted in a reason, and the
-- numbers in its path, differ from event to event and are left out.
select regexp_replace(w ->> 'path', '\[\d+\]', '[]', 'g') as path,
       regexp_replace(w ->> 'reason', '''[^'']*''', '…', 'g') as reason,
       count(distinct e.event_id) as events,
       max(e.system_from) as last_at
  from lineage_event e
 cross join lateral jsonb_array_elements(e.warnings) w
 where e.tenant_id = $1
   and e.warnings is not null
   and e.system_from >= coalesce($2::timestamptz, '-infinity')
   and ($3::uuid is null or e.job_id = $3)
 group by 1, 2
 order by 3 desc, 1, 2
 limit $4
