"""Reads runs: which executions of jobs there were, and what they read and wrote, as of two instants or as best known now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from graph.errors import NotFoundError
from graph.identity import DatasetName, JobName
from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.time import AsOf
from lineage import facets
from lineage.naming import job_id
from lineage.run_state import ENDED, UNKNOWN, LastTimes, State, ended_at, state
from lineage.statements import statement

MOST_EXAMINED = 2_000
"""How many runs are looked at for one page of a list as of past instants; then the page ends, be it full or not."""

_CHUNK = 200
_INSTANT = timedelta(microseconds=1)

_COLUMNS = """r.run_id, r.job_id, j.namespace, j.name, r.state, r.started_at, r.ended_at, r.last_at,
       r.nominal_from, r.nominal_to, r.parent_run_id, r.root_run_id, r.inputs, r.outputs, r.heard, r.is_part, r.given_id"""
_BY_ID = statement("runs_by_id", columns=_COLUMNS)
_OF_JOB = statement("runs", columns=_COLUMNS, of="r.job_id = $2")
_OF_ALL = statement("runs", columns=_COLUMNS, of="$2::uuid is null and not r.is_part")
_LATEST = statement("latest_runs", columns=_COLUMNS)
_AS_OF = statement("runs_as_of", with_parts=statement("with_parts"))
_NAMED_BY_OTHERS = statement("named_by_others")
_DATASET_NAMES = statement("dataset_names")


@dataclass(frozen=True, slots=True)
class Run:
    """One execution of a job. The outputs of a run that failed or was aborted are attempts.

    A placeholder is known only because others named it as their parent or root: its state is UNKNOWN, and its times are
    that of the earliest of their events. A part is a step, such as a single SQL statement, of the run that is its parent.
    """

    run_id: UUID
    job_id: UUID
    job: JobName
    state: State
    started_at: datetime
    ended_at: datetime | None
    last_at: datetime
    nominal_from: datetime | None
    nominal_to: datetime | None
    parent_run_id: UUID | None
    root_run_id: UUID | None
    inputs: tuple[DatasetName, ...]
    outputs: tuple[DatasetName, ...]
    is_placeholder: bool = False
    is_part: bool = False
    given_id: str | None = None

    @property
    def duration(self) -> timedelta | None:
        """How long it took; None while it goes on."""
        return self.ended_at - self.started_at if self.ended_at else None


@dataclass(frozen=True, slots=True)
class RunPlace:
    """The place of a run in a list by start: its start as known now, and its id."""

    started_at: datetime
    run_id: UUID


@dataclass(frozen=True, slots=True)
class RunsWanted:
    """Which runs a list holds: of a job, of a namespace of jobs, in a state, started within `since <= start < until`.

    Without a job, parts of runs are left out.
    """

    job: JobName | UUID | None = None
    namespace: str | None = None
    state: State | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class RunPage:
    """Some runs, latest start first, each with its place, and the place to go on from; None: there are no more."""

    runs: tuple[Run, ...]
    places: tuple[RunPlace, ...]
    next: RunPlace | None


class Runs:
    """Answers questions about the runs of one tenant; without instants as best known now, whenever events are dated."""

    def __init__(
        self, database: Database, tenant: int = DEFAULT_TENANT, *, most_examined: int = MOST_EXAMINED
    ) -> None:
        self._database = database
        self._tenant = tenant
        self._chunk = min(most_examined, _CHUNK)
        self._chunks = most_examined // self._chunk

    async def run(self, run_id: UUID, at: AsOf | None = None) -> Run:
        """Return the run; raises NotFoundError where it is not known (at those instants)."""
        found = await self.by_id([run_id], at)
        if run_id not in found:
            raise NotFoundError(f"no run {run_id} is known" + (" at that time" if at else ""))
        return found[run_id]

    async def by_id(self, run_ids: Sequence[UUID], at: AsOf | None = None) -> dict[UUID, Run]:
        """Return those of the runs that are known, by id, in at most four statements."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_BY_ID, self._tenant, list(run_ids))
            return {run.run_id: run for run in await self._runs(connection, rows, at)}

    async def runs(
        self, wanted: RunsWanted, first: int, after: RunPlace | None = None, at: AsOf | None = None
    ) -> RunPage:
        """Return a page of the runs, latest start first.

        As of past instants, the order and the bounds are those of the starts as known now, and a page may have fewer
        than `first` runs though more follow.
        """
        async with self._database.connection() as connection:
            if at is None:
                rows = await self._page(connection, wanted, after, first + 1)
                runs = await self._runs(connection, rows[:first], None)
                places = tuple(RunPlace(run.started_at, run.run_id) for run in runs)
                return RunPage(tuple(runs), places, places[-1] if len(rows) > first else None)
            return await self._page_as_of(connection, wanted, first, after, at)

    async def latest(self, jobs: Sequence[JobName | UUID], first: int = 1) -> dict[UUID, list[Run]]:
        """Return for the id of each job its runs that started last, the latest first, as best known now."""
        keys = [one if isinstance(one, UUID) else job_id(one) for one in jobs]
        found: dict[UUID, list[Run]] = {key: [] for key in keys}
        async with self._database.connection() as connection:
            rows = await connection.fetch(_LATEST, self._tenant, list(found), first)
            for run in await self._runs(connection, rows, None):
                found[run.job_id].append(run)
        return found

    async def _page(
        self, connection: Connection, wanted: RunsWanted, after: RunPlace | None, first: int
    ) -> list[Any]:
        job = job_id(wanted.job) if isinstance(wanted.job, JobName) else wanted.job
        return await connection.fetch(
            _OF_ALL if job is None else _OF_JOB,
            self._tenant,
            job,
            wanted.namespace,
            wanted.state,
            wanted.since,
            wanted.until,
            after.started_at if after else None,
            after.run_id if after else None,
            first,
        )

    async def _page_as_of(
        self, connection: Connection, wanted: RunsWanted, first: int, after: RunPlace | None, at: AsOf
    ) -> RunPage:
        latest = at.valid + _INSTANT
        until = latest if wanted.until is None else min(wanted.until, latest)
        anything = RunsWanted(wanted.job, wanted.namespace, None, wanted.since, until)
        runs: list[Run] = []
        places: list[RunPlace] = []
        for _ in range(self._chunks):
            rows = await self._page(connection, anything, after, self._chunk + 1)
            held = {run.run_id: run for run in await self._runs(connection, rows[: self._chunk], at)}
            for row in rows[: self._chunk]:
                after = RunPlace(row["started_at"], row["run_id"])
                run = held.get(row["run_id"])
                if run is None or wanted.state not in (None, run.state):
                    continue
                runs.append(run)
                places.append(after)
                if len(runs) == first:
                    return RunPage(tuple(runs), tuple(places), None if row is rows[-1] else after)
            if len(rows) <= self._chunk:
                return RunPage(tuple(runs), tuple(places), None)
        return RunPage(tuple(runs), tuple(places), after)

    async def _runs(self, connection: Connection, rows: Sequence[Any], at: AsOf | None) -> list[Run]:
        """Return the runs of rows of the table, changed to what was so and known at the instants."""
        values = [dict(row) for row in rows]
        if at is not None:
            values = await self._as_of(connection, values, at)
        keys = {key for one in values for key in (*one["inputs"], *one["outputs"])}
        found = await connection.fetch(_DATASET_NAMES, self._tenant, list(keys)) if keys else []
        names = {row["dataset_id"]: DatasetName(row["namespace"], row["name"]) for row in found}
        return [_run_of(one, names) for one in values]

    async def _as_of(
        self, connection: Connection, values: Sequence[dict[str, Any]], at: AsOf
    ) -> list[dict[str, Any]]:
        instants = at.valid, at.system
        keys = [one["run_id"] for one in values]
        said = {
            row["run_id"]: dict(row) for row in await connection.fetch(_AS_OF, self._tenant, keys, *instants)
        }
        silent = [key for key in keys if key not in said or said[key]["started_at"] is None]
        rows = await connection.fetch(_NAMED_BY_OTHERS, self._tenant, silent, *instants) if silent else []
        named = {row["run_id"]: dict(row) for row in rows}
        then: list[dict[str, Any]] = []
        for one in values:
            key = one["run_id"]
            if key in named:
                then.append(_placeholder(one, named[key], said.get(key)))
            elif key not in silent:
                then.append(_heard(one, said[key]))
        return then


def _heard(now: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    last = LastTimes(*(said[f"last_{kind}_at"] for kind in ("start", "running", "complete", "abort", "fail")))
    times = [facets.nominal_time(one) for one in said["nominal_times"] or ()]
    parents = [facets.parent(one) for one in said["parents"] or ()]
    told = ("job_id", "namespace", "name", "started_at", "last_at", "inputs", "outputs")
    return {
        **now,
        **{name: said[name] for name in told},
        "state": state(last),
        "ended_at": ended_at(last),
        "nominal_from": min((start for start, _ in times if start), default=None),
        "nominal_to": max((end for _, end in times if end), default=None),
        "parent_run_id": max(
            (one.run_id for one in parents if one.run_id and one.run_id != now["run_id"]), default=None
        ),
        "root_run_id": max((one.root_run_id for one in parents if one.root_run_id), default=None),
        "heard": True,
    }


def _placeholder(
    now: Mapping[str, Any], named: Mapping[str, Any], said: Mapping[str, Any] | None
) -> dict[str, Any]:
    parents = [facets.parent(one) for one in named["parents"]]
    jobs = [one.job for one in parents if one.run_id == now["run_id"] and one.job]
    jobs += [one.root_job for one in parents if one.root_run_id == now["run_id"] and one.root_job]
    job = min(jobs, key=job_id, default=JobName(now["namespace"], now["name"]))
    return {
        **now,
        "job_id": job_id(job),
        "namespace": job.namespace,
        "name": job.name,
        "started_at": named["started_at"],
        "last_at": named["started_at"],
        "nominal_from": None,
        "nominal_to": None,
        "parent_run_id": None,
        "root_run_id": None,
        "is_part": False,
        "given_id": None,
        "inputs": said["inputs"] if said else [],
        "outputs": said["outputs"] if said else [],
        "heard": False,
    }


def _run_of(values: dict[str, Any], names: Mapping[UUID, DatasetName]) -> Run:
    inputs, outputs = (_names(values.pop(side), names) for side in ("inputs", "outputs"))
    job = JobName(values.pop("namespace"), values.pop("name"))
    heard = values.pop("heard")
    if not heard:
        values["state"] = UNKNOWN
    if values["state"] not in ENDED:
        values["ended_at"] = None
    return Run(job=job, inputs=inputs, outputs=outputs, is_placeholder=not heard, **values)


def _names(keys: Iterable[UUID], names: Mapping[UUID, DatasetName]) -> tuple[DatasetName, ...]:
    return tuple(sorted(names[key] for key in keys))
