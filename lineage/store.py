"""Reads the lineage graph: what datasets and jobs follow from and go into, as of two instants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID
from weakref import WeakKeyDictionary

from graph.errors import InvalidInputError
from graph.store.database import DEFAULT_TENANT, Database
from graph.time import AsOf, bounded
from lineage.column_statements import ColumnLineage
from lineage.datasets import Datasets
from lineage.flows import Flows
from lineage.hops import Entered, Hops
from lineage.jobs import Jobs
from lineage.naming import NodeKind
from lineage.nodes import Node, NodeName, Nodes, Remembered
from lineage.snapshot.memory import Snapshots
from lineage.statements import statement
from lineage.trails import Trail, walked
from lineage.traversal import (
    HEADINGS,
    LARGEST_GRAPH,
    Direction,
    Edge,
    Frontier,
    Heading,
    Hop,
    Walked,
    other_kind,
)

if TYPE_CHECKING:
    from lineage.snapshot.graph import Snapshot

DEEPEST = 100
"""How many hops a question about lineage may go."""

MOST_WALKED = 20_000
"""How many nodes are walked to by statements: of more it is only said that there are more."""

_KINDS: tuple[NodeKind, ...] = ("dataset", "job")

_STATE = statement("state")


@dataclass(frozen=True, slots=True)
class LineageGraph:
    """Nodes by distance and the edges between them at a basis; truncated where nodes within the depth do not fit.

    `frontier` are the nodes not shown that lie one hop behind those shown, `reached` all nodes within the depth, shown or
    not; these are at least so many where they are not `counted`.
    """

    basis: AsOf
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    truncated: bool
    frontier: Frontier
    reached: Frontier = field(default_factory=Frontier)
    counted: bool = True


class Lineage:
    """Answers questions about the lineage graph of one tenant, and about the nodes and columns in it."""

    def __init__(
        self,
        database: Database,
        tenant: int = DEFAULT_TENANT,
        memory: Snapshots | None = None,
        *,
        most_walked: int = MOST_WALKED,
    ) -> None:
        self.memory = memory or Snapshots(database)
        self.datasets = Datasets(database, tenant)
        self.jobs = Jobs(database, tenant)
        self.columns = ColumnLineage(database, tenant)
        self._database = database
        self._tenant = tenant
        self._most_walked = most_walked
        self._remembered: WeakKeyDictionary[Snapshot, Remembered] = WeakKeyDictionary()

    async def basis(self, as_of: datetime | None = None, known_at: datetime | None = None) -> AsOf:
        """Return the instants an answer is for: now where not given, and known no later than what is committed."""
        newest, now = await self.memory.head(self._tenant)
        known = newest if known_at is None else min(bounded(known_at, "$.knownAt"), newest)
        return AsOf(now if as_of is None else bounded(as_of, "$.asOf"), known)

    async def lineage(
        self, of: NodeName, direction: Direction, depth: int, at: AsOf, most: int = LARGEST_GRAPH
    ) -> LineageGraph:
        """Return what the node follows from (up), what follows from it (down), or both, not mixed.

        Depth counts hops between datasets and jobs: 1 = the jobs around a dataset, 2 = also the datasets they read or
        write. Through a job only that is followed which belongs together, where the job says so. At most so many nodes
        are in the answer, the nearest. Raises NotFoundError, or ConflictError where a name alone means several nodes.

        The graph in memory answers where there is one, else PostgreSQL does, and the same.
        """
        if not 1 <= depth <= DEEPEST:
            raise InvalidInputError.at("$.depth", f"must be 1 to {DEEPEST}, got {depth}")
        snapshot = await self.at_hand(at)
        if snapshot is None:
            return await self._by_statements(of, direction, depth, at, most)
        async with self._database.connection(leaves_nothing=True) as connection:
            joined, remembered = snapshot.components(at), self._remembered.setdefault(snapshot, {})
            known = Nodes(connection, self._tenant, at.system, joined=joined, remembered=remembered)
            kind = snapshot.kind(of) if isinstance(of, UUID) else None
            if isinstance(of, UUID) and kind is not None:  # it gets its name with all others
                graph = await _graph(known, snapshot.walk(of, kind, direction, depth, at, most), at)
                if graph.nodes and graph.nodes[0].distance == 0:
                    return graph
            start = await known.found(of)
            return await _graph(known, snapshot.walk(start.id, start.kind, direction, depth, at, most), at)

    async def at_hand(self, at: AsOf) -> Snapshot | None:
        """Return the graph in memory, which knows at least what was known at the basis; None where it is not there."""
        return await self.memory.at_hand(self._tenant, at.system)

    async def snapshot(self, at: AsOf) -> Snapshot:
        """Return the graph in memory, which knows at least what was known at the basis.

        Waits until it is built; raises UnavailableError where it is too large for that.
        """
        return await self.memory.ready(self._tenant, at.system)

    async def _by_statements(
        self, of: NodeName, direction: Direction, depth: int, at: AsOf, most: int
    ) -> LineageGraph:
        async with (
            self._database.connection() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            (state,) = await connection.fetch(_STATE, self._tenant, at.system)
            known = Nodes(connection, self._tenant, at.system, linked=state["linked"])
            start = await known.found(of)
            hops = Hops(connection, self._tenant, at, known, newest=at.system >= state["last_at"])
            trails: dict[Heading, Trail] = {}
            counted = True
            for heading in HEADINGS[direction]:
                trails[heading], is_whole = await self._followed(hops, start, heading, depth, most)
                counted &= is_whole
            return await _graph(known, walked(trails, start.kind, depth, most, counted=counted), at)

    async def _followed(
        self, hops: Hops, start: Node, heading: Heading, depth: int, most: int
    ) -> tuple[Trail, bool]:
        """Walk from the start in one direction, hop by hop; return the trail, and whether it is as long as asked.

        It goes one hop further than asked, for what lies there. It may end before, one hop after more nodes are reached than
        are shown: what is shown is the same then.
        """
        kind, trail = start.kind, Trail.from_node(start.id)
        datasets: set[UUID] = {start.id}
        entered: Entered = {start.id: None}
        fits = True
        for distance in range(1, depth + 2):
            if kind == "dataset":
                made = await hops.from_datasets(heading, datasets)
                trail.go(made)
                entered = _by_end(made)
            else:
                datasets = trail.go(await hops.from_jobs(heading, entered))
            kind = other_kind(kind)
            if not (datasets if kind == "dataset" else entered):
                return trail, True
            if not fits and len(trail.distances) > self._most_walked and distance < depth:
                return trail, False
            fits = len(trail.distances) <= most
        return trail, True

    async def flows(self, graph: LineageGraph) -> Flows:
        """Return the edges of a graph together with what its jobs say of what they write."""
        at, jobs = graph.basis, [node.id for node in graph.nodes if node.kind == "job"]
        async with self._database.connection() as connection:
            known = Nodes(connection, self._tenant, at.system)
            words = await Hops(connection, self._tenant, at, known, newest=False).words(jobs)
        return Flows.of(graph.edges, words)

    async def named(self, kinds: Mapping[UUID, NodeKind], at: AsOf) -> dict[UUID, Node]:
        """Return nodes of these kinds by their ids, as they are called at the basis."""
        async with self._database.connection() as connection:
            found = await Nodes(connection, self._tenant, at.system).named(*_by_kind(kinds))
        return {node.id: node for node in found}

    async def node(self, of: NodeName, at: AsOf) -> Node:
        """Return the node of a name or id as known at the basis; raises as `lineage` does."""
        async with self._database.connection() as connection:
            return await Nodes(connection, self._tenant, at.system).found(of)


async def _graph(known: Nodes, found: Walked, at: AsOf) -> LineageGraph:
    """Return what was found with the names of its nodes."""
    nodes = await known.named(*_by_kind(found.kinds), found.distances)
    return LineageGraph(
        at,
        tuple(
            sorted(nodes, key=lambda node: (node.distance, node.kind, node.name.namespace, node.name.name))
        ),
        found.edges,
        found.truncated,
        found.frontier,
        found.reached,
        found.counted,
    )


def _by_kind(kinds: Mapping[UUID, NodeKind]) -> tuple[list[UUID], list[UUID]]:
    """Return the datasets and the jobs."""
    datasets, jobs = ([key for key, of in kinds.items() if of == kind] for kind in _KINDS)
    return datasets, jobs


def _by_end(hops: Iterable[Hop]) -> Entered:
    entered: dict[UUID, list[Hop] | None] = {}
    for hop in hops:
        through = entered.setdefault(hop.there, [])
        if through is not None:
            through.append(hop)
    return entered
