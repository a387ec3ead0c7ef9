-- Of jobs and instants: when, later than that, the next declaration holds.
select dirty.job_id, dirty.since, (
         select d.valid_from
           from job_declaration d
          where d.tenant_id = $1
            and d.job_id = dirty.job_id
            and d.valid_from > dirty.since
          order by d.valid_from
          limit 1
       ) as until
  from unnest($2::uuid[], $3::timestamptz[]) as dirty (job_id, since)
