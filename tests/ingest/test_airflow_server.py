"""Our own Airflow before it runs: its secrets, what it is told, and its programs, locked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from graph.errors import UnavailableError
from ingest.airflow_server import part, secrets
from ingest.airflow_server.configuration import Goldthread, Place, asset_uri, needs, transport, wishes
from ingest.airflow_server.notice import AirflowAccess, announce, running_airflow, withdraw
from ingest.airflow_server.processes import AirflowProcesses, health, last_words
from ingest.airflow_server.programs import LOCK, VERSION
from ingest.settings import IngestSettings
from lineage.airflow_runs import dataset_of


def goldthread(home: Path, **given: Any) -> Goldthread:
    """Return what an Airflow has to know of us."""
    told: dict[str, Any] = {
        "program": Path("/opt/goldthread/bin/goldthread"),
        "home": home,
        "lake": "s3://lake",
        "lineage_url": "http://127.0.0.1:8000",
        "api_key": None,
        "kafka": None,
        "datasets": {"lake_orders": "s3://lake/raw/orders"},
    }
    return Goldthread(**told | given)


def test_secrets_are_made_once_and_for_their_owner_alone(tmp_path: Path) -> None:
    """Each is another one, none is readable by others, and a second start has the same."""
    keys, passwords = secrets.keys(tmp_path), secrets.passwords(tmp_path)
    assert len({*keys.values(), *passwords.values()}) == 5
    assert (secrets.keys(tmp_path), secrets.passwords(tmp_path)) == (keys, passwords)
    files = list(secrets.folder(tmp_path).iterdir())
    assert {file.name for file in files} == {"secrets.json", "passwords.json"}
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_events_travel_by_kafka_where_there_is_one_and_else_by_http_with_bounded_retries(
    tmp_path: Path,
) -> None:
    """Nobody is held up for long by a server that does not answer; the key goes along."""
    by_kafka = transport(goldthread(tmp_path, kafka="127.0.0.1:9092"))
    assert (by_kafka["type"], by_kafka["topic"]) == ("kafka", "openlineage.events")
    by_http: Any = transport(goldthread(tmp_path, api_key="a-key"))
    assert (by_http["url"], by_http["timeout"], by_http["retry"]["total"]) == ("http://127.0.0.1:8000", 2, 1)
    assert by_http["auth"] == {"type": "api_key", "apiKey": "a-key"}


def test_airflow_is_told_what_it_needs(tmp_path: Path) -> None:
    """It keeps to loopback and its own folder, finds its DAGs and our program, and calls home."""
    place = Place(
        tmp_path, "postgresql://u:p@127.0.0.1:5432/a", 8081, {"goldthread": Path("/dags")}, "airflow"
    )
    told = wishes(goldthread(tmp_path), place) | needs(goldthread(tmp_path), place)
    assert told["AIRFLOW_HOME"] == str(tmp_path / "airflow")
    assert told["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert told["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://127.0.0.1:8081/execution/"
    assert told["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] == "postgresql+psycopg2://u:p@127.0.0.1:5432/a"
    assert (told["AIRFLOW__OPENLINEAGE__NAMESPACE"], told["GOLDTHREAD_LAKE"]) == ("airflow", "s3://lake")
    assert told["GOLDTHREAD_BIN"] == "/opt/goldthread/bin/goldthread"
    assert json.loads(told["GOLDTHREAD_ASSETS"]) == {"lake_orders": "s3://lake/raw/orders"}
    (bundle,) = json.loads(told["AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST"])
    assert bundle["kwargs"]["path"] == "/dags"


@pytest.mark.parametrize(
    ("namespace", "name"),
    [
        ("postgres://db:5432", "shop.warehouse.fact_orders"),
        ("file", "/data/lake/orders"),
        ("s3://lake", "raw/orders"),
    ],
)
def test_an_asset_leads_back_to_its_dataset(namespace: str, name: str) -> None:
    """The URI of a dataset's asset names the same dataset again."""
    found = dataset_of(asset_uri(namespace, name))
    assert found is not None
    assert (found.namespace, found.name) == (namespace, name)


def test_the_notice_tells_of_an_airflow_that_runs_and_of_no_other(tmp_path: Path) -> None:
    """It is for its owner alone; that of a process that is gone is none."""
    access = AirflowAccess("http://127.0.0.1:8080", "airflow", "goldthread", "a-password")
    announce(tmp_path, access, 1)
    assert (tmp_path / "airflow.json").stat().st_mode & 0o777 == 0o600
    assert running_airflow(tmp_path) == access
    assert "a-password" not in repr(access)
    announce(tmp_path, access, 4_194_301)
    assert running_airflow(tmp_path) is None
    withdraw(tmp_path)
    assert not (tmp_path / "airflow.json").exists()


def test_an_airflow_that_is_named_goes_before_the_one_that_runs(tmp_path: Path) -> None:
    """Where neither is there, the error says what to do."""
    settings = IngestSettings(home=tmp_path, airflow_url="https://airflow.example.com/")
    assert settings.require_airflow() == AirflowAccess("https://airflow.example.com", "airflow")
    with pytest.raises(UnavailableError, match="up --airflow"):
        IngestSettings(home=tmp_path, airflow_url=None).require_airflow()


def test_a_part_that_cannot_run_is_told_of_with_its_last_words(tmp_path: Path) -> None:
    """Its database is not set up by a program that is not there; nobody answers for its health."""
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho no module named airflow\nexit 3\n")
    python.chmod(0o755)
    processes = AirflowProcesses(python, {"AIRFLOW_HOME": str(tmp_path)}, tmp_path)
    with pytest.raises(UnavailableError, match="no module named airflow"):
        processes.migrate()
    assert last_words(tmp_path / "airflow-migrate.log") == "no module named airflow"
    assert health("http://127.0.0.1:1") == {}


def test_every_package_is_locked_by_its_hashes() -> None:
    """The lock names the version that we say, and a hash follows every package."""
    lines = LOCK.read_text(encoding="utf-8").splitlines()
    packages = [place for place, line in enumerate(lines) if "==" in line and not line.startswith(" ")]
    assert f"apache-airflow=={VERSION}" in {lines[place].split()[0] for place in packages}
    assert all("--hash=sha256:" in lines[place + 1] for place in packages)


def test_a_part_ends_when_who_started_it_was_killed(tmp_path: Path) -> None:
    """Nobody else would end it."""
    (tmp_path / "airflow.py").write_text("import time\nprint('up', flush=True)\ntime.sleep(60)\n")
    starter = (
        "import os, subprocess, sys; part = subprocess.Popen([sys.executable, '-P', sys.argv[1], str(os.getpid()), 'x'],"
        " start_new_session=True); print(part.pid, flush=True); part.wait()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", starter, part.__file__],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        assert process.stdout.readline() == "up\n"
        running = psutil.Process(pid)
        process.kill()
        running.wait(20)
    assert not psutil.pid_exists(pid)
