"""Messages into a lake on a real S3 server: exactly once, whoever is killed and whatever is down for a while."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import s3fs
import uvicorn
from pydantic import SecretStr

from graph.errors import UnavailableError
from graph.store.database import Database
from ingest.compaction import Compaction
from ingest.message_files import MessageFileWriter
from ingest.orders import ORDERS
from ingest.settings import IngestSettings
from ingest.worker import Installation
from lineage.emitter import Emitter
from service.app import create_app
from service.settings import Settings
from tests.ingest.message_batches import batch_of, message, order, take
from tests.journeys.conftest import free_port
from tests.stack.s3_server import ACCESS_KEY, BUCKET, SECRET_KEY, S3Server

pytestmark = pytest.mark.stack

BROKER = "kafka://127.0.0.1:9092"
ORDERS_IN_ALL = 1_000

WRITER = """
import asyncio, sys
from graph.store.database import Database
from ingest.lake_place import open_storage
from ingest.message_files import MessageFileWriter
from ingest.orders import ORDERS
from ingest.settings import IngestSettings
from tests.ingest.message_batches import message, order, take

NEXT = "select coalesce(max(end_position), 0) from message_file where status = 'written'"

async def main(last, size):
    settings = IngestSettings.of_environment()
    database = await Database.open(settings.require_database_url(), connections=4)
    async with MessageFileWriter.running(database, open_storage(settings), ORDERS, "orders", sys.argv[3]) as writer:
        while True:
            async with database.connection() as connection:
                position = await connection.fetchval(NEXT)
            if position >= last:
                break
            end = await writer.planned_end("orders", 0, position) or min(last, position + size)
            await take(database, writer, [message(offset, order(offset)) for offset in range(position, end)])
    await database.close()

asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
"""


@pytest.fixture
async def goldthread(database: Database, database_url: str, tmp_path: Path) -> AsyncIterator[str]:
    """Run a Goldthread server in this process, and return its URL."""
    port = free_port()
    settings = Settings(database_url=database_url, home=tmp_path / "home", port=port)
    server = uvicorn.Server(uvicorn.Config(create_app(settings), port=port, log_level="error", lifespan="on"))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody
        await asyncio.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await serving


@pytest.fixture
def settings(tmp_path: Path, database_url: str, goldthread: str, s3: S3Server) -> IngestSettings:
    """Return the settings of an installation whose lake is in a prefix of its own."""
    return IngestSettings(
        home=tmp_path / "home",
        database_url=database_url,
        url=goldthread,
        lake=f"s3://{BUCKET}/{tmp_path.name}",
        lake_endpoint=s3.endpoint,
        lake_access_key=ACCESS_KEY,
        lake_secret_key=SecretStr(SECRET_KEY),
    )


@pytest.fixture
async def installation(
    settings: IngestSettings, database: Database, database_url: str
) -> AsyncIterator[Installation]:
    """Put lake, warehouse and lineage together."""
    emitter = Emitter(settings.server_url)
    installation = Installation(database, settings, emitter, database_url)
    await installation.warehouse.prepare()
    yield installation
    await emitter.close()


def _environment(settings: IngestSettings) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": settings.require_database_url(),
        "GOLDTHREAD_HOME": str(settings.home),
        "GOLDTHREAD_LAKE": settings.lake or "",
        "GOLDTHREAD_LAKE_ENDPOINT": settings.lake_endpoint or "",
        "GOLDTHREAD_LAKE_ACCESS_KEY": ACCESS_KEY,
        "GOLDTHREAD_LAKE_SECRET_KEY": SECRET_KEY,
    }


async def _write(database: Database, settings: IngestSettings, kill_after: float | None, size: int) -> int:
    """Run a writer of all orders, killed some seconds after it planned something; return how it ended."""
    arguments = [str(ORDERS_IN_ALL), str(size), BROKER]
    before = await _planned(database)
    writer = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITER, *arguments, env=_environment(settings)
    )
    if kill_after is not None:
        async with asyncio.timeout(60):
            while await _planned(database) == before:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.005)
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(writer.wait(), kill_after)
        writer.kill()
    return await writer.wait()


async def _planned(database: Database) -> int:
    async with database.connection() as connection:
        return await connection.fetchval("select count(*) from message_file")


def _objects(s3: S3Server, settings: IngestSettings) -> dict[str, list[dict[str, Any]]]:
    """Return every file of orders that lies on the server, with its rows."""
    files = s3fs.S3FileSystem(
        key=ACCESS_KEY, secret=SECRET_KEY, endpoint_url=s3.endpoint, skip_instance_cache=True
    )
    found = files.find(f"{settings.lake}/raw/orders")
    return {
        f"s3://{path}": pq.read_table(pa.BufferReader(files.cat_file(path))).to_pylist() for path in found
    }


async def _require_once(
    database: Database, installation: Installation, s3: S3Server, settings: IngestSettings, count: int
) -> None:
    """Require that files, manifest, warehouse and lineage hold every order once."""
    folder = installation.storage.folder("raw", "orders")
    files = await installation.message_loads.files.files(folder)
    objects = await asyncio.to_thread(_objects, s3, settings)
    assert sorted(objects) == sorted(file.location for file in files)
    offsets = [row["message_offset"] for file in files for row in objects[file.location]]
    assert offsets == list(range(count))
    assert [offset for file in files for offset in file.messages] == offsets
    assert [row["order_id"] for file in files for row in objects[file.location]] == [
        json.loads(order(number))["order_id"] for number in range(count)
    ]
    async with database.connection() as connection:
        facts = await connection.fetchrow(
            "select count(*) as orders, sum(amount) as amount from warehouse.fact_orders"
        )
        assert facts is not None
        expected = sum(int(json.loads(order(n))["amount"].replace(".", "")) for n in range(count))
        assert (facts["orders"], int(facts["amount"] * 100)) == (count, expected)


async def _told(database: Database, kind: str) -> int:
    async with database.connection() as connection:
        return await connection.fetchval("select count(*) from lineage_event where event_type = $1", kind)


async def test_writers_that_are_killed_lose_repeat_and_orphan_nothing(
    database: Database, installation: Installation, s3: S3Server, settings: IngestSettings
) -> None:
    """Killed six times anywhere between plan, file and commit; the bucket holds what the manifest says, and no more."""
    moments = random.Random(7)  # noqa: S311 - when to kill is no secret
    ends = [await _write(database, settings, moments.uniform(0.0, 0.1), 20) for _ in range(6)]
    assert ends == [-signal.SIGKILL] * 6
    assert await _write(database, settings, None, 20) == 0
    await installation.carry()
    await _require_once(database, installation, s3, settings, ORDERS_IN_ALL)
    files = await installation.message_loads.files.files(installation.storage.folder("raw", "orders"))
    async with database.connection() as connection:
        endings = await connection.fetch("select ending, count(*) from stream_run group by 1 order by 1")
        writers = await connection.fetchval("select count(distinct run_id) from message_file")
    assert [tuple(row) for row in endings] == [("ABORT", 6), ("COMPLETE", 1)]
    assert writers >= 3
    assert await _told(database, "RUNNING") == len(files)


async def test_a_server_that_is_down_is_waited_for(
    database: Database, installation: Installation, s3: S3Server, settings: IngestSettings
) -> None:
    """While it is down nothing is recorded; afterwards everything is there once, in files as they were planned."""
    writer_runs = MessageFileWriter.running(database, installation.storage, ORDERS, "orders", BROKER)
    async with writer_runs as writer:
        batches = [[message(o, order(o)) for o in range(start, start + 50)] for start in range(0, 500, 50)]
        for number, batch in enumerate(batches):
            if number == 5:
                await asyncio.to_thread(s3.stop)
                began, plans = time.monotonic(), set[int | None]()
                while time.monotonic() - began < 5:
                    with pytest.raises(UnavailableError, match="cannot be reached") as told:
                        await writer.prepare(batch_of(batch))
                    assert SECRET_KEY not in str(told.value)
                    plans.add(await writer.planned_end("orders", 0, batch[0].offset))
                assert plans == {batch[-1].offset + 1}
                await asyncio.to_thread(s3.start)
            await take(database, writer, batch)
    await installation.carry()
    await _require_once(database, installation, s3, settings, 500)
    assert await _told(database, "RUNNING") == 10


async def test_merged_files_keep_every_message_and_the_old_ones_go(
    database: Database, installation: Installation, s3: S3Server, settings: IngestSettings
) -> None:
    """The bucket holds the merged file alone, whose manifest says in which row each message lies."""
    async with MessageFileWriter.running(database, installation.storage, ORDERS, "orders", BROKER) as writer:
        for start in range(0, 100, 10):
            await take(database, writer, [message(o, order(o)) for o in range(start, start + 10)])
    await installation.carry()
    (merged,) = await Compaction(database, installation.storage).run()
    await installation.carry()
    await _require_once(database, installation, s3, settings, 100)
    (file,) = await installation.message_loads.files.files(installation.storage.folder("raw", "orders"))
    assert (file.path, file.row_of(0), file.row_of(57), file.row_of(100)) == (merged.path, 1, 58, None)
    assert (
        await installation.message_loads.load(),
        await Compaction(database, installation.storage).run(),
    ) == (
        [],
        [],
    )


async def test_customers_change_feed_goes_to_the_server_too(
    database: Database, installation: Installation, settings: IngestSettings
) -> None:
    """Without any topic the golden records' files lie in the bucket, and the warehouse is built from them."""
    from tests.ingest.conftest import take_in

    (outcome,) = await take_in(
        database,
        {"key": "1", "validFrom": "2024-01-01T00:00:00Z", "firstName": "Ann", "email": "ann@example.com"},
    )
    carried = await installation.carry()
    assert [file.location.startswith(f"{settings.lake}/customers/customers_") for file in carried.files] == [
        True
    ]
    async with database.connection() as connection:
        held = await connection.fetch("select customer_id from warehouse.customers_history")
    assert [UUID(str(row["customer_id"])) for row in held] == [outcome.golden_id]
