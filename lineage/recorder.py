"""The one way OpenLineage events get into the catalog: set by set, each set in one transaction, durable before it answers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

import orjson
import zstandard

from graph.errors import CatalogError
from graph.store.database import DEFAULT_TENANT, Connection, Database, RetryError
from graph.store.group_commit import GroupCommit
from lineage.events import Event, decode
from lineage.facets import SHARED_RUN_FACETS
from lineage.projection import Changes, RunChange, project
from lineage.statements import statement
from lineage.temporal import Statement, Stretch, recomputed, said_by_run

_KNOWN = statement("known")
_ADD_NAMES = statement("add_names")
_LOCK_JOBS = statement("lock_jobs")
_JOIN_RUNS = statement("join_runs")
_ADD_RUN_FACETS = statement("add_run_facets")
_ADD_DECLARATIONS = statement("add_declarations")
_SAID_BY_RUNS = statement("said_by_runs")
_SAID_BY_DECLARATIONS = statement("said_by_declarations")
_BELIEVED_EDGES = statement("believed_edges")
_CLOSE_EDGES = statement("close_edges")
_RECORD = statement("record")

_STATES = ("START", "RUNNING", "COMPLETE", "ABORT", "FAIL")


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event that is durably in the catalog; a duplicate was there before and changed nothing."""

    event_id: UUID
    duplicate: bool


class _Edge(NamedTuple):
    job_id: UUID
    kind: str
    stretch: Stretch


@dataclass(slots=True)
class _EdgeChanges:
    gone: list[_Edge]
    new: list[_Edge]


class Recorder:
    """Records events of one tenant; any number of recorders in any number of processes may do so at once."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant
        self._group: GroupCommit[Event, Recorded] = GroupCommit(self._write)
        self._compressor = zstandard.ZstdCompressor(level=1)

    async def record(self, raw: bytes) -> Recorded:
        """Return once the event is durably recorded; raises InvalidInputError with JSON path and reason."""
        return await self._group.submit(decode(raw))

    async def record_batch(self, raws: Sequence[bytes]) -> list[Recorded | CatalogError]:
        """Return for each event, in order, that it is durably recorded, or why it is not."""
        return await asyncio.gather(*(self._recorded_or_refused(raw) for raw in raws))

    @property
    def waiting(self) -> int:
        """How many events wait for the next group commit."""
        return self._group.waiting

    async def close(self) -> None:
        """Wait until everything that was accepted is written."""
        await self._group.close()

    async def _recorded_or_refused(self, raw: bytes) -> Recorded | CatalogError:
        try:
            return await self.record(raw)
        except CatalogError as error:
            return error

    async def _write(self, events: Sequence[Event]) -> Sequence[Recorded]:
        new = await self._database.transaction(lambda connection: self._record_new(connection, events))
        recorded: list[Recorded] = []
        for event in events:
            recorded.append(Recorded(event.event_id, event.event_id not in new))
            new.discard(event.event_id)
        return recorded

    async def _record_new(self, connection: Connection, events: Sequence[Event]) -> set[UUID]:
        """Record what is not known yet and return its event ids; decides everything first, takes the clock last."""
        unique = {event.event_id: event for event in events}
        known = await connection.fetchrow(_KNOWN, self._tenant, list(unique), [])
        for event_id in known["events"] if known else ():
            del unique[event_id]
        if not unique:
            return set()
        changes = project(unique.values())
        await self._add_names(connection, changes)
        edges = await self._decide(connection, changes)
        rows = _rows(changes, edges, self._compressor)
        at = await connection.fetchval("select tick($1)", self._tenant)
        if edges.gone:
            gone = [
                (e.job_id, e.stretch.dataset_id, e.stretch.direction, e.kind, e.stretch.start)
                for e in edges.gone
            ]
            await connection.execute(_CLOSE_EDGES, self._tenant, at, *_columns(gone, 5))
        return {row["event_id"] for row in await connection.fetch(_RECORD, self._tenant, at, *rows)}

    async def _add_names(self, connection: Connection, changes: Changes) -> None:
        known = await connection.fetchrow(_KNOWN, self._tenant, [], list(changes.bodies))
        there: set[bytes] = set(known["digests"]) if known else set()
        bodies = [(key, orjson.Fragment(body)) for key, body in changes.bodies.items() if key not in there]
        names: list[list[Any]] = []
        for given in (changes.jobs, changes.datasets):
            names += _columns([(key, name.namespace, name.name) for key, name in given.items()], 3)
        await connection.execute(_ADD_NAMES, self._tenant, *names, *_columns(bodies, 2))

    async def _decide(self, connection: Connection, changes: Changes) -> _EdgeChanges:
        """Join the runs and declarations, and return how the edges of their jobs change."""
        edges = _EdgeChanges([], [])
        if not changes.jobs:
            return edges
        locked = await connection.fetch(_LOCK_JOBS, self._tenant, list(changes.jobs), list(changes.runs))
        if changes.runs:
            rows = await connection.fetch(_JOIN_RUNS, self._tenant, *_run_columns(changes.runs.values()))
            dirty = _dirty(rows, {row["job_id"] for row in locked})
            await self._add_run_facets(connection, changes)
            if dirty:
                said = await connection.fetch(_SAID_BY_RUNS, self._tenant, list(dirty), list(dirty.values()))
                await self._redraw(connection, "observed", dirty, _by_job(said, _of_run), edges)
        if changes.declarations:
            given = [(*d[:3], _array(d.inputs), _array(d.outputs)) for d in changes.declarations]
            await connection.execute(_ADD_DECLARATIONS, self._tenant, *_columns(given, 5))
            since: dict[UUID, datetime] = {}
            for job_id, at, *_ in changes.declarations:
                since[job_id] = min(at, since.get(job_id, at))
            said = await connection.fetch(
                _SAID_BY_DECLARATIONS, self._tenant, list(since), list(since.values())
            )
            await self._redraw(connection, "declared", since, _by_job(said, _of_declaration), edges)
        return edges

    async def _redraw(
        self,
        connection: Connection,
        kind: str,
        dirty: Mapping[UUID, datetime],
        said: Mapping[UUID, list[Statement]],
        edges: _EdgeChanges,
    ) -> None:
        """Add to `edges` what changes where the statements from the instant of each dirty job on are `said`."""
        rows = await connection.fetch(_BELIEVED_EDGES, self._tenant, list(dirty), list(dirty.values()), kind)
        believed: dict[UUID, set[Stretch]] = {job_id: set() for job_id in dirty}
        for job_id, dataset_id, direction, start, end in rows:
            believed[job_id].add(Stretch(dataset_id, direction, start, end))
        for job_id, since in dirty.items():
            wanted = recomputed(believed[job_id], since, said.get(job_id, []))
            edges.gone += [_Edge(job_id, kind, stretch) for stretch in believed[job_id] - wanted]
            edges.new += [_Edge(job_id, kind, stretch) for stretch in wanted - believed[job_id]]

    async def _add_run_facets(self, connection: Connection, changes: Changes) -> None:
        of_runs: list[tuple[Any, ...]] = []
        of_datasets: list[tuple[Any, ...]] = []
        for key, facet in changes.run_facets.items():
            body = orjson.Fragment(facet.body.json)
            if key.dataset_id is not None:
                of_datasets.append((*key, facet.valid_from, facet.event_id, body))
            elif key.name in SHARED_RUN_FACETS:
                of_runs.append(
                    (key.run_id, key.name, facet.valid_from, facet.event_id, facet.body.digest, None)
                )
            else:
                of_runs.append((key.run_id, key.name, facet.valid_from, facet.event_id, None, body))
        if of_runs or of_datasets:
            await connection.execute(
                _ADD_RUN_FACETS, self._tenant, *_columns(of_runs, 6), *_columns(of_datasets, 7)
            )


def _dirty(rows: Iterable[Any], locked: set[UUID]) -> dict[UUID, datetime]:
    """Return the jobs whose edges may change, each with the start of its earliest run that says something else now.

    Raises RetryError where a run left a job that is not locked: another writer moved it a moment ago.
    """
    dirty: dict[UUID, datetime] = {}
    for row in rows:
        now = _said(row, "")
        before = _said(row, "old_") if row["old_job_id"] is not None else None
        if before == now:
            continue
        for said in (before, now):
            if said is None:
                continue
            job_id, statement_ = said
            if job_id not in locked:
                raise RetryError
            dirty[job_id] = min(statement_.at, dirty.get(job_id, statement_.at))
    return dirty


def _said(row: Any, prefix: str) -> tuple[UUID, Statement] | None:
    statement_ = said_by_run(*(row[prefix + name] for name in ("started_at", "state", "inputs", "outputs")))
    silent = statement_.inputs is None and statement_.outputs is None
    return None if silent else (row[prefix + "job_id"], statement_)


def _by_job(rows: Iterable[Any], of: Any) -> dict[UUID, list[Statement]]:
    return {job_id: [of(row) for row in group] for job_id, group in groupby(rows, itemgetter("job_id"))}


def _of_run(row: Any) -> Statement:
    return said_by_run(row["started_at"], row["state"], row["inputs"], row["outputs"])


def _of_declaration(row: Any) -> Statement:
    return Statement(row["valid_from"], row["inputs"], row["outputs"])


def _run_columns(runs: Iterable[RunChange]) -> list[list[Any]]:
    rows = [
        (
            run.run_id,
            run.job_id,
            run.started_at,
            *(run.last_at.get(state) for state in _STATES),
            run.nominal_from,
            run.nominal_to,
            run.parent_run_id,
            run.root_run_id,
            _array(sorted(run.inputs)),
            _array(sorted(run.outputs)),
        )
        for run in runs
    ]
    return _columns(rows, 14)


def _rows(changes: Changes, edges: _EdgeChanges, compressor: zstandard.ZstdCompressor) -> list[list[Any]]:
    """Return the columns of everything that is added at the system instant."""
    new = [(e.job_id, *e.stretch[:2], e.kind, *e.stretch[2:]) for e in edges.new]
    of_datasets = [seen for seen in changes.observations if seen.role != "J"]
    of_jobs = [seen[:4] for seen in changes.observations if seen.role == "J"]
    events = [(*row[:7], compressor.compress(row.raw)) for row in changes.events]
    return [*_columns(new, 6), *_columns(of_datasets, 5), *_columns(of_jobs, 4), *_columns(events, 8)]


def _columns(rows: Sequence[Sequence[Any]], width: int) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(width)]


def _array(ids: Iterable[UUID]) -> str:
    """Return ids as the text of an array, since arrays of arrays of different lengths cannot be sent."""
    return "{" + ",".join(map(str, ids)) + "}"
