"""What the graph in memory answers, by the ids of datasets and jobs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from lineage.naming import NodeKind
from lineage.traversal import Edge


@dataclass(frozen=True, slots=True)
class Between:
    """What lies on any way from one node to another; empty where there is none.

    `from_origin` are the hops to each node from the first, `to_target` those on to the last, in the order of distances.
    """

    from_origin: Mapping[UUID, int]
    to_target: Mapping[UUID, int]
    kinds: Mapping[UUID, NodeKind]
    edges: tuple[Edge, ...]


class Size(NamedTuple):
    """How many nodes, edges, statements and links are in memory, and the bytes that they take."""

    nodes: int
    edges: int
    statements: int
    links: int
    bytes: int
