"""Finds datasets and jobs by what they are called, as known at an instant; the names of one dataset are one node."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

from graph.errors import ConflictError, NotFoundError
from graph.identity import DatasetName, JobName
from graph.store.database import Connection
from lineage.components import Component, Link, components
from lineage.naming import Named, NodeKind, canonical, dataset_id, display_name, job_id
from lineage.statements import statement

NodeName = DatasetName | JobName | Named | UUID

_KINDS: tuple[NodeKind, ...] = ("dataset", "job")
_MOST_CANDIDATES = 10
_NOWHERE: Mapping[UUID, int] = {}

Remembered: TypeAlias = "dict[UUID, tuple[Node, datetime]]"
"""Nodes whose names were looked up before, by id, with since when they are known; an id follows from the name it is of."""

MOST_REMEMBERED = 50_000
"""How many names are remembered at once: about 30 MB."""
_NODES = statement("nodes")
_LINKS = statement("links")
_CALLED = {
    "dataset": statement("called", kind="dataset", wanted="true"),
    "job": statement("called", kind="job", wanted="(name = $2 or part_of is null)"),
}


class Node(NamedTuple):
    """A dataset or job, and how many hops away from the node asked about.

    `aliases` are the other names of a dataset; of these, `former_names` those that it was renamed from.
    """

    id: UUID
    kind: NodeKind
    name: DatasetName | JobName
    distance: int = 0
    aliases: tuple[DatasetName, ...] = ()
    former_names: tuple[DatasetName, ...] = ()

    @property
    def display_name(self) -> str:
        """The part of the name that people say."""
        return display_name(self.name)


class Nodes:
    """The datasets and jobs of a tenant as known at an instant; remembers, for one question, which names are one dataset.

    `linked` may say that there are no links at all, which saves looking for them, and so do `joined`, the
    components of all datasets that have several names then. `remembered` may be kept from one question to the next
    as long as nothing is taken away.
    """

    def __init__(
        self,
        connection: Connection,
        tenant: int,
        known: datetime,
        *,
        linked: bool = True,
        joined: dict[UUID, Component] | None = None,
        remembered: Remembered | None = None,
    ) -> None:
        self._connection = connection
        self._tenant = tenant
        self.known = known
        self._linked = linked and joined is None
        self._asked: set[UUID] = set()
        self._components: dict[UUID, Component] = {} if joined is None else joined
        self._remembered: Remembered = {} if remembered is None else remembered

    async def join(self, datasets: Iterable[UUID]) -> None:
        """Look up which other names these datasets have; the functions below answer for datasets looked up before."""
        if not self._linked:
            return
        new = set(datasets) - self._asked
        if not new:
            return
        rows = await self._connection.fetch(_LINKS, self._tenant, list(new), self.known)
        self._asked |= new
        for component in components(map(_link, rows)):
            self._asked.update(component.ids)
            self._components.update(dict.fromkeys(component.ids, component))

    def shown_by(self, dataset: UUID) -> UUID:
        """Return the id that a dataset is shown by."""
        component = self._components.get(dataset)
        return component.ids[0] if component else dataset

    def component(self, dataset: UUID) -> Component | None:
        """Return all that a dataset is called; None where it has one name."""
        return self._components.get(dataset)

    def ids(self, dataset: UUID) -> tuple[UUID, ...]:
        """Return all ids that a dataset has, the one it is shown by first."""
        component = self._components.get(dataset)
        return component.ids if component else (dataset,)

    async def found(self, of: NodeName) -> Node:
        """Return the node; raises NotFoundError, or ConflictError where a name alone means several nodes."""
        if isinstance(of, UUID):
            return _only(await self.named([of], [of]), str(of))
        if isinstance(of, DatasetName):
            return _only(await self.named([dataset_id(of)], []), _quoted(of))
        if isinstance(of, JobName):
            return _only(await self.named([], [job_id(of)]), _quoted(of))
        candidates: list[Node] = []
        for kind in _KINDS if of.kind is None else (of.kind,):
            candidates += await self._called(of, kind)
        exact = [node for node in candidates if node.name.name == of.name]
        return _only(await self._joined(exact or candidates), repr(of.name))

    async def named(
        self, datasets: Sequence[UUID], jobs: Sequence[UUID], distances: Mapping[UUID, int] = _NOWHERE
    ) -> list[Node]:
        """Return the nodes of these ids that are known, each dataset once however many of its names are among them.

        `distances` may say how far away they are.
        """
        remembered = self._remembered
        missing = [[key for key in keys if key not in remembered] for keys in (datasets, jobs)]
        if any(missing):
            if len(remembered) > MOST_REMEMBERED:
                remembered.clear()
                missing = [datasets, jobs]
            for row in await self._connection.fetch(_NODES, self._tenant, *missing):
                remembered[row["id"]] = _node(row), row["system_from"]
        found = [remembered[key] for key in (*datasets, *jobs) if key in remembered]
        return await self._joined(
            (
                node._replace(distance=distances[node.id]) if node.id in distances else node
                for node, since in found
                if since <= self.known
            ),
            distances,
        )

    async def _called(self, of: Named, kind: NodeKind) -> list[Node]:
        name, namespace = of.name, of.namespace
        rows = await self._connection.fetch(_CALLED[kind], self._tenant, name, namespace, self.known)
        if rows or kind == "job" or namespace is None:
            return [_node(row) for row in rows]
        spelled = canonical(DatasetName(namespace, name))
        if (spelled.namespace, spelled.name) == (namespace, name):
            return []
        rows = await self._connection.fetch(
            _CALLED[kind], self._tenant, spelled.name, spelled.namespace, self.known
        )
        return [_node(row) for row in rows]

    async def _joined(self, nodes: Iterable[Node], distances: Mapping[UUID, int] = _NOWHERE) -> list[Node]:
        given = list(nodes)
        await self.join(node.id for node in given if node.kind == "dataset")
        found: dict[UUID, Node] = {}
        for node in given:
            component = self._components.get(node.id)
            if component is not None:
                node = _shown(component, distances.get(component.ids[0], 0))  # noqa: PLW2901
            found[node.id] = node
        return list(found.values())


def _shown(component: Component, distance: int) -> Node:
    name, *others = component.names
    return Node(component.ids[0], "dataset", name, distance, tuple(others), component.former_names)


def _link(row: Any) -> Link:
    return Link(
        row["dataset_id"],
        DatasetName(row["namespace"], row["name"]),
        row["other_id"],
        DatasetName(row["other_namespace"], row["other_name"]),
        row["kind"],
        row["valid_from"],
    )


def _node(row: Any) -> Node:
    id_, kind, namespace, name = row[:4]
    named = DatasetName if kind == "dataset" else JobName
    return Node(id_, kind, named(namespace, name))


def _only(found: Sequence[Node], called: str) -> Node:
    if not found:
        raise NotFoundError(f"no dataset or job {called} is known")
    if len(found) > 1:
        candidates = "; ".join(f"{node.kind} {_quoted(node.name)}" for node in found[:_MOST_CANDIDATES])
        more = " and more" if len(found) > _MOST_CANDIDATES else ""
        raise ConflictError(f"{called} can mean {candidates}{more}; give the namespace and kind too")
    return found[0]


def _quoted(name: DatasetName | JobName) -> str:
    return f"{name.name!r} in {name.namespace!r}"
