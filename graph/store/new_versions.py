"""The versions that our own datasets got: each file that was written to the lake, each load of one into the warehouse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from graph.store.database import DEFAULT_TENANT, Database

_SINCE = """
select * from (
  select written_at as made_at, 'lake' as place, kind, null as topic, path as version, rows, run_id, null::jsonb as parent
    from lake_file where tenant_id = $1 and written_at > $2
  union all
  select l.loaded_at, 'warehouse', f.kind, null, f.path, l.rows, l.run_id, l.parent
    from warehouse_load l join lake_file f using (tenant_id, file_id) where l.tenant_id = $1 and l.loaded_at > $2
  union all
  select written_at, 'lake', kind, topic, path, rows, run_id, null
    from message_file where tenant_id = $1 and written_at > $2
  union all
  select loaded_at, 'warehouse', kind, topic, path, load_rows, load_run_id, load_parent
    from message_file where tenant_id = $1 and loaded_at > $2
) as made
 order by made_at
 limit $3
"""


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version of the lake's or the warehouse's dataset of a kind, the run that made it and what that is part of.

    `topic` is that of the messages it came from, None where it came from none.
    """

    made_at: datetime
    place: Literal["lake", "warehouse"]
    kind: str
    topic: str | None
    version: str
    rows: int
    run_id: UUID
    parent: dict[str, Any] | None


async def versions_since(
    database: Database, since: datetime, limit: int, tenant: int = DEFAULT_TENANT
) -> list[NewVersion]:
    """Return the versions that were made after an instant, oldest first."""
    async with database.connection() as connection:
        rows = await connection.fetch(_SINCE, tenant, since, limit)
    return [NewVersion(**dict(row)) for row in rows]
