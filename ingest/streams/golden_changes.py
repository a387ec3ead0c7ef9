"""Sends every change of the golden records to the topic `customers`, in order, at least once, each with its id."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from graph.errors import CatalogError
from graph.golden.entity_type import CUSTOMER
from graph.identity import content_id
from graph.store.change_feed import ChangeEvent, ChangeFeed
from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.store.golden_records import GoldenRecords, Version
from graph.store.stream_positions import StreamPositions
from ingest.customer_messages import customer_message
from ingest.streams.sending import Outgoing, Sender
from ingest.streams.topics import GOLDEN

CONSUMER = "kafka:customers"
"""The name by which the change feed remembers how far the topic is."""

PAGE = 2_000
BACKLOG_SECONDS = 5.0
"""While records pile up before intake, changes are sent so seldom: many at once cost less, and intake comes first."""

PUBLISHER_LOCK = 0x6B61666B
"""The advisory lock of the one who writes the topic, so that the changes of a record stay in order."""

_logger = logging.getLogger(__name__)


class GoldenChanges:
    """Carries the change feed of one tenant's customers into the topic.

    A message tells a golden record by its id, with all of its versions as they were known at the change; the same change
    sent again is the same message, byte for byte, with the same `goldthread.id`. That one was erased is told by a message
    without value, at which the topic lets go of all earlier ones of the same record, and of this one in the end.
    `intake` is the consumer that takes records in, before which this steps back.
    """

    def __init__(
        self, database: Database, sender: Sender, tenant: int = DEFAULT_TENANT, *, intake: str | None = None
    ) -> None:
        self._database = database
        self._intake = intake
        self._positions = StreamPositions(database, tenant)
        self._sender = sender
        self._tenant = tenant
        self._feed = ChangeFeed(database, tenant)
        self._golden_records = GoldenRecords(database, tenant)

    async def run(self, stop: asyncio.Event, poll_seconds: float) -> None:
        """Send what changes until `stop` is set, as long as nobody else does; failures are tried again."""
        failures = 0
        while not stop.is_set():
            try:
                async with self._database.connection() as connection:
                    if await self._is_ours(connection):
                        while not stop.is_set():
                            await self._is_ours(connection)  # fails where the lock went with the connection
                            await self.send(stop)
                            failures = 0
                            await _pause(stop, max(poll_seconds, await self._step_back()))
            except Exception as error:
                failures += 1
                told = (
                    error.message if isinstance(error, CatalogError) else f"{type(error).__name__}: {error}"
                )
                level = logging.WARNING if failures == 1 else logging.DEBUG
                _logger.log(level, "changes of golden records wait to be sent: %s", told)
            await _pause(stop, min(30.0, max(poll_seconds, 1.0) * 2 ** min(failures, 5)))

    async def send(self, stop: asyncio.Event | None = None) -> int:
        """Send everything that the topic does not hold yet, and return how many messages these were."""
        position, count = await self._feed.position(CONSUMER), 0
        while not (stop is not None and stop.is_set()):
            page = await self._feed.page(position, PAGE, CUSTOMER.name)
            messages = await self._messages(page.events)
            await self._sender.send(messages)
            if page.events:
                position = page.events[-1].position
                await self._feed.acknowledge(CONSUMER, position)
            count += len(messages)
            if not page.has_more:
                break
        return count

    async def _step_back(self) -> float:
        """Return how many seconds intake is to be left alone."""
        if self._intake is not None and await self._positions.are_behind(self._intake):
            return BACKLOG_SECONDS
        return 0.0

    async def _is_ours(self, connection: Connection) -> bool:
        return await connection.fetchval("select pg_try_advisory_lock($1, $2)", PUBLISHER_LOCK, self._tenant)

    async def _messages(self, events: Sequence[ChangeEvent]) -> list[Outgoing]:
        wanted: defaultdict[datetime, set[UUID]] = defaultdict(set)
        for event in events:
            wanted[event.position.system_from].update(_spoken_of(event))
        known = {at: await self._golden_records.timeline(ids, at) for at, ids in wanted.items()}
        return [
            _outgoing(event, golden_id, known[event.position.system_from].get(golden_id, []))
            for event in events
            for golden_id in _spoken_of(event)
        ]


def _spoken_of(event: ChangeEvent) -> list[UUID]:
    change = event.change
    return [change.golden_id] if change.other_id is None else [change.golden_id, change.other_id]


def _outgoing(event: ChangeEvent, golden_id: UUID, versions: Sequence[Version]) -> Outgoing:
    change = event.change
    message_id = (
        event.change_id
        if golden_id == change.golden_id
        else content_id(event.change_id.bytes, golden_id.bytes)
    )
    headers = (("goldthread.id", str(message_id).encode()), ("goldthread.kind", change.kind.encode()))
    key = str(golden_id).encode()
    if change.kind == "erased":
        return Outgoing(GOLDEN, key, None, headers)
    merged_into = change.golden_id if change.kind == "merged" and golden_id == change.other_id else None
    value = customer_message(
        message_id, golden_id, change.kind, event.position.system_from, versions, merged_into=merged_into
    )
    return Outgoing(GOLDEN, key, value, headers)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
