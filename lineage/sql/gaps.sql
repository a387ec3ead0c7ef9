-- A page of the gaps of one kind by key, after $5, with how many there are; always a row, for that. The braces are filled
-- with how they are found by the instants ($2, $3).
with asked as (
  select $2::timestamptz, $3::timestamptz, $4::float8
),
found (key, subject_id, other_id, run_id, since, seconds, detail) as (
{found}
)
select total.n as total, page.*
  from (select count(*) as n from found) total
  left join (
    select * from found where key > coalesce($5, '') collate "C" order by key limit $6
  ) page on true
 order by page.key
