"""What a worker does about pipelines: starts what is due, carries steps out, hands the others to Airflow, and tells lineage."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from typing import TYPE_CHECKING

from graph.errors import CatalogError
from graph.store.database import Database
from graph.store.pipeline_queue import PipelineQueue
from graph.store.pipeline_triggers import PipelineTriggers
from ingest.airflow_server.notice import AirflowAccess
from ingest.pipelines.handing_over import AirflowRuns
from ingest.pipelines.reports import PipelineReports
from ingest.pipelines.stepping import StepRuns
from ingest.pipelines.steps import Place
from ingest.settings import IngestSettings
from ingest.worker import LONGEST_PAUSE, open_installation
from lineage.emitter import Emitter

if TYPE_CHECKING:
    from ingest.pipelines.airflow import Airflow

LANES = 2
"""How many steps a worker does at a time, of different pipelines."""

DRAIN_SECONDS = 15.0
"""How long steps that go on may take to come to their end once the worker is asked to stop."""

_logger = logging.getLogger(__name__)


async def carry_pipelines(
    settings: IngestSettings, stop: asyncio.Event, opened: Callable[[AirflowAccess], Airflow]
) -> None:
    """Carry the runs of pipelines on until `stop` is set; what goes on then is begun again by the next worker."""
    async with AsyncExitStack() as stack:
        installation = await open_installation(settings, stack)
        database = await Database.open(settings.require_database_url(), connections=LANES + 3)
        stack.push_async_callback(database.close)
        emitter = Emitter(settings.server_url, settings.key)
        stack.push_async_callback(emitter.close)
        airflow = AirflowRuns(database, lambda: settings.airflow, opened)
        stack.push_async_callback(airflow.close)
        triggers, reports = PipelineTriggers(database), PipelineReports(database, emitter)
        steps = StepRuns(database, lambda parent: Place(installation, settings, parent))

        async def control() -> None:
            pipelines = await triggers.pipelines()
            await triggers.offer_files(pipelines)
            await triggers.tick(pipelines)
            await airflow.turn(pipelines)
            await reports.settle()

        loops = [_again("pipelines", control, stop, settings.poll_seconds)]
        loops += [
            _again("steps", lambda: steps.turn(stop), stop, settings.poll_seconds) for _ in range(LANES)
        ]
        tasks = [asyncio.create_task(loop) for loop in (_present(database, stop), *loops)]
        await stop.wait()
        _, late = await asyncio.wait(tasks, timeout=DRAIN_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _present(database: Database, stop: asyncio.Event) -> None:
    """Let everybody see that a worker lives; a session that was lost is replaced."""

    async def be() -> None:
        async with database.connection() as connection:
            await PipelineQueue(database).be_present(connection)
            while not stop.is_set():
                await connection.execute("select 1")
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), 5.0)

    await _again("presence", be, stop, 1.0)


async def _again(
    name: str, act: Callable[[], Awaitable[object]], stop: asyncio.Event, poll_seconds: float
) -> None:
    """Act every `poll_seconds` until `stop` is set; failures are told once and tried again."""
    failures = 0
    while not stop.is_set():
        try:
            await act()
            failures = 0
        except Exception as error:
            failures += 1
            told = error.message if isinstance(error, CatalogError) else f"{type(error).__name__}: {error}"
            _logger.log(
                logging.WARNING if failures == 1 else logging.DEBUG, "%s, trying again: %s", name, told
            )
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), min(LONGEST_PAUSE, poll_seconds * 2 ** min(failures, 10)))
