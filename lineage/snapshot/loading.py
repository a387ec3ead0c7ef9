"""Reads the lineage graph of a tenant into memory, and later what has changed since."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any, NamedTuple, cast

import numpy as np

from graph.identity import DatasetName
from graph.store.database import Connection
from lineage.columns import IS_EXPLICIT
from lineage.components import Link
from lineage.snapshot.copied import copied, native, rows_of
from lineage.snapshot.edges import Edges
from lineage.snapshot.graph import Snapshot
from lineage.snapshot.instants import micros
from lineage.snapshot.node_table import NodeTable, Numbers
from lineage.snapshot.shown import Names
from lineage.snapshot.spans import Columns, Spans
from lineage.snapshot.statements import Contents, Statements
from lineage.statements import statement

_TIMES = {"valid_from": ">i8", "valid_to": ">i8", "system_from": ">i8", "system_to": ">i8"}
_EDGE = {"job": "V16", "dataset": "V16", "is_output": "?", "is_declared": "?", **_TIMES}
_STATEMENT = {"job": "V16", "dataset": "V16", "is_stated": "?", **_TIMES, "digest": "V16"}
_EDGES = statement("snapshot_edges")
_STATEMENTS = statement("snapshot_statements")
_CONTENTS = statement("snapshot_contents", member=IS_EXPLICIT)
_LINKS = statement("snapshot_links")
_CHANGED = "(system_from > {since} or system_to > {since} and system_to < 'infinity')"
_INSTANT = "timestamptz '2000-01-01 00:00:00+00' + {micros} * interval '1 microsecond'"
_MOST_BYTES = 5_000_000
_BEFORE_ALL = datetime(1, 1, 2, tzinfo=UTC)


class Told(NamedTuple):
    """What was read: edges and statements as they came, contents of statements, and links."""

    edges: bytearray
    statements: bytearray
    contents: list[Any]
    links: list[Any]


async def load(connection: Connection, tenant: int, known_at: datetime) -> Snapshot:
    """Return the graph as of a transaction that sees everything up to an instant."""
    told = await _told(connection, tenant, None, {})
    return await asyncio.to_thread(built, told, known_at)


async def catch_up(connection: Connection, tenant: int, snapshot: Snapshot, known_at: datetime) -> bool:
    """Bring a graph up to an instant, as of a transaction that sees it; return False where it does not fit any more.

    Then the graph is of no use: so much has changed that to build it anew is quicker and keeps nobody waiting, or rows were
    rewritten that are only ever added and ended.
    """
    told = await _told(connection, tenant, snapshot.known_at, snapshot.statements.contents.digests)
    if len(told.edges) + len(told.statements) > _MOST_BYTES or not applied(snapshot, told):
        return False
    snapshot.known_at = known_at
    return True


async def compact(snapshot: Snapshot) -> None:
    """Fold what was added one by one into the compact lists, where it is much; nothing may be added meanwhile."""
    if snapshot.edges.is_loose:
        snapshot.edges = await asyncio.to_thread(Edges, snapshot.edges.spans, len(snapshot.nodes))
    if snapshot.statements.is_loose:
        snapshot.statements = await asyncio.to_thread(snapshot.statements.compacted, len(snapshot.nodes))


async def _told(
    connection: Connection, tenant: int, since: datetime | None, digests: dict[bytes, int]
) -> Told:
    changed = "true"
    if since is not None:
        changed = _CHANGED.format(since=_INSTANT.format(micros=micros(since)))
    changed_edges = await copied(connection, _EDGES.format(tenant=tenant, changed=changed))
    said = await copied(connection, _STATEMENTS.format(tenant=tenant, changed=changed))
    met = dict.fromkeys(rows_of(said, _STATEMENT)["digest"].tolist())
    new = [digest for digest in met if digest not in digests]
    contents = await connection.fetch(_CONTENTS, tenant, new) if new else []
    links = await connection.fetch(_LINKS, tenant, since or _BEFORE_ALL)
    return Told(changed_edges, said, contents, links)


def built(told: Told, known_at: datetime) -> Snapshot:
    """Return the graph of everything that was read."""
    nodes, contents = NodeTable(), Contents.none()
    names = Names(nodes)
    names.add(map(_link, told.links))
    _add_contents(nodes, contents, told.contents)
    edge_columns, said = _edge_columns(nodes, told), _statement_columns(nodes, contents, told)
    all_edges = Edges(Spans(edge_columns), len(nodes))
    all_statements = Statements(Spans(said), contents, len(nodes))
    telling = np.unique(said["job"]).astype(np.int32)
    all_statements.note_restrictive(telling, all_edges.have_several_outputs(telling))
    names.shown_at(micros(known_at))
    return Snapshot(nodes, all_edges, all_statements, names, known_at)


def applied(snapshot: Snapshot, told: Told) -> bool:
    """Add to a graph what was read since; return False where something is ended that is not there."""
    nodes, since = snapshot.nodes, micros(snapshot.known_at)
    said_of, contents = snapshot.statements, snapshot.statements.contents
    snapshot.names.add(map(_link, told.links))
    _add_contents(nodes, contents, told.contents)
    edge_columns, said = _edge_columns(nodes, told), _statement_columns(nodes, contents, told)
    for table, columns in ((snapshot.edges, edge_columns), (said_of, said)):
        new = cast("Numbers", columns["system_from"]) > since
        table.add({name: column[new] for name, column in columns.items()}, len(nodes))
        if not new.all() and not table.end({name: column[~new] for name, column in columns.items()}):
            return False
    touched = np.unique(np.concatenate([edge_columns["job"], said["job"]])).astype(np.int32)
    said_of.note_restrictive(touched, snapshot.edges.have_several_outputs(touched))
    return True


def _edge_columns(nodes: NodeTable, told: Told) -> Columns:
    rows = rows_of(told.edges, _EDGE)
    columns = native(rows, ("is_output", "is_declared", *_TIMES))
    return {
        "job": nodes.added(rows["job"].tolist()),
        "dataset": nodes.added(rows["dataset"].tolist()),
        **columns,
    }


def _statement_columns(nodes: NodeTable, contents: Contents, told: Told) -> Columns:
    rows = rows_of(told.statements, _STATEMENT)
    digests = rows["digest"].tolist()
    return {
        "job": nodes.added(rows["job"].tolist()),
        "dataset": nodes.added(rows["dataset"].tolist()),
        "content": np.fromiter(map(contents.digests.__getitem__, digests), np.int32, len(digests)),
        **native(rows, ("is_stated", *_TIMES)),
    }


def _add_contents(nodes: NodeTable, contents: Contents, rows: list[Any]) -> None:
    if not rows:
        return
    given = [row["sources"] for row in rows]
    together = b"".join(given)
    contents.add(
        [row["digest"] for row in rows],
        np.array([not row["sources"] and not row["is_of_datasets"] for row in rows], np.bool_),
        np.array([row["is_explicit"] for row in rows], np.bool_),
        np.array([len(sources) // 16 for sources in given], np.int32),
        nodes.added([together[place : place + 16] for place in range(0, len(together), 16)]),
    )


def _link(row: Any) -> tuple[int, Link]:
    link = Link(
        row["dataset_id"],
        DatasetName(row["namespace"], row["name"]),
        row["other_id"],
        DatasetName(row["other_namespace"], row["other_name"]),
        row["kind"],
        row["valid_from"],
    )
    return micros(row["system_from"]), link
