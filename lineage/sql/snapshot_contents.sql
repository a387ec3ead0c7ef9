-- What statements ($2) say: the ids of the datasets they name, one after the other; whether they name none, which is an
-- answer too, and whether they are explicit.
select f.digest,
       coalesce(
         (
           select string_agg(distinct uuid_send(c.input_id), '')
             from column_edge c
            where c.tenant_id = $1
              and c.digest = f.digest
         ), ''
       ) as sources,
       coalesce(jsonb_typeof(f.body -> 'dataset') = 'array' and f.body -> '_deleted' is null, false) as is_of_datasets,
       f.body ? '{member}' as is_explicit
  from facet f
 where f.tenant_id = $1
   and f.digest = any($2::bytea[])
