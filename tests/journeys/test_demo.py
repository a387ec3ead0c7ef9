"""The main job on the whole product: a server, a worker and the demo as processes, asked over GraphQL and REST."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from graph.store.database import Database

CUSTOMERS = 200
API_KEY = "a key for the journey"
STORY = 'sourceKey: {system: "crm", key: "1042"}'

pytestmark = pytest.mark.journey


@dataclass
class Product:
    """A running server with its worker, and how to talk to it."""

    url: str
    home: Path
    environment: dict[str, str]
    client: httpx.Client

    def ask(self, query: str) -> Any:
        """Return the data that a GraphQL query answers with; an error fails the test."""
        answer = self.client.post("/graphql", json={"query": query}).json()
        assert "errors" not in answer, answer
        return answer["data"]

    def run(self, *command: str) -> str:
        """Run a command of `goldthread` and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "service.cli", *command],
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def product(tmp_path: Path, database_url: str, database: Database) -> Iterator[Product]:
    """Start a server and a worker on an empty database, and end both."""
    port = _free_port()
    home = tmp_path / "a home with spaces"
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "GOLDTHREAD_HOME": str(home),
        "GOLDTHREAD_PORT": str(port),
        "GOLDTHREAD_URL": f"http://127.0.0.1:{port}",
        "GOLDTHREAD_API_KEY": API_KEY,
        "GOLDTHREAD_POLL_SECONDS": "0.1",
    }
    commands = [[sys.executable, "-m", "service.cli", name] for name in ("serve", "worker")]
    logs = [(tmp_path / f"{name}.log").open("wb") for name in ("serve", "worker")]
    processes = [
        subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        for command, log in zip(commands, logs, strict=True)
    ]
    url = environment["GOLDTHREAD_URL"]
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {API_KEY}"}, timeout=30) as client:
        try:
            _wait_until_ready(client)
            yield Product(url, home, environment, client)
        finally:
            for process in reversed(processes):
                process.send_signal(signal.SIGTERM)
            codes = [process.wait(20) for process in processes]
            for log in logs:
                log.close()
    assert codes[1] == 0, (tmp_path / "worker.log").read_text()


def _wait_until_ready(client: httpx.Client) -> None:
    for _ in range(300):
        try:
            if client.get("/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise TimeoutError("the server is not ready")


def test_the_demo_answers_the_questions_it_was_made_for(product: Product) -> None:
    """Who a customer was at a date as known at another, what carried that version, what the warehouse comes from."""
    result = json.loads(product.run("demo", "--json", "--customers", str(CUSTOMERS)))
    assert (result["customers"], result["rejected"], result["is_lineage_told"]) == (CUSTOMERS, 14, True)
    _check_the_story(product)
    _check_lineage(product)
    _check_runs(product)
    _check_the_catalog(product)
    again = json.loads(product.run("demo", "--json", "--customers", str(CUSTOMERS)))
    assert {**again, "seconds": 0} == {**result, "seconds": 0}
    assert json.loads(product.run("demo", "--if-empty", "--json"))["skipped"]
    _check_that_its_pipelines_run(product)


def _check_the_story(product: Product) -> None:
    new_year = 'asOf: "2025-01-01T00:00:00Z"'
    now = product.ask(
        f"""{{ customer({STORY}, {new_year}) {{
            firstName lastName phone address {{ city }}
            sourceRecords {{ system key }}
            beliefs {{ systemFrom systemTo version {{ address {{ city }} }} }}
            timeline {{ number validFrom address {{ city }} provenance {{ attribute file position runId }} }}
        }} }}"""
    )["customer"]
    assert (now["firstName"], now["lastName"], now["phone"]) == ("Klara", "Weidner", "+492214710042")
    assert now["address"]["city"] == "Hamburg"
    assert now["sourceRecords"] == [{"system": "crm", "key": "1042"}, {"system": "shop", "key": "W-7731"}]
    cities = [(belief["version"] or {"address": {}})["address"].get("city") for belief in now["beliefs"]]
    assert cities[-2:] == ["Köln", "Hamburg"]
    learned = now["beliefs"][-1]["systemFrom"]
    first_known = now["beliefs"][-2]["systemFrom"]
    then = product.ask(
        f'{{ customer({STORY}, {new_year}, knownAt: "{first_known}") {{ address {{ city }} }} }}'
    )
    assert then["customer"]["address"]["city"] == "Köln"
    again = product.ask(f'{{ customer({STORY}, {new_year}, knownAt: "{learned}") {{ address {{ city }} }} }}')
    assert again["customer"]["address"]["city"] == "Hamburg"
    assert [(version["validFrom"][:10], version["address"]["city"]) for version in now["timeline"]] == [
        ("2023-01-15", "Bonn"),
        ("2023-05-02", "Bonn"),
        ("2024-06-01", "Köln"),
        ("2024-11-15", "Hamburg"),
    ]
    of_city = next(p for p in now["timeline"][-1]["provenance"] if p["attribute"] == "city")
    assert of_city["file"] == str(product.home / "lake" / "landing" / "crm" / "late-corrections.ndjson")
    run = product.ask(f'{{ run(id: "{of_city["runId"]}") {{ state job {{ name }} inputs {{ name }} }} }}')[
        "run"
    ]
    assert run["state"] == "COMPLETE"
    assert run["job"]["name"] == "crm_to_golden_records"
    assert [dataset["name"] for dataset in run["inputs"]] == [str(product.home / "lake" / "landing" / "crm")]


def _check_lineage(product: Product) -> None:
    graph = product.ask(
        """{ lineage(of: {name: "customers_history"}, direction: UPSTREAM, depth: 10) {
            nodes { kind namespace name distance } frontier { upstream } truncated
        } }"""
    )["lineage"]
    lake = str(product.home / "lake")
    assert [(node["distance"], node["kind"], node["name"]) for node in graph["nodes"][1:]] == [
        (1, "JOB", "lake_to_warehouse"),
        (2, "DATASET", f"{lake}/customers"),
        (3, "JOB", "golden_records_to_lake"),
        (4, "DATASET", "golden_records.customer"),
        (5, "JOB", "crm_to_golden_records"),
        (5, "JOB", "shop_to_golden_records"),
        (6, "DATASET", f"{lake}/landing/crm"),
        (6, "DATASET", f"{lake}/landing/shop"),
    ]
    assert graph["nodes"][0]["name"].endswith(".warehouse.customers_history")
    assert (graph["frontier"]["upstream"], graph["truncated"]) == (0, False)


def _check_runs(product: Product) -> None:
    """Every delivery, file and load is one run that came to its end; nothing else is known to lineage."""
    wanted = {
        "crm_to_golden_records": 4,
        "shop_to_golden_records": 3,
        "golden_records_to_lake": 7,
        "lake_to_warehouse": 7,
    }
    for job, count in wanted.items():
        runs = product.ask(
            f'{{ runs(job: {{namespace: "goldthread", name: "{job}"}}, first: 100) {{ nodes {{ id state }} }} }}'
        )["runs"]["nodes"]
        assert [run["state"] for run in runs] == ["COMPLETE"] * count, job
    files = sorted(path.name for path in (product.home / "lake" / "customers").iterdir())
    newest = product.ask(
        f'{{ dataset(name: "{product.home}/lake/customers", namespace: "file") {{ version }} }}'
    )
    assert newest["dataset"]["version"] == files[-1]


def _check_the_catalog(product: Product) -> None:
    """The demo's data center holds its lake, its warehouse and its pipelines."""
    answer = product.client.get("/api/v1/pipelines").json()
    assert sorted(pipeline["name"] for pipeline in answer["pipelines"]) == [
        "crm_to_golden_records",
        "golden_records_to_lake",
        "lake_to_warehouse",
        "shop_to_golden_records",
    ]


def _check_that_its_pipelines_run(product: Product) -> None:
    """Run from the catalog, they bring somebody new into the lake and on into the warehouse."""
    record = {"sourceSystem": "crm", "key": "new", "firstName": "Nora", "email": "nora.n@example.org"}
    told = product.client.post("/api/v1/records", json=[record]).json()
    customer = told["results"][0]["customerId"]
    for name, step in (
        ("golden_records_to_lake", "export_customers"),
        ("lake_to_warehouse", "load_customers"),
    ):
        pipeline = product.ask(f'{{ dataPipeline(name: "{name}") {{ id runsAs }} }}')["dataPipeline"]
        assert pipeline["runsAs"] == f"worker:{step}"
        run = product.ask(f'mutation {{ runPipeline(id: "{pipeline["id"]}") {{ id }} }}')["runPipeline"]
        assert _ended(product, run["id"]) == ("SUCCEEDED", None)
    held = asyncio.run(_held_by_the_warehouse(product, customer))
    assert [(one["version"], one["is_current"], one["attributes"]["email"]) for one in held] == [
        (1, True, record["email"])
    ]


async def _held_by_the_warehouse(product: Product, customer: str) -> list[Any]:
    database = await Database.open(product.environment["DATABASE_URL"], connections=1)
    try:
        async with database.connection() as connection:
            return await connection.fetch(
                "select * from warehouse.customers_history where customer_id = $1", UUID(customer)
            )
    finally:
        await database.close()


def _ended(product: Product, run_id: str) -> tuple[str, str | None]:
    """Return state and error of a run of a pipeline as soon as it is over."""
    for _ in range(300):
        run = product.ask(f'{{ pipelineRun(id: "{run_id}") {{ state error }} }}')["pipelineRun"]
        if run["state"] in {"SUCCEEDED", "FAILED", "CANCELLED"}:
            return run["state"], run["error"]
        time.sleep(0.1)
    raise TimeoutError(run_id)
