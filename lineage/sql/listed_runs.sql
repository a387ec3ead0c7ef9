-- A page of the runs of a job that were heard of, latest start first; always a row, for how many there are.
with found as (
  select run_id, started_at from run where tenant_id = $1 and job_id = $2 and heard
)
select total.n as total, page.*
  from (select count(*) as n from found) total
  left join (select * from found order by started_at desc, run_id desc limit $3 offset $4) page on true
