"""Finds where the lineage is likely incomplete: datasets nobody writes or reads, jobs without ends, runs without an end …"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal, get_args
from uuid import UUID

from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.time import AsOf
from lineage.hops import believed
from lineage.listings import least_event_id
from lineage.nodes import Node, Nodes
from lineage.statements import statement

GapKind = Literal[
    "unwritten_dataset",
    "unread_dataset",
    "job_without_inputs",
    "job_without_outputs",
    "unfinished_run",
    "extraction_error",
    "stale_edge",
]
GAP_KINDS: Final[tuple[GapKind, ...]] = get_args(GapKind)

_EVERY = {newest: believed("e", newest=newest).replace("$4", "$3") for newest in (True, False)}
_FOUND: dict[GapKind, tuple[str, dict[str, str]]] = {
    "unwritten_dataset": ("gaps_of_datasets", {"direction": "O"}),
    "unread_dataset": ("gaps_of_datasets", {"direction": "I"}),
    "job_without_inputs": ("gaps_of_jobs", {"direction": "I"}),
    "job_without_outputs": ("gaps_of_jobs", {"direction": "O"}),
    "unfinished_run": ("gaps_of_runs", {}),
    "extraction_error": ("gaps_of_events", {}),
    "stale_edge": ("gaps_of_edges", {}),
}
_STATEMENTS = {
    (kind, newest): statement("gaps", found=statement(name, believed=condition, **more))
    for kind, (name, more) in _FOUND.items()
    for newest, condition in _EVERY.items()
}
_STATE = "select last_at from clock where tenant_id = $1"


@dataclass(frozen=True, slots=True)
class Patience:
    """From when on something is taken for a gap."""

    unfinished: timedelta = timedelta(days=1)
    """For how long a run may go on."""

    errors: timedelta = timedelta(days=7)
    """How far back events are looked through for what their producers could not make out."""

    intervals: float = 3.0
    """For how many usual intervals of its job an edge need not be confirmed."""

    def of(self, kind: GapKind) -> float:
        """Return the bound that a kind is found by."""
        if kind == "stale_edge":
            return self.intervals
        return (self.errors if kind == "extraction_error" else self.unfinished).total_seconds()


@dataclass(frozen=True, slots=True)
class Gap:
    """Where lineage may be incomplete.

    `node` is the dataset or job, `other` the dataset of an edge. `since`: first heard of; of a run its start, of an event
    its time, of an edge when it was last confirmed. `seconds`: how long a run goes on, or the usual interval of a job.
    """

    kind: GapKind
    key: str
    node: Node
    other: Node | None
    run_id: UUID | None
    since: datetime
    seconds: float | None
    detail: str | None


@dataclass(frozen=True, slots=True)
class GapPage:
    """Some gaps of a kind by key, how many there are in all, and whether more follow."""

    gaps: tuple[Gap, ...]
    total: int
    has_next: bool


class Gaps:
    """Answers where the lineage of one tenant is likely incomplete at the instants."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant

    async def page(
        self, kind: GapKind, first: int, after: str | None, at: AsOf, patience: Patience | None = None
    ) -> GapPage:
        """Return a page of the gaps of a kind, in five statements."""
        async with self._reading() as connection:
            newest = await self._is_newest(connection, at)
            rows = await self._fetch(connection, kind, newest, first + 1, after, at, patience or Patience())
            found = [row for row in rows if row["key"] is not None]
            nodes = await self._nodes(connection, found[:first], at)
        gaps = tuple(_gap(kind, row, nodes) for row in found[:first])
        return GapPage(gaps, rows[0]["total"], len(found) > first)

    async def counts(
        self, kinds: Iterable[GapKind], at: AsOf, patience: Patience | None = None
    ) -> dict[GapKind, int]:
        """Return how many gaps there are of each of the kinds, in one statement for each and one more."""
        found: dict[GapKind, int] = {}
        async with self._reading() as connection:
            newest = await self._is_newest(connection, at)
            for kind in kinds:
                rows = await self._fetch(connection, kind, newest, 0, None, at, patience or Patience())
                found[kind] = rows[0]["total"]
        return found

    @asynccontextmanager
    async def _reading(self) -> AsyncGenerator[Connection]:
        """Lend a connection that sees nothing committed from now on: whether the basis is the newest must stay so."""
        async with (
            self._database.connection() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            yield connection

    async def _is_newest(self, connection: Connection, at: AsOf) -> bool:
        return at.system >= await connection.fetchval(_STATE, self._tenant)

    async def _fetch(
        self,
        connection: Connection,
        kind: GapKind,
        newest: bool,
        limit: int,
        after: str | None,
        at: AsOf,
        patience: Patience,
    ) -> list[Any]:
        bound = patience.of(kind)
        more = [least_event_id(at.valid - patience.errors)] if kind == "extraction_error" else []
        return await connection.fetch(
            _STATEMENTS[kind, newest], self._tenant, at.valid, at.system, bound, after, limit, *more
        )

    async def _nodes(self, connection: Connection, rows: Collection[Any], at: AsOf) -> dict[UUID, Node]:
        ids = list({one for row in rows for one in (row["subject_id"], row["other_id"]) if one})
        if not ids:
            return {}
        known = Nodes(connection, self._tenant, at.system)
        shown = {node.id: node for node in await known.named(ids, ids)}
        return {one: shown[known.shown_by(one)] for one in ids if known.shown_by(one) in shown}


def _gap(kind: GapKind, row: Any, nodes: dict[UUID, Node]) -> Gap:
    other = nodes.get(row["other_id"]) if row["other_id"] else None
    return Gap(
        kind,
        row["key"],
        nodes[row["subject_id"]],
        other,
        row["run_id"],
        row["since"],
        row["seconds"],
        row["detail"] or None,
    )
