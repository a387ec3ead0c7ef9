-- The datasets and jobs of which a facet says something at the instants; the braces are filled with the name of the facet
-- and with what of it counts. Of few different bodies the one that says so is looked for, then who bears it.
  union
  select v.subject_id
    from (
      select d.digest
        from (select distinct digest from facet_version where tenant_id = $1 and name = '{facet}') d
        join facet b on b.tenant_id = $1 and b.digest = d.digest
       where {counts}
    ) b
    join facet_version v on v.tenant_id = $1 and v.name = '{facet}' and v.digest = b.digest
   where v.role = any(array['J', 'W']::"char"[])
     and v.valid_from <= $3
     and v.valid_to > $3
     and v.system_from <= $4
     and v.system_to > $4
