"""From a change at the source to a version in the warehouse, all servers real: Kafka, the lake, a pipeline run by Airflow."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import Any

import asyncpg
import httpx
import psutil
import pytest

from graph.store.embedded import EmbeddedPostgres
from ingest.airflow_server.notice import running_airflow
from ingest.datasets import table_dataset
from tests.journeys.conftest import Installation, free_port, installation
from tests.stack.airflow_stack import START_SECONDS, program_of_these_tests, until

__all__ = ["installation"]
pytestmark = pytest.mark.stack

SOURCE = """
create schema crm;
create table crm.clients (id int primary key, "firstName" text, email text);
insert into crm.clients values (1, 'Ann', 'ann@example.org'), (2, 'Bob', 'bob@example.org');
"""
CREATE = """mutation { createDataPipeline(input: {name: "customers", source: "lake", destination: "warehouse",
  runsAs: "airflow:mdm_pipeline_dag"}) { id } }"""
RUN = 'mutation($id: ID!, $conf: JSON!) { runPipeline(id: $id, conf: $conf, idempotencyKey: "once") { id state } }'
SHOW = """query($id: ID!) { pipelineRun(id: $id) { state stateReason error logsUrl dagRunId durationSeconds
  tasks { taskId state tryNumber } lineageRun { state children { nodes { id job { namespace name } state
  children { nodes { job { name } state children { nodes { job { name } state } } } } } } } } }"""


async def test_a_change_at_the_source_reaches_the_warehouse_by_a_pipeline_that_airflow_runs(
    installation: Installation,
) -> None:
    """One connected lineage with the DAG, its task and our load; the timeline shows the load; Ctrl-C leaves no process."""
    process = installation.begin("--no-demo", "--kafka", "--airflow", **_environment(installation))
    until(lambda: running_airflow(installation.home), "Airflow runs", START_SECONDS)
    installation.wait_until_ready(process)
    source_url = EmbeddedPostgres(installation.home).url() or ""
    connection = await asyncpg.connect(source_url)
    await connection.execute(SOURCE)
    _goldthread(installation, "publish", "customers", "--from", source_url, "--table", "crm.clients")
    file = until(lambda: _file(installation), "the customers lie in the lake")
    assert await connection.fetchval("select count(*) from warehouse.customers_history") == 0

    pipeline = _asked(installation, CREATE)["createDataPipeline"]["id"]
    started = [
        _asked(installation, RUN, id=pipeline, conf={"file_key": file})["runPipeline"]["id"] for _ in "ab"
    ]
    assert started[0] == started[1]
    run = until(lambda: _over(installation, started[0]), "the pipeline has run")
    assert (run["state"], run["error"]) == ("SUCCEEDED", None)
    assert run["tasks"] == [{"taskId": "load_customers", "state": "success", "tryNumber": 1}]
    assert await connection.fetchval("select count(*) from warehouse.customers_history where is_current") == 2
    await connection.close()

    tree = until(lambda: _tree(installation, started[0]), "lineage knows the whole tree of runs")
    assert tree == [{"mdm_pipeline_dag"}, {"mdm_pipeline_dag.load_customers"}, {"lake_to_warehouse"}]
    until(
        lambda: _is_connected(installation, source_url),
        "lineage leads from the source's table to the warehouse's",
    )
    (link, *_) = json.loads(_goldthread(installation, "timeline", "ann@example.org", "--json"))
    assert file.endswith(link["file"]["what"].partition(" row ")[0])
    assert link["load"] is not None

    parts = installation.processes()
    process.send_signal(signal.SIGINT)
    words = process.communicate(timeout=60)[0]
    assert process.returncode == 0, words
    assert "Airflow at http://127.0.0.1:" in words
    assert "passwords.json" in words
    assert len(parts) >= 7
    assert installation.processes() == []
    assert [
        one
        for one in psutil.process_iter(["cmdline"])
        if "airflow" in str(one.info["cmdline"]) and _is_of(one, installation)
    ] == []


def _environment(installation: Installation) -> dict[str, str]:
    cache = {"GOLDTHREAD_CACHE": os.environ["GOLDTHREAD_CACHE"]} if "GOLDTHREAD_CACHE" in os.environ else {}
    return cache | {
        "GOLDTHREAD_KAFKA_PORT": str(free_port()),
        "GOLDTHREAD_AIRFLOW_PORT": str(free_port()),
        "GOLDTHREAD_WAREHOUSE_LOADS": "pipelines",
        "GOLDTHREAD_LAKE_BATCH_SECONDS": "0.5",
        "GOLDTHREAD_BIN": str(program_of_these_tests(installation.home.parent)),
    }


def _goldthread(installation: Installation, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "service.cli", *command],
        env={**os.environ, "GOLDTHREAD_HOME": str(installation.home), "GOLDTHREAD_URL": installation.url},
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _file(installation: Installation) -> str | None:
    files = json.loads(_goldthread(installation, "lake", "files", "--json"))
    found = [one["file"] for one in files if one["topic"] == "customers"]
    held = sum(one["rows"] for one in files if one["topic"] == "customers")
    return found[-1] if held >= 2 else None


def _asked(installation: Installation, query: str, **variables: object) -> Any:
    body = {"query": query, "variables": variables}
    answer = httpx.post(f"{installation.url}/graphql", json=body, timeout=30).json()
    assert "errors" not in answer, answer
    return answer["data"]


def _over(installation: Installation, run_id: str) -> Any:
    run = _asked(installation, SHOW, id=run_id)["pipelineRun"]
    return run if run["state"] in {"SUCCEEDED", "FAILED", "CANCELLED"} else None


def _tree(installation: Installation, run_id: str) -> list[set[str]] | None:
    """Return the jobs from the DAG down, level by level, once all of them are told to have ended well."""
    level = [_asked(installation, SHOW, id=run_id)["pipelineRun"]["lineageRun"]]
    names: list[set[str]] = []
    while level := [child for run in level if run for child in run.get("children", {}).get("nodes", ())]:
        if any(run["state"] != "COMPLETE" for run in level):
            return None
        names.append({run["job"]["name"] for run in level})
    return names if len(names) == 3 else None


def _is_connected(installation: Installation, source_url: str) -> bool:
    """Whether one walk upstream from the warehouse's table comes to the source's, through files, topics and jobs."""
    table = table_dataset(source_url, "warehouse", "customers_history")
    wanted = {"namespace": table.namespace, "dataset": table.name, "direction": "upstream", "depth": "20"}
    answer = httpx.get(f"{installation.url}/api/v1/lineage", params=wanted, timeout=30)
    names = [] if answer.status_code != 200 else [str(node["name"]) for node in answer.json()["nodes"]]
    through = (".crm.clients", "source.crm.customers", "lake/customers", "lake_to_warehouse")
    return all(any(name.endswith(end) for name in names) for end in through)


def _is_of(process: psutil.Process, installation: Installation) -> bool:
    try:
        return str(installation.home) in process.environ().get("AIRFLOW_HOME", "")
    except psutil.Error:
        return False
