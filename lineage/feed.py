"""What was recorded of runs and of edges, commit after commit, for those who follow it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from graph.errors import NotFoundError
from graph.identity import JobName
from graph.store.database import DEFAULT_TENANT, Database, watermark
from graph.time import AsOf
from lineage.naming import dataset_id
from lineage.nodes import Node, Nodes
from lineage.run_state import LastTimes, State, state
from lineage.statements import statement
from lineage.traversal import Edge

MOST_EDGES = 500
"""How many edges one change names; how many there were is told beside them."""

_COMMITS = 20
_RUNS = statement("run_feed")
_EDGES = statement("edge_feed")
_LAST_OF_ALL = UUID(int=2**128 - 1)


@dataclass(frozen=True, slots=True)
class RunPosition:
    """A place among what is told of runs: after this run in the commit of this instant."""

    system_from: datetime
    run_id: UUID = _LAST_OF_ALL


@dataclass(frozen=True, slots=True)
class RunChange:
    """What is held of a run since a commit said something of it; at the basis it is the same for ever."""

    run_id: UUID
    job: JobName
    state: State
    last_heard_at: datetime
    basis: AsOf

    @property
    def position(self) -> RunPosition:
        """The place of the change."""
        return RunPosition(self.basis.system, self.run_id)


@dataclass(frozen=True, slots=True)
class EdgeChange:
    """Which edges one commit began and ceased to believe: some of them, and how many there are."""

    basis: AsOf
    added: tuple[Edge, ...]
    removed: tuple[Edge, ...]
    added_count: int
    removed_count: int


class Feed:
    """Reads what was recorded of one tenant's lineage, in the order of system time, as far as it is committed for good."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant

    async def end(self) -> datetime:
        """Return the system instant up to which everything is recorded."""
        async with self._database.connection() as connection:
            return await watermark(connection, self._tenant)

    async def runs(
        self, after: RunPosition, first: int, job: UUID | None = None
    ) -> tuple[list[RunChange], RunPosition, bool]:
        """Return up to `first` changes of runs after a place, where to go on, and whether more follow at once."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                _RUNS, self._tenant, after.system_from, after.run_id, job, first + 1
            )
        newest = self._newest(rows)
        found = [_run_change(row) for row in rows if row["run_id"] is not None]
        if len(found) > first:
            return found[:first], found[first - 1].position, True
        return found, RunPosition(max(after.system_from, newest)), False

    async def edges(
        self, after: datetime, ids: Collection[UUID] | None = None
    ) -> tuple[list[EdgeChange], datetime, bool]:
        """Return the next changes of edges after an instant, where to go on, and whether more follow at once.

        With `ids`, edges of one of these datasets and jobs alone.
        """
        wanted = None if ids is None else list(ids)
        async with self._database.connection() as connection:
            rows = await connection.fetch(_EDGES, self._tenant, after, wanted, _COMMITS, MOST_EDGES)
            newest = self._newest(rows)
            told = [row for row in rows if row["at"] is not None]
            nodes = Nodes(connection, self._tenant, newest)
            await nodes.join({row["dataset_id"] for row in told})
        found = [_edge_change(at, list(group), nodes) for at, group in groupby(told, lambda row: row["at"])]
        if len(found) == _COMMITS:
            return found, found[-1].basis.system, True
        return found, max(after, newest), False

    def _newest(self, rows: Sequence[Any]) -> datetime:
        if not rows:
            raise NotFoundError(f"no tenant has the number {self._tenant}")
        return rows[0]["last_at"]


def ids_of(node: Node) -> frozenset[UUID]:
    """Return the ids of a node under all its names."""
    return frozenset([node.id, *(dataset_id(name) for name in node.aliases)])


def _run_change(row: Any) -> RunChange:
    last = LastTimes(*(row[f"last_{kind}_at"] for kind in ("start", "running", "complete", "abort", "fail")))
    heard, known = row["last_heard_at"], row["system_from"]
    return RunChange(
        row["run_id"],
        JobName(row["namespace"], row["name"]),
        state(last),
        heard,
        AsOf(max(heard, known), known),
    )


def _edge_change(at: datetime, rows: Sequence[Any], nodes: Nodes) -> EdgeChange:
    edges = [(row["is_added"], _edge(row, nodes)) for row in rows]
    return EdgeChange(
        AsOf(at, at),
        tuple(edge for is_added, edge in edges if is_added),
        tuple(edge for is_added, edge in edges if not is_added),
        rows[0]["added"],
        rows[0]["removed"],
    )


def _edge(row: Any, nodes: Nodes) -> Edge:
    dataset, job = nodes.shown_by(row["dataset_id"]), row["job_id"]
    ends = (dataset, job) if row["direction"] == "I" else (job, dataset)
    return Edge(*ends, row["kind"], row["valid_from"], row["valid_to"], row["system_from"])
