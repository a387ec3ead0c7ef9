"""The thread from a message to the warehouse: which file and row of the lake hold it, and when that was loaded."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from graph.golden.versions import ceiling
from graph.identity import SourceKey
from graph.store import facts
from graph.store.customer_messages import CustomerMessage, first_told
from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.store.message_files import COLUMNS, MessageFile
from graph.store.warehouse_loads import WarehouseLoad

MOST_EVENTS = 100
"""So many source events are shown of one message."""

# A merged file holds the message, and the one that was loaded is the one it lay in at first.
_PLACES = f"""
select wanted.topic as wanted_topic, wanted.partition as wanted_partition, wanted.message_offset, {COLUMNS},
       l.file_id as load_file_id, l.load_run_id, l.load_rows, l.load_started_at, l.loaded_at
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

VersionKey = tuple[UUID, datetime, datetime]
"""A customer, the system instant since which a version of it is believed, and since when that is valid."""


@dataclass(frozen=True, slots=True)
class FilePlace:
    """Where in the lake a message lies: `row`, its first or that of a version, counts from 1; `load` is None until the warehouse holds it."""

    file: MessageFile
    row: int
    load: WarehouseLoad | None


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

    async def of_versions(self, versions: Collection[VersionKey]) -> dict[VersionKey, Thread]:
        """Return what carried versions of customers on; a version that no message told of is left out.

        The row of each is its own among those of its message, which has one for each version known then.
        """
        async with self._database.connection() as connection:
            first = await first_told(connection, self._tenant, {version[:2] for version in versions})
            if not first:
                return {}
            told = {version: first[version[:2]] for version in versions if version[:2] in first}
            places = await self._places(connection, {_place_of(message) for message in first.values()})
            latest = max(message.known_at for message in first.values())
            known = await facts.history(connection, self._tenant, {id for id, _, _ in told}, latest)
        return {
            version: Thread(message, _own_row(version, message, known, places.get(_place_of(message))))
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
                held = FilePlace(file, place, WarehouseLoad.of(row))
                found[row["wanted_topic"], row["wanted_partition"], offset] = held
        return found


def _place_of(message: CustomerMessage) -> MessagePlace:
    return message.topic, message.partition, message.offset


def _own_row(
    version: VersionKey,
    message: CustomerMessage,
    known: Mapping[UUID, list[facts.Fact]],
    place: FilePlace | None,
) -> FilePlace | None:
    """Return the place of a version's own row: behind those of the versions that its message told of as earlier ones."""
    if place is None:
        return None
    customer, _, valid_from = version
    of_then = [f for f in known[customer] if f.system_from is not None and f.system_from <= message.known_at]
    earlier = sum(each.op in ("P", "D") and each.period.start <= valid_from for each in ceiling(of_then))
    return replace(place, row=place.row + max(0, earlier - 1))
