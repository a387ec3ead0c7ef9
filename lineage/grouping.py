"""A lineage graph drawn together: its nodes by what they lie in, and how many edges lead from group to group. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple
from uuid import UUID

from graph.identity import DatasetName, JobName
from lineage.flows import Flow
from lineage.nodes import Node
from lineage.traversal import Edge

Grouping = Literal["namespace", "container"]

_LAST_PART: Final = re.compile(r"(?<=.)[./][^./]+[./]?$", re.DOTALL)


class GroupName(NamedTuple):
    """What nodes lie in: a namespace, and in it a schema, folder or parent job; empty: the namespace itself."""

    namespace: str
    container: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Nodes drawn together, in the order of the graph; `inside` counts the edges between them."""

    name: GroupName
    nodes: tuple[Node, ...]
    inside: int

    @property
    def datasets(self) -> int:
        """How many of the nodes are datasets."""
        return sum(node.kind == "dataset" for node in self.nodes)


class GroupLink(NamedTuple):
    """So many edges lead from the nodes of one group to those of another."""

    origin: GroupName
    target: GroupName
    edges: int


@dataclass(frozen=True, slots=True)
class Grouped:
    """The groups of a graph, the largest first, and what leads from one to another."""

    groups: tuple[Group, ...]
    links: tuple[GroupLink, ...]


def container(name: DatasetName | JobName) -> str:
    """Return what the last part of a name lies in: `db.mart` of `db.mart.orders`, `/in` of `/in/orders`; empty: nothing."""
    shorter = _LAST_PART.sub("", name.name)
    return shorter if shorter != name.name else ""


def grouped(
    nodes: Iterable[Node], edges: Iterable[Edge | Flow], by: Grouping, parents: Mapping[UUID, JobName]
) -> Grouped:
    """Return a graph drawn together by namespace, or by container: of a job with a parent that parent, else by its name."""
    members: dict[GroupName, list[Node]] = {}
    group_of: dict[UUID, GroupName] = {}
    for node in nodes:
        parent = parents.get(node.id)
        if by == "namespace":
            group = GroupName(node.name.namespace)
        elif parent is not None:
            group = GroupName(parent.namespace, parent.name)
        else:
            group = GroupName(node.name.namespace, container(node.name))
        members.setdefault(group, []).append(node)
        group_of[node.id] = group
    pairs = {(edge.origin, edge.target) for edge in edges}
    counts = Counter((group_of[origin], group_of[target]) for origin, target in pairs)
    groups = (Group(name, tuple(of_group), counts[name, name]) for name, of_group in members.items())
    return Grouped(
        tuple(sorted(groups, key=lambda group: (-len(group.nodes), group.name))),
        tuple(GroupLink(*ends, count) for ends, count in sorted(counts.items()) if ends[0] != ends[1]),
    )
