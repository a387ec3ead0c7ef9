"""What source systems say of customers: JSON records and change events, into the golden records."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, cast

import orjson

from graph.errors import InvalidInputError, Problem
from graph.golden.entity_type import EntityType
from graph.golden.record import Origin, snake
from graph.intake import Incoming, Intake, Outcome
from graph.intake.pause import without_cycle_search
from graph.intake.preparing import prepared
from graph.store.database import Connection
from ingest.messages import Batch, Message, Refused, Store
from ingest.streams.change_events import is_change, is_tombstone_key, key_of, payload, record_of
from ingest.streams.topics import system_of

LARGEST_RECORD = 1 << 20
"""How many bytes a record may have."""

AT_A_TIME = 50
"""So many messages are read before others have their turn: some milliseconds."""


class CustomerRecords:
    """Takes source records in, in the transaction that moves the position.

    What cannot be read becomes a dead letter; what can, and speaks of somebody who was erased, is let go. `heard` is called
    once for each topic, with its name and that of its source system, before its first messages are taken in.
    """

    def __init__(self, intake: Intake, heard: Callable[[str, str], Awaitable[None]] | None = None) -> None:
        self._intake = intake
        self._heard = heard
        self._topics: set[str] = set()
        self._turn = asyncio.Lock()

    async def set_apart(self, connection: Connection, topic: str, partition: int, earlier: str) -> None:
        """Do nothing: whatever was recorded is known by what it says."""

    async def planned_end(self, topic: str, partition: int, position: int) -> int | None:
        """Return None: a batch may end anywhere."""
        return None

    async def prepare(self, batch: Batch) -> Store:
        """Read the messages and work out whatever of each does not depend on others.

        One batch after the other: the first is stored while the second is read, instead of all being read at the same time
        and none being stored.
        """
        async with self._turn:
            ready, refused = await self._read(batch)

        async def store(connection: Connection) -> Sequence[Refused]:
            outcomes = await self._intake.store_in(connection, [item for _, item in ready])
            return [*refused, *_contradictions(ready, outcomes)]

        return store

    async def _read(self, batch: Batch) -> tuple[list[tuple[Message, Incoming]], list[Refused]]:
        system = system_of(batch.topic) or batch.topic
        if self._heard is not None and batch.topic not in self._topics:
            await self._heard(batch.topic, system)
            self._topics.add(batch.topic)
        origin = Origin(door="kafka", topic=batch.topic, partition=batch.partition)
        entity_type = await self._intake.entity_type()
        ready: list[tuple[Message, Incoming]] = []
        refused: list[Refused] = []
        with without_cycle_search():
            for start in range(0, len(batch.messages), AT_A_TIME):
                await asyncio.sleep(0)
                for message in batch.messages[start : start + AT_A_TIME]:
                    found = _incoming(message, system, origin, entity_type)
                    if isinstance(found, Refused):
                        refused.append(found)
                    elif found is not None:
                        ready.append((message, found))
        return ready, refused


def _incoming(
    message: Message, system: str, origin: Origin, entity_type: EntityType
) -> Incoming | Refused | None:
    """Return what a message tells, prepared, or why it tells nothing; None where it repeats that a row was deleted."""
    try:
        raw = record(message, system, entity_type)
    except InvalidInputError as error:
        return Refused(message, error.problems)
    if raw is None:
        return None
    item = prepared(raw, origin, message.offset, entity_type)
    return item if item.event is not None else Refused(message, item.problems)


def record(message: Message, system: str, entity_type: EntityType) -> object | None:
    """Return the source record that a message tells, None where it repeats that a row was deleted.

    Raises InvalidInputError where it cannot be read.
    """
    if message.key is None:
        raise InvalidInputError.at("key", "is null: it says which record the message is about")
    if message.value is None:
        if is_tombstone_key(message.key):
            return None
        raise InvalidInputError.at("$", 'is null: a record ends with {"kind": "end"}')
    if len(message.value) > LARGEST_RECORD:
        reason = f"has {len(message.value):,} bytes; a record may have {LARGEST_RECORD:,}"
        raise InvalidInputError.at("$", reason)
    try:
        value = payload(orjson.loads(message.value))
    except orjson.JSONDecodeError as error:
        raise InvalidInputError.at("$", f"is not JSON: {str(error)[:200]}") from error
    key = key_of(message.key)
    if is_change(value):
        return record_of(cast("Mapping[str, Any]", value), key, system, entity_type)
    if not isinstance(value, dict):
        return value
    return _named(cast("dict[str, object]", value), key, system)


def _named(fields: dict[str, object], key: str, system: str) -> dict[str, object]:
    """Return a record with its system and its key, which the topic and the message say where it does not."""
    given = {snake(name): value for name, value in fields.items()}
    said = given.get("source_system")
    if said is None:
        fields = {name: value for name, value in fields.items() if snake(name) != "source_system"}
        fields["source_system"] = system
    elif said != system:
        raise InvalidInputError.at("$.sourceSystem", f"is not {system}, whose topic this is")
    if given.get("key") is None:
        fields = {name: value for name, value in fields.items() if snake(name) != "key"}
        fields["key"] = key
    return fields


def _contradictions(ready: Sequence[tuple[Message, Incoming]], outcomes: Sequence[Outcome]) -> list[Refused]:
    return [
        Refused(message, outcome.problems or (Problem("$", "was refused"),))
        for (message, _), outcome in zip(ready, outcomes, strict=True)
        if outcome.status == "rejected" and not outcome.is_erased
    ]
