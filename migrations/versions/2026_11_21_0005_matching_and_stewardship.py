"""Matching, stewardship, policies, the change feed and erasure."""

from __future__ import annotations

from graph.store.migrations import run_script

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

UPGRADE = """
-- Append-only: what a tenant says of an entity type in place of, or beside, what ships with the product: the definition
-- itself, how records are matched, which source wins, the weights of the match model. The highest version of a part counts.
create table policy (
  tenant_id int4 not null references tenant,
  entity_type text not null,
  part text not null constraint policy_part_known check (part in ('definition', 'matching', 'survivorship', 'model')),
  version int4 not null constraint policy_version_positive check (version > 0),
  system_from timestamptz not null,
  document jsonb not null,
  actor text not null,
  note text,
  primary key (tenant_id, entity_type, part, version)
);

-- Derived: how far the golden records of an entity type have been worked out anew under a version of a policy, everything
-- up to `through`: a source record where a definition, matching or model changed, else a golden record. `done` of `total`,
-- which is null until it has begun; begun again from the start, it ends the same.
create table policy_run (
  tenant_id int4 not null,
  entity_type text not null,
  part text not null,
  version int4 not null,
  through uuid,
  done int8 not null default 0,
  total int8,
  finished_at timestamptz,
  primary key (tenant_id, entity_type, part, version),
  foreign key (tenant_id, entity_type, part, version) references policy
);

-- Derived from a record's events and kept current with them: what it looks like to the matcher, attribute -> values in
-- comparable form, the last one held first. `identity` is the digest of `profile`; `quality`, 0 to 1, and `failed_rules`
-- are those of the values it held last. Without a foreign key, as the blocking keys are: checking six of them would be a
-- seventh of the cost of a new record.
create table record_profile (
  tenant_id int4 not null,
  source_record_id uuid not null,
  profile jsonb not null,
  identity bytea not null,
  quality float4 not null constraint record_profile_quality_is_share check (quality between 0 and 1),
  failed_rules text[] not null default '{}',
  primary key (tenant_id, source_record_id)
) with (fillfactor = 90);

-- Derived: the keys by which a record finds those it is compared with, each a 64-bit digest of entity type, rule and values.
create table blocking_key (
  tenant_id int4 not null,
  key int8 not null,
  source_record_id uuid not null,
  primary key (tenant_id, key, source_record_id)
);
create index blocking_key_of_record on blocking_key (tenant_id, source_record_id);

-- Derived: blocking keys that more records share than the policy's `max_block_size`, such as a call centre's phone, and
-- that therefore count for nothing. Learned when they become too many, unlearned when they are few enough again.
-- `records` is how many there were when it was learned.
create table generic_key (
  tenant_id int4 not null references tenant,
  key int8 not null,
  entity_type text not null,
  rule text not null,
  records int4 not null,
  system_from timestamptz not null,
  primary key (tenant_id, key)
);

-- Append-only: how strongly two source records look like one, where that is worth a look; the newest row of a pair counts.
-- `weight` is the match weight in bits, -1000 where a rule says that they never are, null where the pair no longer looks
-- alike. `rule` is null where the model decided.
create table match_edge (
  tenant_id int4 not null,
  a uuid not null,
  b uuid not null,
  system_from timestamptz not null,
  weight float8,
  rule text,
  model_version int4 not null,
  constraint match_edge_pair_ordered check (a < b),
  primary key (tenant_id, a, b, system_from),
  foreign key (tenant_id, a) references source_record,
  foreign key (tenant_id, b) references source_record
);
create index match_edge_of_b on match_edge (tenant_id, b);

-- A steward's word may also be taken back; identities tell whether the records have changed since it was given.
alter table match_decision
  drop constraint match_decision_verdict_known,
  add constraint match_decision_verdict_known check (verdict in ('must_link', 'cannot_link', 'withdrawn')),
  add column identity_a bytea,
  add column identity_b bytea,
  add column note text;

-- Work for a steward: two records that may be, or may not be, one. Open tasks are derived from the clusters and become
-- obsolete with them; a decided one stays. Holds no personal data of itself, `note` is what a steward wrote.
create table review_task (
  tenant_id int4 not null references tenant,
  task_id uuid not null,
  entity_type text not null,
  kind text not null constraint review_task_kind_known check (kind in ('possible_match', 'contested', 'conflict', 'reopened')),
  a uuid not null,
  b uuid not null,
  weight float8 not null,
  reason text not null,
  status text not null default 'open' constraint review_task_status_known check (status in ('open', 'deferred', 'approved', 'rejected', 'split', 'obsolete')),
  opened_at timestamptz not null,
  assignee text,
  deferred_until timestamptz,
  decided_at timestamptz,
  decided_by text,
  note text,
  constraint review_task_pair_ordered check (a < b),
  constraint review_task_deferred_until check ((status = 'deferred') = (deferred_until is not null)),
  constraint review_task_decided check ((status in ('open', 'deferred')) = (decided_at is null)),
  primary key (tenant_id, task_id),
  foreign key (tenant_id, a) references source_record,
  foreign key (tenant_id, b) references source_record
);
create unique index review_task_one_per_pair on review_task (tenant_id, a, b) where status in ('open', 'deferred');
create index review_task_of_b on review_task (tenant_id, b);
create index review_task_queue on review_task (tenant_id, entity_type, weight desc, task_id) where status in ('open', 'deferred');
create index review_task_queue_by_age on review_task (tenant_id, entity_type, opened_at, task_id) where status in ('open', 'deferred');
create index review_task_closed on review_task (tenant_id, entity_type, status, weight desc, task_id) where decided_at is not null;

-- Append-only: what was done to a review task, by whom; the way back for undo.
create table review_action (
  tenant_id int4 not null,
  task_id uuid not null,
  system_from timestamptz not null,
  action text not null,
  actor text not null,
  before jsonb not null,
  note text,
  primary key (tenant_id, task_id, system_from),
  foreign key (tenant_id, task_id) references review_task
);

-- Append-only: a steward's word that one record's values of an attribute group win, or never win, over a valid period.
create table survivorship_pin (
  tenant_id int4 not null,
  source_record_id uuid not null,
  attribute_group text not null,
  system_from timestamptz not null,
  verdict text not null constraint survivorship_pin_verdict_known check (verdict in ('pin', 'ignore', 'withdrawn')),
  valid_from timestamptz not null,
  valid_to timestamptz not null default 'infinity',
  actor text not null,
  note text,
  constraint survivorship_pin_period_not_empty check (valid_from < valid_to),
  primary key (tenant_id, source_record_id, attribute_group, system_from),
  foreign key (tenant_id, source_record_id) references source_record
);

-- Append-only: the change feed, written in the transaction that changes a golden record, read in order up to the watermark.
-- Never holds personal data, only the names of the attributes that changed and the ids that took part.
create table change_event (
  tenant_id int4 not null,
  system_from timestamptz not null,
  seq int4 not null,
  change_id uuid not null,
  entity_type text not null,
  kind text not null constraint change_event_kind_known check (kind in ('created', 'changed', 'deleted', 'reopened', 'retracted', 'merged', 'unmerged', 'erased')),
  golden_id uuid not null,
  other_id uuid,
  attributes text[] not null default '{}',
  valid_from timestamptz,
  constraint change_event_other_of_two check ((kind in ('merged', 'unmerged')) = (other_id is not null)),
  primary key (tenant_id, system_from, seq)
);
create index change_event_of_golden on change_event (tenant_id, golden_id, system_from);
create index change_event_of_other on change_event (tenant_id, other_id, system_from) where other_id is not null;

-- Each consumer's own note of how far it has come in the change feed; nothing follows from it.
create table change_consumer (
  tenant_id int4 not null references tenant,
  name text not null,
  system_from timestamptz not null,
  seq int4 not null,
  moved_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, name)
);

-- That somebody was erased, by whom and what was removed where; only its status and report move on, and what it holds tells
-- nobody who the person was.
create table erasure (
  tenant_id int4 not null references tenant,
  erasure_id uuid not null,
  entity_type text not null,
  golden_id uuid not null,
  actor text not null,
  reason text not null,
  requested_at timestamptz not null,
  status text not null default 'requested' constraint erasure_status_known check (status in ('requested', 'erased', 'scrubbed')),
  erased_at timestamptz,
  scrubbed_at timestamptz,
  report jsonb not null default '{}',
  primary key (tenant_id, erasure_id)
);
create unique index erasure_of_golden on erasure (tenant_id, golden_id);

-- Keyed digests of what an erased person was known by, so that a re-load does not bring the person back; lifting removes them.
create table suppression (
  tenant_id int4 not null,
  digest bytea not null constraint suppression_digest_is_whole check (length(digest) = 32),
  erasure_id uuid not null,
  primary key (tenant_id, digest),
  foreign key (tenant_id, erasure_id) references erasure
);

-- Derived rows, written with what they are derived from, as profiles and blocking keys are: checking each once more costs a
-- tenth of a load. A source record's source system already holds its tenant.
alter table identifier drop constraint identifier_tenant_id_source_record_id_fkey;
alter table search_document drop constraint search_document_tenant_id_subject_id_fkey;
alter table source_record drop constraint source_record_tenant_id_fkey;

-- Files are delivered of every entity type.
alter table delivery add column entity_type text not null default 'customer';

-- An erased golden record keeps its id, and nothing else.
alter table fact
  drop constraint fact_op_known,
  add constraint fact_op_known check (op in ('P', 'D', 'A', 'M', 'E'));

alter table crosswalk
  drop constraint crosswalk_reason_known,
  add constraint crosswalk_reason_known check (reason in ('new', 'rule', 'model', 'steward', 'merge', 'unmerge', 'erasure'));
"""

DOWNGRADE = """
alter table source_record add foreign key (tenant_id) references tenant;
alter table search_document add foreign key (tenant_id, subject_id) references subject;
alter table identifier add foreign key (tenant_id, source_record_id) references source_record;
alter table delivery drop column entity_type;
alter table crosswalk
  drop constraint crosswalk_reason_known,
  add constraint crosswalk_reason_known check (reason in ('new', 'rule', 'model', 'steward', 'merge', 'unmerge'));
alter table fact
  drop constraint fact_op_known,
  add constraint fact_op_known check (op in ('P', 'D', 'A', 'M'));
drop table suppression, erasure, change_consumer, change_event, survivorship_pin, review_action, review_task, match_edge,
  generic_key, blocking_key, record_profile, policy_run, policy;
alter table match_decision
  drop column note,
  drop column identity_b,
  drop column identity_a,
  drop constraint match_decision_verdict_known,
  add constraint match_decision_verdict_known check (verdict in ('must_link', 'cannot_link'));
"""


def upgrade() -> None:
    """Create the tables."""
    run_script(UPGRADE)


def downgrade() -> None:
    """Drop the tables."""
    run_script(DOWNGRADE)
