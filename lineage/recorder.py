"""The one way events get into the catalog: many at a time, each at most once, by as many processes as there are."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from graph.errors import CatalogError, InvalidInputError, Problem, UnavailableError
from graph.store.database import DEFAULT_TENANT, Connection, Database, RetryError
from graph.store.group_commit import GroupCommit
from lineage import additions
from lineage.bodies import Bodies
from lineage.edge_changes import EdgeChanges, EdgeWriter, touched_by_declarations, touched_by_runs
from lineage.event_rows import event_row, run_of, run_row
from lineage.events import decode
from lineage.heads import Heads, Known, Pending
from lineage.projection import Change, Projection
from lineage.rows import array, columns
from lineage.run_facts import RunFacts, joined, with_datasets_of
from lineage.statements import statement
from lineage.version_changes import VersionChanges, VersionWriter

_LOCK = statement("lock")
_CLOSE_EDGES = statement("close_edges")
_CLOSE_VERSIONS = statement("close_versions")
_ADD_EDGES = statement("add_edges")
_ADD_VERSIONS = statement("add_versions")
_ADD_DECLARATIONS = statement("add_declarations")
_RECORD = statement("record")

_START_WRITING = """
insert into lineage_head (tenant_id, version) values ($1, (extract(epoch from clock_timestamp()) * 1000000)::int8)
on conflict do nothing
"""

_AT_ONCE = 64
_logger = logging.getLogger(__name__)

_UNKEPT = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, asyncpg.ProgramLimitExceededError)
"""What shows that the database cannot keep an event, however often it is sent."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event that is durably in the catalog; a duplicate was there before and changed nothing."""

    event_id: UUID
    duplicate: bool
    warnings: tuple[Problem, ...] = ()


@dataclass(slots=True)
class _Batch:
    """The events of a batch that are not recorded yet, and the runs they speak of as known before and after them."""

    changes: list[Change]
    before: dict[UUID, RunFacts]
    runs: dict[UUID, RunFacts]


@dataclass(slots=True)
class _Decision:
    """What a batch changes: runs, what is kept once, and beliefs."""

    runs: list[RunFacts]
    new: additions.Additions
    edges: EdgeChanges
    versions: VersionChanges
    is_declared: bool

    @property
    def is_news(self) -> bool:
        """Whether more is to be written than events and runs."""
        edges, versions = self.edges, self.versions
        told = edges.new or edges.gone or versions.new or versions.gone
        return bool(self.new or told or self.is_declared)


class _NotInMemoryError(Exception):
    """Raised where something would have to be read."""


class _Nobody:
    """Stands for a connection where nothing is to be read."""

    def __getattr__(self, name: str) -> Any:
        raise _NotInMemoryError(name)


_NOBODY: Any = _Nobody()


class Recorder:
    """Records events of one tenant; any number of recorders in any number of processes may do so at once."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant
        self._group: GroupCommit[Change, Recorded] = GroupCommit(self._write)
        self._bodies = Bodies(database, tenant)
        self._projection = Projection()
        self._known = Known()
        self._heads = Heads()
        self._version = self._epoch = -1

    async def record(self, raw: bytes) -> Recorded:
        """Return once the event is durably recorded; raises InvalidInputError with JSON path and reason."""
        try:
            return await self._group.submit(self._projection.change(decode(raw)))
        except _UNKEPT as error:
            raise _refusal(error) from error

    async def record_batch(self, raws: Sequence[bytes]) -> list[Recorded | CatalogError]:
        """Return for each event, in order, that it is durably recorded, or why it is not."""
        results: list[Any] = [None] * len(raws)
        changes: list[Change] = []
        places: list[int] = []
        for place, raw in enumerate(raws):
            if place % _AT_ONCE == _AT_ONCE - 1:
                await asyncio.sleep(0)  # others are served meanwhile
            try:
                changes.append(self._projection.change(decode(raw)))
                places.append(place)
            except CatalogError as error:
                results[place] = error
        try:
            recorded: Sequence[Any] = await self._group.submit_all(changes)
        except CatalogError as error:
            recorded = [error] * len(changes)
        for place, result in zip(places, recorded, strict=True):
            is_told = isinstance(result, Recorded | CatalogError)
            results[place] = result if is_told else _refusal(result)
        return results

    @property
    def waiting(self) -> int:
        """How many events wait for the next group commit."""
        return self._group.waiting

    @property
    def is_writing(self) -> bool:
        """Whether events are being written."""
        return self._group.is_writing

    async def close(self) -> None:
        """Wait until everything that was accepted is written."""
        await self._group.close()
        await self._bodies.close()

    async def _write(self, changes: Sequence[Change]) -> Sequence[Recorded]:
        unique = {change.event.event_id: change for change in changes}
        await self._bodies.open_months(unique)
        try:
            new, pending = await self._record_known(unique) or await self._database.transaction(
                lambda connection: self._record_new(connection, unique)
            )
        except BaseException:
            self._version = -1  # whether it was committed or not is not known
            raise
        pending.publish()
        self._bodies.look_after()
        recorded: list[Recorded] = []
        for change in changes:
            event_id = change.event.event_id
            recorded.append(Recorded(event_id, event_id not in new, change.event.warnings))
            new.discard(event_id)
        return recorded

    async def _record_known(self, unique: dict[UUID, Change]) -> tuple[set[UUID], Pending] | None:
        """Record a batch that changes no belief and of which everything is in memory by one statement, else return None.

        Nearly all batches are such ones, and a statement takes as long to travel as ten events take to be recorded.
        """
        if self._version < 0:
            return None
        pending = Pending()
        changes = list(unique.values())
        spoken_of = {run.run_id for change in changes for run in change.runs}
        found = {run_id: self._heads.runs.get(run_id) for run_id in spoken_of}
        before = {run_id: run for run_id, run in found.items() if run is not None}
        try:
            batch = _Batch(changes, before, await self._joined(_NOBODY, changes, before))
            decided = await self._decided(_NOBODY, batch, pending)
        except _NotInMemoryError:
            return None
        if decided.is_news:
            return None
        unknown = [run_id for run_id, run in found.items() if run is None]
        try:
            async with self._database.connection(leaves_nothing=True) as connection:
                if not await self._added(connection, batch, decided, None, decided.new.known, unknown):
                    return None
        except asyncpg.UniqueViolationError:  # an event came again
            return None
        version = self._version + 1
        pending.add(lambda: self._remember(version, decided.runs))
        return set(unique), pending

    async def _record_new(
        self, connection: Connection, unique: dict[UUID, Change]
    ) -> tuple[set[UUID], Pending]:
        """Record what is not known yet and return its event ids; decides everything first, takes the clock last."""
        pending = Pending()
        batch = await self._locked(connection, unique)
        if not batch.changes:
            return set(), pending
        decided = await self._decided(connection, batch, pending)
        at, mentions = None, decided.new.known
        if decided.is_news:
            at = await connection.fetchval("select tick($1)", self._tenant)
            if decided.new:
                mentions = await additions.add(
                    connection, self._tenant, at, decided.new, self._known, pending
                )
            await self._believe(connection, at, decided.edges, decided.versions, batch.changes)
        if not await self._added(connection, batch, decided, at, mentions, []):
            raise RetryError
        version = self._version + 1
        pending.add(lambda: self._remember(version, decided.runs))
        return {change.event.event_id for change in batch.changes}, pending

    async def _decided(self, connection: Connection, batch: _Batch, pending: Pending) -> _Decision:
        """Return what a batch changes."""
        runs = [run for key, run in batch.runs.items() if batch.before.get(key) != run]
        new = await additions.find(connection, self._tenant, batch.changes, self._known)
        edges = await self._edges(connection, batch, runs, new.new_jobs, pending)
        versions = await VersionWriter(connection, self._tenant, self._heads, pending).decide(
            batch.changes, new.known, new.new_subjects
        )
        is_declared = any(change.declaration for change in batch.changes)
        return _Decision(runs, new, edges, versions, is_declared)

    async def _added(
        self,
        connection: Connection,
        batch: _Batch,
        decided: _Decision,
        at: datetime | None,
        mentions: dict[bytes, int],
        unknown: list[UUID],
    ) -> bool:
        """Add the events of a batch, unless lineage has moved on, and return whether it was done."""
        rows = [
            *columns(map(run_row, decided.runs), 18),
            *columns([event_row(change, mentions[change.mention.digest]) for change in batch.changes], 11),
            [self._bodies.compress(change.event.raw) for change in batch.changes],
        ]
        done = await connection.execute(_RECORD, self._tenant, at, *rows, self._version, unknown)
        return not done.endswith(" 0")

    def _remember(self, version: int, runs: Iterable[RunFacts]) -> None:
        self._version = version
        for run in runs:
            self._heads.runs.keep(run.run_id, run)

    async def _locked(self, connection: Connection, unique: dict[UUID, Change]) -> _Batch:
        """Lock the writing of lineage, and return what of the batch is new and what is known of its runs."""
        spoken_of = {run.run_id for change in unique.values() for run in change.runs}
        wanted = [run_id for run_id in spoken_of if self._heads.runs.get(run_id) is None]
        rows = await connection.fetch(_LOCK, self._tenant, list(unique), wanted)
        while not rows:
            await connection.execute(_START_WRITING, self._tenant)
            self._version = self._epoch = -1
            rows = await connection.fetch(_LOCK, self._tenant, list(unique), wanted)
        if rows[0]["version"] != self._version:
            await self._forget(connection, rows[0]["version"], rows[0]["epoch"])
            rows = await connection.fetch(_LOCK, self._tenant, list(unique), list(spoken_of))
        known = set(rows[0]["events"])
        changes = [change for event_id, change in unique.items() if event_id not in known]
        before = {row["run_id"]: run_of(row) for row in rows if row["run_id"] is not None}
        for run_id in spoken_of - before.keys():
            remembered = self._heads.runs.get(run_id)
            if remembered is not None:
                before[run_id] = remembered
        return _Batch(changes, before, await self._joined(connection, changes, before))

    async def _forget(self, connection: Connection, version: int, epoch: int) -> None:
        """Forget what another writer may have changed."""
        self._heads.clear()
        if epoch != self._epoch:
            self._known.clear()
        await self._bodies.refresh(connection)
        self._version, self._epoch = version, epoch

    async def _joined(
        self, connection: Connection, changes: Sequence[Change], before: dict[UUID, RunFacts]
    ) -> dict[UUID, RunFacts]:
        """Return the runs of a batch as known after it; what parts read and write is told of their parents, too."""
        runs: dict[UUID, RunFacts] = {}
        for change in changes:
            for said in change.runs:
                known = runs.get(said.run_id) or before.get(said.run_id)
                runs[said.run_id] = said if known is None else joined(known, said)
        parts = [run for run in runs.values() if run.is_part]
        while parts:
            part = parts.pop()
            parent_id = part.parent_run_id
            if parent_id is None:
                continue
            parent = runs.get(parent_id) or before.get(parent_id)
            if parent is None:
                rows = await connection.fetch(_LOCK, self._tenant, [], [parent_id])
                parent = run_of(rows[0])
                before[parent_id] = parent
            together = with_datasets_of(parent, part)
            if together is not parent:
                runs[parent_id] = together
                if together.is_part:
                    parts.append(together)
        return runs

    async def _edges(
        self,
        connection: Connection,
        batch: _Batch,
        runs: Iterable[RunFacts],
        new_jobs: set[UUID],
        pending: Pending,
    ) -> EdgeChanges:
        writer = EdgeWriter(connection, self._tenant, self._heads, pending)
        edges = await writer.decide("observed", touched_by_runs(batch.before, runs), new_jobs)
        declared = [change.declaration for change in batch.changes if change.declaration is not None]
        if declared:
            more = await writer.decide("declared", touched_by_declarations(declared), new_jobs)
            edges.gone += more.gone
            edges.new += more.new
        return edges

    async def _believe(
        self,
        connection: Connection,
        at: datetime,
        edges: EdgeChanges,
        versions: VersionChanges,
        changes: Sequence[Change],
    ) -> None:
        """End the beliefs that are over and begin the new ones."""
        if edges.gone:
            gone = [(job, s.dataset_id, s.direction, kind, s.start) for job, kind, s in edges.gone]
            await connection.execute(_CLOSE_EDGES, self._tenant, at, *columns(gone, 5))
        if versions.gone:
            over = [(*key, version.start) for key, version in versions.gone]
            await connection.execute(_CLOSE_VERSIONS, self._tenant, at, *columns(over, 5))
        declared = [
            (d.job_id, d.valid_from, d.event_id, array(d.inputs), array(d.outputs))
            for d in (change.declaration for change in changes)
            if d is not None
        ]
        if edges.new:
            begun = [(job, s.dataset_id, s.direction, kind, s.start, s.end) for job, kind, s in edges.new]
            await connection.execute(_ADD_EDGES, self._tenant, at, *columns(begun, 6))
        if versions.new:
            said = [(*key, v.digest, v.start, v.end) for key, v in versions.new]
            await connection.execute(_ADD_VERSIONS, self._tenant, at, *columns(said, 7))
        if declared:
            await connection.execute(_ADD_DECLARATIONS, self._tenant, *columns(declared, 5))


def _refusal(error: Exception) -> CatalogError:
    """Return what to tell of an event that could not be written, alone as it was; nobody foresaw that, so it is logged."""
    _logger.error("an event could not be recorded", exc_info=error)
    if isinstance(error, _UNKEPT):
        return InvalidInputError.at("$", f"cannot be kept by the database ({type(error).__name__})")
    return UnavailableError(f"could not be recorded ({type(error).__name__})")
