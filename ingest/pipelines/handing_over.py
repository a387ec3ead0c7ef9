"""Hands runs over to Airflow, each once, follows them there, and brings what changed over there into the catalog."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from graph.errors import InvalidInputError, NotFoundError, UnavailableError
from graph.store.airflow_reading import AirflowReading, FoundRun
from graph.store.database import Database
from graph.store.pipeline_queue import Observed, PipelineQueue
from graph.store.pipeline_runs import PipelineRun, PipelineRuns, PipelineTask, State
from graph.store.pipeline_triggers import Pipeline
from ingest.airflow_server.notice import AirflowAccess, NotReachedError
from ingest.pipelines.dag_runs import DagRun, TaskTry, run_url, try_url
from ingest.pipelines.naming import parent_conf
from lineage import airflow_ids

if TYPE_CHECKING:
    from ingest.pipelines.airflow import Airflow

AT_ONCE = 50
"""How many runs are handed over before the others are looked at."""

MOST_FAILURES = 3
"""After how many failures in one turn it is over: each may take as long as a time-out."""

LONGEST_WAIT = 30.0
"""Seconds between two attempts after many that failed."""

READ_BACK_EVERY = 10.0
"""Seconds between two looks at everything that changed in Airflow."""

OVERLAP = timedelta(seconds=60)
"""How far a look goes back behind the one before: clocks differ, and what is being committed shows late."""

FIRST_LOOK = timedelta(days=1)
"""How far the first look at an Airflow goes back."""

NOBODY = "waits for Airflow: none is known; start `goldthread up --airflow`, or set GOLDTHREAD_AIRFLOW_URL"

_STATES: Mapping[str, State] = {
    "queued": "queued",
    "running": "running",
    "success": "succeeded",
    "failed": "failed",
}
_ENDED = {"succeeded", "failed", "cancelled"}
_FAILED = {"failed", "up_for_retry"}

_logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Look:
    """A run as it was seen over there."""

    run: DagRun
    tries: list[TaskTry] = field(default_factory=list[TaskTry])
    newest: set[tuple[str, int, int]] = field(default_factory=set[tuple[str, int, int]])
    errors: dict[tuple[str, int, int], str] = field(default_factory=dict[tuple[str, int, int], str])
    reason: str | None = None


class AirflowRuns:
    """The runs of pipelines that Airflow carries out.

    `access` is asked before each turn: an Airflow may come, go, and come back elsewhere; `opened` speaks to it, and is
    called only then, since its library takes seconds to load.
    """

    def __init__(
        self,
        database: Database,
        access: Callable[[], AirflowAccess | None],
        opened: Callable[[AirflowAccess], Airflow],
        read_back_every: float = READ_BACK_EVERY,
    ) -> None:
        self._queue = PipelineQueue(database)
        self._runs = PipelineRuns(database)
        self._reading = AirflowReading(database)
        self._access = access
        self._opened = opened
        self._read_back_every = timedelta(seconds=read_back_every)
        self._airflow: Airflow | None = None
        self._read_back_at: datetime | None = None
        self._is_told = False

    async def turn(self, pipelines: Mapping[UUID, Pipeline]) -> None:
        """Hand over what is due, call off what is to be, and look how everything stands."""
        due, handed_over = await self._queue.due(AT_ONCE), await self._queue.handed_over()
        airflow = await self._reached()
        if airflow is None:
            for run in due:
                await self._queue.postpone(run, NOBODY, 5)
            return
        left = list({run.run_id: run for run in [*due, *handed_over]}.values())
        failures = 0
        while left and failures < MOST_FAILURES:
            try:
                await self._go_on(airflow, left[0])
            except (
                UnavailableError
            ) as error:  # of this run alone, such as a DAG that we may not start, or of all
                failures += 1
                is_last = failures == MOST_FAILURES or isinstance(error, NotReachedError)
                await self._wait(error, left if is_last else left[:1])
                failures = MOST_FAILURES if is_last else failures
            del left[0]
        if failures < MOST_FAILURES:
            try:
                await self._read_back(airflow, pipelines)
                self._is_told = self._is_told and failures > 0
            except UnavailableError as error:
                await self._wait(error, [])

    async def _go_on(self, airflow: Airflow, run: PipelineRun) -> None:
        if run.cancel_requested_at is not None:
            await self._call_off(airflow, run)
        elif run.state == "waiting":
            await self._hand_over(airflow, run)
        else:
            await self._watch(airflow, run)

    async def close(self) -> None:
        """Give the connections back."""
        if self._airflow is not None:
            await asyncio.to_thread(self._airflow.close)

    async def _reached(self) -> Airflow | None:
        access = self._access()
        if access is None or self._airflow is None or self._airflow.access != access:
            await self.close()
            self._airflow = None if access is None else await asyncio.to_thread(self._opened, access)
        return self._airflow

    async def _wait(self, error: UnavailableError, runs: Iterable[PipelineRun]) -> None:
        if not self._is_told:
            _logger.warning("trying again: %s", error.message)
        self._is_told = True
        for run in runs:
            pause = min(LONGEST_WAIT, 2.0 ** min(run.attempts, 5))
            unsent = isinstance(error, NotReachedError) and run.first_attempt_at is None
            reason = f"waits for Airflow: {error.message}"
            await self._queue.postpone(run, reason, pause, was_unsent=unsent)

    async def _hand_over(self, airflow: Airflow, run: PipelineRun) -> None:
        if not await self._queue.begin_attempt(run):
            return
        conf = {**run.conf, "openlineage": parent_conf(run)}
        note = f"Started by Goldthread for the pipeline {run.pipeline_name}"
        try:
            seen = await asyncio.to_thread(airflow.start, run.work, dag_run_id(run), conf, note)
        except NotFoundError as error:
            reason = f"waits for Airflow: {error.message}"
            await self._queue.postpone(run, reason, LONGEST_WAIT, was_unsent=run.first_attempt_at is None)
        except InvalidInputError as error:
            now = await self._runs.now()
            await self._queue.observe(run.run_id, Observed("failed", error=error.message, ended_at=now))
        else:
            await self._note(airflow, run, _Look(seen))

    async def _call_off(self, airflow: Airflow, run: PipelineRun) -> None:
        seen = await asyncio.to_thread(airflow.stop, run.work, run.dag_run_id or dag_run_id(run))
        if seen is None:
            await self._queue.observe(run.run_id, Observed("cancelled", ended_at=await self._runs.now()))
        else:
            await self._look(airflow, run, seen)

    async def _watch(self, airflow: Airflow, run: PipelineRun) -> None:
        name = run.dag_run_id or dag_run_id(run)
        seen = await asyncio.to_thread(airflow.run, run.work, name)
        if seen is None:
            gone = f"Airflow knows the run {name} no more: it was deleted there"
            await self._queue.observe(
                run.run_id, Observed("failed", error=gone, ended_at=await self._runs.now())
            )
        else:
            await self._look(airflow, run, seen)

    async def _read_back(self, airflow: Airflow, pipelines: Mapping[UUID, Pipeline]) -> None:
        """Look at the runs that changed over there: ours that are over here, and those that others started."""
        now = await self._runs.now()
        if self._read_back_at is not None and now - self._read_back_at < self._read_back_every:
            return
        url = airflow.access.url
        since = await self._reading.read_to(url)
        since = now - FIRST_LOOK if since is None else since - OVERLAP
        changed = await asyncio.to_thread(lambda: list(airflow.changed_since(since)))
        carried = {
            one.running.work.name: one
            for _, one in sorted(pipelines.items(), reverse=True)  # of several the oldest
            if one.running.work.engine == "airflow"
        }
        known = await self._reading.of_dag_runs([(one.dag_id, one.dag_run_id) for one in changed])
        strangers = [
            one for one in changed if one.dag_id in carried and (one.dag_id, one.dag_run_id) not in known
        ]
        for one in strangers:
            if not one.dag_run_id.startswith(PREFIX):
                await self._reading.found(_found(carried[one.dag_id], one, airflow.access.namespace))
        known |= await self._reading.of_dag_runs([(one.dag_id, one.dag_run_id) for one in strangers])
        for one in changed:
            run = known.get((one.dag_id, one.dag_run_id))
            if run is not None and (run.ended_at != one.ended_at or not run.is_ended):
                await self._look(airflow, run, one)
        await self._reading.have_read(url, now)
        self._read_back_at = now

    async def _look(self, airflow: Airflow, run: PipelineRun, seen: DagRun) -> None:
        """Look at the tasks of a run with all their tries, and record everything."""
        known = (await self._runs.tasks([run.run_id], newest_only=False, most=100_000)).get(run.run_id, [])
        errors = {(task.task_id, task.map_index, task.try_number): task.error for task in known if task.error}
        look = await asyncio.to_thread(_looked, airflow, seen, errors)
        await self._note(airflow, run, look)

    async def _note(self, airflow: Airflow, run: PipelineRun, look: _Look) -> None:
        await self._queue.observe(run.run_id, observed(airflow.access.url, run, look))


PREFIX = "goldthread__"
"""How the ids of the DAG runs begin that are started from here."""


def dag_run_id(run: PipelineRun) -> str:
    """Return the id of the DAG run that carries a run out: the same however often it is handed over."""
    return f"{PREFIX}{run.run_id}"


def observed(base: str, run: PipelineRun, look: _Look) -> Observed:
    """Return what is recorded of a run that was looked at."""
    seen = look.run
    state: State = _STATES[seen.state]
    if state == "failed" and run.cancel_requested_at is not None:
        state = "cancelled"
    return Observed(
        state,
        reason=look.reason,
        error=_first_error(look) if state == "failed" else None,
        dag_run_id=seen.dag_run_id,
        logs_url=run_url(base, seen.dag_id, seen.dag_run_id),
        started_at=seen.started_at,
        ended_at=(seen.ended_at or seen.started_at or seen.run_after) if state in _ENDED else None,
        tasks=_tasks(base, run.run_id, look),
    )


def _looked(airflow: Airflow, seen: DagRun, errors: dict[tuple[str, int, int], str]) -> _Look:
    """Look at the tasks of a run; the errors that are known already are not read again."""
    look = _Look(seen, errors=errors)
    name = (seen.dag_id, seen.dag_run_id)
    if seen.state == "queued" and airflow.is_paused(seen.dag_id):
        look.reason = f"waits in Airflow: the DAG {seen.dag_id} is paused there"
    for task in airflow.tasks(*name):
        look.newest.add((*task.place, task.try_number))
        tries = airflow.tries(*name, task) if task.try_number > 1 else [task]
        look.tries += [one for one in tries if one.try_number != task.try_number] + [task]
    for one in look.tries:
        key = (*one.place, one.try_number)
        if one.state in _FAILED and key not in errors:
            told = airflow.error(*name, one)
            if told is not None:
                look.errors[key] = told
    return look


def _first_error(look: _Look) -> str:
    failed = sorted(
        (one for one in look.tries if one.state == "failed" and (*one.place, one.try_number) in look.newest),
        key=lambda one: one.ended_at or datetime.max.replace(tzinfo=UTC),
    )
    if not failed:
        return "the DAG run failed"
    first = failed[0]
    told = look.errors.get((*first.place, first.try_number))
    return f"the task {first.task_id} failed" + (f": {told}" if told else "")


def _tasks(base: str, run_id: UUID, look: _Look) -> Sequence[PipelineTask]:
    return [
        PipelineTask(
            run_id,
            one.task_id,
            one.map_index,
            one.try_number,
            (*one.place, one.try_number) in look.newest,
            one.state,
            one.operator,
            one.started_at,
            one.ended_at,
            look.errors.get((*one.place, one.try_number)),
            try_url(base, look.run.dag_id, look.run.dag_run_id, one),
        )
        for one in look.tries
    ]


def _found(pipeline: Pipeline, seen: DagRun, namespace: str) -> FoundRun:
    instant = seen.logical_date or seen.run_after
    return FoundRun(
        pipeline.pipeline_id,
        pipeline.name,
        seen.dag_id,
        seen.dag_run_id,
        {key: value for key, value in seen.conf.items() if key != "openlineage"},
        seen.user,
        seen.run_after,
        airflow_ids.dag_run_id(namespace, seen.dag_id, instant),
    )
