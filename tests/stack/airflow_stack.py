"""A real Airflow beside a real Goldthread server, once for all tests that need one; either may be stopped and started."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from graph.errors import UnavailableError
from graph.store.embedded import EmbeddedPostgres
from graph.store.migrations import migrate
from ingest.airflow_api import AirflowApi
from ingest.airflow_server.notice import AirflowAccess, running_airflow
from tests.journeys.conftest import free_port
from tests.stack.inbox import Inbox

START_SECONDS = 600.0
"""How long the first start may take: Airflow is installed then."""

PATIENCE = 180.0
CASES = Path(__file__).parents[1] / "dags" / "cases"
OVER = {"success", "failed"}


class AirflowStack:
    """`goldthread serve` and `goldthread airflow` on one data folder, and the commands that are run there."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.postgres = EmbeddedPostgres(home, durable=False)
        self.database_url = self.postgres.start()
        asyncio.run(migrate(self.database_url))
        self.inbox = Inbox()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._api: AirflowApi | None = None

    @property
    def api(self) -> AirflowApi:
        """Airflow's own API."""
        if self._api is None or self._api.access != self.access:
            self._api = AirflowApi(self.access)
        return self._api

    @property
    def access(self) -> AirflowAccess:
        """How Airflow is reached."""
        access = running_airflow(self.home)
        assert access is not None
        return access

    def start(self, name: str) -> None:
        """Start `goldthread NAME` and wait until it answers; fails with its words where it ends instead."""
        log = self.home.parent / f"{name}.log"
        with log.open("a") as output:
            process = self._processes[name] = subprocess.Popen(
                [sys.executable, "-P", "-m", "service.cli", name],
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers(name):
            if process.poll() is not None or time.monotonic() > deadline:
                self.stop(name)
                raise RuntimeError(log.read_text()[-2_000:])
            time.sleep(0.2)

    def stop(self, name: str) -> None:
        """End one in good order."""
        process = self._processes.pop(name, None)
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(30)

    @property
    def assets(self) -> Mapping[str, str]:
        """The URIs of the assets of our DAGs by their names."""
        told = self.api.pages("assets", key="assets")
        return {one["name"]: one["uri"] for one in told if not one["name"].startswith("case_")}

    def step(self, name: str, **conf: object) -> Any:
        """Do a step here and now, and return its answer."""
        return self._answer("step", name, "--conf", json.dumps(conf))

    def run(self, *command: str) -> Any:
        """Run another command of ours to its end, and return its answer."""
        return self._answer(*command, "--json")

    def _answer(self, *command: str) -> Any:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "service.cli", *command],
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def begin(self, dag_id: str, **conf: object) -> str:
        """Start a DAG run and return its id."""
        run_id = f"test__{time.time_ns()}"
        body = {"logical_date": None, "dag_run_id": run_id, "conf": conf}
        try:
            self.api.post("dags", dag_id, "dagRuns", body=body)
        except UnavailableError:  # it was slow to answer, and has it by now
            self.api.get("dags", dag_id, "dagRuns", run_id)
        return run_id

    def over(self, dag_id: str, run_id: str) -> str:
        """Return the state of a DAG run once it is over."""

        def ended() -> str | None:
            state = self.api.get("dags", dag_id, "dagRuns", run_id)["state"]
            return state if state in OVER else None

        return until(ended, f"{dag_id} {run_id} is over")

    def processes(self) -> list[psutil.Process]:
        """Return every process that has to do with it, but for the database."""
        found: list[psutil.Process] = []
        for process in psutil.process_iter():
            try:
                told = [*process.cmdline(), process.environ().get("GOLDTHREAD_HOME", "")]
                if str(self.home) in told and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
            except psutil.Error:
                continue
        return found

    @property
    def environment(self) -> dict[str, str]:
        """What commands are told."""
        kept = {
            n: v for n, v in os.environ.items() if not n.startswith(("GOLDTHREAD_", "DATABASE_", "AIRFLOW"))
        }
        if "GOLDTHREAD_CACHE" in os.environ:
            kept["GOLDTHREAD_CACHE"] = os.environ["GOLDTHREAD_CACHE"]
        return kept | {
            "GOLDTHREAD_HOME": str(self.home),
            "GOLDTHREAD_PORT": str(self.port),
            "GOLDTHREAD_AIRFLOW_DAGS": str(CASES),
            "GOLDTHREAD_AIRFLOW_PORT": str(self._airflow_port),
            "GOLDTHREAD_BIN": str(program_of_these_tests(self.home.parent)),
            **self.inbox.connections,
        }

    @property
    def _airflow_port(self) -> int:
        file = self.home / "airflow.port"
        if not file.exists():
            file.write_text(str(free_port()))
        return int(file.read_text())

    def _answers(self, name: str) -> bool:
        if name == "airflow":
            return running_airflow(self.home) is not None
        try:
            return httpx.get(f"{self.url}/readyz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False


def program_of_these_tests(folder: Path) -> Path:
    """Return a program `goldthread` that is the code under test, wherever the tests are run from."""
    program = folder / "goldthread"
    if not program.exists():
        paths = os.pathsep.join(filter(None, [str(Path.cwd()), os.environ.get("PYTHONPATH")]))
        words = f'#!/bin/sh\nPYTHONPATH="{paths}" exec "{sys.executable}" -P -m service.cli "$@"\n'
        program.write_text(words)
        program.chmod(0o755)
    return program


def until(found: Callable[[], Any], told: str, seconds: float = PATIENCE) -> Any:
    """Return what is found as soon as something is, or fail."""
    deadline = time.monotonic() + seconds
    while not (answer := found()):
        if time.monotonic() > deadline:
            pytest.fail(f"not so after {seconds} s: {told}")
        time.sleep(0.3)
    return answer


@pytest.fixture(scope="session")
def airflow() -> Iterator[AirflowStack]:
    """A Goldthread with an Airflow; where none can run, that fails where everything has to be tested."""
    folder = Path(tempfile.mkdtemp(prefix="goldthread airflow "))
    folder.chmod(0o711)  # the embedded PostgreSQL of root runs as another user
    stack = AirflowStack(folder / "a home")
    try:
        try:
            stack.start("serve")
            stack.start("airflow")
        except RuntimeError as error:
            if os.environ.get("GOLDTHREAD_STACK") == "1":
                raise
            pytest.skip(f"no Airflow: {error}")
        yield stack
    finally:
        for name in ("airflow", "serve"):
            stack.stop(name)
        stack.inbox.close()
        left = stack.processes()
        stack.postgres.stop()
        for process in left:
            process.kill()
        shutil.rmtree(folder)
    assert left == []
