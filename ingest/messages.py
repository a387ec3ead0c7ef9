"""What arrives from a topic, and what takes it in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from graph.errors import Problem
from graph.identity import content_id
from graph.store.database import Connection


class Message(msgspec.Struct, frozen=True, gc=False):
    """One message as it stands in its topic; `at` is its time as the broker or the producer wrote it."""

    topic: str
    partition: int
    offset: int
    at: datetime
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()

    @property
    def id(self) -> UUID:
        """The id of this message, the same whoever reads it; a topic made anew has other ones."""
        return content_id(self.topic, str(self.partition), str(self.offset), self.at.isoformat())

    @property
    def size(self) -> int:
        """How many bytes key and value have."""
        return len(self.key or b"") + len(self.value or b"")


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive messages of one partition, at least one.

    `start` is the position before it; `end`, exclusive, the one after it. Offsets have gaps (transactions, compaction), so
    neither tells how many messages there are, and `start` may lie before the first one's offset.
    """

    topic: str
    partition: int
    start: int
    messages: Sequence[Message]

    @property
    def end(self) -> int:
        """The position after the last message."""
        return self.messages[-1].offset + 1


@dataclass(frozen=True, slots=True)
class Refused:
    """A message that cannot be used, and why: it becomes a dead letter."""

    message: Message
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """When a batch is handed over: as soon as it has so many messages or bytes, or its first has waited so long."""

    messages: int = 2_000
    seconds: float = 1.0
    bytes: int = 8 << 20


Store = Callable[[Connection], Awaitable[Sequence[Refused]]]
"""Stores what a batch said, in the transaction that moves the position, and returns the messages it could not use.

It may be run more than once: a transaction that lost against another one is run again.
"""


class Handler(Protocol):
    """Takes the batches of a topic in."""

    async def set_apart(self, connection: Connection, topic: str, partition: int, earlier: str) -> None:
        """Call what was taken in of a topic `earlier`: it was deleted, and another one has its name and offsets now."""
        ...

    async def planned_end(self, topic: str, partition: int, position: int) -> int | None:
        """Return where the batch that starts at `position` has to end, where that was planned before."""
        ...

    async def prepare(self, batch: Batch) -> Store:
        """Do whatever needs no transaction, such as to parse, or to write a file; return what is left to be stored.

        It may be run more than once for the same batch, here or by another worker, and by one that lost the partition
        without noticing: whatever it leaves behind must be the same each time. Raises FencedError where it finds that the
        batch has to end elsewhere: it is then read anew and cut as `planned_end` says.
        """
        ...


class FencedError(Exception):
    """Raised where a partition belongs to another worker by now, or its batch has to be cut otherwise."""
