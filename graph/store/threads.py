"""The thread from a message to the warehouse: which file and row of the lake hold it, and when that was loaded."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from graph.identity import SourceKey
from graph.store.customer_messages import CustomerMessage, Told, first_told
from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.store.message_files import COLUMNS, MessageFile, MessageFileLoad

MOST_EVENTS = 100
"""So many source events are shown of one message."""

# A merged file holds the message, and the one that was loaded is the one it lay in at first.
_PLACES = f"""
select wanted.topic as wanted_topic, wanted.partition as wanted_partition, wanted.message_offset, {COLUMNS},
       l.load_run_id, l.load_rows, l.load_started_at, l.loaded_at
  from unnest($2::text[], $3::int4[], $4::int8[]) as wanted (topic, partition, message_offset)
  join lateral (
    select *
      from message_file
     where tenant_id = $1
       and topic = wanted.topic
       and partition = wanted.partition
       and status = 'written'
       and end_position > wanted.message_offset
       and start_position <= wanted.message_offset
       and offsets @> wanted.message_offset
     limit 1
  ) f on true
  left join lateral (
    select *
      from message_file
     where tenant_id = $1
       and topic = wanted.topic
       and partition = wanted.partition
       and loaded_at is not null
       and end_position > wanted.message_offset
       and start_position <= wanted.message_offset
     limit 1
  ) l on true
"""  # noqa: S608 - only a constant column list is filled in

_TOLD = """
select *
  from customer_message
 where tenant_id = $1
   and topic = $2
   and partition = $3
   and message_offset = $4
"""

_EVENTS = """
select e.event_id, r.source_system, r.source_key, e.system_from, held.golden_id
  from origin o
  join source_event e on e.tenant_id = o.tenant_id and e.origin_id = o.origin_id and e.origin_position = $4
  join source_record r on r.tenant_id = e.tenant_id and r.source_record_id = e.source_record_id
  left join lateral (
    select golden_id
      from crosswalk
     where tenant_id = $1
       and source_record_id = e.source_record_id
     order by system_from desc
     limit 1
  ) held on true
 where o.tenant_id = $1
   and o.topic = $2
   and o.partition = $3
 order by e.event_id
 limit $5
"""

MessagePlace = tuple[str, int, int]
"""Topic, partition and offset."""


@dataclass(frozen=True, slots=True)
class FilePlace:
    """Where in the lake a message lies: its first row counts from 1; `load` is None until the warehouse holds it."""

    file: MessageFile
    row: int
    load: MessageFileLoad | None


@dataclass(frozen=True, slots=True)
class Thread:
    """What carried a version of a customer on; `place` is None until the message is in the lake."""

    message: CustomerMessage
    place: FilePlace | None


@dataclass(frozen=True, slots=True)
class SourceEventOfMessage:
    """A source event that a message became, and the golden record that its source record belongs to now."""

    event_id: UUID
    source_key: SourceKey
    received_at: datetime
    golden_id: UUID | None


@dataclass(frozen=True, slots=True)
class MessageTrace:
    """What became of a message; what is not known of it is None or empty."""

    told: CustomerMessage | None
    place: FilePlace | None
    events: tuple[SourceEventOfMessage, ...]


class Threads:
    """Follows messages of one tenant."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant

    async def of_versions(self, versions: Collection[Told]) -> dict[Told, Thread]:
        """Return what carried versions of customers on; a version that no message told of is left out."""
        async with self._database.connection() as connection:
            told = await first_told(connection, self._tenant, versions)
            places = await self._places(
                connection, {(message.topic, message.partition, message.offset) for message in told.values()}
            )
        return {
            version: Thread(message, places.get((message.topic, message.partition, message.offset)))
            for version, message in told.items()
        }

    async def trace(self, topic: str, partition: int, offset: int) -> MessageTrace:
        """Return what became of the message at an offset."""
        async with self._database.connection() as connection:
            places = await self._places(connection, {(topic, partition, offset)})
            row = await connection.fetchrow(_TOLD, self._tenant, topic, partition, offset)
            events = await connection.fetch(_EVENTS, self._tenant, topic, partition, offset, MOST_EVENTS)
        return MessageTrace(
            None if row is None else CustomerMessage.of(row),
            places.get((topic, partition, offset)),
            tuple(
                SourceEventOfMessage(
                    event["event_id"],
                    SourceKey(event["source_system"], event["source_key"]),
                    event["system_from"],
                    event["golden_id"],
                )
                for event in events
            ),
        )

    async def _places(
        self, connection: Connection, messages: Collection[MessagePlace]
    ) -> dict[MessagePlace, FilePlace]:
        wanted = sorted(messages)
        if not wanted:
            return {}
        rows: list[Any] = await connection.fetch(
            _PLACES,
            self._tenant,
            [topic for topic, _, _ in wanted],
            [partition for _, partition, _ in wanted],
            [offset for _, _, offset in wanted],
        )
        found: dict[MessagePlace, FilePlace] = {}
        for row in rows:
            file, offset = MessageFile.of(row), row["message_offset"]
            place = file.row_of(offset)
            if place is not None:
                held = FilePlace(file, place, MessageFileLoad.of(row))
                found[row["wanted_topic"], row["wanted_partition"], offset] = held
        return found
