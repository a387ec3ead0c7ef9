"""Tells lineage of the runs of pipelines: that they began and how they ended, each at least once."""

from __future__ import annotations

import logging

from graph.errors import UnavailableError
from graph.store.database import Database
from graph.store.pipeline_queue import PipelineQueue
from graph.store.pipeline_runs import PipelineRun
from ingest.pipelines.naming import job_run
from lineage.emitter import Emitter

AT_ONCE = 100
"""How many runs are told of before others are looked at."""

_logger = logging.getLogger(__name__)


class PipelineReports:
    """Sends what lineage was not told of yet; an event is a function of the run, so that one told twice is kept once."""

    def __init__(self, database: Database, emitter: Emitter) -> None:
        self._queue = PipelineQueue(database)
        self._emitter = emitter
        self._is_heard = True

    async def settle(self) -> bool:
        """Tell everything that is left to tell, oldest first; false where nobody listens."""
        try:
            for run, is_start_told in await self._queue.unreported(AT_ONCE):
                await self._tell(run, is_start_told=is_start_told)
        except UnavailableError as error:
            if self._is_heard:
                _logger.warning("%s; lineage of pipelines is told later", error.message)
            self._is_heard = False
        else:
            self._is_heard = True
        return self._is_heard

    async def _tell(self, run: PipelineRun, *, is_start_told: bool) -> None:
        told = job_run(run)
        if not is_start_told:
            await self._emitter.start(told, run.first_attempt_at or run.requested_at)
        elif run.reopened_at is not None:
            await self._emitter.running(told, run.reopened_at)
        if run.ended_at is not None:
            await self._end(run)
        await self._queue.reported(run)

    async def _end(self, run: PipelineRun) -> None:
        told, ended_at = job_run(run), run.ended_at
        if ended_at is None:
            return
        if run.state == "succeeded":
            await self._emitter.complete(told, ended_at)
        elif run.state == "failed":
            await self._emitter.fail(told, ended_at, run.error or "failed")
        else:
            await self._emitter.abort(told, ended_at)
