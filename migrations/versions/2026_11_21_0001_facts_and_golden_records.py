"""Tenants and their clock, the bitemporal fact log, source events, the crosswalk and the SCD2 view."""

from __future__ import annotations

from graph.store.migrations import run_script

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

UPGRADE = """
create extension if not exists pg_trgm;

create table tenant (
  tenant_id int4 primary key,
  name text not null unique
);

create table clock (
  tenant_id int4 primary key references tenant,
  last_at timestamptz not null default '2000-01-01Z'
) with (fillfactor = 50);

insert into tenant (tenant_id, name) values (1, 'default');
insert into clock (tenant_id) values (1);

-- The next instant of a tenant's system time. The row lock is held to commit, so system time is commit-ordered;
-- it never repeats and never runs backwards, whatever the wall clock does.
create function tick(of_tenant int4) returns timestamptz language plpgsql as $$
declare
  at timestamptz;
begin
  update clock
     set last_at = greatest(clock_timestamp(), last_at + interval '1 microsecond')
   where tenant_id = of_tenant
  returning last_at into at;
  if at is null then
    raise exception 'unknown tenant %', of_tenant using errcode = 'no_data_found';
  end if;
  return at;
end $$;

create table subject (
  tenant_id int4 not null references tenant,
  subject_id uuid not null,
  kind text not null,
  natural_key text,
  primary key (tenant_id, subject_id),
  unique (tenant_id, kind, natural_key)
);

-- Append-only: what was believed about a subject, from when on. At a valid and a system instant the newest fact
-- covering both wins. P: present with attributes. D: deleted or ended. A: absent, never was. M: is the target.
create table fact (
  tenant_id int4 not null,
  subject_id uuid not null,
  system_from timestamptz not null,
  seq int4 not null,
  valid_from timestamptz not null,
  valid_to timestamptz not null default 'infinity',
  op "char" not null constraint fact_op_known check (op in ('P', 'D', 'A', 'M')),
  attributes jsonb,
  provenance jsonb,
  target_id uuid,
  constraint fact_period_not_empty check (valid_from < valid_to),
  constraint fact_present_has_attributes check ((op = 'P') = (attributes is not null)),
  constraint fact_merged_has_target check ((op = 'M') = (target_id is not null)),
  primary key (tenant_id, subject_id, system_from, seq, valid_from, valid_to),
  foreign key (tenant_id, subject_id) references subject,
  foreign key (tenant_id, target_id) references subject
);
create index fact_feed on fact (tenant_id, system_from, subject_id, seq);

create table search_document (
  tenant_id int4 not null,
  subject_id uuid not null,
  kind text not null,
  words text not null,
  primary key (tenant_id, kind, subject_id),
  foreign key (tenant_id, subject_id) references subject
);
create index search_document_words on search_document using gin (words gin_trgm_ops);

create table source_system (
  tenant_id int4 not null references tenant,
  name text not null,
  trust int2 not null default 50 constraint source_system_trust_in_percent check (trust between 0 and 100),
  primary key (tenant_id, name)
);

create table source_record (
  tenant_id int4 not null references tenant,
  source_record_id uuid not null,
  entity_type text not null,
  source_system text not null,
  source_key text not null,
  primary key (tenant_id, source_record_id),
  unique (tenant_id, entity_type, source_system, source_key),
  foreign key (tenant_id, source_system) references source_system
);

-- The way a batch of source events came in: through which door, from which file or topic, in which run.
create table origin (
  tenant_id int4 not null references tenant,
  origin_id uuid not null,
  door text not null constraint origin_door_known check (door in ('graphql', 'rest', 'file', 'kafka')),
  actor text,
  run_id uuid,
  file text,
  topic text,
  partition int4,
  primary key (tenant_id, origin_id)
);

create table source_event (
  tenant_id int4 not null,
  event_id uuid not null,
  source_record_id uuid not null,
  kind text not null constraint source_event_kind_known check (kind in ('snapshot', 'correction', 'end', 'retract')),
  valid_from timestamptz not null,
  valid_to timestamptz not null default 'infinity',
  valid_from_assumed bool not null,
  sequence int8 not null,
  attributes jsonb,
  digest bytea not null,
  origin_id uuid not null,
  origin_position int8,
  system_from timestamptz not null,
  constraint source_event_period_not_empty check (valid_from < valid_to),
  constraint source_event_attributes_with_kind check ((kind in ('snapshot', 'correction')) = (attributes is not null)),
  primary key (tenant_id, event_id),
  foreign key (tenant_id, source_record_id) references source_record,
  foreign key (tenant_id, origin_id) references origin
);
create index source_event_of_record on source_event (tenant_id, source_record_id, valid_from);
create index source_event_of_origin on source_event (tenant_id, origin_id, origin_position);

-- Normalised e-mails and phones of every source record: the keys by which records of one customer find each other.
create table identifier (
  tenant_id int4 not null,
  entity_type text not null,
  kind text not null,
  value text not null,
  source_record_id uuid not null,
  primary key (tenant_id, entity_type, kind, value, source_record_id),
  foreign key (tenant_id, source_record_id) references source_record
);
create index identifier_of_record on identifier (tenant_id, source_record_id);

-- Append-only: which golden record a source record belongs to, from a system instant on until the next row.
create table crosswalk (
  tenant_id int4 not null,
  source_record_id uuid not null,
  system_from timestamptz not null,
  golden_id uuid not null,
  reason text not null constraint crosswalk_reason_known check (reason in ('new', 'rule', 'model', 'steward', 'merge', 'unmerge')),
  primary key (tenant_id, source_record_id, system_from),
  foreign key (tenant_id, source_record_id) references source_record,
  foreign key (tenant_id, golden_id) references subject
);
create index crosswalk_of_golden on crosswalk (tenant_id, golden_id, source_record_id, system_from);

-- Append-only: a person's word that two source records are, or are not, the same; the newest row of a pair counts.
create table match_decision (
  tenant_id int4 not null,
  a uuid not null,
  b uuid not null,
  system_from timestamptz not null,
  verdict text not null constraint match_decision_verdict_known check (verdict in ('must_link', 'cannot_link')),
  actor text not null,
  constraint match_decision_pair_ordered check (a < b),
  primary key (tenant_id, a, b, system_from),
  foreign key (tenant_id, a) references source_record,
  foreign key (tenant_id, b) references source_record
);
create index match_decision_of_b on match_decision (tenant_id, b);

create table quarantine (
  tenant_id int4 not null,
  quarantine_id uuid not null,
  origin_id uuid not null,
  origin_position int8,
  body text not null,
  problems jsonb not null,
  system_from timestamptz not null,
  primary key (tenant_id, quarantine_id),
  foreign key (tenant_id, origin_id) references origin
);

-- The slowly changing dimension (type 2) of all customers of the session's tenant, as best known now.
create view customers_history as
with known as (
  select f.*
    from fact f
    join subject s using (tenant_id, subject_id)
   where s.kind = 'customer'
     and f.tenant_id = coalesce(nullif(current_setting('goldthread.tenant_id', true), '')::int4, 1)
),
cut as (
  select subject_id, valid_from as at from known
  union
  select subject_id, valid_to from known where valid_to < 'infinity'
),
stretch as (
  select subject_id, at as valid_from, coalesce(lead(at) over (partition by subject_id order by at), 'infinity') as valid_to
    from cut
),
believed as (
  select t.subject_id, t.valid_from, t.valid_to, f.op, f.attributes, f.provenance
    from stretch t
    cross join lateral (
      select k.op, k.attributes, k.provenance
        from known k
       where k.subject_id = t.subject_id
         and k.valid_from <= t.valid_from
         and k.valid_to > t.valid_from
       order by k.system_from desc, k.seq desc
       limit 1
    ) f
),
told as (
  select subject_id, valid_from, valid_to, op, attributes, provenance,
         (op, attributes, provenance) is not distinct from lag((op, attributes, provenance)) over w
           and valid_from = lag(valid_to) over w as same
    from believed
   where op in ('P', 'D')
  window w as (partition by subject_id order by valid_from)
),
grouped as (
  select *, count(*) filter (where not coalesce(same, false)) over (partition by subject_id order by valid_from) as version
    from told
),
version as (
  select subject_id, version::int4, op, attributes, provenance, min(valid_from) as valid_from, max(valid_to) as valid_to
    from grouped
   group by subject_id, version, op, attributes, provenance
)
select v.subject_id as customer_id,
       v.version,
       coalesce(v.attributes, last.attributes) as attributes,
       v.op = 'P' and v.valid_from <= now() and v.valid_to > now() as is_current,
       v.op = 'D' as is_deleted,
       coalesce(v.provenance, last.provenance) ->> 'systems' as source_system,
       v.valid_from,
       nullif(v.valid_to, 'infinity') as valid_to
  from version v
  left join lateral (
    select p.attributes, p.provenance
      from version p
     where p.subject_id = v.subject_id
       and p.version < v.version
       and p.op = 'P'
     order by p.version desc
     limit 1
  ) last on v.op = 'D';
"""

DOWNGRADE = """
drop view customers_history;
drop table quarantine, match_decision, crosswalk, identifier, source_event, origin, source_record, source_system,
  search_document, fact, subject, clock, tenant;
drop function tick;
"""


def upgrade() -> None:
    """Create the tables."""
    run_script(UPGRADE)


def downgrade() -> None:
    """Drop the tables."""
    run_script(DOWNGRADE)
