-- What people say now, as known at $4, of assets ($2) and of the columns of datasets among them, at the valid instant $3.
select coalesce(a.dataset_id, a.asset_id) as id, a.column_path, f.attributes
  from (
    select annotation_id, asset_id, dataset_id, column_path from annotation where tenant_id = $1 and asset_id = any ($2::uuid[])
    union
    select annotation_id, asset_id, dataset_id, column_path from annotation where tenant_id = $1 and dataset_id = any ($2::uuid[])
  ) a
  cross join lateral ({fact}) f
 where f.op = 'P'
 order by a.column_path nulls first
