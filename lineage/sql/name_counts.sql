-- How many {kind}s had been heard of by each instant of $2.
select (select count({counted}) from {kind} where tenant_id = $1 and system_from < times.until) as n
  from unnest($2::timestamptz[]) with ordinality as times (until, place)
 order by times.place
