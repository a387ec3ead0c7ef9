"""Server and PostgreSQL killed again and again while events come in: what was acknowledged is there, once, and adds up.

CRASH_KILLS says how often beyond the few times of every run, CRASH_SEED when.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import httpx
import orjson
import psutil
import pytest

from graph.store.database import Database
from graph.store.embedded import EmbeddedPostgres
from graph.store.migrations import migrate
from lineage.recorder import Recorder
from tests.journeys.conftest import SECONDS, free_port
from tests.lineage.conformance import differing
from tests.lineage.conftest import model

pytestmark = pytest.mark.journey

KILLS = int(os.environ.get("CRASH_KILLS", "3"))
SEED = int(os.environ.get("CRASH_SEED", "0"))
SENDERS = 6
POISON = b'{"eventTime": "2024-01-01T00:00:00Z", "run": {"runId": "x"}}'
"""What cannot be recorded: a run without a job."""


def event(number: int) -> bytes:
    """Return start or end of a run of one of 40 jobs below a parent; schemas and outcomes change now and then."""
    run, job = number // 2, number // 2 % 40
    said = {"_producer": "https://example.org", "_schemaURL": "https://example.org/facet"}
    fields = [{"name": name, "type": "text"} for name in ("id", f"column_{number // 400}")]
    source = {"namespace": "load", "name": f"table_{job}", "field": "id"}
    lineage = {**said, "fields": {"id": {"inputFields": [source]}}}
    end = "FAIL" if run % 11 == 0 else "COMPLETE"
    content: dict[str, Any] = {
        "eventType": end if number % 2 else "START",
        "eventTime": f"2024-01-{run // 1440 % 28 + 1:02}T{run // 60 % 24:02}:{run % 60:02}:{number % 2:02}Z",
        "producer": "https://example.org/load",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {
            "runId": str(uuid.UUID(int=run + 1)),
            "facets": {
                "parent": {
                    **said,
                    "run": {"runId": str(uuid.UUID(int=10**9 + run // 50))},
                    "job": {"namespace": "load", "name": "dag"},
                }
            },
        },
        "job": {"namespace": "load", "name": f"job_{job}"},
        "inputs": [{"namespace": "load", "name": f"table_{job}"}],
        "outputs": [
            {
                "namespace": "load",
                "name": f"table_{job + 1}",
                "facets": {"schema": {**said, "fields": fields}, "columnLineage": lineage},
            }
        ],
    }
    return orjson.dumps(content)


class Stack:
    """A PostgreSQL and a server on it, which can be killed and started apart from each other."""

    def __init__(self, home: Path) -> None:
        self.postgres = EmbeddedPostgres(home)
        self.home = home
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.database_url = ""
        self.server: subprocess.Popen[bytes] | None = None

    async def start_postgres(self) -> None:
        """Start PostgreSQL, which recovers first where it was killed."""
        self.database_url = await asyncio.to_thread(self.postgres.start)

    def start_server(self) -> None:
        """Start the server and do not wait."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("GOLDTHREAD_", "DATABASE_"))
        }
        with (self.home / "serve.log").open("ab") as log:
            self.server = subprocess.Popen(
                [sys.executable, "-P", "-m", "service.cli", "serve"],
                env={
                    **kept,
                    "DATABASE_URL": self.database_url,
                    "GOLDTHREAD_HOME": str(self.home),
                    "GOLDTHREAD_PORT": str(self.port),
                },
                cwd=self.home,
                stdout=log,
                stderr=log,
            )

    def kill_postgres(self) -> None:
        """Kill PostgreSQL as nothing can prepare for."""
        pid = int((self.home / "postgres" / "postmaster.pid").read_text().splitlines()[0])
        process = psutil.Process(pid)
        process.kill()
        process.wait(SECONDS)

    def kill_server(self) -> None:
        """Kill the server as nothing can prepare for."""
        if self.server is not None:
            self.server.kill()
            self.server.wait()

    def last_words(self) -> str:
        """Return what the server's log says of the last request that failed, or its end."""
        log = (self.home / "serve.log").read_text()
        return log[max(log.rfind("failed\n") - 100, 0) :][:6000] if "failed\n" in log else log[-2000:]

    async def ready(self) -> None:
        """Wait until the server says that it is ready."""
        async with asyncio.timeout(SECONDS), httpx.AsyncClient(base_url=self.url) as client:
            while True:
                assert self.server is not None
                assert self.server.poll() is None, self.last_words()
                try:
                    if (await client.get("/readyz")).status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.1)


@pytest.fixture
async def stack() -> AsyncIterator[Stack]:
    """A server on a PostgreSQL of its own, both running and empty."""
    stack = Stack(new_folder() / "home")
    try:
        await stack.start_postgres()
        await migrate(stack.database_url)
        stack.start_server()
        await stack.ready()
        yield stack
    finally:
        stack.kill_server()
        stack.postgres.stop()
        shutil.rmtree(stack.home.parent)


def new_folder() -> Path:
    """Return a new folder that the account of an embedded PostgreSQL may pass through."""
    folder = Path(tempfile.mkdtemp(prefix="goldthread-crash-"))
    folder.chmod(0o711)  # the embedded PostgreSQL of root runs as another user
    return folder


class Load:
    """Sends events, each until it is acknowledged, some alone and some in batches with a poisoned one among them."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.next = 0
        self.acknowledged: list[int] = []
        self.is_over = asyncio.Event()

    async def run(self) -> None:
        """Send until it is over."""
        async with httpx.AsyncClient(base_url=self.stack.url, timeout=SECONDS) as client:
            await asyncio.gather(*(self._send(client, sender) for sender in range(SENDERS)))

    async def _send(self, client: httpx.AsyncClient, sender: int) -> None:
        while not self.is_over.is_set():
            size = 1 if sender % 2 else 20
            numbers = list(range(self.next, self.next + size))
            self.next += size
            while not await self._is_acknowledged(client, numbers):  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.05)
            self.acknowledged += numbers

    async def _is_acknowledged(self, client: httpx.AsyncClient, numbers: Sequence[int]) -> bool:
        bodies = [event(number) for number in numbers]
        kind = {"Content-Type": "application/json"}
        try:
            if len(bodies) == 1:
                answer = await client.post("/api/v1/lineage", content=bodies[0], headers=kind)
            else:
                bodies.insert(7, POISON)
                answer = await client.post(
                    "/api/v1/lineage/batch", content=b"[" + b",".join(bodies) + b"]", headers=kind
                )
        except httpx.TransportError:
            return False
        if answer.status_code == 503:
            return False
        assert answer.status_code in {200, 201}, f"{answer.text}\n{self.stack.last_words()}"
        if len(bodies) == 1:
            return True
        failed = {one["index"]: one["retriable"] for one in answer.json()["failed_events"]}
        if any(failed.values()):
            return False
        assert failed == {7: False}
        return True


async def test_everything_acknowledged_survives_any_number_of_kills_exactly_once(stack: Stack) -> None:
    """Each event is stored once whatever was killed; the model is that of a clean load; the server reconnects by itself."""
    dice = random.Random(SEED)  # noqa: S311 - no secret
    load = Load(stack)
    sending = asyncio.create_task(load.run())
    for number in range(KILLS):
        await asyncio.sleep(dice.uniform(0.2, 1.5))
        before = len(load.acknowledged)
        await killed(stack, ("postgres", "server", "both")[number % 3])
        async with asyncio.timeout(SECONDS):
            while len(load.acknowledged) <= before + 100:
                assert not sending.done(), sending.exception()
                await asyncio.sleep(0.05)
    load.is_over.set()
    await asyncio.wait_for(sending, SECONDS)
    assert sorted(load.acknowledged) == list(range(load.next))
    await as_after_a_clean_load(stack, [event(number) for number in range(load.next)])


async def killed(stack: Stack, what: str) -> None:
    """Kill one or both and start what was killed again; a server that was not killed goes on as it is."""
    if what != "server":
        stack.kill_postgres()
    if what != "postgres":
        stack.kill_server()
    if what != "server":
        await stack.start_postgres()
    if what != "postgres":
        stack.start_server()
    server = stack.server
    await stack.ready()
    assert stack.server is server


async def as_after_a_clean_load(stack: Stack, events: Sequence[bytes]) -> None:
    """Assert that the database holds what one recorder makes of the events in an empty one."""
    clean = urlsplit(stack.database_url)._replace(path="/clean").geturl()
    connection = await asyncpg.connect(stack.database_url)
    await connection.execute("create database clean")
    counts = await connection.fetchrow(
        "select count(*), count(distinct event_id), (select count(*) from lineage_event_body), (select times > 0 from dead_letter)"
        "  from lineage_event"
    )
    assert counts is not None
    assert tuple(counts) == (len(events), len(events), len(events), True)
    await connection.close()
    await migrate(clean)
    there, made = await Database.open(stack.database_url), await Database.open(clean)
    try:
        recorder = Recorder(made)
        for start in range(0, len(events), 400):
            await recorder.record_batch(events[start : start + 400])
        await recorder.close()
        assert differing(await model(there), await model(made)) == {}
    finally:
        await there.close()
        await made.close()
