"""How far each stream of messages is taken in, and the messages that could not be."""

from __future__ import annotations

from graph.store.migrations import run_script

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

UPGRADE = """
-- How far a consumer has come in each partition: moved in the transaction that stores what the messages said, so this row
-- and not the broker says where to go on. Whoever is given a partition raises its epoch; a worker that lost the partition
-- without noticing writes no offset (null) and fails. Two incarnations of a topic are told apart by whoever sees its end.
-- `end_offset` is the end of the partition as last seen, `heard_at` when; counts are of messages handled since the start.
create table stream_position (
  tenant_id int4 not null references tenant,
  consumer text not null,
  topic text not null,
  partition int4 not null,
  next_offset int8,
  epoch int8 not null default 1,
  end_offset int8 not null default 0,
  messages int8 not null default 0,
  dead_letters int8 not null default 0,
  last_message_at timestamptz,
  moved_at timestamptz,
  heard_at timestamptz not null default clock_timestamp(),
  constraint stream_position_is_not_fenced check (next_offset is not null and next_offset >= 0),
  primary key (tenant_id, consumer, topic, partition)
) with (fillfactor = 50);

-- Messages that could not be used, as they came, with the reasons; `dead_letter_id` is a digest of where and when the message
-- stood in its topic. `published_at`: when it was also written to the topic of dead letters; `replayed_at`: when it was last
-- sent to its topic once more.
create table stream_dead_letter (
  tenant_id int4 not null references tenant,
  dead_letter_id uuid not null,
  consumer text not null,
  topic text not null,
  partition int4 not null,
  message_offset int8 not null,
  message_at timestamptz not null,
  key bytea,
  value bytea,
  header_names text[] not null,
  header_values bytea[] not null,
  problems jsonb not null,
  received_at timestamptz not null default clock_timestamp(),
  published_at timestamptz,
  replayed_at timestamptz,
  primary key (tenant_id, dead_letter_id)
);
create index stream_dead_letter_by_time on stream_dead_letter (tenant_id, received_at, dead_letter_id);
create index stream_dead_letter_unpublished on stream_dead_letter (tenant_id, dead_letter_id) where published_at is null;
"""

DOWNGRADE = """
drop table stream_dead_letter, stream_position;
"""


def upgrade() -> None:
    """Create the tables."""
    run_script(UPGRADE)


def downgrade() -> None:
    """Drop them with what they hold."""
    run_script(DOWNGRADE)
