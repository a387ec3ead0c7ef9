"""What the shape of a lineage graph tells: cycles, an order, single points of failure, what most depends on. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import networkx as nx

MOST_RANKED = 20
"""How many nodes the ranking holds, and how many cycles are told in full."""


@dataclass(frozen=True, slots=True)
class Criticality:
    """How much of the graph depends on a node: how many nodes lead to it, how many follow from it.

    The score is the share of all pairs of a node upstream and a node downstream that are joined through it, itself among
    either; 1: every flow of the graph passes it.
    """

    node: UUID
    upstream: int
    downstream: int
    score: float


@dataclass(frozen=True, slots=True)
class Insights:
    """What the shape of a graph tells.

    `cycles`: an example for each part of the graph whose nodes all follow from one another; `cycle_count` counts those
    parts, however many are told. `order`: every node after all it follows from; what lies on a cycle stands together.
    `single_points`: nodes without which the graph falls apart. `ranking`: the most critical first. `longest_chain`: the
    most nodes one after the other, those of a cycle counted as one.
    """

    cycles: tuple[tuple[UUID, ...], ...]
    cycle_count: int
    order: tuple[UUID, ...]
    single_points: tuple[UUID, ...]
    ranking: tuple[Criticality, ...]
    longest_chain: tuple[UUID, ...]


def insights(nodes: Collection[UUID], edges: Iterable[tuple[UUID, UUID]]) -> Insights:
    """Return what the shape of a graph tells, the same for any order of what is given; edges join the nodes given."""
    graph: nx.DiGraph[UUID] = nx.DiGraph()
    graph.add_nodes_from(sorted(nodes))
    graph.add_edges_from(sorted(edges))
    parts: list[list[UUID]] = sorted(sorted(part) for part in nx.strongly_connected_components(graph))
    part_of = {node: place for place, part in enumerate(parts) for node in part}
    joined: nx.DiGraph[int] = nx.DiGraph()
    joined.add_nodes_from(range(len(parts)))
    joined.add_edges_from({(part_of[a], part_of[b]) for a, b in graph.edges if part_of[a] != part_of[b]})
    order: list[int] = list(nx.lexicographical_topological_sort(joined))
    round_trips = [part for part in parts if len(part) > 1 or graph.has_edge(part[0], part[0])]
    return Insights(
        tuple(_cycle(graph, part) for part in round_trips[:MOST_RANKED]),
        len(round_trips),
        tuple(node for place in order for node in parts[place]),
        tuple(sorted(nx.articulation_points(graph.to_undirected()))),
        _ranking(joined, order, parts),
        tuple(parts[place][0] for place in _longest_chain(joined, order)),
    )


def _cycle(graph: nx.DiGraph[UUID], part: list[UUID]) -> tuple[UUID, ...]:
    """Return the shortest way round through the first node of a part."""
    first = part[0]
    inside = graph.subgraph(part)
    if inside.has_edge(first, first):
        return (first,)
    distances: dict[UUID, int] = nx.single_source_shortest_path_length(inside, first)
    last = min(inside.predecessors(first), key=lambda node: (distances[node], node))
    return tuple(nx.shortest_path(inside, first, last))


def _ranking(
    joined: nx.DiGraph[int], order: Sequence[int], parts: Sequence[Sequence[UUID]]
) -> tuple[Criticality, ...]:
    """Return the most critical nodes; whole numbers are the sets of nodes, a bit for each part."""
    sizes = [len(part) for part in parts]
    above, below = [1 << place for place in range(len(parts))], [1 << place for place in range(len(parts))]
    for place in order:
        for before in joined.predecessors(place):
            above[place] |= above[before]
    for place in reversed(order):
        for after in joined.successors(place):
            below[place] |= below[after]
    up, down = ([_size(bits, sizes) for bits in side] for side in (above, below))
    pairs = sum(up[place] * sizes[place] for place in range(len(parts)))
    ranked = sorted(range(len(parts)), key=lambda place: (-up[place] * down[place], parts[place][0]))
    return tuple(
        Criticality(node, up[place] - 1, down[place] - 1, round(up[place] * down[place] / pairs, 6))
        for place in ranked[:MOST_RANKED]
        for node in parts[place]
    )[:MOST_RANKED]


def _size(bits: int, sizes: Sequence[int]) -> int:
    """Return how many nodes are in a set of parts."""
    extra = sum(size - 1 for place, size in enumerate(sizes) if size > 1 and bits >> place & 1)
    return bits.bit_count() + extra


def _longest_chain(joined: nx.DiGraph[int], order: Sequence[int]) -> list[int]:
    best: dict[int, tuple[int, int | None]] = {}
    for place in order:
        lengths = [(best[before][0] + 1, -before) for before in joined.predecessors(place)]
        length, before = max(lengths, default=(1, 0))
        best[place] = (length, -before if lengths else None)
    chain: list[int] = []
    place: int | None = max(best, key=lambda one: (best[one][0], -one), default=None)
    while place is not None:
        chain.append(place)
        place = best[place][1]
    return chain[::-1]
