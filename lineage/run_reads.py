"""Reads lineage of runs: which writing of each input a run read, and which runs read what it wrote."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from graph.identity import DatasetName
from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.time import AsOf
from lineage.facets_of_datasets import DatasetVersion, LifecycleStateChange
from lineage.lenient import read
from lineage.naming import dataset_id
from lineage.nodes import Nodes
from lineage.quality import Statistics
from lineage.rows import columns
from lineage.runs import Run, Runs
from lineage.sent_facets import RunFacet, SentFacets
from lineage.statements import statement
from lineage.written_versions import Content, Writing, content, replaced_at

Facet = TypeVar("Facet")

MOST_WRITINGS = 100
"""How many writings of one dataset are looked at for what a run read of it."""

_WRITES = statement("writes_of_datasets")
_READS = statement("reads_of_datasets")


@dataclass(frozen=True, slots=True)
class RunRead:
    """What a run read of one of its inputs.

    `version` is what the run itself said it read. `runs` made the writings of the content. Truncated where so many
    writings were looked at and none of them replaced what lay there.
    """

    dataset: DatasetName
    version: str | None
    content: Content
    runs: Mapping[UUID, Run]
    rows: Mapping[UUID, int]
    truncated: bool


@dataclass(frozen=True, slots=True)
class ReadBy:
    """The runs that read what a run wrote to one of its outputs, before it was replaced; truncated where there are more.

    `replaced_at` is None while it still lies there, wholly or in part.
    """

    dataset: DatasetName
    runs: tuple[Run, ...]
    replaced_at: datetime | None
    truncated: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    """A dataset that a run read or wrote, and until when its writings count."""

    run: Run
    name: DatasetName
    until: datetime

    @property
    def key(self) -> UUID:
        """The id of the dataset."""
        return dataset_id(self.name)

    @property
    def ended(self) -> datetime:
        """When the run ended, or was last heard of."""
        return self.run.ended_at or self.run.last_at


class RunReads:
    """Answers which versions the runs of one tenant read, as known at a system instant."""

    def __init__(
        self, database: Database, runs: Runs, sent: SentFacets, tenant: int = DEFAULT_TENANT
    ) -> None:
        self._database = database
        self._runs = runs
        self._sent = sent
        self._tenant = tenant

    async def read(self, runs: Sequence[Run], at: AsOf) -> dict[UUID, list[RunRead]]:
        """Return what each run read of each of its inputs: what had been written by the time it began."""
        asked = [_Asked(run, name, run.started_at) for run in runs for name in run.inputs]
        async with self._database.connection() as connection:
            known = Nodes(connection, self._tenant, at.system)
            written = await self._written(connection, known, asked)
        made = {run_id for of_one in written for run_id, _ in of_one}
        by_id = await self._runs.by_id(list(made)) if made else {}
        sent = await self._sent.of_runs([*(run.run_id for run in runs), *made], None)
        found: dict[UUID, list[RunRead]] = {run.run_id: [] for run in runs}
        for one, of_one in zip(asked, written, strict=True):
            ids = known.ids(one.key)
            writings = [_writing(run_id, time, ids, sent[run_id]) for run_id, time in of_one]
            said = _said(DatasetVersion, sent[one.run.run_id], "I", ids, "version")
            version = said.dataset_version if said else None
            lay_there = content(writings, version)
            taken = {writing.run_id for writing in lay_there.writings}
            is_cut = len(writings) >= MOST_WRITINGS and not lay_there.is_whole
            made_by = {run_id: by_id[run_id] for run_id in taken if run_id in by_id}
            found[one.run.run_id].append(
                RunRead(one.name, version, lay_there, made_by, _rows(taken, sent, ids), is_cut)
            )
        return found

    async def read_by(self, runs: Sequence[Run], first: int, at: AsOf) -> dict[UUID, list[ReadBy]]:
        """Return for each output of each run the first runs that read what it wrote: those that began after it ended."""
        asked = [_Asked(run, name, at.valid) for run in runs for name in run.outputs]
        async with self._database.connection() as connection:
            known = Nodes(connection, self._tenant, at.system)
            later = [
                [(run_id, time) for run_id, time in of_one if time > one.ended]
                for one, of_one in zip(asked, await self._written(connection, known, asked), strict=True)
            ]
            writing = [run_id for of_one in later for run_id, _ in of_one]
            sent = await self._sent.of_runs(writing, None) if writing else {}
            gone = [
                replaced_at(
                    [_writing(run_id, time, known.ids(one.key), sent[run_id]) for run_id, time in of_one]
                )
                for one, of_one in zip(asked, later, strict=True)
            ]
            reading = await self._reading(connection, known, asked, gone, first + 1)
        shown = {run_id for of_one in reading for run_id in of_one[:first]}
        by_id = await self._runs.by_id(list(shown)) if shown else {}
        found: dict[UUID, list[ReadBy]] = {run.run_id: [] for run in runs}
        for one, until, of_one in zip(asked, gone, reading, strict=True):
            readers = tuple(by_id[run_id] for run_id in of_one[:first] if run_id in by_id)
            found[one.run.run_id].append(ReadBy(one.name, readers, until, len(of_one) > first))
        return found

    async def _written(
        self, connection: Connection, known: Nodes, asked: Sequence[_Asked]
    ) -> list[list[tuple[UUID, datetime]]]:
        """Return for each question the runs that wrote the dataset and when they ended, the latest first."""
        await known.join(one.key for one in asked)
        rows = [
            (place, key, one.until, one.run.run_id)
            for place, one in enumerate(asked)
            for key in known.ids(one.key)
        ]
        made = await connection.fetch(_WRITES, self._tenant, *columns(rows, 4), known.known, MOST_WRITINGS)
        found: list[list[tuple[UUID, datetime]]] = [[] for _ in asked]
        for row in made:
            found[row["place"]].append((row["run_id"], row["written_at"]))
        return found

    async def _reading(
        self,
        connection: Connection,
        known: Nodes,
        asked: Sequence[_Asked],
        gone: Sequence[datetime | None],
        most: int,
    ) -> list[list[UUID]]:
        """Return for each question the runs that read the dataset between the end of the run and an instant."""
        rows = [
            (place, key, one.ended, until)
            for place, (one, until) in enumerate(zip(asked, gone, strict=True))
            for key in known.ids(one.key)
        ]
        made = await connection.fetch(_READS, self._tenant, *columns(rows, 4), known.known, most)
        found: list[dict[UUID, None]] = [{} for _ in asked]
        for row in made:
            if row["run_id"] != asked[row["place"]].run.run_id:
                found[row["place"]][row["run_id"]] = None
        return [list(of_one) for of_one in found]


def _writing(run_id: UUID, at: datetime, ids: Collection[UUID], sent: Iterable[RunFacet]) -> Writing:
    said = list(sent)
    change = _said(LifecycleStateChange, said, "O", ids, "lifecycleStateChange")
    version = _said(DatasetVersion, said, "O", ids, "version")
    return Writing.of(
        run_id,
        at,
        change.lifecycle_state_change if change else None,
        version.dataset_version if version else None,
    )


def _rows(
    runs: Collection[UUID], sent: Mapping[UUID, list[RunFacet]], ids: Collection[UUID]
) -> dict[UUID, int]:
    said = {one: _said(Statistics, sent[one], "O", ids, "outputStatistics") for one in runs}
    return {one: counts.row_count for one, counts in said.items() if counts and counts.row_count is not None}


def _said(
    kind: type[Facet], sent: Iterable[RunFacet], role: str, keys: Collection[UUID], name: str
) -> Facet | None:
    """Return what a run said of a dataset, under any of its ids, in a facet of that name."""
    for one in sent:
        if one.role == role and one.name == name and one.dataset and dataset_id(one.dataset) in keys:
            return read(kind, one.body)
    return None
