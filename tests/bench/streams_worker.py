"""A broker and workers of the benchmark's own, and what they take: seconds, CPU and memory."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import psutil

from graph.store.database import Database
from graph.store.stream_positions import Standing, StreamPositions
from ingest.kafka_server.notice import running_address
from tests.bench.lineage import Server, cpu_of
from tests.bench.streams_sender import is_of

START_SECONDS = 300.0
"""How long the first start of a broker may take: Kafka is fetched then."""

PATIENCE = 120.0
"""How long nothing may be taken in before the measurement is given up."""

LOOK_SECONDS = 0.02
_IS_SETTLED = """
select not exists (select from message_file where reported_at is null or loaded_at is null)
   and (changed.at is null or least(told.at, found.at) >= changed.at)
  from (select max(system_from) as at from change_event) changed,
       (select coalesce(max(known_at), '-infinity') as at from customer_message) told,
       (select coalesce(max(system_from), '-infinity') as at from search_progress) found
"""
KEPT = ("GOLDTHREAD_CACHE", "GOLDTHREAD_MAVEN_REPOSITORY")


@dataclass(frozen=True, slots=True)
class Program:
    """A `goldthread` process in a data folder of its own."""

    process: psutil.Process
    home: Path

    @property
    def cpu(self) -> float:
        """The CPU seconds it has taken so far, with those of its children."""
        return cpu_of(self.process)

    @property
    def memory(self) -> int:
        """The bytes that it and its children hold in memory."""
        return sum(one.memory_info().rss for one in (self.process, *self.process.children(recursive=True)))


@contextmanager
def program(command: str, **settings: str) -> Generator[Program]:
    """Run a command of ours with settings by the names of their variables, and end it."""
    home = Path(tempfile.mkdtemp(prefix=f"goldthread-bench-{command}-"))
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in KEPT or not name.startswith(("GOLDTHREAD_", "KAFKA_"))
    }
    environment = kept | {"GOLDTHREAD_HOME": str(home)} | settings
    with (home / "log").open("w") as log:
        process = psutil.Popen(
            [sys.executable, "-P", "-m", "service.cli", command], env=environment, stdout=log, stderr=log
        )
    try:
        yield Program(process, home)
        if process.poll() is not None:
            raise RuntimeError((home / "log").read_text()[-2_000:])
    finally:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
        process.wait(60)
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def broker() -> Generator[tuple[Program, str]]:
    """Run the Kafka that we ship, and return it with its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with program("kafka", GOLDTHREAD_KAFKA_PORT=str(port)) as running:
        deadline = time.monotonic() + START_SECONDS
        while (address := running_address(running.home)) is None:
            if not running.process.is_running() or time.monotonic() > deadline:
                raise RuntimeError((running.home / "log").read_text()[-2_000:])
            time.sleep(0.1)
        yield running, address


@dataclass(slots=True)
class Taken:
    """What taking messages in took: how many, seconds, CPU seconds by process, bytes of the worker as it went on."""

    messages: int
    seconds: float
    cpu: dict[str, float]
    memory: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])

    @property
    def rate(self) -> float:
        """Messages a second."""
        return self.messages / self.seconds

    def microseconds(self, name: str) -> float:
        """The CPU of a process for each message."""
        return 1e6 * self.cpu[name] / self.messages


@dataclass(frozen=True, slots=True)
class Mark:
    """How far things were at a moment."""

    messages: int
    at: float
    cpu: dict[str, float]


class Watch:
    """Looks at how much a worker has taken in of the topics of a kind, and at what the processes take for that."""

    def __init__(
        self, database: Database, processes: Mapping[str, Program], server: Server, kind: str
    ) -> None:
        self._positions = StreamPositions(database)
        self._database = database
        self._processes = processes
        self._server = server
        self._kind = kind

    async def mark(self) -> Mark:
        """Return how far things are."""
        return Mark(await self.done(), time.monotonic(), self._cpu())

    async def taken(self, start: Mark, count: int, every: int) -> Taken:
        """Return what it took from a moment until so many messages were in, the worker's memory after each `every`."""
        memory = [(start.messages, self._processes["worker"].memory)]
        while (done := memory[-1][0]) < count:
            await self.until(min(count, done + every))
            memory.append((await self.done(), self._processes["worker"].memory))
        return replace(await self.since(start), memory=memory)

    async def since(self, start: Mark) -> Taken:
        """Return what everything took since a moment."""
        end = await self.mark()
        cpu = {name: end.cpu[name] - start.cpu[name] for name in end.cpu}
        return Taken(end.messages - start.messages, end.at - start.at, cpu)

    async def until(self, count: int) -> None:
        """Return once so many messages are taken in; raises TimeoutError where nothing moves any more."""
        moved, last = time.monotonic(), -1
        while (done := await self.done()) < count:
            if done != last:
                moved, last = time.monotonic(), done
            if time.monotonic() - moved > PATIENCE:
                log = self._processes["worker"].home / "log"
                raise TimeoutError(f"{done} of {count} messages: {log.read_text()[-2_000:]}")
            await asyncio.sleep(LOOK_SECONDS)

    async def arrivals(self, count: int) -> dict[tuple[str, int], list[tuple[int, float]]]:
        """Return when each partition was seen to have moved to which position, until so many messages are in."""
        seen: dict[tuple[str, int], list[tuple[int, float]]] = {}
        moved = 0
        while moved < count:
            standings, at = await self._standings(), time.time()
            moved = sum(each.messages for each in standings)
            for each in standings:
                found = seen.setdefault((each.topic, each.partition), [])
                if not found or found[-1][0] != each.next_offset:
                    found.append((each.next_offset, at))
            await asyncio.sleep(LOOK_SECONDS)
        return seen

    async def settled(self) -> None:
        """Return once lineage and the warehouse have everything, and every change of golden records is told and found."""
        while True:
            async with self._database.connection() as connection:
                if await connection.fetchval(_IS_SETTLED):
                    return
            await asyncio.sleep(LOOK_SECONDS)

    async def done(self) -> int:
        """Return how many messages are taken in."""
        return sum(each.messages for each in await self._standings())

    async def _standings(self) -> list[Standing]:
        return [each for each in await self._positions.standings() if is_of(self._kind, each.topic)]

    def _cpu(self) -> dict[str, float]:
        return {name: each.cpu for name, each in self._processes.items()} | self._server.cpu()
