"""`goldthread up` from the first start to the last process, and what it says where something is in its way."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from graph.store.embedded import EmbeddedPostgres

pytestmark = pytest.mark.journey

CUSTOMER = {
    "sourceSystem": "crm",
    "key": "1",
    "firstName": "Ada",
    "email": "ada@example.org",
    "validFrom": "2024-01-01T00:00:00Z",
}
SECONDS = 90


class Installation:
    """One data folder and port, on which `goldthread up` runs once or several times."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.running: list[subprocess.Popen[str]] = []

    def begin(self, **environment: str) -> subprocess.Popen[str]:
        """Start it without the demo and do not wait; its words come on one pipe."""
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "service.cli", "up", "--no-demo"],
            env={
                **_environment(),
                "GOLDTHREAD_HOME": str(self.home),
                "GOLDTHREAD_PORT": str(self.port),
                **environment,
            },
            cwd=self.home.parent,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.running.append(process)
        return process

    def wait_until_ready(self, process: subprocess.Popen[str]) -> None:
        """Return once it says so, or fail with its words where it ends first."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            assert process.poll() is None, process.communicate()[0]
            try:
                if httpx.get(f"{self.url}/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        pytest.fail(f"not ready after {SECONDS} s")

    def part(self, process: subprocess.Popen[str], name: str) -> psutil.Process:
        """Return a child of `up` as soon as it has started."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            for child in psutil.Process(process.pid).children():
                if child.cmdline()[-1:] == [name]:
                    return child
            time.sleep(0.1)
        pytest.fail(f"{name} has not started after {SECONDS} s")

    def processes(self) -> list[psutil.Process]:
        """Return every process that has to do with it."""
        return [process for process in psutil.process_iter() if str(self.home) in _told(process)]

    def clear_away(self) -> None:
        """End what a failed test left running."""
        for process in self.running:
            if process.poll() is None:
                process.kill()
                process.communicate()
        EmbeddedPostgres(self.home).stop()
        for process in self.processes():
            process.kill()


@pytest.fixture
def installation() -> Iterator[Installation]:
    """An empty data folder with a space in its path."""
    folder = Path(tempfile.mkdtemp(prefix="goldthread up "))
    folder.chmod(0o711)  # the embedded PostgreSQL of root runs as another user
    installed = Installation(folder / "a home")
    yield installed
    installed.clear_away()
    shutil.rmtree(folder)


def test_up_runs_everything_and_ctrl_c_ends_everything(installation: Installation) -> None:
    """After Ctrl-C no process is left and PostgreSQL is down; the second start keeps the data and is quick."""
    first = installation.begin()
    installation.wait_until_ready(first)
    taken = httpx.post(f"{installation.url}/api/v1/records", json=[CUSTOMER])
    assert taken.status_code < 300, taken.text
    first.send_signal(signal.SIGINT)
    told, _ = first.communicate(timeout=SECONDS)
    assert first.returncode == 0, told
    assert f"ready at {installation.url}" in told
    assert installation.processes() == []
    assert not (installation.home / "postgres" / "postmaster.pid").exists()

    began = time.monotonic()
    second = installation.begin()
    installation.wait_until_ready(second)
    assert time.monotonic() - began < 30
    found = httpx.get(f"{installation.url}/api/v1/customers").json()["customers"]
    assert [customer["firstName"] for customer in found] == ["Ada"]
    second.send_signal(signal.SIGTERM)
    second.communicate(timeout=SECONDS)
    assert second.returncode == 0
    assert installation.processes() == []


def test_a_killed_up_leaves_nothing_that_the_next_one_minds(installation: Installation) -> None:
    """After kill -9 the children end by themselves; the lock file and the database left behind are no hindrance."""
    first = installation.begin()
    installation.wait_until_ready(first)
    again = installation.begin(GOLDTHREAD_PORT=str(_free_port()))
    told, _ = again.communicate(timeout=SECONDS)
    assert again.returncode == 1
    assert _only_line(told).startswith(
        f"goldthread: Goldthread already runs on {installation.home} ({installation.url}"
    )
    first.kill()
    first.communicate()

    second = installation.begin()
    server = installation.part(second, "serve")
    installation.wait_until_ready(second)
    server.kill()
    told, _ = second.communicate(timeout=SECONDS)
    assert second.returncode == 1
    assert "the last run was killed" in told
    last = told.strip().splitlines()[-1]
    assert (
        last
        == f"goldthread: serve was killed by signal 9; its log is {installation.home / 'logs' / 'serve.log'}"
    )
    assert installation.processes() == []


def test_a_taken_port_is_one_line_with_the_remedy(installation: Installation) -> None:
    """Nothing starts, and the line names a port that is free."""
    with socket.create_server(("127.0.0.1", installation.port)):
        process = installation.begin()
        told, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 1
    assert re.fullmatch(
        rf"goldthread: port {installation.port} is taken.*: stop what uses it, or choose another port, "
        r"for example GOLDTHREAD_PORT=\d+ make run",
        _only_line(told),
    )
    assert not (installation.home / "postgres").exists()


def test_an_unwritable_folder_is_one_line_with_the_remedy(installation: Installation) -> None:
    """A data folder that cannot be made says so, and which variable moves it."""
    (installation.home.parent / "file").write_text("")
    process = installation.begin(GOLDTHREAD_HOME=str(installation.home.parent / "file" / "home"))
    told, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 1
    assert _only_line(told).startswith("goldthread: cannot keep data in ")
    assert _only_line(told).endswith("or set GOLDTHREAD_HOME to a folder that is")


def test_another_address_needs_a_key(installation: Installation) -> None:
    """Only this machine reaches the catalog unless an API key is set."""
    process = installation.begin(GOLDTHREAD_HOST="0.0.0.0")  # noqa: S104 - that is what is refused
    told, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 1
    assert "set GOLDTHREAD_API_KEY" in _only_line(told)


def test_a_database_that_does_not_answer_is_one_line(installation: Installation) -> None:
    """DATABASE_URL of a server that is not there is told in one line."""
    process = installation.begin(DATABASE_URL=f"postgresql://nobody@127.0.0.1:{_free_port()}/nothing")
    told, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 1
    assert _only_line(told).startswith("goldthread: PostgreSQL does not answer: ConnectionRefusedError")


def _environment() -> dict[str, str]:
    return {
        name: value for name, value in os.environ.items() if not name.startswith(("GOLDTHREAD_", "DATABASE_"))
    }


def _only_line(told: str) -> str:
    lines = told.strip().splitlines()
    assert len(lines) == 1, told
    return lines[0]


def _told(process: psutil.Process) -> str:
    """Return the command line and the data folder of a process, as far as they can be seen."""
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return ""
        return " ".join([*process.cmdline(), process.environ().get("GOLDTHREAD_HOME", "")])
    except psutil.Error:
        return ""


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]
