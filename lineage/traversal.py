"""What a walk through the lineage has found so far, within its limit of nodes. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from lineage.naming import NodeKind

Heading = Literal["up", "down"]
"""up: towards the origins of the data. down: towards those who use it."""

LARGEST_GRAPH = 2_000
"""How many nodes an answer may hold; what is beyond is counted, not shown."""


@dataclass(frozen=True, slots=True)
class Edge:
    """Data flows from one node to the other, a dataset into a job that reads it or a job into a dataset it writes."""

    origin: UUID
    target: UUID
    kind: str
    valid_from: datetime
    valid_to: datetime | None
    system_from: datetime


@dataclass(slots=True)
class Walk:
    """The nodes reached, with their distance in hops, and the edges between them."""

    distances: dict[UUID, int]
    kinds: dict[UUID, NodeKind]
    edges: dict[tuple[UUID, UUID, str], Edge] = field(default_factory=dict[tuple[UUID, UUID, str], Edge])
    limit: int = LARGEST_GRAPH
    truncated: bool = False

    @classmethod
    def from_node(cls, node: UUID, kind: NodeKind) -> Walk:
        """Return the walk that has reached its first node only."""
        return cls({node: 0}, {node: kind})

    def reach(self, found: Iterable[tuple[UUID, Edge]], distance: int, kind: NodeKind) -> set[UUID]:
        """Add one hop: each node found with the edge it was found by; return those that the next hop leaves from.

        Nodes that do not fit any more are left out with their edges, those of the highest ids.
        """
        reached: set[UUID] = set()
        for node, edge in found:
            if node not in self.distances and len(self.distances) >= self.limit:
                self.truncated = True
                continue
            if distance < self.distances.get(node, distance + 1):
                self.distances[node] = distance
                self.kinds[node] = kind
            reached.add(node)
            self.edges[edge.origin, edge.target, edge.kind] = edge
        return reached


def other_kind(kind: NodeKind) -> NodeKind:
    """Return what lies one hop away: jobs around datasets, datasets around jobs."""
    return "job" if kind == "dataset" else "dataset"


def edge_direction(heading: Heading, kind: NodeKind) -> Literal["I", "O"]:
    """Return which edges lead from a node of the kind onwards: up from a dataset are the jobs that write it."""
    return "O" if (heading == "up") == (kind == "dataset") else "I"
