"""Programs of ours as production runs them: a server and workers apart, on one PostgreSQL, one Kafka and one S3 server."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from tests.stack.s3_server import ACCESS_KEY, SECRET_KEY, S3Server

PATIENCE = 90.0


def settings_of(
    database_url: str, kafka: str, s3: S3Server, lake: str, home: Path, *, port: int = 1, seconds: float = 0.5
) -> dict[str, str]:
    """Return the settings of an installation; a file of the lake holds what came in so many seconds."""
    return {
        "DATABASE_URL": database_url,
        "KAFKA_BOOTSTRAP_SERVERS": kafka,
        "GOLDTHREAD_HOME": str(home),
        "GOLDTHREAD_PORT": str(port),
        "GOLDTHREAD_LAKE": lake,
        "GOLDTHREAD_LAKE_ENDPOINT": s3.endpoint,
        "GOLDTHREAD_LAKE_ACCESS_KEY": ACCESS_KEY,
        "GOLDTHREAD_LAKE_SECRET_KEY": SECRET_KEY,
        "GOLDTHREAD_LAKE_BATCH_SECONDS": str(seconds),
    }


class Programs:
    """Processes of ours that share an environment; what they say goes into one log."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GOLDTHREAD_")},
            **environment,
        }
        self.log = log
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """Start one more, `goldthread COMMAND`."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "service.cli", *command],
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.running.append(process)
        return process

    def run(self, *command: str) -> str:
        """Run one to its end, and return what it says; fails where it ends with another exit code than 0."""
        done = subprocess.run(
            [sys.executable, "-P", "-m", "service.cli", *command],
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=4 * PATIENCE,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Kill one without a word."""
        process.kill()
        process.wait()
        self.running.remove(process)

    def end(self, *processes: subprocess.Popen[bytes], code: int = 0) -> float:
        """Ask some, or all that run, to end, and return how many seconds that took; each ends with the exit code."""
        asked = processes or tuple(self.running)
        began = time.monotonic()
        for process in asked:
            process.send_signal(signal.SIGTERM)
        codes = [process.wait(30) for process in asked]
        for process in asked:
            self.running.remove(process)
        assert codes == [code] * len(codes), self.words()
        return time.monotonic() - began

    def clear_away(self) -> None:
        """Kill what a failed test left running."""
        for process in list(self.running):
            self.kill(process)

    def words(self) -> str:
        """Return the last of what they said."""
        return self.log.read_text(errors="replace")[-3_000:]


async def until(is_so: Callable[[], Awaitable[bool]], told: str, seconds: float = PATIENCE) -> None:
    """Return once something is so, or fail."""
    deadline = time.monotonic() + seconds
    while not await is_so():
        if time.monotonic() > deadline:
            pytest.fail(f"not so after {seconds} s: {told}")
        await asyncio.sleep(0.1)


async def until_ready(url: str) -> None:
    """Return once a server answers that it is ready, or fail."""

    async def is_ready() -> bool:
        try:
            async with httpx.AsyncClient() as client:
                return (await client.get(f"{url}/readyz")).status_code == 200
        except httpx.TransportError:
            return False

    await until(is_ready, f"{url} is ready")


async def everything(address: str, topic: str) -> list[Any]:
    """Return every message of a topic, partition by partition in the order of their offsets."""
    consumer = AIOKafkaConsumer(bootstrap_servers=address, auto_offset_reset="earliest")
    await consumer.start()
    try:
        numbers = consumer.partitions_for_topic(topic) or await _numbers(consumer, topic)
        there = [TopicPartition(topic, number) for number in sorted(numbers)]
        consumer.assign(there)
        ends = await consumer.end_offsets(there)
        found: list[Any] = []
        for partition in there:
            while await consumer.position(partition) < ends[partition]:
                for records in (await consumer.getmany(partition, timeout_ms=500)).values():
                    found += records
        return found
    finally:
        await consumer.stop()


async def _numbers(consumer: AIOKafkaConsumer, topic: str) -> set[int]:
    """Return the numbers of a topic's partitions, once the client has heard of them."""
    consumer.subscribe([topic])
    deadline = time.monotonic() + PATIENCE
    while not (numbers := consumer.partitions_for_topic(topic)):
        assert time.monotonic() < deadline, f"nobody knows the topic {topic}"
        await asyncio.sleep(0.1)
    consumer.unsubscribe()
    return numbers
