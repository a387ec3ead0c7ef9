"""The embedded PostgreSQL starts in any folder and survives whatever happened to it before."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import psutil
import pytest

from graph.store.embedded import EmbeddedPostgres, running_url
from graph.store.server_account import EmbeddedPostgresError


@pytest.fixture
def server() -> Iterator[EmbeddedPostgres]:
    """A server that has not started yet, in a folder whose path has everything that needs quoting."""
    folder = Path(tempfile.mkdtemp(prefix="goldthread embedded "))
    folder.chmod(0o711)  # the server of root runs as another user
    server = EmbeddedPostgres(folder / "a 'home' of \"$HOME\" é" / ("long" * 40), durable=False)
    server.home.parent.mkdir()
    server.home.parent.chmod(0o711)
    yield server
    server.stop()
    shutil.rmtree(folder)


async def test_data_and_port_outlive_a_restart_and_a_kill(server: EmbeddedPostgres) -> None:
    """The URL stays the same, and so does what was committed, also after kill -9."""
    url = server.start()
    await _execute(url, "create table kept as select 1 as n")
    assert server.start() == url
    server.stop()
    assert server.url() is None
    assert server.start() == url
    killed = psutil.Process(_pid(server))
    killed.kill()
    killed.wait(10)
    assert EmbeddedPostgres(server.home, durable=False).start() == url
    assert await _value(url, "select n from kept") == 1
    assert running_url(server.home) == url


async def test_only_the_password_lets_in(server: EmbeddedPostgres) -> None:
    """Nobody connects without it, and only this user can read it."""
    url = urlsplit(server.start())
    wrong = url._replace(netloc=f"goldthread:wrong@{url.hostname}:{url.port}").geturl()
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(wrong)
    assert (server.home / "postgres.json").stat().st_mode & 0o777 == 0o600


def test_a_lock_file_whose_number_another_process_got_is_no_hindrance(server: EmbeddedPostgres) -> None:
    """After a restart of the machine any process may have the pid that the lock file names."""
    url = server.start()
    lock = server.home / "postgres" / "postmaster.pid"
    told = lock.read_text().splitlines()
    killed = psutil.Process(int(told[0]))
    killed.kill()
    killed.wait(10)
    with subprocess.Popen(["sleep", "60"]) as other:
        lock.write_text("\n".join([str(other.pid), *told[1:]]) + "\n")
        assert EmbeddedPostgres(server.home, durable=False).start() == url
        assert other.poll() is None
        other.kill()


async def test_a_taken_port_is_left_to_its_holder(server: EmbeddedPostgres) -> None:
    """The server moves to another port and stays there."""
    url = server.start()
    server.stop()
    port = urlsplit(url).port
    assert port is not None
    with socket.create_server(("127.0.0.1", port)):
        moved = server.start()
        assert urlsplit(moved).port != port
        server.stop()
    assert server.start() == moved


async def test_a_lost_password_is_replaced(server: EmbeddedPostgres) -> None:
    """Without postgres.json the server gets a new password, also while it runs, and keeps its data."""
    await _execute(server.start(), "create table kept as select 1 as n")
    (server.home / "postgres.json").unlink()
    assert server.url() is None
    assert await _value(server.start(), "select n from kept") == 1


def test_what_cannot_be_is_one_line_with_the_remedy(server: EmbeddedPostgres) -> None:
    """A folder of another version, or none that can be made, is refused before anything starts."""
    server.start()
    server.stop()
    (server.home / "postgres" / "PG_VERSION").write_text("17\n")
    with pytest.raises(
        EmbeddedPostgresError, match=r"holds PostgreSQL 17 data and .* is PostgreSQL 18: set GOLDTHREAD_HOME"
    ):
        server.start()
    with pytest.raises(
        EmbeddedPostgresError, match=r"cannot keep data in .*; set GOLDTHREAD_HOME to another folder"
    ):
        EmbeddedPostgres(server.home / "postgres.json" / "below").start()


def _pid(server: EmbeddedPostgres) -> int:
    return int((server.home / "postgres" / "postmaster.pid").read_text().split()[0])


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(statement)
    await connection.close()


async def _value(url: str, question: str) -> object:
    connection = await asyncpg.connect(url)
    value = await connection.fetchval(question)
    await connection.close()
    return value
