-- The assets of which people or producers say something at the instants, under each name of a dataset. The braces are
-- filled with the aspect, the value looked up in the index of all that people ever said, the proof on what they say then,
-- and what producers say.
{aspect}_stated as materialized (
  select v.asset_id as id
    from annotation_value v
    join annotation a on a.tenant_id = $1 and a.asset_id = v.asset_id
    cross join lateral ({words}) f
   where v.tenant_id = $1
     and v.aspect = '{aspect}'
     and v.value = {value}
     and {proof}
  {producers}
),
{aspect}_said as materialized (
  select id from {aspect}_stated
   union
  select l.dataset_id from dataset_link l join {aspect}_stated s on l.other_id = s.id
   where l.tenant_id = $1 and l.system_from <= $4
   union
  select l.other_id from dataset_link l join {aspect}_stated s on l.dataset_id = s.id
   where l.tenant_id = $1 and l.system_from <= $4
),
