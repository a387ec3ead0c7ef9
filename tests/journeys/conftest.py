"""An installation of the whole product that journeys start, ask, kill and start again."""

from __future__ import annotations

import os
import shutil
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

SECONDS = 90


class Installation:
    """One data folder and port, on which `goldthread up` runs once or several times."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.running: list[subprocess.Popen[str]] = []

    def begin(self, *options: str, **environment: str) -> subprocess.Popen[str]:
        """Start it, without the demo unless told otherwise, and do not wait; its words come on one pipe."""
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "service.cli", "up", *(options or ["--no-demo"])],
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


def _environment() -> dict[str, str]:
    return {
        name: value for name, value in os.environ.items() if not name.startswith(("GOLDTHREAD_", "DATABASE_"))
    }


def _told(process: psutil.Process) -> str:
    """Return the command line and the data folder of a process, as far as they can be seen."""
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return ""
        return " ".join([*process.cmdline(), process.environ().get("GOLDTHREAD_HOME", "")])
    except psutil.Error:
        return ""


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]
