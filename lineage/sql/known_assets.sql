-- Assets of every kind that are known at the instants ($3, $4) and pass the filters. The braces are filled with the
-- branches of the kinds that are wanted, with the assets of which people or producers say what is asked for, and with what
-- is made of all that is found: a page, by the first 200 characters of the name and the id, or counts.
with asked as (
  select $1::int4, $2::text[], $3::timestamptz, $4::timestamptz, $5::text, $6::text, $7::text, $8::text, $9::text[], $10::text[], $11::text, $12::uuid,
         $13::int4, $14::uuid[], $15::text[]
),
{said}
found (kind, id, place, namespace, dataset_id, path) as {kept} (
{branches}
)
{answer}
