"""Runs that the worker carries out itself: each once and to its end, whoever dies meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from graph.errors import ConflictError, InvalidInputError, NotFoundError, UnavailableError
from graph.store.database import Database
from graph.store.pipeline_queue import PipelineQueue
from graph.store.pipeline_runs import PipelineRuns, PipelineTask
from ingest.message_files import MessageFileWriter
from ingest.orders import ORDERS
from ingest.pipelines.stepping import StepRuns
from ingest.pipelines.steps import Place, do
from ingest.settings import IngestSettings
from ingest.worker import Installation
from tests.ingest.conftest import take_in
from tests.ingest.message_batches import message, order, take
from tests.ingest.pipelines.conftest import Ask, Make, one, runs_of

ANN = {"key": "1", "validFrom": "2024-01-01T00:00:00Z", "firstName": "Ann", "email": "ann@example.com"}
BOB = {"key": "2", "validFrom": "2024-01-01T00:00:00Z", "firstName": "Bob", "email": "bob@example.com"}


@pytest.fixture
def worker(database: Database, installation: Installation, settings: IngestSettings) -> StepRuns:
    """Return what a worker carries steps out with."""
    return StepRuns(database, lambda parent: Place(installation, settings, parent))


async def _write_orders(installation: Installation, first: int, last: int) -> str:
    """Put orders into the lake as a file of their own and return where it lies."""
    database, storage = installation.database, installation.storage
    async with MessageFileWriter.running(database, storage, ORDERS, "orders", "kafka://k:9092") as writer:
        messages = [message(number, order(number)) for number in range(first, last)]
        assert not await take(database, writer, messages)
        return (await writer.files.files(writer.folder))[-1].location


async def _tasks(database: Database, run: Any) -> list[PipelineTask]:
    return (await PipelineRuns(database).tasks([run.run_id], newest_only=False)).get(run.run_id, [])


async def test_customers_go_from_the_catalog_into_the_warehouse(
    database: Database, installation: Installation, worker: StepRuns, make: Make, run: Ask
) -> None:
    """A pipeline that writes the lake and one that loads the warehouse carry what changed, each once."""
    await make("export", runsAs="worker:export_customers")
    await make("load", runsAs="worker:load_customers")
    await take_in(database, ANN)
    export = await run("export")
    assert await worker.turn(asyncio.Event()) == 1
    export = await one(database, export)
    assert (export.state, export.attempts, export.error) == ("succeeded", 1, None)
    assert export.started_at is not None
    assert export.ended_at is not None
    (location,) = export.result["files"]
    load = await run("load", {"file_key": location})
    again = await run("load", {"file_key": location.rpartition("/")[2]})
    assert await worker.turn(asyncio.Event()) == 2
    name = location.rpartition("/")[2]
    assert (await one(database, load)).result == {"files": [name], "rows": 1, "version": name}
    assert (await one(database, again)).result == {
        "files": [],
        "rows": 0,
        "version": name,
        "note": "the file was loaded before",
    }
    assert await installation.warehouse.count() == (1, 1)
    (task,) = await _tasks(database, load)
    assert (task.task_id, task.map_index, task.try_number, task.state) == ("load_customers", -1, 1, "success")


async def test_a_file_that_is_named_brings_the_older_ones_along(
    installation: Installation, settings: IngestSettings
) -> None:
    """Naming a file loads those before it that are missing, in order, and none after it."""
    files = [await _write_orders(installation, first, first + 2) for first in (0, 2, 4)]
    place = Place(installation, settings)
    told = await do(place, "load_orders", {"file_key": files[1]})
    assert (told["files"], told["rows"]) == ([file.rpartition("/")[2] for file in files[:2]], 4)
    assert (await do(place, "load_orders", {}))["files"] == [files[2].rpartition("/")[2]]
    assert (await do(place, "load_orders", {}))["rows"] == 0


@pytest.mark.parametrize(
    ("name", "conf", "error"),
    [
        ("load_orders", {"file_key": "nowhere.parquet"}, NotFoundError),
        ("load_orders", {"key": "x"}, InvalidInputError),
        ("load_everything", {}, InvalidInputError),
        ("deliver", {"system": "../..", "file": "x.csv"}, InvalidInputError),
        ("deliver", {"system": "crm", "file": "../../x.csv"}, InvalidInputError),
    ],
)
async def test_a_step_that_cannot_be_is_refused(
    installation: Installation,
    settings: IngestSettings,
    name: str,
    conf: dict[str, Any],
    error: type[Exception],
) -> None:
    """A step, a conf or a file that there is not raises what says so."""
    with pytest.raises(error):
        await do(Place(installation, settings), name, conf)


async def test_a_run_that_fails_says_why(
    database: Database, installation: Installation, worker: StepRuns, make: Make, run: Ask
) -> None:
    """What is in the way of a step is the error of its run and of its task, and nothing was loaded."""
    await make("load", runsAs="worker:load_orders")
    asked = await run("load", {"file_key": "nowhere.parquet"})
    await worker.turn(asyncio.Event())
    failed = await one(database, asked)
    assert failed.state == "failed"
    assert failed.error is not None
    assert "no file nowhere.parquet" in failed.error
    assert [(task.state, task.error) for task in await _tasks(database, asked)] == [("failed", failed.error)]


async def test_the_same_key_asks_for_the_same_run(database: Database, make: Make, run: Ask) -> None:
    """A request that is told again is the one run; with another conf it is refused; without a key it is another."""
    pipeline = await make("load", runsAs="worker:load_orders")
    first = await run("load", {"file_key": "a"}, "k1")
    assert (await run(str(pipeline), {"file_key": "a"}, "k1")).run_id == first.run_id
    with pytest.raises(ConflictError, match="with another conf"):
        await run("load", {"file_key": "b"}, "k1")
    await run("load", {"file_key": "a"})
    assert len(await runs_of(database, pipeline)) == 2


async def test_many_requests_with_one_key_at_a_time_are_one_run(
    database: Database, make: Make, run: Ask
) -> None:
    """Whoever comes first, there is one run."""
    await make("load", runsAs="worker:load_orders")
    found = await asyncio.gather(*(run("load", {}, "k") for _ in range(8)))
    assert len({each.run_id for each in found}) == 1
    assert len(await runs_of(database)) == 1


async def test_runs_of_one_pipeline_go_one_after_the_other(
    database: Database, worker: StepRuns, make: Make, run: Ask
) -> None:
    """While a run of a pipeline goes on, another of it waits and says so, and that of another pipeline does not."""
    await make("a", runsAs="worker:load_orders")
    await make("b", runsAs="worker:load_orders")
    first, second, other = await run("a"), await run("a"), await run("b")
    queue = PipelineQueue(database)
    async with database.connection() as mine, database.connection() as yours:
        await queue.be_present(mine)
        claimed = [await queue.claim(mine), await queue.claim(yours), await queue.claim(yours)]
        assert [each and each.run_id for each in claimed] == [first.run_id, other.run_id, None]
        assert (await one(database, second)).state_reason == "waits until the run before it is over"


async def test_a_run_without_a_worker_says_so(database: Database, make: Make, run: Ask) -> None:
    """What nobody is there to carry out says that it waits for a worker, until one is there."""
    await make("load", runsAs="worker:load_orders")
    asked = await run("load")
    assert (asked.state, asked.state_reason) == ("waiting", "waits for a worker: none runs")
    async with database.connection() as connection:
        await PipelineQueue(database).be_present(connection)
        assert (await one(database, asked)).state_reason is None
    assert (await one(database, asked)).state_reason == "waits for a worker: none runs"


async def test_a_run_whose_worker_dies_is_begun_again_and_given_up_in_the_end(
    database: Database, worker: StepRuns, make: Make, run: Ask
) -> None:
    """A run that was claimed by a session that is gone waits again; after three such ends it failed."""
    await make("load", runsAs="worker:load_orders")
    asked = await run("load")
    queue = PipelineQueue(database)
    states: list[tuple[str, int, str | None]] = []
    for _ in range(3):
        async with database.connection() as connection:
            assert await queue.claim(connection) is not None
            assert await queue.take_back_dead() == 0
        assert await queue.take_back_dead() == 1
        now = await one(database, asked)
        states.append((now.state, now.attempts, now.error))
    assert states == [
        ("waiting", 1, None),
        ("waiting", 2, None),
        ("failed", 3, "its worker ended in the middle of attempt 3; it is not begun again"),
    ]


async def test_a_run_that_was_begun_by_a_dead_worker_comes_to_its_end(
    database: Database, worker: StepRuns, make: Make, run: Ask
) -> None:
    """The next worker does what the dead one had begun, as another try."""
    await make("load", runsAs="worker:load_orders")
    asked = await run("load")
    async with database.connection() as connection:
        await PipelineQueue(database).claim(connection)
    assert await worker.turn(asyncio.Event()) == 1
    ended = await one(database, asked)
    assert (ended.state, ended.attempts) == ("succeeded", 2)


async def test_what_is_out_of_reach_is_tried_again(
    database: Database, installation: Installation, settings: IngestSettings, make: Make, run: Ask
) -> None:
    """A step that something out of reach is in the way of waits and says why, and fails for good at the third try."""

    async def unreachable(place: Place, name: str, conf: Mapping[str, Any]) -> dict[str, Any]:
        raise UnavailableError("the lake does not answer")

    worker = StepRuns(database, lambda parent: Place(installation, settings, parent), unreachable)
    await make("load", runsAs="worker:load_orders")
    asked = await run("load")
    async with database.connection() as presence:
        await PipelineQueue(database).be_present(presence)
        for attempt in (1, 2, 3):
            await _now_due(database)
            await worker.turn(asyncio.Event())
            now = await one(database, asked)
            assert now.attempts == attempt
            if attempt < 3:
                assert (now.state, now.state_reason) == (
                    "waiting",
                    "is tried again: the lake does not answer",
                )
    assert (now.state, now.error) == ("failed", "the lake does not answer")
    assert [(t.try_number, t.state, t.is_newest) for t in await _tasks(database, asked)] == [
        (1, "up_for_retry", False),
        (2, "up_for_retry", False),
        (3, "failed", True),
    ]


async def test_a_run_is_called_off(
    database: Database, installation: Installation, settings: IngestSettings, make: Make, run: Ask
) -> None:
    """What waits ends at once, what goes on is broken off, and what is over stays so."""
    begun = asyncio.Event()

    async def endless(place: Place, name: str, conf: Mapping[str, Any]) -> dict[str, Any]:
        begun.set()
        await asyncio.sleep(60)
        return {}

    worker = StepRuns(database, lambda parent: Place(installation, settings, parent), endless)
    await make("load", runsAs="worker:load_orders")
    runs, going, waiting = PipelineRuns(database), await run("load"), await run("load")
    assert (await runs.cancel(waiting.run_id)).state == "cancelled"
    turn = asyncio.create_task(worker.turn(asyncio.Event()))
    await begun.wait()
    assert (await runs.cancel(going.run_id)).state == "running"
    assert await turn == 1
    assert (await one(database, going)).state == "cancelled"
    assert (await runs.cancel(going.run_id)).state == "cancelled"
    done = await run("load")
    await StepRuns(database, lambda parent: Place(installation, settings, parent)).turn(asyncio.Event())
    with pytest.raises(ConflictError, match="is over: it succeeded"):
        await runs.cancel(done.run_id)


async def _now_due(database: Database) -> None:
    async with database.connection() as connection:
        await connection.execute("update pipeline_run set next_attempt_at = clock_timestamp()")
