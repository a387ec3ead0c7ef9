"""Reads lineage: nodes and their surroundings as of two instants, runs, datasets with their columns, events as they came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import zstandard

from graph.errors import ConflictError, InvalidInputError, NotFoundError
from graph.identity import DatasetName, JobName
from graph.store.database import DEFAULT_TENANT, Connection, Database, watermark
from graph.time import AsOf, bounded
from lineage import facets
from lineage.columns import ColumnEdge, column_edges
from lineage.facets import Column
from lineage.naming import Named, NodeKind, dataset_id, display_name, job_id
from lineage.statements import statement
from lineage.traversal import Edge, Heading, Walk, edge_direction, other_kind

Direction = Literal["up", "down", "both"]
NodeName = DatasetName | JobName | Named | UUID

DEEPEST = 100
"""How many hops a question about lineage may go."""

_KINDS: tuple[NodeKind, ...] = ("dataset", "job")
_BELIEVED = {
    True: "system_to = 'infinity' and system_from <= $4",
    False: "system_from <= $4 and system_to > $4",
}


def _each_way(name: str) -> dict[tuple[NodeKind, str, bool], str]:
    return {
        (kind, direction, newest): statement(
            name, here=kind, there=other_kind(kind), direction=direction, believed=_BELIEVED[newest]
        )
        for kind in _KINDS
        for direction in ("I", "O")
        for newest in (True, False)
    }


_STEP = _each_way("step")
_BEYOND = _each_way("beyond")
_NAMES = statement("names")
_CALLED = {kind: statement("called", kind=kind) for kind in _KINDS}
_RUN = statement("run")
_RUNS = statement("runs")
_EVENT = statement("event")
_FACETS_OF_RUNS = statement("facets_of_runs")
_FACETS_OF_JOB = statement("facets_as_of", subject="job", wanted="true")
_FACETS_OF_DATASET = statement(
    "facets_as_of",
    subject="dataset",
    wanted="""(f.name <> 'schema' or f.role <> 'I' or not exists (
         select
           from dataset_facet other
          where other.tenant_id = $1
            and other.dataset_id = $2
            and other.name = 'schema'
            and other.role <> 'I'
            and other.valid_from <= $3
            and other.system_from <= $4
       ))""",
)


@dataclass(frozen=True, slots=True)
class Node:
    """A dataset or job, and how many hops away from the node asked about."""

    id: UUID
    kind: NodeKind
    name: DatasetName | JobName
    distance: int = 0

    @property
    def display_name(self) -> str:
        """The part of the name that people say."""
        return display_name(self.name)


@dataclass(frozen=True, slots=True)
class Frontier:
    """How many nodes lie directly behind those shown, upstream and downstream; where truncated, at least so many."""

    upstream: int = 0
    downstream: int = 0


@dataclass(frozen=True, slots=True)
class LineageGraph:
    """Nodes by distance and the edges between them at a basis; truncated where it has as many nodes as it may."""

    basis: AsOf
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    truncated: bool
    frontier: Frontier


@dataclass(frozen=True, slots=True)
class Run:
    """One execution of a job. The outputs of a run that failed or was aborted are attempts."""

    run_id: UUID
    job: JobName
    state: str
    started_at: datetime
    ended_at: datetime | None
    nominal_from: datetime | None
    nominal_to: datetime | None
    parent_run_id: UUID | None
    root_run_id: UUID | None
    inputs: tuple[DatasetName, ...]
    outputs: tuple[DatasetName, ...]


@dataclass(frozen=True, slots=True)
class RunFacet:
    """A facet of a run, or of what it saw of a dataset among its inputs (role I) or outputs (role O)."""

    role: Literal["I", "O"] | None
    dataset: DatasetName | None
    name: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class DatasetState:
    """A dataset at a basis: its columns since when, the column lineage last stated for it, and all its facets."""

    basis: AsOf
    node: Node
    columns: tuple[Column, ...]
    schema_since: datetime | None
    column_edges: tuple[ColumnEdge, ...]
    facets: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event byte for byte as it came, and when that was in system time."""

    event_id: UUID
    event_time: datetime
    system_from: datetime
    kind: str
    event_type: str | None
    run_id: UUID | None
    raw: bytes


class Lineage:
    """Answers questions about the lineage of one tenant."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant

    async def basis(self, as_of: datetime | None = None, known_at: datetime | None = None) -> AsOf:
        """Return the instants an answer is for: now where not given, and known no later than what is committed."""
        async with self._database.connection() as connection:
            newest = await watermark(connection, self._tenant)
            now = await connection.fetchval("select clock_timestamp()")
        known = newest if known_at is None else min(bounded(known_at, "$.knownAt"), newest)
        return AsOf(now if as_of is None else bounded(as_of, "$.asOf"), known)

    async def lineage(self, of: NodeName, direction: Direction, depth: int, at: AsOf) -> LineageGraph:
        """Return what the node follows from (up), what follows from it (down), or both, not mixed.

        Depth counts hops between datasets and jobs: 1 = the jobs around a dataset, 2 = also the datasets they read or
        write. Raises NotFoundError, or ConflictError where a name alone means several nodes.
        """
        if not 1 <= depth <= DEEPEST:
            raise InvalidInputError.at("$.depth", f"must be 1 to {DEEPEST}, got {depth}")
        async with (
            self._database.connection() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            start = await self._node(connection, of)
            newest = at.system >= await watermark(connection, self._tenant)
            walk = Walk.from_node(start.id, start.kind)
            headings: dict[Direction, tuple[Heading, ...]] = {
                "up": ("up",),
                "down": ("down",),
                "both": ("up", "down"),
            }
            beyond = {
                heading: await self._follow(connection, walk, start, heading, depth, at, newest)
                for heading in headings[direction]
            }
            named = await self._nodes(
                connection,
                *([key for key, of_kind in walk.kinds.items() if of_kind == kind] for kind in _KINDS),
            )
        nodes = [replace(node, distance=walk.distances[node.id]) for node in named]
        return LineageGraph(
            at,
            tuple(
                sorted(
                    nodes, key=lambda node: (node.distance, node.kind, node.name.namespace, node.name.name)
                )
            ),
            tuple(sorted(walk.edges.values(), key=lambda edge: (edge.origin, edge.target, edge.kind))),
            walk.truncated,
            Frontier(beyond.get("up", 0), beyond.get("down", 0)),
        )

    async def node(self, of: NodeName) -> Node:
        """Return the node of a name or id; raises as `lineage` does."""
        async with self._database.connection() as connection:
            return await self._node(connection, of)

    async def run(self, run_id: UUID) -> Run:
        """Return the run; raises NotFoundError."""
        async with self._database.connection() as connection:
            runs = await self._with_names(connection, await connection.fetch(_RUN, self._tenant, run_id))
        if not runs:
            raise NotFoundError(f"no run {run_id} is known")
        return runs[0]

    async def runs(
        self, of: JobName | UUID, first: int, after: UUID | None, at: AsOf
    ) -> tuple[list[Run], bool]:
        """Return a page of the runs of a job that started by `at.valid`, latest first, and whether more follow.

        `after` is the id of the last run of the page before.
        """
        key = of if isinstance(of, UUID) else job_id(of)
        async with self._database.connection() as connection:
            rows = await connection.fetch(_RUNS, self._tenant, key, at.valid, after, first + 1)
            return await self._with_names(connection, rows[:first]), len(rows) > first

    async def run_facets(self, run_ids: Sequence[UUID]) -> dict[UUID, list[RunFacet]]:
        """Return for each run the newest facet of each name that it sent, its own ones first."""
        facets_of: dict[UUID, list[RunFacet]] = {run_id: [] for run_id in run_ids}
        async with self._database.connection() as connection:
            rows = await connection.fetch(_FACETS_OF_RUNS, self._tenant, run_ids)
        for row in rows:
            dataset = None if row["role"] is None else DatasetName(row["namespace"], row["dataset"])
            facets_of[row["run_id"]].append(RunFacet(row["role"], dataset, row["name"], row["body"]))
        return facets_of

    async def dataset(self, of: DatasetName | Named | UUID, at: AsOf) -> DatasetState:
        """Return the dataset as of the basis; raises NotFoundError, or ConflictError for a name that means several."""
        async with self._database.connection() as connection:
            node = await self._node(connection, of)
            if node.kind != "dataset":
                raise NotFoundError(f"{node.name.name!r} in {node.name.namespace!r} is a job, not a dataset")
            rows = await connection.fetch(_FACETS_OF_DATASET, self._tenant, node.id, at.valid, at.system)
        held = {row["name"]: row for row in rows if not facets.is_deleted(row["body"])}
        schema, stated = held.get("schema"), held.get("columnLineage")
        return DatasetState(
            basis=at,
            node=node,
            columns=tuple(facets.columns(schema["body"])) if schema else (),
            schema_since=schema["valid_from"] if schema else None,
            column_edges=tuple(column_edges(stated["body"])) if stated else (),
            facets={name: row["body"] for name, row in held.items()},
        )

    async def job_facets(self, of: JobName | UUID, at: AsOf) -> dict[str, dict[str, Any]]:
        """Return the facets of a job that hold at the basis, by name."""
        key = of if isinstance(of, UUID) else job_id(of)
        async with self._database.connection() as connection:
            rows = await connection.fetch(_FACETS_OF_JOB, self._tenant, key, at.valid, at.system)
        return {row["name"]: row["body"] for row in rows if not facets.is_deleted(row["body"])}

    async def event(self, event_id: UUID) -> StoredEvent:
        """Return the event byte for byte as it came; raises NotFoundError."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(_EVENT, self._tenant, event_id)
        if row is None:
            raise NotFoundError(f"no lineage event {event_id} is known")
        values = dict(row)
        return StoredEvent(raw=zstandard.ZstdDecompressor().decompress(values.pop("body")), **values)

    async def _follow(
        self,
        connection: Connection,
        walk: Walk,
        start: Node,
        heading: Heading,
        depth: int,
        at: AsOf,
        newest: bool,
    ) -> int:
        """Walk from the start in one direction, hop by hop; return how many nodes lie directly behind the last ones."""
        frontier, kind, seen = {start.id}, start.kind, {start.id}
        for distance in range(1, depth + 1):
            way = (kind, edge_direction(heading, kind), newest)
            rows = await connection.fetch(_STEP[way], self._tenant, list(frontier), at.valid, at.system)
            before, kind = kind, other_kind(kind)
            reached = walk.reach(((row["there"], _edge(row, heading)) for row in rows), distance, kind)
            if walk.truncated:
                return await self._beyond(connection, walk, before, frontier, heading, at, newest)
            frontier = reached - seen
            seen |= reached
            if not frontier:
                return 0
        return await self._beyond(connection, walk, kind, frontier, heading, at, newest)

    async def _beyond(
        self,
        connection: Connection,
        walk: Walk,
        kind: NodeKind,
        frontier: Iterable[UUID],
        heading: Heading,
        at: AsOf,
        newest: bool,
    ) -> int:
        way = (kind, edge_direction(heading, kind), newest)
        shown = list(walk.distances)
        return await connection.fetchval(
            _BEYOND[way], self._tenant, list(frontier), at.valid, at.system, shown
        )

    async def _node(self, connection: Connection, of: NodeName) -> Node:
        if isinstance(of, UUID):
            return _only(await self._nodes(connection, [of], [of]), str(of))
        if isinstance(of, DatasetName):
            return _only(await self._nodes(connection, [dataset_id(of)], []), _quoted(of))
        if isinstance(of, JobName):
            return _only(await self._nodes(connection, [], [job_id(of)]), _quoted(of))
        found: list[Node] = []
        for kind in _KINDS if of.kind is None else (of.kind,):
            found += map(_node_of, await connection.fetch(_CALLED[kind], self._tenant, of.name, of.namespace))
        exact = [node for node in found if node.name.name == of.name]
        return _only(exact or found, repr(of.name))

    async def _nodes(
        self, connection: Connection, datasets: Sequence[UUID], jobs: Sequence[UUID]
    ) -> list[Node]:
        return [_node_of(row) for row in await connection.fetch(_NAMES, self._tenant, datasets, jobs)]

    async def _with_names(self, connection: Connection, rows: Sequence[Any]) -> list[Run]:
        wanted = {key for row in rows for key in (*row["inputs"], *row["outputs"])}
        names = {node.id: node.name for node in await self._nodes(connection, list(wanted), [])}
        return [_run_of(dict(row), names) for row in rows]


def _node_of(row: Any) -> Node:
    named = DatasetName if row["kind"] == "dataset" else JobName
    return Node(row["id"], row["kind"], named(row["namespace"], row["name"]))


def _run_of(values: dict[str, Any], names: Mapping[UUID, DatasetName | JobName]) -> Run:
    inputs, outputs = (
        tuple(sorted(name for key in values.pop(side) if isinstance(name := names[key], DatasetName)))
        for side in ("inputs", "outputs")
    )
    job = JobName(values.pop("namespace"), values.pop("name"))
    return Run(job=job, inputs=inputs, outputs=outputs, **values)


def _edge(row: Any, heading: Heading) -> Edge:
    there, here = row["there"], row["here"]
    origin, target = (there, here) if heading == "up" else (here, there)
    return Edge(origin, target, row["kind"], row["valid_from"], row["valid_to"], row["system_from"])


def _only(found: Sequence[Node], called: str) -> Node:
    if not found:
        raise NotFoundError(f"no dataset or job {called} is known")
    if len(found) > 1:
        candidates = "; ".join(f"{node.kind} {_quoted(node.name)}" for node in found[:10])
        more = " and more" if len(found) > 10 else ""
        raise ConflictError(f"{called} can mean {candidates}{more}; give the namespace and kind too")
    return found[0]


def _quoted(name: DatasetName | JobName) -> str:
    return f"{name.name!r} in {name.namespace!r}"
