"""Finds the ways that data takes from one dataset or job to another, as of two instants."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING
from uuid import UUID

from graph.time import AsOf
from lineage.flows import Flows
from lineage.naming import NodeKind
from lineage.nodes import Node, NodeName
from lineage.paths import Ways, ways
from lineage.store import DEEPEST, Lineage
from lineage.traversal import LARGEST_GRAPH, Edge

if TYPE_CHECKING:
    from lineage.snapshot.graph import Snapshot

MOST_EXAMINED = 20_000
"""How many nodes downstream of the start are looked at for ways to the end, where the graph is not in memory."""


@dataclass(frozen=True, slots=True)
class Paths:
    """The ways between two nodes at a basis.

    `nodes` are those on any way, nearest to the start first, as many as were asked for; `names` are these and those of the
    shortest ways by their ids; `edges` are all that a way takes. Truncated where there are more nodes downstream of the
    start than were looked at: then there may be further ways.
    """

    basis: AsOf
    start: Node
    end: Node
    ways: Ways
    nodes: tuple[Node, ...]
    names: Mapping[UUID, Node]
    edges: tuple[Edge, ...]
    truncated: bool


@dataclass(frozen=True, slots=True)
class _Found:
    """Ways, their nodes by the hops from the start and then by id, and their edges; kinds are those of these nodes."""

    ways: Ways
    distances: Mapping[UUID, int]
    kinds: Mapping[UUID, NodeKind]
    edges: tuple[Edge, ...]
    truncated: bool = False


class PathFinder:
    """Answers how data gets from one node to another; with the flow, never against it."""

    def __init__(self, lineage: Lineage, *, most_examined: int = MOST_EXAMINED) -> None:
        self._lineage = lineage
        self._most_examined = most_examined

    async def paths(
        self, start: NodeName, end: NodeName, most: int, at: AsOf, shown: int = LARGEST_GRAPH
    ) -> Paths:
        """Return the ways from one node to the other, at most so many of the shortest; raises as `lineage` does.

        Of the nodes on any way at most as many are `shown` as said. The graph in memory answers where there is one, looking at
        all of it; else PostgreSQL does, and the same up to `most_examined` nodes.
        """
        first, last = [await self._lineage.node(one, at) for one in (start, end)]
        snapshot = await self._lineage.at_hand(at)
        if snapshot is None:
            found = await self._by_statements(first, last, most, at)
        else:
            found = await _in_memory(snapshot, first, last, most, at)
        nearest = list(islice(found.distances, shown))
        wanted = {*nearest, *(key for way in found.ways.shortest for key in way)}
        names = await self._lineage.named({key: found.kinds[key] for key in wanted}, at)
        return Paths(
            at,
            first,
            last,
            found.ways,
            tuple(sorted((names[key] for key in nearest), key=lambda node: _rank(node, found.distances))),
            names,
            found.edges,
            found.truncated,
        )

    async def _by_statements(self, first: Node, last: Node, most: int, at: AsOf) -> _Found:
        graph = await self._lineage.lineage(first.id, "down", DEEPEST, at, self._most_examined)
        found = Ways()
        if any(node.id == last.id for node in graph.nodes):
            flows = await self._lineage.flows(graph)
            found = await asyncio.to_thread(ways, flows, first.id, first.kind, last.id, most)
        nodes = sorted(
            (node for node in graph.nodes if node.id in found.nodes),
            key=lambda node: (node.distance, node.id),
        )
        return _Found(
            found,
            {node.id: node.distance for node in nodes},
            {node.id: node.kind for node in nodes},
            tuple(edge for edge in graph.edges if (edge.origin, edge.target) in found.edges),
            graph.truncated or graph.frontier.downstream > 0,
        )


async def _in_memory(snapshot: Snapshot, first: Node, last: Node, most: int, at: AsOf) -> _Found:
    """Return the ways; the shortest are looked for among the nodes alone that can lie on one."""
    if first.id == last.id:
        here = Ways(((first.id,),), 1, frozenset({first.id}))
        return _Found(here, {first.id: 0}, {first.id: first.kind}, ())
    between = snapshot.between(first.id, last.id, (first.kind, last.kind), at)
    far = between.from_origin
    near = {key for key, hops in far.items() if hops + between.to_target[key] <= far[last.id]}
    edges = [edge for edge in between.edges if edge.origin in near and edge.target in near]
    words = snapshot.words((key for key in near if between.kinds[key] == "job"), at)
    found = await asyncio.to_thread(ways, Flows.of(edges, words), first.id, first.kind, last.id, most)
    pairs = frozenset((edge.origin, edge.target) for edge in between.edges)
    return _Found(replace(found, nodes=frozenset(far), edges=pairs), far, between.kinds, between.edges)


def _rank(node: Node, distances: Mapping[UUID, int]) -> tuple[int, str, str, str]:
    return distances.get(node.id, 0), node.kind, node.name.namespace, node.name.name
