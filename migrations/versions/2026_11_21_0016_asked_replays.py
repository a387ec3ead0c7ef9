"""Dead letters of streams that somebody asked for to be sent to their topics once more."""

from __future__ import annotations

from graph.store.migrations import run_script

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

UPGRADE = """
-- `replay_asked_at`: when somebody last asked for the letter to be sent to its topic once more. A worker that reaches the
-- broker does so, and sets `replayed_at`.
alter table stream_dead_letter add column replay_asked_at timestamptz;
create index stream_dead_letter_asked on stream_dead_letter (tenant_id, dead_letter_id) where replay_asked_at is not null;
"""

DOWNGRADE = """
drop index stream_dead_letter_asked;
alter table stream_dead_letter drop column replay_asked_at;
"""


def upgrade() -> None:
    """Add the column."""
    run_script(UPGRADE)


def downgrade() -> None:
    """Drop it: what was asked for is forgotten."""
    run_script(DOWNGRADE)
