-- The datasets that got another name after one system instant ($2) and up to another ($3).
select dataset_id
  from dataset_link
 where tenant_id = $1
   and system_from > $2
   and system_from <= $3
 union
select other_id
  from dataset_link
 where tenant_id = $1
   and system_from > $2
   and system_from <= $3
