"""Which relations between assets there are or were; since when and until when is in their facts."""

from __future__ import annotations

from graph.store.migrations import run_script

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

UPGRADE = """
create table relation (
  tenant_id int4 not null,
  relation_id uuid not null,
  kind text not null,
  from_id uuid not null,
  to_id uuid not null,
  constraint relation_has_two_ends check (from_id <> to_id),
  primary key (tenant_id, relation_id),
  unique (tenant_id, from_id, kind, to_id),
  foreign key (tenant_id, relation_id) references subject,
  foreign key (tenant_id, from_id) references subject,
  foreign key (tenant_id, to_id) references subject
);
create index relation_of_target on relation (tenant_id, to_id);
"""

DOWNGRADE = "drop table relation;"


def upgrade() -> None:
    """Create the table."""
    run_script(UPGRADE)


def downgrade() -> None:
    """Drop the table."""
    run_script(DOWNGRADE)
