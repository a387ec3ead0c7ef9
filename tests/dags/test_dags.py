"""The DAGs in a real Airflow: all of them import, are documented, and the catalog tells of their runs what Airflow tells."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from graph.errors import InvalidInputError, NotFoundError, UnavailableError
from graph.store.database import Database
from graph.time import instant, render
from ingest.airflow_api import AirflowApi
from ingest.airflow_assets import tell_versions
from ingest.pipelines.airflow import Airflow
from lineage.airflow_ids import dag_run_id, task_run_id
from lineage.run_state import State
from lineage.runs import Run, Runs, RunsWanted
from lineage.sent_facets import SentFacets
from tests.stack.airflow_stack import AirflowStack, until

pytestmark = pytest.mark.stack

OURS = {"mdm_pipeline_dag", "orders_minio_to_postgres", "openlineage_reconcile"}
AS_IN_LINEAGE = {
    "success": "COMPLETE",
    "failed": "FAIL",
    "up_for_retry": "FAIL",
    "upstream_failed": "ABORT",
}


@pytest.fixture
async def catalog(airflow: AirflowStack) -> Any:
    """The catalog that Airflow reports to."""
    database = await Database.open(airflow.database_url, connections=3)
    yield database
    await database.close()


def test_every_dag_imports_and_says_what_it_is(airflow: AirflowStack) -> None:
    """No file has an import error; each of ours has a documentation, tags, retries, a time limit, and pools that exist."""
    api = airflow.api
    assert api.get("importErrors")["import_errors"] == []
    dags = {dag["dag_id"]: dag for dag in api.pages("dags", key="dags")}
    assert {name for name in dags if not name.startswith("case_")} == OURS
    pools = {pool["name"] for pool in api.pages("pools", key="pools")}
    for name in OURS:
        assert "goldthread" in {tag["name"] for tag in dags[name]["tags"]}
        assert len(api.get("dags", name, "details")["doc_md"]) > 100
        for task in api.get("dags", name, "tasks")["tasks"]:
            assert task["retries"] == 3
            assert task["execution_timeout"]["seconds"] == 1_800
            assert task["pool"] in pools - {"default_pool"}


def test_who_is_not_let_in_and_what_is_not_there_are_told_in_plain_words(airflow: AirflowStack) -> None:
    """A wrong password, a token of somebody else, a path that is none, a DAG that is unknown, a conf that is refused."""
    access = airflow.access
    asked = AirflowApi(access)
    assert asked.get("version")["version"].startswith("3.")
    token, wrong = replace(access, token="e30.e30.e30"), replace(access, password="wrong")
    name_hint = "are GOLDTHREAD_AIRFLOW_USERNAME and GOLDTHREAD_AIRFLOW_PASSWORD right?"
    for other, hint in ((wrong, name_hint), (token, "is GOLDTHREAD_AIRFLOW_TOKEN right, and not over?")):
        with AirflowApi(other) as stranger, pytest.raises(UnavailableError) as refused:
            stranger.get("dags")
        assert refused.value.message.startswith(f"Airflow at {access.url} does not let ")
        assert refused.value.message.endswith(hint)
    with pytest.raises(UnavailableError, match="no Airflow 3 answers at"):
        asked.get("no", "such", "route")
    with pytest.raises(NotFoundError, match="no_such_dag"):
        asked.get("dags", "no_such_dag")
    with pytest.raises(InvalidInputError, match=r"Airflow at .* says: "):
        asked.post("dags", "case_daily", "dagRuns", body={"logical_date": "yesterday"})
    asked.close()
    speaker = Airflow(access)
    with pytest.raises(NotFoundError, match=r"knows no DAG no_such_dag$"):
        speaker.start("no_such_dag", "a", {}, "")
    assert speaker.run("case_daily", "no_such_run") is None
    assert speaker.stop("case_daily", "no_such_run") is None
    speaker.close()


async def test_states_tries_and_errors_are_those_of_airflow(airflow: AirflowStack, catalog: Database) -> None:
    """Failed, upstream_failed, skipped, cleared, mapped, run for the past: each try in the catalog is as Airflow's API has it."""
    runs = {name: airflow.begin(name) for name in ("case_failing", "case_cleared", "case_mapped")}
    days = {"from_date": "2026-11-02T00:00:00Z", "to_date": "2026-11-03T00:00:00Z"}
    airflow.api.post(
        "backfills", body={"dag_id": "case_daily", "max_active_runs": 2, "dag_run_conf": {}, **days}
    )
    assert {airflow.over(name, run_id) for name, run_id in runs.items()} == {"failed"}
    body = {
        "dry_run": False,
        "dag_run_id": runs["case_cleared"],
        "only_failed": True,
        "include_downstream": True,
    }
    airflow.api.post("dags", "case_cleared", "clearTaskInstances", body=body)
    assert airflow.over("case_cleared", runs["case_cleared"]) == "success"
    until(lambda: len(_backfilled(airflow)) == 2, "the days are run")
    airflow.run("airflow-reconcile")

    seen = [await _compared(airflow, catalog, name, run_id) for name, run_id in runs.items()]
    seen += [await _compared(airflow, catalog, "case_daily", run_id) for run_id in _backfilled(airflow)]
    states = {state for some in seen for state in some}
    assert states - {"up_for_retry"} == {"success", "failed", "upstream_failed", "skipped"}
    errors = await _errors(airflow, catalog, "case_failing", runs["case_failing"], "broken")
    assert errors == [f"the column amount is missing, try {number}" for number in (1, 2)]


async def test_what_ended_while_goldthread_was_down_is_told_once_it_is_back(
    airflow: AirflowStack, catalog: Database, tmp_path: Path
) -> None:
    """Runs begun before and while nobody listened: after reconciliation those are open that go on, and versions are known."""
    gate = tmp_path / "gate"
    before = airflow.begin("case_slow")
    waiting = [airflow.begin("case_waiting", until=str(gate))]
    until(lambda: _running(airflow, "case_slow", before), "it runs")
    until(lambda: _running(airflow, "case_waiting", waiting[0]), "it waits")
    airflow.stop("serve")
    meanwhile = airflow.begin("case_slow")
    failing = airflow.begin("case_failing")
    waiting.append(airflow.begin("case_waiting", until=str(gate)))
    until(lambda: _running(airflow, "case_waiting", waiting[1]), "it waits")
    assert {airflow.over("case_slow", run_id) for run_id in (before, meanwhile)} == {"success"}
    assert airflow.over("case_failing", failing) == "failed"
    airflow.start("serve")
    began = datetime.now(UTC)
    airflow.run("airflow-reconcile")  # the DAG of it may have been first
    left = await _open(airflow, catalog)
    airflow_says = dict(_runs_of_airflow(airflow))
    assert {one.job.name for one in left.values() if one.run_id not in airflow_says} == set()
    over = {run_id: end for run_id, (_, end) in airflow_says.items() if end is not None and end < began}
    assert [one.job.name for one in left.values() if one.run_id in over] == []
    go_on = {run_id for run_id, (dag_run, _) in airflow_says.items() if dag_run in waiting}
    assert len(go_on & left.keys()) == 4  # of both the DAG run and its task
    gate.touch()
    for name in waiting:
        assert airflow.over("case_waiting", name) == "success"
    for name, run_id in (("case_slow", before), ("case_slow", meanwhile), ("case_failing", failing)):
        await _compared(airflow, catalog, name, run_id)
    errors = await _errors(airflow, catalog, "case_failing", failing, "broken")
    assert errors == [f"the column amount is missing, try {number}" for number in (1, 2)]
    made = (await _known(airflow, catalog, "case_slow", meanwhile)).popitem()[1]
    facets = (await SentFacets(catalog).of_runs([made.run_id]))[made.run_id]
    versions = [f.body["datasetVersion"] for f in facets if f.role == "O" and f.name == "version"]
    assert versions == ["made while nobody listened"]


async def test_a_new_version_here_starts_the_dags_that_follow_it(
    airflow: AirflowStack, catalog: Database, tmp_path: Path
) -> None:
    """A load into the warehouse becomes an event of its asset, once, and the DAG that is scheduled on it is told the version."""
    uris = airflow.assets
    assert await tell_versions(catalog, airflow.access, uris, AirflowApi) == 0
    file = tmp_path / "customers.csv"
    file.write_text("key,firstName,email\n1,Ann,ann@example.org\n")
    airflow.run("deliver", "crm", str(file))
    airflow.step("export_customers")
    version = airflow.step("load_customers")["version"]
    assert await tell_versions(catalog, airflow.access, uris, AirflowApi) == 2
    assert await _told_again(catalog, airflow, uris) == 0

    def followed() -> Any:
        told = airflow.api.pages("dags", "case_follows_customers", "dagRuns", key="dag_runs")
        return [one for one in told if one["state"] == "success"]

    (run,) = until(followed, "the DAG that follows the customers has run")
    assert run["run_type"] == "asset_triggered"
    path = ("dags", run["dag_id"], "dagRuns", run["dag_run_id"], "taskInstances", "look", "xcomEntries")
    (extra,) = airflow.api.get(*path, "return_value", deserialize=True)["value"]
    assert extra["version"] == version
    assert extra["openlineage"]["parentJobName"] == "lake_to_warehouse"


def test_a_dag_does_nothing_twice_and_tells_of_its_failures(airflow: AirflowStack) -> None:
    """Orders are loaded by the scheduler's own run; a file that is not known fails at once, and mail and webhook say so."""

    def scheduled() -> Any:
        told = airflow.api.pages("dags", "orders_minio_to_postgres", "dagRuns", key="dag_runs")
        return [one for one in told if (one["run_type"], one["state"]) == ("scheduled", "success")]

    reconciled = airflow.begin("openlineage_reconcile")
    again = [airflow.begin("orders_minio_to_postgres") for _ in range(2)]
    unknown = airflow.begin("mdm_pipeline_dag", file_key="nowhere/customers.parquet")
    assert {airflow.over("orders_minio_to_postgres", run_id) for run_id in again} == {"success"}
    for run_id in again:
        path = ("dags", "orders_minio_to_postgres", "dagRuns", run_id, "taskInstances", "load_orders")
        told = airflow.api.get(*path, "xcomEntries", "return_value", deserialize=True)["value"]
        assert (told["files"], told["rows"]) == ([], 0)
    assert airflow.over("openlineage_reconcile", reconciled) == "success"
    until(scheduled, "the scheduler ran it by itself")
    assert airflow.over("mdm_pipeline_dag", unknown) == "failed"
    (task,) = airflow.api.pages(
        "dags", "mdm_pipeline_dag", "dagRuns", unknown, "taskInstances", key="task_instances"
    )
    assert (task["state"], task["try_number"]) == ("failed", 1)
    (post,) = until(lambda: airflow.inbox.posts, "the webhook is told")
    assert (post["dag"], post["task"], post["run"]) == ("mdm_pipeline_dag", "load_customers", unknown)
    assert "nowhere/customers.parquet" in post["error"]
    (mail,) = until(lambda: airflow.inbox.mails, "a mail is sent")
    assert "Subject: mdm_pipeline_dag.load_customers failed" in mail
    assert "To: steward@example.org" in mail


async def _told_again(catalog: Database, airflow: AirflowStack, uris: Mapping[str, str]) -> int:
    """Tell of new versions as the worker does: until Airflow can say which it knows, which a run in its queue keeps it from."""
    for _ in range(120):
        try:
            return await tell_versions(catalog, airflow.access, uris, AirflowApi)
        except UnavailableError:
            await asyncio.sleep(0.5)
    raise TimeoutError


def _running(airflow: AirflowStack, dag_id: str, run_id: str) -> bool:
    tasks = airflow.api.pages("dags", dag_id, "dagRuns", run_id, "taskInstances", key="task_instances")
    return any(task["state"] == "running" for task in tasks)


async def _open(airflow: AirflowStack, catalog: Database) -> dict[UUID, Run]:
    """Return every run of that Airflow that the catalog believes to go on."""
    found: dict[UUID, Run] = {}
    states: tuple[State, ...] = ("START", "RUNNING", "OTHER", "UNKNOWN")
    for state in states:
        after = None
        while True:
            wanted = RunsWanted(namespace=airflow.access.namespace, state=state)
            page = await Runs(catalog).runs(wanted, 100, after)
            found |= {run.run_id: run for run in page.runs}
            after = page.next
            if after is None:
                break
    return found


def _runs_of_airflow(airflow: AirflowStack) -> Iterator[tuple[UUID, tuple[str, datetime | None]]]:
    """Yield by their ids in lineage all DAG runs of all DAGs and all tries of their tasks: of which DAG run, and its end."""
    for told in airflow.api.pages("dags", "~", "dagRuns", key="dag_runs"):
        name, at = told["dag_id"], instant(told["logical_date"] or told["run_after"])
        for clear in range(3):
            yield dag_run_id(airflow.access.namespace, name, at, clear), (told["dag_run_id"], _end(told))
        for task in _tries(airflow, name, told["dag_run_id"]):
            key = task["task_id"], at, task["try_number"], task["map_index"]
            yield task_run_id(airflow.access.namespace, name, *key), (told["dag_run_id"], _end(task))


def _end(told: dict[str, Any]) -> datetime | None:
    return None if told["end_date"] is None else instant(told["end_date"])


def _backfilled(airflow: AirflowStack) -> list[str]:
    """Return the runs of the past that are over."""
    told = airflow.api.pages("dags", "case_daily", "dagRuns", key="dag_runs", run_type="backfill")
    return [one["dag_run_id"] for one in told if one["state"] == "success"]


async def _compared(airflow: AirflowStack, catalog: Database, dag_id: str, run_id: str) -> set[str]:
    """Hold every try of a DAG run, and the DAG run itself, against the catalog; return the states that Airflow told."""
    told = airflow.api.get("dags", dag_id, "dagRuns", run_id)
    at = instant(told["logical_date"] or told["run_after"])
    clears = [dag_run_id(airflow.access.namespace, dag_id, at, clear) for clear in range(3)]
    of_dag = await Runs(catalog).by_id(clears)
    newest = next(of_dag[one] for one in reversed(clears) if one in of_dag)
    assert (newest.state, render(newest.ended_at or at)) == (AS_IN_LINEAGE[told["state"]], told["end_date"])
    assert all(one.ended_at is not None for one in of_dag.values())
    states: set[str] = set()
    for task in _tries(airflow, dag_id, run_id):
        key = task["task_id"], at, task["try_number"], task["map_index"]
        lineage_id = task_run_id(airflow.access.namespace, dag_id, *key)
        run = (await Runs(catalog).by_id([lineage_id])).get(lineage_id)
        assert run is not None, task
        ran_itself = (
            task["state"] == "skipped" and run.state == "COMPLETE"
        )  # told by the provider as an end like any other
        assert ran_itself or run.state == AS_IN_LINEAGE.get(task["state"], "ABORT"), task
        assert run.parent_run_id in of_dag
        states.add(task["state"])
    return states


def _tries(airflow: AirflowStack, dag_id: str, run_id: str) -> Iterator[dict[str, Any]]:
    path = ("dags", dag_id, "dagRuns", run_id, "taskInstances")
    for task in airflow.api.pages(*path, key="task_instances"):
        part = [task["task_id"], *([str(task["map_index"])] if task["map_index"] >= 0 else []), "tries"]
        yield from airflow.api.get(*path, *part)["task_instances"]


async def _known(airflow: AirflowStack, catalog: Database, dag_id: str, run_id: str) -> dict[UUID, Run]:
    """Return what the catalog knows of the task `last` of a DAG run."""
    told = airflow.api.get("dags", dag_id, "dagRuns", run_id)
    at = instant(told["logical_date"] or told["run_after"])
    return await Runs(catalog).by_id([task_run_id(airflow.access.namespace, dag_id, "last", at, 1)])


async def _errors(
    airflow: AirflowStack, catalog: Database, dag_id: str, run_id: str, task_id: str
) -> list[str]:
    """Return the errors of the tries of a task, as the catalog tells them."""
    told = airflow.api.get("dags", dag_id, "dagRuns", run_id)
    at = instant(told["logical_date"] or told["run_after"])
    ids = [task_run_id(airflow.access.namespace, dag_id, task_id, at, number) for number in (1, 2)]
    facets = await SentFacets(catalog).of_runs(ids)
    return [facet.body["message"] for one in ids for facet in facets[one] if facet.name == "errorMessage"]
