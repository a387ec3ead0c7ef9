"""Up to which instant an Airflow was compared with what the catalog heard of it, and told of what happened here."""

from __future__ import annotations

from graph.store.migrations import run_script

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

UPGRADE = """
-- `runs_to`: its runs that changed up to then are in the catalog, ends and all. `versions_to`: our dataset versions made up
-- to then are events of its assets. `namespace` is what its OpenLineage events name it.
create table airflow_reconciled (
  tenant_id int4 not null references tenant,
  namespace text not null,
  runs_to timestamptz,
  versions_to timestamptz,
  primary key (tenant_id, namespace)
);
"""

DOWNGRADE = """
drop table airflow_reconciled;
"""


def upgrade() -> None:
    """Create the table."""
    run_script(UPGRADE)


def downgrade() -> None:
    """Drop the table."""
    run_script(DOWNGRADE)
