"""What of walks through the lineage is shown, and how much of them there is. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from lineage.naming import NodeKind
from lineage.traversal import Edge, Frontier, Heading, Hop, Walked, joined, other_kind

_SIDES: tuple[Heading, ...] = ("up", "down")


@dataclass(slots=True)
class Trail:
    """A walk in one direction: how far each node is, and the hops made at each distance from 1 on."""

    distances: dict[UUID, int]
    hops: list[list[Hop]] = field(default_factory=list[list[Hop]])

    @classmethod
    def from_node(cls, node: UUID) -> Trail:
        """Return the trail that has reached its first node only."""
        return cls({node: 0})

    def go(self, hops: list[Hop]) -> set[UUID]:
        """Add the hops made next, and return the nodes they lead to for the first time."""
        self.hops.append(hops)
        new = {hop.there for hop in hops} - self.distances.keys()
        self.distances.update(dict.fromkeys(new, len(self.hops)))
        return new


def walked(
    trails: Mapping[Heading, Trail], kind: NodeKind, depth: int, limit: int, *, counted: bool = True
) -> Walked:
    """Return what is shown of trails from a node of the kind, where no more than `limit` nodes fit.

    Trails have to be one hop longer than the depth, or than the first distance at which they have more nodes than fit.
    """
    nearest: dict[UUID, int] = {}
    for trail in trails.values():
        for node, distance in trail.distances.items():
            if distance <= depth and distance < nearest.get(node, depth + 1):
                nearest[node] = distance
    ordered = sorted(nearest, key=lambda node: (nearest[node], node))
    shown, missing = ordered[:limit], ordered[limit:]
    hops = nearest[missing[0]] if missing else depth
    distances = {node: nearest[node] for node in shown}
    edges = _joined(
        hop.edge
        for trail in trails.values()
        for made in trail.hops[:hops]
        for hop in made
        if hop.here in distances and hop.there in distances
    )
    return Walked(
        distances,
        {node: kind if distance % 2 == 0 else other_kind(kind) for node, distance in distances.items()},
        tuple(sorted(edges, key=lambda edge: (edge.origin, edge.target, edge.kind))),
        bool(missing),
        _each_side(trails, lambda trail: _behind(trail, distances, hops)),
        _each_side(trails, lambda trail: sum(0 < far <= depth for far in trail.distances.values())),
        counted,
    )


def _joined(edges: Iterable[Edge]) -> Iterable[Edge]:
    found: dict[tuple[UUID, UUID, str], Edge] = {}
    for edge in edges:
        key = (edge.origin, edge.target, edge.kind)
        known = found.get(key)
        found[key] = edge if known is None or known == edge else joined(known, edge)
    return found.values()


def _behind(trail: Trail, shown: Mapping[UUID, int], hops: int) -> int:
    """Return how many nodes not shown lie one hop behind those shown."""
    next_hops = trail.hops[hops] if len(trail.hops) > hops else []
    behind = {hop.there for hop in next_hops if hop.here in shown}
    behind |= {node for node, distance in trail.distances.items() if distance <= hops}
    return len(behind - shown.keys())


def _each_side(trails: Mapping[Heading, Trail], count: Callable[[Trail], int]) -> Frontier:
    up, down = (count(trails[side]) if side in trails else 0 for side in _SIDES)
    return Frontier(up, down)
