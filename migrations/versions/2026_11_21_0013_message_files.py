"""The lake's files of messages: which offsets each holds, who wrote it, and what of it is in the warehouse."""

from __future__ import annotations

from graph.store.migrations import run_script

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

UPGRADE = """
-- One process that carries the messages of a topic into the lake, from its start to its end: one run as lineage sees it.
-- Whoever is alive holds the advisory lock of its run, so that others can tell which ended without a word.
create table stream_run (
  tenant_id int4 not null references tenant,
  run_id uuid not null,
  kind text not null,
  broker text not null,
  topic text not null,
  dataset text not null,
  started_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  ending text constraint stream_run_ending_known check (ending in ('COMPLETE', 'ABORT')),
  start_reported_at timestamptz,
  end_reported_at timestamptz,
  constraint stream_run_ends_somehow check ((ended_at is null) = (ending is null)),
  primary key (tenant_id, run_id)
);
create index stream_run_unreported on stream_run (tenant_id, run_id) where start_reported_at is null or end_reported_at is null;

-- The manifest of the lake's files of messages. A row is committed before its file is written, with the places at which its
-- batch starts and ends, so that a retry writes the same file again; it is `written` in the transaction that moves the
-- position of the topic. Messages lie in a file in the order of their offsets: a message's row is its rank among `offsets`,
-- which leave out what was refused or erased; where messages have several rows, `counts` says how many each. `merging` becomes `written` in the moment when the files that it was made
-- from become `replaced`; until then these hold the messages. `seq` is the order of planning.
create table message_file (
  tenant_id int4 not null references tenant,
  file_id uuid not null,
  seq int8 generated always as identity,
  kind text not null,
  dataset text not null,
  path text not null,
  topic text not null,
  partition int4 not null,
  start_position int8 not null,
  end_position int8 not null,
  first_at timestamptz not null,
  status text not null default 'planned'
    constraint message_file_status_known check (status in ('planned', 'merging', 'written', 'replaced')),
  offsets int8multirange,
  counts int4[],
  rows int8,
  size int8,
  sha256 bytea constraint message_file_sha256_is_whole check (length(sha256) = 32),
  run_id uuid not null,
  replaced_by uuid,
  planned_at timestamptz not null default clock_timestamp(),
  written_at timestamptz,
  reported_at timestamptz,
  removed_at timestamptz,
  load_run_id uuid,
  load_rows int8,
  load_started_at timestamptz,
  loaded_at timestamptz,
  load_reported_at timestamptz,
  constraint message_file_range_not_empty check (start_position < end_position),
  constraint message_file_described_once_written check (
    num_nonnulls(offsets, rows, size, sha256, written_at) = case when status in ('written', 'replaced') then 5 else 0 end),
  constraint message_file_loaded_as_a_whole check (num_nonnulls(load_run_id, load_rows, load_started_at, loaded_at) in (0, 4)),
  constraint message_file_replaced_by_another check (replaced_by is not null or status <> 'replaced'),
  primary key (tenant_id, file_id),
  unique (tenant_id, dataset, path),
  foreign key (tenant_id, replaced_by) references message_file
);
create unique index message_file_holds_a_message_once on message_file (tenant_id, topic, partition, start_position)
  where status in ('planned', 'written');
create index message_file_of_offset on message_file (tenant_id, topic, partition, end_position) where status = 'written';
create index message_file_to_load on message_file (tenant_id, dataset, seq) where loaded_at is null;
create index message_file_loaded_of_offset on message_file (tenant_id, topic, partition, end_position) where loaded_at is not null;
create index message_file_of_source on message_file (tenant_id, replaced_by) where replaced_by is not null;
create index message_file_unreported on message_file (tenant_id, seq) where reported_at is null or load_reported_at is null;
create index message_file_to_remove on message_file (tenant_id, seq) where status = 'replaced' and removed_at is null;

-- Which messages told of a customer's versions: the one that first told a version is the first from its system time on.
create table customer_message (
  tenant_id int4 not null references tenant,
  customer_id uuid not null,
  known_at timestamptz not null,
  topic text not null,
  partition int4 not null,
  message_offset int8 not null,
  message_at timestamptz not null,
  primary key (tenant_id, customer_id, known_at, topic, partition, message_offset)
);
create index customer_message_by_offset on customer_message (tenant_id, topic, partition, message_offset);

-- What came in with a message is found by its topic.
create index origin_of_topic on origin (tenant_id, topic, partition) where topic is not null;
"""

DOWNGRADE = """
drop index origin_of_topic;
drop table customer_message, message_file, stream_run;
"""


def upgrade() -> None:
    """Create the tables."""
    run_script(UPGRADE)


def downgrade() -> None:
    """Drop the tables."""
    run_script(DOWNGRADE)
