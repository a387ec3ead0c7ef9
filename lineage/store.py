"""Reads the lineage graph: what datasets and jobs follow from and go into, as of two instants."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from graph.errors import InvalidInputError
from graph.store.database import DEFAULT_TENANT, Database
from graph.time import AsOf, bounded
from lineage.column_statements import ColumnLineage
from lineage.datasets import Datasets
from lineage.hops import Entered, Hops
from lineage.jobs import Jobs
from lineage.naming import NodeKind
from lineage.nodes import Node, NodeName, Nodes
from lineage.statements import statement
from lineage.traversal import Edge, Heading, Hop, Walk, other_kind

Direction = Literal["up", "down", "both"]

DEEPEST = 100
"""How many hops a question about lineage may go."""

_HEADINGS: dict[Direction, tuple[Heading, ...]] = {"up": ("up",), "down": ("down",), "both": ("up", "down")}
_KINDS: tuple[NodeKind, ...] = ("dataset", "job")


_BASIS = statement("basis")
_STATE = statement("state")


@dataclass(frozen=True, slots=True)
class Frontier:
    """How many nodes lie directly behind those shown, upstream and downstream; where truncated, at least so many."""

    upstream: int = 0
    downstream: int = 0


@dataclass(frozen=True, slots=True)
class LineageGraph:
    """Nodes by distance and the edges between them at a basis; truncated where it has as many nodes as it may."""

    basis: AsOf
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    truncated: bool
    frontier: Frontier


class Lineage:
    """Answers questions about the lineage graph of one tenant, and about the nodes and columns in it."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self.datasets = Datasets(database, tenant)
        self.jobs = Jobs(database, tenant)
        self.columns = ColumnLineage(database, tenant)
        self._database = database
        self._tenant = tenant

    async def basis(self, as_of: datetime | None = None, known_at: datetime | None = None) -> AsOf:
        """Return the instants an answer is for: now where not given, and known no later than what is committed."""
        async with self._database.connection() as connection:
            ((newest, now),) = await connection.fetch(_BASIS, self._tenant)
        known = newest if known_at is None else min(bounded(known_at, "$.knownAt"), newest)
        return AsOf(now if as_of is None else bounded(as_of, "$.asOf"), known)

    async def lineage(self, of: NodeName, direction: Direction, depth: int, at: AsOf) -> LineageGraph:
        """Return what the node follows from (up), what follows from it (down), or both, not mixed.

        Depth counts hops between datasets and jobs: 1 = the jobs around a dataset, 2 = also the datasets they read or
        write. Through a job only that is followed which belongs together, where the job says so. Raises NotFoundError,
        or ConflictError where a name alone means several nodes.
        """
        if not 1 <= depth <= DEEPEST:
            raise InvalidInputError.at("$.depth", f"must be 1 to {DEEPEST}, got {depth}")
        async with (
            self._database.connection() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            (state,) = await connection.fetch(_STATE, self._tenant, at.system)
            known = Nodes(connection, self._tenant, at.system, linked=state["linked"])
            start = await known.found(of)
            walk = Walk.from_node(start.id, start.kind)
            hops = Hops(connection, self._tenant, at, known, newest=at.system >= state["last_at"])
            beyond = {
                heading: await _follow(hops, walk, start, heading, depth) for heading in _HEADINGS[direction]
            }
            named = await known.named(
                *([key for key, of_kind in walk.kinds.items() if of_kind == kind] for kind in _KINDS)
            )
        nodes = [replace(node, distance=walk.distances[node.id]) for node in named]
        return LineageGraph(
            at,
            tuple(
                sorted(
                    nodes, key=lambda node: (node.distance, node.kind, node.name.namespace, node.name.name)
                )
            ),
            tuple(sorted(walk.edges.values(), key=lambda edge: (edge.origin, edge.target, edge.kind))),
            walk.truncated,
            Frontier(beyond.get("up", 0), beyond.get("down", 0)),
        )

    async def node(self, of: NodeName, at: AsOf) -> Node:
        """Return the node of a name or id as known at the basis; raises as `lineage` does."""
        async with self._database.connection() as connection:
            return await Nodes(connection, self._tenant, at.system).found(of)


async def _follow(hops: Hops, walk: Walk, start: Node, heading: Heading, depth: int) -> int:
    """Walk from the start in one direction, hop by hop; return how many nodes lie directly behind the last ones."""
    kind, seen = start.kind, {start.id}
    datasets: set[UUID] = {start.id}
    entered: Entered = {start.id: None}
    for distance in range(1, depth + 1):
        made = await (
            hops.from_datasets(heading, datasets) if kind == "dataset" else hops.from_jobs(heading, entered)
        )
        reached = walk.reach(made, distance, other_kind(kind))
        if walk.truncated:
            return _unseen(made, walk)
        if kind == "dataset":
            entered = _by_end(made)
        else:
            datasets = reached - seen
            seen |= reached
        kind = other_kind(kind)
        if not (datasets if kind == "dataset" else entered):
            return 0
    if kind == "dataset":
        return await hops.behind(heading, datasets, walk.distances)
    return _unseen(await hops.from_jobs(heading, entered), walk)


def _unseen(hops: Iterable[Hop], walk: Walk) -> int:
    return len({hop.there for hop in hops} - walk.distances.keys())


def _by_end(hops: Iterable[Hop]) -> Entered:
    entered: dict[UUID, list[Hop] | None] = {}
    for hop in hops:
        through = entered.setdefault(hop.there, [])
        if through is not None:
            through.append(hop)
    return entered
