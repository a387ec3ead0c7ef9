"""What starts pipelines without being asked: new files and the clock, each once, whoever dies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from graph.catalog.asset import PIPELINE
from graph.store.assets import Assets
from graph.store.database import Database
from graph.store.pipeline_triggers import PipelineTriggers
from ingest.message_files import MessageFileWriter
from ingest.orders import ORDERS
from ingest.worker import Installation
from tests.ingest.conftest import take_in
from tests.ingest.message_batches import message, order, take
from tests.ingest.pipelines.conftest import Make, runs_of

ANN = {"key": "1", "validFrom": "2024-01-01T00:00:00Z", "firstName": "Ann", "email": "ann@example.com"}


@pytest.fixture
async def writer(database: Database, installation: Installation) -> AsyncIterator[MessageFileWriter]:
    """Carry orders into the installation's lake."""
    async with MessageFileWriter.running(
        database, installation.storage, ORDERS, "orders", "kafka://k:9092"
    ) as writer:
        yield writer


async def _look(triggers: PipelineTriggers) -> int:
    return await triggers.offer_files(await triggers.pipelines())


async def test_a_new_file_starts_one_run_of_each_pipeline_that_waits_for_it(
    database: Database, installation: Installation, writer: MessageFileWriter, make: Make
) -> None:
    """Each file of a dataset starts a run with its key, once however often and by however many it is looked for."""
    orders = await make("orders", runsAs="worker:load_orders", onNewFile="orders")
    audit = await make("audit", runsAs="airflow:audit", onNewFile="orders")
    await make("customers", runsAs="worker:load_customers", onNewFile="customers")
    await make("by hand", runsAs="worker:load_orders")
    await take(database, writer, [message(0, order(0))])
    await take(database, writer, [message(1, order(1))])
    triggers = PipelineTriggers(database)
    assert sum(await asyncio.gather(*(_look(triggers) for _ in range(4)))) == 4
    assert await _look(triggers) == 0
    locations = [file.location for file in await writer.files.files(writer.folder)]
    for pipeline_id in (orders, audit):
        runs = await runs_of(database, pipeline_id)
        assert [(run.cause, run.conf, run.file_key) for run in runs] == [
            ("new_file", {"file_key": location}, location) for location in locations
        ]
    assert len(await runs_of(database)) == 4


async def test_a_file_of_customers_starts_a_run_too(
    database: Database, installation: Installation, make: Make
) -> None:
    """What golden records make of the lake is found in its own manifest."""
    await make("customers", runsAs="airflow:mdm_pipeline_dag", onNewFile="customers")
    await take_in(database, ANN)
    async with installation.lake.exclusively(wait=True):
        (file,) = await installation.lake.export()
    assert await _look(PipelineTriggers(database)) == 1
    (run,) = await runs_of(database)
    assert (run.engine, run.work, run.conf) == ("airflow", "mdm_pipeline_dag", {"file_key": file.location})


async def test_files_that_were_there_before_start_nothing(
    database: Database, writer: MessageFileWriter, make: Make
) -> None:
    """A pipeline that is set to new files later does not begin with those that were offered already."""
    await take(database, writer, [message(0, order(0))])
    assert await _look(PipelineTriggers(database)) == 0
    await make("orders", runsAs="worker:load_orders", onNewFile="orders")
    assert await _look(PipelineTriggers(database)) == 0
    assert await runs_of(database) == []


async def test_a_run_is_lost_with_nobody_who_dies_while_looking(
    database: Database, writer: MessageFileWriter, make: Make
) -> None:
    """Whoever breaks off before the runs are committed leaves the file to the next."""
    await make("orders", runsAs="worker:load_orders", onNewFile="orders")
    await take(database, writer, [message(0, order(0))])
    triggers = PipelineTriggers(database)
    async with database.connection() as connection, connection.transaction():
        await connection.execute("lock table pipeline_run in share row exclusive mode")
        looking = asyncio.create_task(_look(triggers))
        while not await connection.fetchval("select exists (select from pg_locks where not granted)"):
            assert not looking.done()
        looking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await looking
    assert await runs_of(database) == []
    assert await _look(triggers) == 1


async def test_a_retired_pipeline_starts_no_runs(
    database: Database, writer: MessageFileWriter, make: Make
) -> None:
    """From the instant on at which a pipeline is retired, neither files nor the clock start it."""
    pipeline = await make("orders", runsAs="worker:load_orders", onNewFile="orders", schedule="* * * * *")
    await Assets(database).retire(PIPELINE, pipeline, actor="test")
    await take(database, writer, [message(0, order(0))])
    triggers = PipelineTriggers(database)
    pipelines = await triggers.pipelines()
    assert pipelines == {}
    assert (await triggers.offer_files(pipelines), await triggers.tick(pipelines)) == (0, 0)


async def test_a_schedule_starts_a_run_when_it_is_due(database: Database, make: Make) -> None:
    """Nothing starts before the first tick; then one run does, named after it, and the next tick is later."""
    pipeline = await make(
        "hourly", runsAs="worker:load_orders", schedule="0 * * * *", timeZone="Asia/Kolkata"
    )
    triggers = PipelineTriggers(database)
    assert await _tick(triggers) == 0
    due = await _next_at(database, pipeline)
    assert due > datetime.now(UTC)
    assert due.minute == 30
    await _set_back(database, pipeline, due - timedelta(hours=1))
    assert [await _tick(triggers), await _tick(triggers)] == [1, 0]
    (run,) = await runs_of(database)
    assert (run.cause, run.scheduled_for, run.conf) == ("schedule", due - timedelta(hours=1), {})
    assert await _next_at(database, pipeline) == due


async def test_missed_ticks_are_made_up_for_by_one_run(database: Database, make: Make) -> None:
    """After three days without a worker an hourly schedule starts one run, that of the last tick missed."""
    pipeline = await make("hourly", runsAs="worker:load_orders", schedule="0 * * * *")
    triggers = PipelineTriggers(database)
    await _tick(triggers)
    due = await _next_at(database, pipeline)
    await _set_back(database, pipeline, due - timedelta(days=3))
    assert sum(await asyncio.gather(*(_tick(triggers) for _ in range(4)))) == 1
    (run,) = await runs_of(database)
    assert run.scheduled_for == due - timedelta(hours=1)


async def test_a_tick_adds_no_run_while_one_still_waits(database: Database, make: Make) -> None:
    """What cannot be carried out for a while does not pile up."""
    pipeline = await make("hourly", runsAs="airflow:etl", schedule="0 * * * *")
    triggers = PipelineTriggers(database)
    await _tick(triggers)
    due = await _next_at(database, pipeline)
    for hours in (3, 2, 1):
        await _set_back(database, pipeline, due - timedelta(hours=hours))
        await _tick(triggers)
    assert len(await runs_of(database)) == 1


async def test_a_changed_schedule_counts_at_once(database: Database, make: Make) -> None:
    """Another cron or another zone makes another next tick, and without a schedule there is none."""
    pipeline = await make("daily", runsAs="worker:load_orders", schedule="0 4 * * *")
    triggers, assets = PipelineTriggers(database), Assets(database)
    await _tick(triggers)
    before = await _next_at(database, pipeline)
    await assets.update(PIPELINE, pipeline, {"timeZone": "Asia/Kolkata"}, actor="test")
    await _tick(triggers)
    assert (before.hour, (await _next_at(database, pipeline)).strftime("%H:%M")) == (4, "22:30")
    await assets.update(PIPELINE, pipeline, {"schedule": None, "timeZone": None}, actor="test")
    await _tick(triggers)
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from pipeline_tick") == 0


async def _tick(triggers: PipelineTriggers) -> int:
    return await triggers.tick(await triggers.pipelines())


async def _next_at(database: Database, pipeline: UUID) -> datetime:
    async with database.connection() as connection:
        return await connection.fetchval("select next_at from pipeline_tick where pipeline_id = $1", pipeline)


async def _set_back(database: Database, pipeline: UUID, at: datetime) -> None:
    async with database.connection() as connection:
        await connection.execute("update pipeline_tick set next_at = $2 where pipeline_id = $1", pipeline, at)
