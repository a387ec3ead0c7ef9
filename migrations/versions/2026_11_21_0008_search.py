"""Search over all kinds of assets: their words, each once, and which of them an asset holds where."""

from __future__ import annotations

from graph.store.migrations import run_script

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

UPGRADE = """
-- Derived: every distinct word that an asset can be found by. `variants` are hashes of the word and of the word without each
-- one of its characters: two words that are one typo apart share one. There are so few hashes that each leads to some words,
-- which makes the index small; whoever looks words up proves the distance.
create table search_word (
  tenant_id int4 not null references tenant,
  word_id int4 not null generated always as identity,
  word text collate "C" not null,
  variants int4[] not null,
  primary key (tenant_id, word_id)
);
create unique index search_word_by_length on search_word (tenant_id, length(word), word);
-- Whoever asks reads all of the list of what is not in its place yet, so that is to be short: 4 MB took 60 ms.
create index search_word_variants on search_word using gin (variants) with (gin_pending_list_limit = 128);

-- Derived: an asset as it is found. `words` are those it holds anywhere, `fields` in which of its texts each of them stands
-- (a set of bits), `name_words` those of its name, `whole` hashes of its name, or what else it is called, as one word. `texts` is what
-- is shown of it. Looked at anew where `is_stale`, or at `due_at`, when what was recorded before begins or ends to hold.
create table search_entry (
  tenant_id int4 not null references tenant,
  asset_id uuid not null,
  kind text not null,
  namespace text,
  name text not null,
  owners text[] not null default '{}',
  tags text[] not null default '{}',
  domain text,
  uses int4 not null default 0,
  words int4[] not null default '{}',
  fields int2[] not null default '{}',
  name_words int4[] not null default '{}',
  whole int4[] not null default '{}',
  texts jsonb not null default '{}',
  due_at timestamptz not null default 'infinity',
  is_stale boolean not null default false,
  primary key (tenant_id, asset_id)
);
create index search_entry_words on search_entry using gin (words, name_words, whole) with (gin_pending_list_limit = 128);
create index search_entry_stale on search_entry (tenant_id, asset_id) where is_stale;
create index search_entry_due on search_entry (tenant_id, due_at) where due_at < 'infinity';

-- How far each tenant's entries follow what was recorded; whoever writes entries or words locks this row first.
create table search_progress (
  tenant_id int4 not null references tenant,
  system_from timestamptz not null default '2000-01-01Z',
  primary key (tenant_id)
) with (fillfactor = 10);

create index dataset_heard on dataset (tenant_id, system_from);
create index job_heard on job (tenant_id, system_from);
create index facet_version_found on facet_version (tenant_id, system_from)
  where name in ('schema', 'documentation', 'ownership', 'tags', 'sql', 'symlinks');
create index dataset_name_anywhere on dataset using gin (name gin_trgm_ops);
create index job_name_anywhere on job using gin (name gin_trgm_ops) where part_of is null;
create index annotation_of_columns on annotation (tenant_id, dataset_id) where dataset_id is not null;

alter table search_word enable row level security;
alter table search_entry enable row level security;
alter table search_progress enable row level security;
create policy own_tenant on search_word using (tenant_id = current_setting('goldthread.tenant')::int4);
create policy own_tenant on search_entry using (tenant_id = current_setting('goldthread.tenant')::int4);
create policy own_tenant on search_progress using (tenant_id = current_setting('goldthread.tenant')::int4);

-- The operators of arrays are not leakproof, so behind a policy no index serves them. The functions below look past the
-- policies instead and name the tenant themselves: another than one's own is refused to all but the owner of the tables.
create function search_allowed(of_tenant int4) returns void language plpgsql stable as $$
begin
  if session_user <> current_user
     and current_setting('goldthread.tenant', true) is distinct from of_tenant::text
     and not pg_has_role(session_user, current_user, 'member') then
    raise insufficient_privilege using message = 'no other tenant may be searched';
  end if;
end $$;

-- The words that tokens may mean: the same, those that begin so (`most` of each token, the shortest first) and, where
-- `variants` are given, those that share one. Each row is a token's number and a word.
create function search_words(of_tenant int4, tokens text[], variants_of text[], most int4)
returns table (token int4, word_id int4, word text)
language plpgsql stable security definer
set search_path = public, pg_temp set enable_seqscan = off set jit = off as $$
begin
  perform search_allowed(of_tenant);
  return query
  select t.n::int4, found.word_id, found.word
    from unnest(tokens, variants_of) with ordinality as t (token, variants, n)
    cross join lateral (
      (select w.word_id, w.word
         from generate_series(length(t.token), length(t.token) + 24) as long (characters)
         cross join lateral (
           select one.word_id, one.word
             from search_word one
            where one.tenant_id = of_tenant
              and length(one.word) = long.characters
              and one.word >= t.token collate "C"
              and one.word < (t.token || U&'\\+10FFFF') collate "C"
            order by one.word
            limit most
         ) w
        limit most)
      union
      (select w.word_id, w.word
         from search_word w
        where t.variants is not null
          and w.tenant_id = of_tenant
          and w.variants && t.variants::int4[]
        limit 5000)
    ) found;
end $$;

-- The condition that entries hold a word of each group in `held`, spelled as an array of word ids.
create function search_condition(held text, groups text[]) returns text language sql immutable as $$
  select string_agg(format('%I && %L::int4[]', held, words), ' and ') from unnest(groups) as words
$$;

-- Entries that hold a word of every group in the named column, the most used of the first `scanned` that are met. Words are
-- of one tenant each, so the index of words comes first, and the tenant is proven behind it: together with it the planner
-- may take the index of tenants instead, and compare all arrays.
create function search_entries(
  of_tenant int4, held text, groups text[], of_kinds text[], in_namespaces text[], of_owners text[], with_tags text[],
  in_domains text[], scanned int4, most int4
) returns table (asset_id uuid, kind text, name text, uses int4, words int4[], fields int2[], whole int4[])
language plpgsql stable security definer
set search_path = public, pg_temp set enable_seqscan = off set enable_indexscan = off set jit = off as $$
begin
  perform search_allowed(of_tenant);
  return query execute format(
    'select e.asset_id, e.kind, e.name, e.uses, e.words, e.fields, e.whole
       from (select * from (select * from search_entry where %s offset 0) held
              where tenant_id = $1
                and ($2 is null or kind = any ($2)) and ($3 is null or namespace = any ($3))
                and ($4 is null or owners && $4) and ($5 is null or tags && $5) and ($6 is null or domain = any ($6))
              limit $7) e
      order by e.uses desc, e.asset_id limit $8', search_condition(held, groups))
  using of_tenant, of_kinds, in_namespaces, of_owners, with_tags, in_domains, scanned, most;
end $$;

-- How many entries hold a word of every group, counted up to `scanned`, and how many of these have each value of a facet,
-- the `most` frequent of each; the row of the facet 'total' counts them all, that of another without a value its values.
create function search_counts(
  of_tenant int4, groups text[], of_kinds text[], in_namespaces text[], of_owners text[], with_tags text[],
  in_domains text[], scanned int4, most int4
) returns table (facet text, value text, n int8)
language plpgsql stable security definer
set search_path = public, pg_temp set enable_seqscan = off set enable_indexscan = off set jit = off as $$
begin
  perform search_allowed(of_tenant);
  return query execute format(
    'with found as materialized (
       select e.kind, e.namespace, e.owners, e.tags, e.domain
         from (select * from search_entry where %s offset 0) e
        where tenant_id = $1
          and ($2 is null or kind = any ($2)) and ($3 is null or namespace = any ($3))
          and ($4 is null or owners && $4) and ($5 is null or tags && $5) and ($6 is null or domain = any ($6))
        limit $7
     ), counted as (
       select ''kind'' as facet, kind as value, count(*) as n from found where $8 > 0 group by kind
       union all
       select ''namespace'', namespace, count(*) from found where $8 > 0 and namespace is not null group by namespace
       union all
       select ''owner'', owner, count(*) from found, unnest(owners) owner where $8 > 0 group by owner
       union all
       select ''tag'', tag, count(*) from found, unnest(tags) tag where $8 > 0 group by tag
       union all
       select ''domain'', domain, count(*) from found where $8 > 0 and domain is not null group by domain
     ), ranked as (
       select *, row_number() over (partition by c.facet order by c.n desc, c.value) as place from counted c
     )
     select ''total'', null::text, count(*) from found
     union all
     select r.facet, null, count(*) from ranked r group by r.facet
     union all
     (select r.facet, r.value, r.n from ranked r where r.place <= $8 order by r.facet, r.place)',
    search_condition('words', groups))
  using of_tenant, of_kinds, in_namespaces, of_owners, with_tags, in_domains, scanned, most;
end $$;
"""

DOWNGRADE = """
drop function search_counts, search_entries, search_condition, search_words, search_allowed;
drop index annotation_of_columns, job_name_anywhere, dataset_name_anywhere, facet_version_found, job_heard, dataset_heard;
drop table search_progress, search_entry, search_word;
"""


def upgrade() -> None:
    """Create the tables, indexes and functions."""
    run_script(UPGRADE)


def downgrade() -> None:
    """Drop them; everything in them follows from other tables."""
    run_script(DOWNGRADE)
