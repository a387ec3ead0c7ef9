"""`goldthread up` from the first start to the last process, and what it says where something is in its way."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest

from tests.journeys.conftest import SECONDS, Installation, free_port

pytestmark = pytest.mark.journey

CUSTOMER = {
    "sourceSystem": "crm",
    "key": "1",
    "firstName": "Ada",
    "email": "ada@example.org",
    "validFrom": "2024-01-01T00:00:00Z",
}


def test_up_runs_everything_and_ctrl_c_ends_everything(installation: Installation) -> None:
    """After Ctrl-C no process is left and PostgreSQL is down; the second start keeps the data and is quick."""
    first = installation.begin()
    installation.wait_until_ready(first)
    taken = httpx.post(f"{installation.url}/api/v1/records", json=[CUSTOMER])
    assert taken.status_code < 300, taken.text
    assert first.stdout is not None
    told = ""
    while f"ready at {installation.url}" not in told:  # the server may answer before this is told
        line = first.stdout.readline()
        assert line, told
        told += line
    first.send_signal(signal.SIGINT)
    told, _ = first.communicate(timeout=SECONDS)
    assert first.returncode == 0, told
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
    again = installation.begin(GOLDTHREAD_PORT=str(free_port()))
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
    process = installation.begin(DATABASE_URL=f"postgresql://nobody@127.0.0.1:{free_port()}/nothing")
    told, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 1
    assert _only_line(told).startswith("goldthread: PostgreSQL does not answer: ConnectionRefusedError")


def test_a_server_without_its_database_is_one_line(installation: Installation) -> None:
    """`goldthread serve` alone tells in one line, without the password, that its database does not answer."""
    url = f"postgresql://nobody:hidden@127.0.0.1:{free_port()}/nothing"
    done = subprocess.run(
        [sys.executable, "-P", "-m", "service.cli", "serve"],
        env={**os.environ, "GOLDTHREAD_HOME": str(installation.home), "DATABASE_URL": url},
        check=False,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert done.returncode == 1
    assert _only_line(done.stdout + done.stderr).startswith("goldthread: PostgreSQL does not answer")
    assert "hidden" not in done.stdout + done.stderr


def _only_line(told: str) -> str:
    lines = told.strip().splitlines()
    assert len(lines) == 1, told
    return lines[0]
