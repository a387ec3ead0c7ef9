"""Carries out the runs of pipelines that the worker does itself: one of each pipeline at a time, each to its end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graph.errors import CatalogError, UnavailableError
from graph.store.database import Connection, Database
from graph.store.pipeline_queue import MOST_ATTEMPTS, Observed, PipelineQueue
from graph.store.pipeline_runs import PipelineRun, PipelineRuns, PipelineTask
from ingest.pipelines.naming import parent_of
from ingest.pipelines.steps import Answer, Place, do

LOOK_EVERY = 0.5
"""Seconds between two looks whether a run that goes on was called off."""

_logger = logging.getLogger(__name__)


Doing = Callable[[Place, str, Mapping[str, Any]], Coroutine[None, None, Answer]]
"""Does the step of a name with a conf."""


class StepRuns:
    """The runs of steps of one installation; `place_of` gives the place where a step of a parent is done, `act` does it."""

    def __init__(
        self, database: Database, place_of: Callable[[dict[str, Any]], Place], act: Doing = do
    ) -> None:
        self._database = database
        self._queue = PipelineQueue(database)
        self._runs = PipelineRuns(database)
        self._place_of = place_of
        self._act = act

    async def turn(self, stop: asyncio.Event) -> int:
        """Take back what dead workers had, carry out what waits, ending early once `stop` is set; return how many runs."""
        await self._queue.take_back_dead()
        done = 0
        while not stop.is_set():
            async with self._database.connection() as connection:
                run = await self._queue.claim(connection)
                if run is None:
                    return done
                await self._carry_out(connection, run)
            done += 1
        return done

    async def _carry_out(self, connection: Connection, run: PipelineRun) -> None:
        """Do the step of a run that was claimed by the session of `connection`, and record how it ended."""
        turn = _Turn(run, await self._runs.now())
        await self._queue.observe(
            run.run_id, Observed("running", started_at=run.started_at, tasks=[turn.task("running")])
        )
        acting = asyncio.create_task(self._act(self._place_of(parent_of(run)), run.work, run.conf))
        try:
            await self._until_done(run, acting)
            await self._record(turn, acting)
        finally:
            acting.cancel()
            with suppress(UnavailableError):
                await self._queue.release(connection, run)

    async def _until_done(self, run: PipelineRun, acting: asyncio.Task[Answer]) -> None:
        """Wait until the step is done, or is broken off because the run was called off."""
        while not acting.done():
            await asyncio.wait([acting], timeout=LOOK_EVERY)
            if not acting.done():
                now = (await self._runs.by_id([run.run_id])).get(run.run_id)
                if now is not None and now.cancel_requested_at is not None:
                    acting.cancel()

    async def _record(self, turn: _Turn, acting: asyncio.Task[Answer]) -> None:
        run, now = turn.run, await self._runs.now()
        error = None if acting.cancelled() else acting.exception()
        if acting.cancelled():
            seen = Observed("cancelled", ended_at=now, tasks=[turn.task("cancelled", now)])
        elif error is None:
            seen = Observed(
                "succeeded", result=acting.result(), ended_at=now, tasks=[turn.task("success", now)]
            )
        else:
            seen = self._failed(turn, error, now)
        await self._queue.observe(run.run_id, seen)
        if seen.state == "waiting":
            await self._queue.postpone(run, seen.reason or "", 5.0 * 2**run.attempts)
        _logger.info("%s %s: %s", run.pipeline_name, run.run_id, seen.state)

    def _failed(self, turn: _Turn, error: BaseException, now: datetime) -> Observed:
        run = turn.run
        told = error.message if isinstance(error, CatalogError) else f"{type(error).__name__}: {error}"
        if isinstance(error, UnavailableError) and run.attempts < MOST_ATTEMPTS:
            task = turn.task("up_for_retry", now, told)
            return Observed("waiting", reason=f"is tried again: {told}", tasks=[task])
        if not isinstance(error, CatalogError):
            _logger.error("the step %s failed", run.work, exc_info=error)
        return Observed("failed", error=told, ended_at=now, tasks=[turn.task("failed", now, told)])


@dataclass(frozen=True, slots=True)
class _Turn:
    """One attempt of a run."""

    run: PipelineRun
    began: datetime

    def task(self, state: str, ended: datetime | None = None, error: str | None = None) -> PipelineTask:
        """Return the one task of a step's run, as it stands."""
        run = self.run
        return PipelineTask(
            run.run_id, run.work, -1, run.attempts, True, state, "worker", self.began, ended, error
        )
