-- Adds what a batch declares jobs to read and write.
insert into job_declaration (tenant_id, job_id, valid_from, event_id, inputs, outputs)
select $1, job_id, valid_from, event_id, inputs::uuid[], outputs::uuid[]
  from unnest($2::uuid[], $3::timestamptz[], $4::uuid[], $5::text[], $6::text[])
    as said (job_id, valid_from, event_id, inputs, outputs)
on conflict do nothing
