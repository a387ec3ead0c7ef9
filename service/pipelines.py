"""What answers for the runs of pipelines: those there are, and asking for others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from graph.store.database import Database
from graph.store.pipeline_requests import PipelineRequests
from graph.store.pipeline_runs import PipelineRun, PipelineRuns

LOOK_EVERY = 0.5
"""Seconds between two looks of whoever follows runs."""

OVERLAP = timedelta(seconds=5)
"""How far a look goes back behind the last change that was seen: what was being committed then shows late."""


@dataclass(frozen=True, slots=True)
class Pipelines:
    """Everything about the runs of pipelines, built once."""

    runs: PipelineRuns
    requests: PipelineRequests

    @classmethod
    def of(cls, database: Database) -> Pipelines:
        """Return what answers for the runs of a database's pipelines."""
        return cls(PipelineRuns(database), PipelineRequests(database))

    async def following(
        self, pipeline_id: UUID | None, is_ending: Callable[[], bool]
    ) -> AsyncGenerator[PipelineRun]:
        """Yield each run that changes from now on, as it is then, until the server ends."""
        last = await self.runs.now()
        seen: dict[UUID, datetime] = {}
        for run in await self._since(last, pipeline_id):
            seen[run.run_id] = run.changed_at
        while not is_ending():
            for run in await self._since(last, pipeline_id):
                if seen.get(run.run_id) != run.changed_at:
                    seen[run.run_id] = run.changed_at
                    last = max(last, run.changed_at)
                    yield run
            seen = {run_id: at for run_id, at in seen.items() if at > last - 2 * OVERLAP}
            await asyncio.sleep(LOOK_EVERY)

    async def _since(self, last: datetime, pipeline_id: UUID | None) -> list[PipelineRun]:
        found: list[PipelineRun] = []
        at, after = last - OVERLAP, UUID(int=0)
        while page := await self.runs.changed(at, after, pipeline_id):
            found += page
            at, after = page[-1].changed_at, page[-1].run_id
        return found
