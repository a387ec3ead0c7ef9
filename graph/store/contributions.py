"""What golden records are made of: their source records with what each held and how a steward pinned it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from graph.golden.timeline import Member, TimedEvent, source_timeline
from graph.identity import SourceKey
from graph.store import pins
from graph.store.database import Connection

_GOLDEN = """
select subject_id
  from subject
 where tenant_id = $1
   and kind = $2
   and subject_id > $3
 order by subject_id
 limit $4
"""

_EVENTS = """
select source_record_id, event_id, kind, valid_from, nullif(valid_to, 'infinity') as valid_to, sequence, attributes, digest
  from source_event
 where tenant_id = $1
   and source_record_id = any($2::uuid[])
   and system_from <= coalesce($3::timestamptz, 'infinity')
"""

_RECORDS = """
select source_record_id, source_system, source_key
  from source_record
 where tenant_id = $1
   and source_record_id = any($2::uuid[])
"""

_HELD = """
select c.source_record_id, held.golden_id
  from (select distinct source_record_id from crosswalk where tenant_id = $1 and golden_id = any($2::uuid[])) c
  cross join lateral (
    select golden_id
      from crosswalk
     where tenant_id = $1
       and source_record_id = c.source_record_id
       and system_from <= coalesce($3::timestamptz, 'infinity')
     order by system_from desc
     limit 1
  ) held
 where held.golden_id = any($2::uuid[])
"""


async def golden_ids(
    connection: Connection, tenant: int, entity_type: str, after: UUID, first: int
) -> list[UUID]:
    """Return up to so many golden records of an entity type, merged ones too, in order of their ids after one."""
    rows = await connection.fetch(_GOLDEN, tenant, entity_type, after, first)
    return [row["subject_id"] for row in rows]


async def held(
    connection: Connection, tenant: int, golden_ids: Collection[UUID], system: datetime | None = None
) -> dict[UUID, UUID]:
    """Return the golden record of every source record that belonged to one of these at a system instant (None: now)."""
    rows = await connection.fetch(_HELD, tenant, list(golden_ids), system)
    return {row["source_record_id"]: row["golden_id"] for row in rows}


async def members(
    connection: Connection, tenant: int, record_ids: Collection[UUID], system: datetime | None = None
) -> dict[UUID, Member]:
    """Return what each source record gives to its golden record, as known at a system instant (None: now)."""
    ids = list(record_ids)
    rows = await connection.fetch(_RECORDS, tenant, ids)
    keys = {row["source_record_id"]: SourceKey(row["source_system"], row["source_key"]) for row in rows}
    events = await _events(connection, tenant, ids, system)
    pinned = await pins.effective(connection, tenant, ids, system)
    return {
        record_id: Member(
            key,
            source_timeline(events.get(record_id, ())),
            pinned.get(record_id, ()),
        )
        for record_id, key in keys.items()
    }


async def _events(
    connection: Connection, tenant: int, record_ids: list[UUID], system: datetime | None
) -> dict[UUID, list[TimedEvent]]:
    found: dict[UUID, list[TimedEvent]] = {}
    for row in await connection.fetch(_EVENTS, tenant, record_ids, system):
        found.setdefault(row["source_record_id"], []).append(
            TimedEvent(
                event_id=row["event_id"],
                kind=row["kind"],
                valid_from=row["valid_from"],
                valid_to=row["valid_to"],
                sequence=row["sequence"],
                attributes=row["attributes"],
                digest=row["digest"],
            )
        )
    return found
