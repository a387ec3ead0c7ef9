"""What was recorded of lineage since an instant is found at once, for those who follow it."""

from __future__ import annotations

from graph.store.migrations import run_script

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# The events and edges of one commit have one instant: the entries of an index are as good as one for all of them, and are
# added at its end.
UPGRADE = """
create index lineage_event_recorded on lineage_event (tenant_id, system_from);
create index lineage_edge_recorded on lineage_edge (tenant_id, system_from);
create index lineage_edge_closed on lineage_edge (tenant_id, system_to) where system_to < 'infinity';
"""

DOWNGRADE = "drop index lineage_edge_closed, lineage_edge_recorded, lineage_event_recorded;"


def upgrade() -> None:
    """Create the indexes."""
    run_script(UPGRADE)


def downgrade() -> None:
    """Drop the indexes."""
    run_script(DOWNGRADE)
