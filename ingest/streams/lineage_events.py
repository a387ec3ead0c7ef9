"""OpenLineage events from a topic, recorded as those that come over HTTP are."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from graph.errors import CatalogError, InvalidInputError, Problem
from graph.store.database import Connection
from ingest.messages import Batch, Message, Refused, Store
from lineage.dead_letters import DeadLetters
from lineage.recorder import Recorder


class LineageEvents:
    """Records events before the position moves.

    Exactly once in effect: an event is known by its time and its bytes, so one that is read again after a crash between the
    two changes nothing. That way they share the recorder's transactions and its memory with nobody else's.
    """

    def __init__(self, recorder: Recorder, dead_letters: DeadLetters) -> None:
        self._recorder = recorder
        self._dead_letters = dead_letters

    async def set_apart(self, connection: Connection, topic: str, partition: int, earlier: str) -> None:
        """Do nothing: whatever was recorded is known by what it says."""

    async def planned_end(self, topic: str, partition: int, position: int) -> int | None:
        """Return None: a batch may end anywhere."""
        return None

    async def prepare(self, batch: Batch) -> Store:
        """Record the events of a batch; what cannot be recorded is kept with those of other doors, too."""
        there = [message for message in batch.messages if message.value is not None]
        results = await self._recorder.record_batch([message.value or b"" for message in there])
        refused = [
            Refused(message, (Problem("$", "is null: it holds no event"),))
            for message in batch.messages
            if message.value is None
        ]
        refused += [each for pair in zip(there, results, strict=True) if (each := _refused(*pair))]
        await asyncio.gather(
            *(
                self._dead_letters.keep(f"kafka {batch.topic}", each.message.value, each.problems)
                for each in refused
                if each.message.value is not None
            )
        )

        async def store(connection: Connection) -> Sequence[Refused]:
            return refused

        return store


def _refused(message: Message, result: object) -> Refused | None:
    if isinstance(result, InvalidInputError):
        return Refused(message, result.problems)
    if isinstance(result, CatalogError):
        raise result
    return None
