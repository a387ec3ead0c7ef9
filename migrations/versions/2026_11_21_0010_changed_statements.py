"""What changed since an instant of what the lineage graph in memory holds is found at once, for all but edges, which were."""

from __future__ import annotations

from graph.store.migrations import run_script

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

UPGRADE = """
create index facet_version_stated on facet_version (tenant_id, system_from) where name = 'columnLineage';
create index facet_version_unstated on facet_version (tenant_id, system_to)
  where name = 'columnLineage' and system_to < 'infinity';
create index dataset_link_heard on dataset_link (tenant_id, system_from);
create index dataset_link_renamed on dataset_link (tenant_id) where kind = 'rename';
"""

DOWNGRADE = (
    "drop index dataset_link_renamed, dataset_link_heard, facet_version_unstated, facet_version_stated;"
)


def upgrade() -> None:
    """Create the indexes."""
    run_script(UPGRADE)


def downgrade() -> None:
    """Drop the indexes."""
    run_script(DOWNGRADE)
