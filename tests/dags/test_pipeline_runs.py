"""Runs that a real Airflow carries out: handed over once, followed with every try, called off, and read back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID

import pytest

from graph.catalog.asset import PIPELINE
from graph.store.assets import Assets
from graph.store.database import Database
from graph.store.pipeline_requests import PipelineRequests
from graph.store.pipeline_runs import PipelineRun, PipelineRuns, PipelineTask
from graph.store.pipeline_triggers import PipelineTriggers
from ingest.airflow_server.notice import AirflowAccess
from ingest.pipelines.airflow import Airflow
from ingest.pipelines.handing_over import AirflowRuns, dag_run_id
from ingest.pipelines.naming import parent_conf
from tests.stack.airflow_stack import AirflowStack

pytestmark = pytest.mark.stack


class Desk:
    """What hands runs over to the Airflow of the tests, as a worker does it."""

    def __init__(self, stack: AirflowStack, database: Database) -> None:
        self.stack = stack
        self.database = database
        self.runs = PipelineRuns(database)
        self.access: AirflowAccess | None = stack.access
        self.airflow = AirflowRuns(database, lambda: self.access, Airflow, read_back_every=0.0)

    async def make(self, name: str, dag_id: str) -> UUID:
        """Record a pipeline that a DAG carries out."""
        given = {"name": name, "source": "x", "destination": "y", "runsAs": f"airflow:{dag_id}"}
        return (await Assets(self.database).create(PIPELINE, given, actor="test")).asset_id

    async def ask(self, name: str, **conf: object) -> PipelineRun:
        """Ask for a run."""
        return await PipelineRequests(self.database).run(name, conf, None, "test")

    async def turn(self) -> None:
        """Do what a worker does every second."""
        await self.airflow.turn(await PipelineTriggers(self.database).pipelines())

    async def until(self, run: PipelineRun, is_so: Callable[[PipelineRun], bool]) -> PipelineRun:
        """Go on until a run is as wanted, and return it so."""
        now = run
        for _ in range(240):
            await self.turn()
            now = (await self.runs.by_id([run.run_id]))[run.run_id]
            if is_so(now):
                return now
            await asyncio.sleep(0.5)
        raise AssertionError(f"the run stays {now}")

    async def tries(self, run: PipelineRun) -> list[PipelineTask]:
        """Return every try of every task."""
        return (await self.runs.tasks([run.run_id], newest_only=False))[run.run_id]

    def told(self, *path: str, **parameters: object) -> list[dict[str, Any]]:
        """Return what Airflow itself tells of task instances."""
        return list(self.stack.api.pages(*path, key="task_instances", **parameters))


@pytest.fixture
async def desk(airflow: AirflowStack) -> AsyncIterator[Desk]:
    """Hand runs over to the Airflow of the tests."""
    database = await Database.open(airflow.database_url, connections=6)
    desk = Desk(airflow, database)
    yield desk
    await desk.airflow.close()
    await database.close()


def _is_over(run: PipelineRun) -> bool:
    return run.is_ended


async def test_states_tries_and_errors_equal_those_of_airflow(desk: Desk) -> None:
    """Of a run with failing, waiting-in-vain and skipped tasks the catalog tells just what Airflow tells."""
    await desk.make("fails", "case_failing")
    run = await desk.until(await desk.ask("fails", day="monday"), _is_over)
    assert (run.state, run.dag_run_id, run.attempts) == ("failed", dag_run_id(run), 1)
    assert run.error == "the task broken failed: ValueError: the column amount is missing, try 2"
    there = desk.stack.api.get("dags", "case_failing", "dagRuns", dag_run_id(run))
    assert there["conf"] == {"day": "monday", "openlineage": parent_conf(run)}
    tries = await desk.tries(run)
    newest = {(t.task_id, t.map_index): (t.state, t.try_number) for t in tries if t.is_newest}
    assert newest == {
        (one["task_id"], one["map_index"]): (one["state"], one["try_number"])
        for one in desk.told("dags", "case_failing", "dagRuns", dag_run_id(run), "taskInstances")
    }
    assert [(t.try_number, t.state, t.error) for t in tries if t.task_id == "broken"] == [
        (1, "failed", "ValueError: the column amount is missing, try 1"),
        (2, "failed", "ValueError: the column amount is missing, try 2"),
    ]


async def test_a_worker_that_dies_right_after_the_handing_over_starts_no_second_run(desk: Desk) -> None:
    """What Airflow got and nobody recorded is found there by its id, and goes on as the same run."""
    await desk.make("dies", "case_mapped")
    run = await desk.ask("dies")
    airflow = await asyncio.to_thread(Airflow, desk.stack.access)
    conf = {"openlineage": parent_conf(run)}
    await asyncio.to_thread(airflow.start, "case_mapped", dag_run_id(run), conf, "by one who died")
    ended = await desk.until(run, _is_over)
    assert (ended.state, ended.dag_run_id) == ("failed", dag_run_id(run))
    assert ended.error == "the task divide failed: ZeroDivisionError: division by zero"
    found = desk.stack.api.pages("dags", "case_mapped", "dagRuns", key="dag_runs")
    assert [one["dag_run_id"] for one in found].count(dag_run_id(run)) == 1
    divided = {t.map_index: t.state for t in await desk.tries(ended) if t.task_id == "divide"}
    assert divided == {0: "success", 1: "failed", 2: "success"}
    airflow.close()


async def test_what_waits_for_airflow_is_handed_over_once_it_is_back(desk: Desk) -> None:
    """A run that was asked for while no Airflow answered begins when one does."""
    await desk.make("later", "case_daily")
    there, desk.access = desk.access, AirflowAccess("http://127.0.0.1:9", "airflow", "a", "b")
    run = await desk.ask("later")
    await desk.turn()
    waiting = (await desk.runs.by_id([run.run_id]))[run.run_id]
    assert (waiting.state, waiting.attempts, waiting.dag_run_id) == ("waiting", 1, None)
    desk.access = there
    assert (await desk.until(run, _is_over)).state == "succeeded"


async def test_a_dag_that_is_not_there_is_waited_for(desk: Desk) -> None:
    """A run of a DAG that Airflow does not know says so and is not lost; called off it is over."""
    await desk.make("nowhere", "no_such_dag")
    run = await desk.ask("nowhere")
    await desk.turn()
    waiting = (await desk.runs.by_id([run.run_id]))[run.run_id]
    assert waiting.state == "waiting"
    async with desk.database.connection() as connection:
        reason = await connection.fetchval(
            "select state_reason from pipeline_run where run_id = $1", run.run_id
        )
    assert reason == f"waits for Airflow: Airflow at {desk.stack.access.url} knows no DAG no_such_dag"
    assert (await desk.runs.cancel(run.run_id)).state == "cancelled"


async def test_a_run_that_is_called_off_ends_in_airflow_too(desk: Desk) -> None:
    """What Airflow has is ended there, and counts as called off, not as failed."""
    await desk.make("endless", "case_slow")
    run = await desk.until(await desk.ask("endless"), lambda now: now.state == "running")
    await desk.runs.cancel(run.run_id)
    ended = await desk.until(run, _is_over)
    assert (ended.state, ended.error) == ("cancelled", None)
    assert desk.stack.api.get("dags", "case_slow", "dagRuns", dag_run_id(run))["state"] == "failed"


async def test_a_run_that_is_cleared_long_after_its_end_goes_on(desk: Desk) -> None:
    """What is cleared over there is open here again, and both tries stay."""
    await desk.make("cleared", "case_cleared")
    run = await desk.until(await desk.ask("cleared"), _is_over)
    assert run.state == "failed"
    desk.stack.api.post("dags", "case_cleared", "dagRuns", dag_run_id(run), "clear", body={"dry_run": False})
    again = await desk.until(run, lambda now: now.state == "succeeded")
    assert again.reopened_at is not None
    assert again.error is None
    tries = [(t.task_id, t.try_number, t.state) for t in await desk.tries(again)]
    assert tries == [("second_time", 1, "failed"), ("second_time", 2, "success"), ("after", 1, "success")]


async def test_runs_that_were_started_in_airflow_are_told_too(desk: Desk) -> None:
    """A run of a pipeline's DAG that somebody starts over there shows, with its cause, and once."""
    await desk.make("theirs", "case_daily")
    name = desk.stack.begin("case_daily")
    desk.stack.over("case_daily", name)
    for _ in range(3):
        await desk.turn()
    found = [run for run in (await desk.runs.page(None, None, 1000, None))[0] if run.dag_run_id == name]
    assert [(run.cause, run.state, run.work) for run in found] == [("airflow", "succeeded", "case_daily")]
    assert found[0].lineage_run_id is not None
