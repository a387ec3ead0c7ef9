"""Reads what differs in lineage between two bases: around a node, or in the whole graph of a tenant."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from graph.errors import NotFoundError
from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.time import AsOf
from lineage.column_statements import ColumnFlow
from lineage.difference import ColumnKey, ColumnState, Picture, changes, difference
from lineage.facets import Column
from lineage.graph_difference import (
    Change,
    EdgeKey,
    Entry,
    GraphDifference,
    Listed,
    Span,
    edge_entries,
    node_lists,
)
from lineage.listed_changes import (
    PARTS,
    Compared,
    Entries,
    ListedChange,
    Names,
    Part,
    by_name,
    entries_of,
    ids_of,
    listed_change,
)
from lineage.naming import dataset_id
from lineage.nodes import Node, NodeName, Nodes
from lineage.statements import statement
from lineage.store import Direction, Lineage
from lineage.traversal import Edge, joined

MOST_DATASETS = 5_000
"""Of how many datasets columns and schemas are compared in the whole graph."""

MOST_BY_NAME = 1_000
"""How many changes of the whole graph are put in the order of names; more are in that of ids, which asks for none."""

_FACETS_CHANGED = {facet: statement("facets_changed", facet=facet) for facet in ("schema", "columnLineage")}
_EDGES_CHANGED = statement("edges_changed")
_EDGES_OF_DATASETS = statement("edges_of_datasets")
_LINKS_CHANGED = statement("links_changed")
_WITH_EDGES = statement("with_edges")


class Comparisons:
    """Answers what differs in the lineage of one tenant; parts that are not wanted count as equal."""

    def __init__(
        self,
        database: Database,
        lineage: Lineage,
        tenant: int = DEFAULT_TENANT,
        *,
        most_by_name: int = MOST_BY_NAME,
    ) -> None:
        self._database = database
        self._lineage = lineage
        self._tenant = tenant
        self._most_by_name = most_by_name

    async def around(
        self,
        of: NodeName,
        direction: Direction,
        depth: int,
        before: AsOf,
        after: AsOf,
        parts: Collection[Part] = PARTS,
    ) -> Compared:
        """Return what differs around a node; raises as `lineage` does where it is known at neither basis."""
        pictures: list[Picture] = []
        truncated, missing = False, None
        for at in (before, after):
            try:
                picture, is_cut = await self._picture(of, direction, depth, at, parts)
            except NotFoundError as error:
                picture, is_cut, missing = Picture(), False, error
            pictures.append(picture)
            truncated |= is_cut
        if missing is not None and not any(picture.nodes for picture in pictures):
            raise missing
        found = difference(*pictures)
        entries = _entries(
            {
                "nodes": entries_of(found.nodes, with_values=False),
                "edges": entries_of(found.edges),
                "columns": entries_of(found.columns),
                "schemas": entries_of(found.schemas),
            },
            parts,
        )
        names = Names(pictures[0].nodes, pictures[1].nodes)
        return by_name(Compared(before, after, entries, names, truncated))

    async def whole(self, before: AsOf, after: AsOf, parts: Collection[Part] = PARTS) -> Compared:
        """Return what differs in the whole graph; a node is in it at a basis where it has an edge then.

        The graph in memory is compared where there is one, else the rows of PostgreSQL are, with the same result.
        """
        snapshot = await self._lineage.at_hand(max(before, after, key=lambda at: at.system))
        if snapshot is not None:
            found = snapshot.difference(before, after)
        else:
            found = await self._by_statements(before, after)
        columns = await self._columns_touched(found.written, before, after) if "columns" in parts else set()
        schemas = await self._facets_changed("schema", before, after) if "schemas" in parts else set()
        states = [
            (await self._columns(_first(columns), at), await self._schemas(_first(schemas), at))
            for at in (before, after)
        ]
        entries = _entries(
            {
                "nodes": {change: some.each(Entry) for change, some in found.nodes.items()},
                "edges": found.edges,
                "columns": entries_of(changes(states[0][0], states[1][0])),
                "schemas": entries_of(changes(states[0][1], states[1][1])),
            },
            parts,
        )
        is_cut = max(len(columns), len(schemas)) > MOST_DATASETS
        compared = Compared(before, after, entries, Names(), is_cut)
        if compared.total > self._most_by_name:
            return compared
        return by_name(replace(compared, names=await self._names(compared, list(compared.page()))))

    async def page(
        self, compared: Compared, start: int = 0, first: int | None = None, parts: Collection[Part] = PARTS
    ) -> list[ListedChange]:
        """Return so many changes of some parts from a place on, with the names of the nodes in them; None: all."""
        shown = list(compared.page(start, first, parts))
        names = await self._names(compared, shown)
        return [listed_change(*one, names) for one in shown]

    async def _names(self, compared: Compared, shown: Iterable[tuple[Part, Any, Entry]]) -> Names:
        """Return the names of the nodes in changes, those of what differs that are known among them."""
        known = compared.names
        wanted = {key for part, _, entry in shown for key in ids_of(part, entry)}
        missing = list(wanted - known.before.keys() - known.after.keys())
        if not missing:
            return known
        found: list[dict[UUID, Node]] = []
        async with self._database.connection() as connection:
            for at in (compared.before, compared.after):
                nodes = await Nodes(connection, self._tenant, at.system).named(missing, missing)
                found.append({node.id: node for node in nodes})
        return Names({**known.before, **found[0]}, {**known.after, **found[1]})

    async def _by_statements(self, before: AsOf, after: AsOf) -> GraphDifference:
        async with self._database.connection() as connection:
            known = [Nodes(connection, self._tenant, at.system) for at in (before, after)]
            both = list(zip(known, (before, after), strict=True))
            bases = before.valid, before.system, after.valid, after.system
            rows = await connection.fetch(_EDGES_CHANGED, self._tenant, *bases)
            linked = await self._links_changed(connection, before, after)
            linked.update(row["dataset_id"] for row in rows)
            for one in known:
                await one.join(linked)
            several = {key for of in known for one in linked for key in of.ids(one) if of.component(one)}
            edges = [
                await self._edges(
                    connection, one, [row for row in rows if row["is_after"] == place], several, at
                )
                for place, (one, at) in enumerate(both)
            ]
            touched = {end for some in edges for edge in some for end in edge[:2]}
            nodes = [await self._with_edges(connection, one, touched, at) for one, at in both]
        entries, jobs = edge_entries(edges[0], edges[1]), {row["job_id"] for row in rows}
        told = (entry.key for change in ("added", "removed") for entry in entries[change].part())
        renamed = (key for key in touched if known[0].component(key) != known[1].component(key))
        return GraphDifference(
            node_lists(nodes[0], nodes[1], renamed),
            entries,
            Listed.of(sorted({target for origin, target, _ in told if origin in jobs})),
        )

    async def _links_changed(self, connection: Connection, before: AsOf, after: AsOf) -> set[UUID]:
        """Return the datasets that are not called the same at both bases."""
        span = sorted((before.system, after.system))
        return {key for (key,) in await connection.fetch(_LINKS_CHANGED, self._tenant, *span)}

    async def _facets_changed(self, facet: str, before: AsOf, after: AsOf) -> set[UUID]:
        bases = before.valid, before.system, after.valid, after.system
        async with self._database.connection() as connection:
            return {key for (key,) in await connection.fetch(_FACETS_CHANGED[facet], self._tenant, *bases)}

    async def _columns_touched(self, written: Listed[UUID], before: AsOf, after: AsOf) -> set[UUID]:
        """Return the datasets of which other columns may follow: by other words, writers, or names of what they follow from."""
        found = await self._facets_changed("columnLineage", before, after)
        found.update(written.part(0, MOST_DATASETS + 1))
        async with self._database.connection() as connection:
            linked = await self._links_changed(connection, before, after)
        for at in (before, after) if linked else ():
            following = await self._lineage.columns.downstream(linked, None, at)
            found.update(dataset_id(flow.target) for flows in following.values() for flow in flows.flows)
        return found | linked

    async def _picture(
        self, of: NodeName, direction: Direction, depth: int, at: AsOf, parts: Collection[Part]
    ) -> tuple[Picture, bool]:
        graph = await self._lineage.lineage(of, direction, depth, at)
        datasets = [node.id for node in graph.nodes if node.kind == "dataset"]
        ids = set(datasets)
        columns = await self._columns(datasets, at) if "columns" in parts else {}
        inside = {node.name for node in graph.nodes if node.id in ids}
        return (
            Picture(
                {node.id: node._replace(distance=0) for node in graph.nodes},
                {
                    (edge.origin, edge.target, edge.kind): Span(edge.valid_from, edge.valid_to)
                    for edge in graph.edges
                },
                {key: state for key, state in columns.items() if key.source in inside},
                await self._schemas(datasets, at) if "schemas" in parts else {},
            ),
            graph.truncated,
        )

    async def _columns(self, datasets: Collection[UUID], at: AsOf) -> dict[ColumnKey, ColumnState]:
        found = await self._lineage.columns.upstream(datasets, at) if datasets else {}
        return column_states(flow for flows in found.values() for flow in flows.flows)

    async def _schemas(self, datasets: Collection[UUID], at: AsOf) -> dict[UUID, tuple[Column, ...]]:
        states = await self._lineage.datasets.states(datasets, at) if datasets else {}
        return {one.node.id: one.columns for one in states.values() if one.columns}

    async def _edges(
        self, connection: Connection, known: Nodes, rows: Iterable[Any], several: Collection[UUID], at: AsOf
    ) -> dict[EdgeKey, Span]:
        """Return changed edges at a basis, and all those of datasets that have several names, under the one shown."""
        wanted = [row for row in rows if row["dataset_id"] not in several]
        if several:
            wanted += await connection.fetch(
                _EDGES_OF_DATASETS, self._tenant, list(several), at.valid, at.system
            )
        return _spans(wanted, known, at)

    async def _with_edges(
        self, connection: Connection, known: Nodes, nodes: Collection[UUID], at: AsOf
    ) -> set[UUID]:
        """Return those of the nodes that have an edge at the basis."""
        ids = list({one for key in nodes for one in known.ids(key)})
        rows = await connection.fetch(_WITH_EDGES, self._tenant, ids, at.valid, at.system)
        return {known.shown_by(key) for (key,) in rows}


def column_states(flows: Iterable[ColumnFlow]) -> dict[ColumnKey, ColumnState]:
    """Return column lineage as it is compared."""
    return {
        ColumnKey(flow.source, flow.source_column, flow.target, flow.target_column, flow.job): ColumnState(
            flow.kind, flow.transformations
        )
        for flow in flows
    }


def _spans(rows: Iterable[Any], known: Nodes, at: AsOf) -> dict[EdgeKey, Span]:
    edges: dict[EdgeKey, Edge] = {}
    for row in rows:
        ends = row["job_id"], known.shown_by(row["dataset_id"])
        origin, target = ends if row["direction"] == "O" else ends[::-1]
        edge = Edge(origin, target, row["kind"], row["valid_from"], row["valid_to"], at.system)
        key = (origin, target, edge.kind)
        edges[key] = joined(edges[key], edge) if key in edges else edge
    return {key: Span(edge.valid_from, edge.valid_to) for key, edge in edges.items()}


def _first(datasets: Collection[UUID]) -> list[UUID]:
    return sorted(datasets)[:MOST_DATASETS]


def _entries(found: Mapping[Part, Mapping[Change, Listed[Entry]]], parts: Collection[Part]) -> Entries:
    return {
        (part, change): some for part, of in found.items() if part in parts for change, some in of.items()
    }
