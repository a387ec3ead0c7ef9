-- The jobs and datasets whose name is like $2; always a row, for how many there are.
with found as (
  select 'dataset' as kind, namespace, name, system_from from dataset where tenant_id = $1 and name ilike $2
  union all
  select 'job', namespace, name, system_from from job where tenant_id = $1 and name ilike $2 and part_of is null
), wanted as (
  select *
    from found
   where ($3::text is null or kind = $3)
     and ($4::text is null or namespace = $4)
     and system_from < coalesce($5::timestamptz, 'infinity')
     and system_from >= coalesce($6::timestamptz, '-infinity')
)
select total.n as total, page.*
  from (select count(*) as n from wanted) total
  left join (select * from wanted order by {order} limit $7) page on true
