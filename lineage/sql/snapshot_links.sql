-- The links between names of datasets known after $2, and all renamings: when one was is corrected in place.
select l.dataset_id, d.namespace, d.name, l.other_id, o.namespace as other_namespace, o.name as other_name, l.kind,
       l.valid_from, l.system_from
  from dataset_link l
  join dataset d on d.tenant_id = $1 and d.dataset_id = l.dataset_id
  join dataset o on o.tenant_id = $1 and o.dataset_id = l.other_id
 where l.tenant_id = $1
   and (l.system_from > $2 or l.kind = 'rename')
