"""Reads what lies directly around single nodes: how much of it an answer does not show, and page by page what it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.time import AsOf
from lineage.naming import NODE_KINDS, NodeKind
from lineage.nodes import Node, NodeName, Nodes
from lineage.statements import statement
from lineage.traversal import Frontier, Heading, edge_direction, other_kind

_HEADINGS: tuple[Heading, ...] = ("up", "down")
_NEIGHBOURS = {
    (kind, heading): statement(
        "neighbours", here=kind, there=other_kind(kind), direction=edge_direction(heading, kind)
    )
    for kind in NODE_KINDS
    for heading in _HEADINGS
}
_PAGE = {kind: statement("named_page", kind=kind) for kind in NODE_KINDS}


@dataclass(frozen=True, slots=True)
class NeighbourPlace:
    """The place of a node in a list by name."""

    name: str
    namespace: str
    id: UUID


@dataclass(frozen=True, slots=True)
class NeighbourPage:
    """Some of the nodes around another, by name; `total` counts those of all pages, `next` is None on the last."""

    basis: AsOf
    of: Node
    nodes: tuple[Node, ...]
    total: int
    next: NeighbourPlace | None

    @property
    def end(self) -> NeighbourPlace | None:
        """The place of the last node; None where there is none."""
        return _place(self.nodes[-1]) if self.nodes else None


class Neighbours:
    """Answers what lies one hop around the nodes of one tenant, whether or not it belongs to what led there."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant

    async def hidden(self, nodes: Collection[Node], at: AsOf, *, alone: bool = False) -> dict[UUID, Frontier]:
        """Return for each of some nodes how many nodes directly upstream and downstream of it are not among them.

        `alone`: as if each were the only one.
        """
        shown = {node.id for node in nodes}
        counts: dict[Heading, Mapping[UUID, int]] = {}
        async with self._database.connection() as connection:
            known = Nodes(connection, self._tenant, at.system)
            await known.join(node.id for node in nodes if node.kind == "dataset")
            for heading in _HEADINGS:
                around: dict[UUID, set[UUID]] = {}
                for kind in NODE_KINDS:
                    here = [node.id for node in nodes if node.kind == kind]
                    around |= await self._around(connection, known, kind, heading, here, at)
                counts[heading] = {
                    key: len(ends - ({key} if alone else shown)) for key, ends in around.items()
                }
        up, down = counts["up"], counts["down"]
        return {key: Frontier(up.get(key, 0), down.get(key, 0)) for key in shown}

    async def page(
        self,
        of: NodeName,
        heading: Heading,
        first: int,
        at: AsOf,
        after: NeighbourPlace | None = None,
        search: str | None = None,
    ) -> NeighbourPage:
        """Return a page of the nodes directly upstream or downstream; raises as `Lineage.lineage` does.

        `search` leaves those whose name or namespace holds it, in whatever case.
        """
        async with self._database.connection() as connection:
            known = Nodes(connection, self._tenant, at.system)
            node = await known.found(of)
            around = await self._around(connection, known, node.kind, heading, [node.id], at)
            ids = list(around.get(node.id, ()))
            kind = other_kind(node.kind)
            place = (after.name, after.namespace, after.id) if after else (None, None, None)
            rows = await connection.fetch(_PAGE[kind], self._tenant, ids, search, *place, first + 1)
            keys = [row["id"] for row in rows if row["id"] is not None][:first]
            named = await known.named(keys if kind == "dataset" else [], keys if kind == "job" else [])
        by_id = {one.id: one for one in named}
        nodes = tuple(by_id[key] for key in keys)
        last = _place(nodes[-1]) if len(rows) > first else None
        return NeighbourPage(at, node, nodes, rows[0]["number"], last)

    async def _around(
        self,
        connection: Connection,
        known: Nodes,
        kind: NodeKind,
        heading: Heading,
        nodes: Collection[UUID],
        at: AsOf,
    ) -> dict[UUID, set[UUID]]:
        """Return the nodes directly behind each of these, under the ids they are shown by."""
        if not nodes:
            return {}
        ids = [one for key in nodes for one in (known.ids(key) if kind == "dataset" else (key,))]
        rows = await connection.fetch(_NEIGHBOURS[kind, heading], self._tenant, ids, at.valid, at.system)
        if kind == "job":
            await known.join({row["there"] for row in rows})
        around: dict[UUID, set[UUID]] = {}
        for here, there in rows:
            start, end = (known.shown_by(here), there) if kind == "dataset" else (here, known.shown_by(there))
            around.setdefault(start, set()).add(end)
        return around


def _place(node: Node) -> NeighbourPlace:
    return NeighbourPlace(node.name.name, node.name.namespace, node.id)
