-- Keeps what became of mentions of which column lineage was to be worked out.
update column_inference i
   set status = said.status,
       reason = said.reason
  from unnest($2::int8[], $3::text[], $4::text[]) as said (mention_id, status, reason)
 where i.tenant_id = $1
   and i.mention_id = said.mention_id
