"""Lets PostgreSQL look things up for the next records while it writes the ones of now: both cores have work all the time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from graph.golden.entity_type import EntityType
from graph.intake.candidates import Comparison
from graph.intake.foresight import Foresight, Touched, foresee
from graph.intake.turn import Incoming, Turn
from graph.store.database import Database, watermark


class LookAhead:
    """Looks ahead by one transaction; those that do not keep every other writer out go without."""

    def __init__(self, database: Database, tenant: int) -> None:
        self._database = database
        self._tenant = tenant
        self._asked: asyncio.Task[Foresight] | None = None
        self._touched: Touched | None = None

    def begin(self, entity_type: EntityType, items: Sequence[Incoming]) -> None:
        """Begin to look up what can be asked of the records that come next, unless that is under way."""
        if self._asked is None:
            self._asked = asyncio.create_task(self._foresee(entity_type, items))

    def wrote(self, turn: Turn, comparison: Comparison, at: datetime) -> None:
        """Remember what a transaction that keeps every other writer out is about to commit."""
        self._touched = Touched(
            at,
            keys={*turn.keys.values(), *turn.new_records},
            ids=turn.digests.keys(),
            blocking={key for key, _ in (*comparison.added, *comparison.removed)},
            profiles=comparison.fresh.keys(),
            is_generic_moved=bool(comparison.learned or comparison.unlearned),
        )

    async def arrive(self) -> None:
        """Wait until everything asked for is there: before a connection is taken that the answer may need."""
        if self._asked is not None:
            await asyncio.gather(self._asked, return_exceptions=True)

    async def seen(self, turn: Turn) -> Foresight:
        """Return what was looked up for this transaction, as far as it holds: each that writes moves the clock."""
        asked, touched, self._asked, self._touched = self._asked, self._touched, None, None
        if asked is None or not asked.done() or asked.exception() is not None:
            return Foresight()
        if touched is None or not turn.alone or touched.at != await watermark(turn.connection, self._tenant):
            return Foresight()
        return asked.result().without(touched)

    async def _foresee(self, entity_type: EntityType, items: Sequence[Incoming]) -> Foresight:
        keys = {item.event.key for item in items if item.event is not None}
        ids = {item.event_id for item in items if item.event_id is not None}
        looks = [item.look for item in items if item.look is not None and item.looked_by is entity_type]
        async with self._database.connection() as connection, connection.transaction():
            return await foresee(connection, self._tenant, entity_type.name, keys, ids, looks)
