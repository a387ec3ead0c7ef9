"""Runs for an Airflow that does not answer: they wait, say so, and are lost with nobody."""

from __future__ import annotations

import asyncio
import socket

import pytest

from graph.store.database import Database
from graph.store.pipeline_queue import PipelineQueue
from graph.store.pipeline_runs import PipelineRuns
from ingest.airflow_server.notice import AirflowAccess, NotReachedError
from ingest.pipelines.airflow import Airflow
from ingest.pipelines.dag_runs import TaskTry, try_url
from ingest.pipelines.handing_over import NOBODY, AirflowRuns, dag_run_id
from tests.ingest.pipelines.conftest import Ask, Make, one


@pytest.fixture
def nobody() -> AirflowAccess:
    """Return where no Airflow answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return AirflowAccess(f"http://127.0.0.1:{taken.getsockname()[1]}", "airflow", "a", "b")


async def test_a_run_waits_until_an_airflow_is_known(database: Database, make: Make, run: Ask) -> None:
    """Without an Airflow a run waits and says how to get one; nothing was attempted."""
    await make("etl", runsAs="airflow:etl")
    asked = await run("etl", {"day": 1})
    async with database.connection() as presence:
        await PipelineQueue(database).be_present(presence)
        await AirflowRuns(database, lambda: None, Airflow).turn({})
        now = await one(database, asked)
    assert (now.state, now.state_reason, now.attempts, now.dag_run_id) == ("waiting", NOBODY, 0, None)


async def test_a_run_waits_while_airflow_does_not_answer(
    database: Database, make: Make, run: Ask, nobody: AirflowAccess
) -> None:
    """It says so, is tried again later and later, and called off it ends at once, for nothing can have arrived."""
    await make("etl", runsAs="airflow:etl")
    asked = await run("etl")
    runs = AirflowRuns(database, lambda: nobody, Airflow)
    async with database.connection() as presence:
        await PipelineQueue(database).be_present(presence)
        for attempt in (1, 2, 3):
            async with database.connection() as connection:
                await connection.execute("update pipeline_run set next_attempt_at = clock_timestamp()")
            await runs.turn({})
            now = await one(database, asked)
            assert (now.state, now.attempts) == ("waiting", attempt)
            assert (
                now.state_reason
                == f"waits for Airflow: Airflow does not answer at {nobody.url}: nobody listens there"
            )
        await runs.turn({})
        assert (await one(database, asked)).attempts == 3
    await runs.close()
    assert (await PipelineRuns(database).cancel(asked.run_id)).state == "cancelled"


async def test_a_run_that_may_have_arrived_is_called_off_there(
    database: Database, make: Make, run: Ask
) -> None:
    """Where an answer was lost the run may be in Airflow, so that calling it off waits for Airflow's word."""
    server = await asyncio.start_server(_hangs_up, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    access = AirflowAccess(f"http://127.0.0.1:{port}", "airflow", token="t")
    await make("etl", runsAs="airflow:etl")
    asked = await run("etl")
    runs = AirflowRuns(database, lambda: access, Airflow)
    await runs.turn({})
    assert (await one(database, asked)).attempts == 1
    called_off = await PipelineRuns(database).cancel(asked.run_id)
    assert (called_off.state, called_off.ended_at) == ("waiting", None)
    await runs.turn({})
    assert (await one(database, asked)).state == "waiting"
    await runs.close()
    server.close()
    await server.wait_closed()


async def test_a_run_that_fails_to_be_handed_over_holds_up_no_other(
    database: Database, make: Make, run: Ask
) -> None:
    """Each run is tried by itself, until as many failed as show that Airflow is away."""
    server = await asyncio.start_server(_hangs_up, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    access = AirflowAccess(f"http://127.0.0.1:{port}", "airflow", token="t")
    await make("etl", runsAs="airflow:etl")
    asked = [await run("etl") for _ in range(5)]
    runs = AirflowRuns(database, lambda: access, Airflow)
    await runs.turn({})
    assert [(await one(database, each)).attempts for each in asked] == [1, 1, 1, 0, 0]
    await runs.turn({})
    assert [(await one(database, each)).attempts for each in asked[:3]] == [1, 1, 1]
    await runs.close()
    server.close()
    await server.wait_closed()


async def test_an_airflow_that_is_not_there_is_told_from_one_that_hangs_up(nobody: AirflowAccess) -> None:
    """Only where nobody listens it is certain that nothing arrived."""
    airflow = await asyncio.to_thread(Airflow, nobody)
    with pytest.raises(NotReachedError):
        await asyncio.to_thread(airflow.run, "etl", "r")
    airflow.close()


async def test_the_dag_run_of_a_run_is_always_the_same(database: Database, make: Make, run: Ask) -> None:
    """The id of a DAG run follows from the run, so that handing it over again starts no second one."""
    await make("etl", runsAs="airflow:etl")
    asked = await run("etl")
    assert dag_run_id(asked) == dag_run_id(await one(database, asked)) == f"goldthread__{asked.run_id}"


def test_a_log_is_found_where_airflow_shows_it() -> None:
    """The address leads to the try of a task, and to the instance of a mapped one."""
    task = TaskTry("load", 3, 2, "failed", None, None, None)
    assert (
        try_url("http://a", "etl", "manual__2026-01-01T00:00:00+00:00", task)
        == "http://a/dags/etl/runs/manual__2026-01-01T00%3A00%3A00%2B00%3A00/tasks/load/mapped/3?try_number=2"
    )


async def _hangs_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    writer.close()
