-- The last committed system instant, and whether any dataset had two names by $2. Until the end of the transaction the
-- statements of hops keep the plans they were given first: to plan them anew takes longer than to carry them out.
select last_at,
       exists (
         select
           from dataset_link
          where tenant_id = $1
            and system_from <= $2
       ) as linked,
       set_config('plan_cache_mode', 'force_generic_plan', true)
  from clock
 where tenant_id = $1
