"""Which graphs are in memory: built once, caught up before each answer, let go of where there are too many."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from graph.errors import NotFoundError, UnavailableError
from graph.store.database import Connection, Database
from lineage.statements import statement

if TYPE_CHECKING:
    from lineage.snapshot.answers import Size
    from lineage.snapshot.graph import Snapshot

MOST_EDGES = 3_000_000
"""How many edges and statements of one tenant may be in memory; so many take about 200 MB."""

MOST_TENANTS = 8
"""How many graphs are in memory at once; that not asked about for longest is let go of."""

_HEAD = statement("head")
_FITS = statement("snapshot_fits")
_PATIENCE = 600.0
"""Seconds until a graph that was too large, or could not be built, is looked at anew."""

_SHORT_PATIENCE = 1.0
"""Seconds until it is tried again where the database was away."""

_ATTEMPTS = 3

_logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Held:
    """A tenant's graph, or why there is none; `version` and `epoch` as of its `known_at`.

    `checked` is the instant that `Snapshots.head` gave last, the object itself: who asks with it first needs no further look.
    """

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    snapshot: Snapshot | None = None
    version: int = -1
    epoch: int = -1
    checked: datetime | None = None
    problem: str | None = None
    not_before: float = 0.0
    building: asyncio.Task[None] | None = None


class Snapshots:
    """The graphs of tenants in memory, as fresh as the database whenever one is handed out."""

    def __init__(
        self, database: Database, *, most_edges: int = MOST_EDGES, most_tenants: int = MOST_TENANTS
    ) -> None:
        self._database = database
        self._most_edges = most_edges
        self._most_tenants = most_tenants
        self._held: OrderedDict[int, _Held] = OrderedDict()
        self._is_started = False

    def start(self, tenant: int) -> None:
        """Begin to build the graph of a tenant, and from now on that of each tenant asked about."""
        self._is_started = True
        self._begin(tenant, self._of(tenant))

    async def close(self) -> None:
        """End what is being built."""
        self._is_started = False
        tasks = [held.building for held in self._held.values() if held.building is not None]
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task

    def sizes(self) -> dict[int, Size]:
        """Return how large the graphs in memory are, by tenant."""
        return {key: held.snapshot.size() for key, held in self._held.items() if held.snapshot is not None}

    async def head(self, tenant: int) -> tuple[datetime, datetime]:
        """Return the last committed instant and now; an answer as of the former needs no second look at the database."""
        held = self._held.get(tenant)
        if held is None:
            head = await self._head(tenant)
        else:
            head, is_as_new = await self._look(tenant, held)
            held.checked = head["last_at"] if is_as_new else None
        return head["last_at"], head["now"]

    async def at_hand(self, tenant: int, system: datetime) -> Snapshot | None:
        """Return the graph of a tenant that knows at least what was known at an instant; None where it is not in memory."""
        held = self._held.get(tenant)
        if held is None and not self._is_started:
            return None
        held = held or self._of(tenant)
        if held.snapshot is not None:
            self._held.move_to_end(tenant)
            await self._refresh(tenant, held, system)
        if held.snapshot is None and self._is_started:
            self._begin(tenant, held)
        return held.snapshot

    async def ready(self, tenant: int, system: datetime) -> Snapshot:
        """Return the graph as `at_hand` does, once it is built; raises UnavailableError where it cannot be in memory."""
        held = self._of(tenant)
        for _ in range(_ATTEMPTS):
            if held.snapshot is not None:
                self._held.move_to_end(tenant)
                await self._refresh(tenant, held, system)
            if held.snapshot is not None:
                return held.snapshot
            self._begin(tenant, held)
            if held.building is None:
                break
            await asyncio.shield(held.building)
        raise UnavailableError(held.problem or "the lineage graph changes too fast to be read; try again")

    def _of(self, tenant: int) -> _Held:
        return self._held.setdefault(tenant, _Held())

    def _begin(self, tenant: int, held: _Held) -> None:
        """Begin to build a graph, unless that goes on or has lately failed."""
        if held.building is None and time.monotonic() >= held.not_before:
            held.building = asyncio.create_task(self._build(tenant, held))

    async def _build(self, tenant: int, held: _Held) -> None:
        held.problem, patience = None, _PATIENCE
        try:
            await self._load(tenant, held)
        except UnavailableError as error:
            held.problem, patience = str(error), _SHORT_PATIENCE
        except Exception:
            _logger.exception("the lineage graph could not be read into memory; PostgreSQL answers instead")
            held.problem = "the lineage graph could not be read into memory"
        finally:
            held.building = None
            held.not_before = 0.0 if held.problem is None else time.monotonic() + patience
        self._let_go()

    async def _load(self, tenant: int, held: _Held) -> None:
        from lineage.snapshot.loading import load  # noqa: PLC0415 - the arrays' library would be felt at each start

        async def work(connection: Connection, head: Any) -> None:
            if not await connection.fetchval(_FITS, tenant, self._most_edges):
                held.problem = self._too_large()
                return
            snapshot = await load(connection, tenant, head["last_at"])
            held.snapshot, held.version, held.epoch = snapshot, head["version"], head["epoch"]

        async with held.lock:
            await self._reading(tenant, work)

    async def _refresh(self, tenant: int, held: _Held, system: datetime) -> None:
        """Bring the graph up to an instant, or drop it where it does not follow from what it was any more."""
        if held.checked is system:
            held.checked = None
            return
        known = held.snapshot
        _, is_as_new = await self._look(tenant, held)
        if held.snapshot is known and known is not None and not is_as_new and known.known_at < system:
            async with held.lock:
                if held.snapshot is known and known.known_at < system:
                    await self._catch_up(tenant, held, known)

    async def _look(self, tenant: int, held: _Held) -> tuple[Any, bool]:
        """Return the head, and whether the graph knows all that; drop the graph where it does not follow from what it was."""
        known, version = held.snapshot, held.version
        head = await self._head(tenant)
        if known is None or held.snapshot is not known:
            return head, False
        if head["epoch"] != held.epoch or head["version"] < version:
            held.snapshot = None
            return head, False
        if head["version"] != held.version:
            return head, False
        known.known_at = max(known.known_at, head["last_at"])
        return head, True

    async def _head(self, tenant: int) -> Any:
        async with self._database.connection(leaves_nothing=True) as connection:
            head = await connection.fetchrow(_HEAD, tenant)
        if head is None:
            raise NotFoundError(f"no tenant has the number {tenant}")
        return head

    async def _catch_up(self, tenant: int, held: _Held, snapshot: Snapshot) -> None:
        from lineage.snapshot.loading import catch_up, compact  # noqa: PLC0415 - as above

        async def work(connection: Connection, head: Any) -> None:
            fits = head["epoch"] == held.epoch
            if not (fits and await catch_up(connection, tenant, snapshot, head["last_at"])):
                held.snapshot = None
            held.version = head["version"]

        await self._reading(tenant, work)
        size = snapshot.size()
        if size.edges + size.statements > self._most_edges:
            held.snapshot, held.problem = None, self._too_large()
            held.not_before = time.monotonic() + _PATIENCE
        elif held.snapshot is not None:
            await compact(snapshot)

    async def _reading(self, tenant: int, work: Callable[[Connection, Any], Awaitable[None]]) -> None:
        """Do something in a transaction, with the head that it sees."""
        async with (
            self._database.connection(leaves_nothing=True) as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            head = await connection.fetchrow(_HEAD, tenant)
            await work(connection, head)

    def _let_go(self) -> None:
        loaded = [held for held in self._held.values() if held.snapshot is not None]
        for held in loaded[: max(0, len(loaded) - self._most_tenants)]:
            held.snapshot = None

    def _too_large(self) -> str:
        return (
            f"the lineage graph has more than {self._most_edges:,} edges and statements, which is the most that may be in"
            " memory (GOLDTHREAD_LINEAGE_EDGES_IN_MEMORY)"
        )
