"""Files that people upload: kept until somebody has looked at what they would change, and said yes or no."""

from __future__ import annotations

from graph.store.migrations import run_script

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

UPGRADE = """
-- `content` is there until the upload is settled or forgotten. `told`: what a worker found out, a preview or a result.
-- `claimed_at`: when a worker last began with it; one that died is followed by another.
create table upload (
  tenant_id integer not null,
  upload_id uuid not null,
  entity_type text not null,
  source_system text not null,
  name text not null,
  reading jsonb not null,
  content bytea,
  size bigint not null,
  state text not null check (state in ('waiting', 'previewed', 'accepted', 'done', 'failed', 'discarded')),
  told jsonb,
  actor text not null,
  uploaded_at timestamptz not null default clock_timestamp(),
  claimed_at timestamptz,
  settled_at timestamptz,
  primary key (tenant_id, upload_id),
  check ((content is null) = (state in ('done', 'failed', 'discarded')))
);
create index upload_waiting on upload (uploaded_at) where state in ('waiting', 'previewed', 'accepted');
"""

DOWNGRADE = """
drop table upload;
"""


def upgrade() -> None:
    """Make the table."""
    run_script(UPGRADE)


def downgrade() -> None:
    """Drop it: uploads that nobody has decided on yet are lost."""
    run_script(DOWNGRADE)
