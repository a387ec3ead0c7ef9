"""Reads source events as they were received: what each said, when, and the way it came in."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from graph.identity import SourceKey
from graph.store.database import Connection

_EVENTS = """
select e.event_id, r.source_system, r.source_key, e.kind, e.valid_from, nullif(e.valid_to, 'infinity') as valid_to,
       e.valid_from_assumed, e.system_from, e.origin_position, o.door, o.actor, o.run_id, o.file, o.topic, o.partition
  from source_event e
  join source_record r on r.tenant_id = e.tenant_id and r.source_record_id = e.source_record_id
  join origin o on o.tenant_id = e.tenant_id and o.origin_id = e.origin_id
 where e.tenant_id = $1
   and e.event_id = any($2::uuid[])
"""


@dataclass(frozen=True, slots=True)
class ReceivedEvent:
    """A source event with the way it came in; `position` is the row of the file or the offset of the message."""

    event_id: UUID
    source_key: SourceKey
    kind: str
    valid_from: datetime
    valid_to: datetime | None
    valid_from_assumed: bool
    received_at: datetime
    position: int | None
    door: str
    actor: str | None
    run_id: UUID | None
    file: str | None
    topic: str | None
    partition: int | None


async def received_events(
    connection: Connection, tenant: int, event_ids: Collection[UUID]
) -> dict[UUID, ReceivedEvent]:
    """Return those of the source events that are known, by id."""
    rows = await connection.fetch(_EVENTS, tenant, list(event_ids))
    return {row["event_id"]: _received(row) for row in rows}


def _received(row: Any) -> ReceivedEvent:
    return ReceivedEvent(
        event_id=row["event_id"],
        source_key=SourceKey(row["source_system"], row["source_key"]),
        kind=row["kind"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        valid_from_assumed=row["valid_from_assumed"],
        received_at=row["system_from"],
        position=row["origin_position"],
        door=row["door"],
        actor=row["actor"],
        run_id=row["run_id"],
        file=row["file"],
        topic=row["topic"],
        partition=row["partition"],
    )
