"""Reads which run started which: the children of runs, and whole trees of runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from graph.errors import InvalidInputError, NotFoundError
from graph.store.database import DEFAULT_TENANT, Database
from graph.time import AsOf
from lineage.runs import Run, RunPlace, Runs
from lineage.statements import statement

DEEPEST_TREE = 20
"""How many generations a question about a tree may go."""

LARGEST_TREE = 1_000
"""How many runs a tree holds; what is more is left out, and said to be."""

_CHILDREN = statement("children_of_runs")
_TREE = statement("run_tree")


@dataclass(frozen=True, slots=True)
class Children:
    """A page of the runs that a run started, earliest first, the place to go on from, and how many there are in all.

    As of past instants, children not known then are left out of the page, and counted.
    """

    runs: tuple[Run, ...] = ()
    next: RunPlace | None = None
    count: int = 0


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A run of a tree: how far below the run asked about, by which of the tree it was started, and how many it started."""

    run: Run
    depth: int
    parent_run_id: UUID | None
    children: int


@dataclass(frozen=True, slots=True)
class RunTree:
    """A run and those it started, parents before children; truncated where it has as many runs as it may."""

    nodes: tuple[TreeNode, ...]
    truncated: bool


class RunTrees:
    """Answers which of the runs of one tenant started which; parts of runs, such as single SQL statements, are among them."""

    def __init__(
        self,
        database: Database,
        runs: Runs,
        tenant: int = DEFAULT_TENANT,
        *,
        largest_tree: int = LARGEST_TREE,
    ) -> None:
        self._largest = largest_tree
        self._database = database
        self._runs = runs
        self._tenant = tenant

    async def children(
        self, run_ids: Sequence[UUID], first: int, after: RunPlace | None = None, at: AsOf | None = None
    ) -> dict[UUID, Children]:
        """Return for each run the first of its children, in as many statements for any number of runs."""
        place = (after.started_at, after.run_id) if after else (None, None)
        async with self._database.connection() as connection:
            rows = await connection.fetch(_CHILDREN, self._tenant, list(run_ids), *place, first + 1)
        rows_of: dict[UUID, list[Any]] = {run_id: [] for run_id in run_ids}
        for row in rows:
            rows_of[row["parent_run_id"]].append(row)
        known = await self._runs.by_id([row["run_id"] for row in rows if row["run_id"]], at)
        return {run_id: _children(found, first, known) for run_id, found in rows_of.items()}

    async def tree(self, run_id: UUID, depth: int, at: AsOf | None = None) -> RunTree:
        """Return the run and what it started, down to a depth of 0 to DEEPEST_TREE; raises NotFoundError."""
        if not 0 <= depth <= DEEPEST_TREE:
            raise InvalidInputError.at("$.depth", f"must be 0 to {DEEPEST_TREE}, got {depth}")
        async with self._database.connection() as connection:
            rows = await connection.fetch(_TREE, self._tenant, run_id, depth, self._largest + 1)
        known = await self._runs.by_id([row["run_id"] for row in rows[: self._largest]], at)
        if run_id not in known:
            raise NotFoundError(f"no run {run_id} is known" + (" at that time" if at else ""))
        nodes = tuple(
            TreeNode(known[row["run_id"]], row["depth"], row["parent_run_id"], row["children"])
            for row in rows[: self._largest]
            if row["run_id"] in known
        )
        return RunTree(nodes, len(rows) > self._largest)


def _children(rows: Sequence[Any], first: int, known: dict[UUID, Run]) -> Children:
    shown = [row for row in rows[:first] if row["run_id"] is not None]
    last = RunPlace(shown[-1]["started_at"], shown[-1]["run_id"]) if len(rows) > first else None
    found = tuple(known[row["run_id"]] for row in shown if row["run_id"] in known)
    return Children(found, last, rows[0]["number"] if rows else 0)
