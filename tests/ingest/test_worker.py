"""The worker: carries changes on as they come, ends in good order, and tells lineage once somebody listens."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from graph.store.database import Database
from graph.store.lake_files import LakeFile
from ingest.settings import IngestSettings
from ingest.worker import Installation, carry_on
from lineage.events import RunEvent
from tests.ingest.conftest import Listener, take_in
from tests.ingest.lake_folder import block, unblock

ANN = {"key": "1", "validFrom": "2024-01-01T00:00:00Z", "firstName": "Ann", "email": "ann@example.com"}
LAKE_JOB, LOAD_JOB = "golden_records_to_lake", "lake_to_warehouse"


async def _until(is_so: Callable[[], Awaitable[bool]], seconds: float = 15) -> None:
    for _ in range(int(seconds / 0.02)):
        if await is_so():
            return
        await asyncio.sleep(0.02)
    raise TimeoutError(f"not so after {seconds} s")


async def _customers(database: Database) -> list[str]:
    """Return the first names in the warehouse."""
    async with database.connection() as connection:
        rows = await connection.fetch(
            "select attributes ->> 'first_name' as name from warehouse.customers_history order by 1"
        )
    return [row["name"] for row in rows]


async def test_changes_are_carried_on_as_they_come(database: Database, installation: Installation) -> None:
    """What is recorded while the worker runs is in lake and warehouse soon after."""
    stop = asyncio.Event()
    running = asyncio.create_task(carry_on(installation, stop, 0.02))
    names: list[str] = []
    for name in ("Ann", "Ben", "Cleo"):
        await take_in(
            database,
            {
                "key": name,
                "validFrom": "2024-01-01T00:00:00Z",
                "firstName": name,
                "phone": f"+1212555010{len(names)}",
            },
        )
        names.append(name)

        async def is_there() -> bool:
            return await _customers(database) == names

        await _until(is_there)
    stop.set()
    await running
    assert len(await installation.lake.files.files(installation.lake.folder)) == 3


async def test_lineage_waits_for_somebody_who_listens(
    database: Database, installation: Installation, listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    """While the server refuses, data goes on and one line says so; afterwards every run is told, each event once."""
    listener.status = 403
    await take_in(database, ANN)
    await installation.carry()
    assert await _customers(database) == ["Ann"]
    assert not installation.reports.is_heard
    assert [record.getMessage() for record in caplog.records if record.name == "ingest.reports"] == [
        f"{listener.url} refused a lineage event with status 403; is GOLDTHREAD_API_KEY the server's?"
        "; lineage is told once it does"
    ]
    listener.status = 201
    assert await installation.reports.settle()
    assert listener.told() == [
        (LAKE_JOB, "START"),
        (LAKE_JOB, "COMPLETE"),
        (LOAD_JOB, "START"),
        (LOAD_JOB, "COMPLETE"),
    ]
    heard = len(listener.heard)
    assert await installation.reports.settle()
    assert len(listener.heard) == heard


async def test_a_run_told_twice_is_one_event(
    database: Database, installation: Installation, listener: Listener
) -> None:
    """A crash between telling and ticking off makes the same events come again, though the file is gone by then."""
    await take_in(database, ANN)
    await installation.carry()
    first = {_identity(event): event for event in listener.heard}
    async with database.connection() as connection:
        for table in ("lake_file", "warehouse_load"):
            await connection.execute(f"update {table} set reported_at = null")
    listener.heard.clear()
    (file,) = await installation.lake.files.files(installation.lake.folder)
    size = _take_away(file)
    assert await installation.reports.settle()
    assert {_identity(event): event for event in listener.heard} == first
    assert len(first) == 4
    written, loaded = (event for event in listener.heard if event.event_type == "COMPLETE")
    (output,), (read,) = written.outputs or [], loaded.inputs or []
    assert (output.output_facets or {})["outputStatistics"].value["size"] == size
    assert (read.input_facets or {})["inputStatistics"].value["size"] == size


def _take_away(file: LakeFile) -> int:
    size = Path(file.location).stat().st_size
    Path(file.location).unlink()
    return size


async def test_lineage_says_what_flowed_where(
    database: Database, installation: Installation, listener: Listener, database_url: str
) -> None:
    """The lake's folder is one dataset, its file the version; the warehouse's table is made from the lake's columns."""
    await take_in(database, ANN)
    await installation.carry()
    lake, load = (event for event in listener.heard if event.event_type == "COMPLETE")
    (file,) = await installation.lake.files.files(installation.lake.folder)
    (golden,), (folder,) = lake.inputs or [], lake.outputs or []
    assert (golden.namespace, golden.name) == ("goldthread", "golden_records.customer")
    assert (folder.namespace, folder.name) == ("file", installation.lake.folder)
    assert (folder.facets or {})["version"].value["datasetVersion"] == file.path
    assert (folder.output_facets or {})["outputStatistics"].value["rowCount"] == 1
    assert (folder.output_facets or {})["subset"].value["outputCondition"]["locations"] == [file.location]
    (read,), (table,) = load.inputs or [], load.outputs or []
    assert (read.key, (read.facets or {})["version"].value["datasetVersion"]) == (folder.key, file.path)
    assert table.namespace.startswith("postgres://127.0.0.1:")
    assert table.name == f"{database_url.rpartition('/')[2]}.warehouse.customers_history"
    made_from = (table.facets or {})["columnLineage"].value["fields"]["attributes"]["inputFields"]
    assert [source["field"] for source in made_from][:3] == ["first_name", "last_name", "email"]
    assert {source["name"] for source in made_from} == {folder.name}
    assert (lake.run.run_id, load.run.run_id.version) == (file.run_id, 7)


async def test_a_failure_is_tried_again(
    database: Database, installation: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    """A round that fails is told of once and made good by a later one."""
    _block(installation)
    await take_in(database, ANN)
    stop = asyncio.Event()
    running = asyncio.create_task(carry_on(installation, stop, 0.02))

    async def is_told() -> bool:
        return any("trying again" in record.getMessage() for record in caplog.records)

    await _until(is_told)
    _unblock(installation)

    async def is_there() -> bool:
        return await _customers(database) == ["Ann"]

    await _until(is_there)
    stop.set()
    await running
    assert sum("trying again" in r.getMessage() for r in caplog.records if r.levelname == "WARNING") == 1


def _block(installation: Installation) -> None:
    block(installation.lake.folder)


def _unblock(installation: Installation) -> None:
    unblock(installation.lake.folder)


async def test_sigterm_ends_the_worker_in_good_order(database: Database, settings: IngestSettings) -> None:
    """`goldthread worker` carries a change on, and on SIGTERM ends with exit code 0 well within 20 seconds."""
    environment = {
        **os.environ,
        "DATABASE_URL": settings.require_database_url(),
        "GOLDTHREAD_HOME": str(settings.home),
        "GOLDTHREAD_URL": settings.server_url,
        "GOLDTHREAD_POLL_SECONDS": "0.05",
    }
    await take_in(database, ANN)
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "service.cli", "worker", env=environment, stderr=subprocess.PIPE
    )

    async def is_there() -> bool:
        async with database.connection() as connection:
            return (
                await connection.fetchval("select count(*) from warehouse_load where reported_at is not null")
                == 1
            )

    await _until(is_there, 30)
    began = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    _, told = await worker.communicate()
    assert worker.returncode == 0, told.decode()
    assert time.monotonic() - began < 10
    assert b"ended" in told
    assert await _customers(database) == ["Ann"]


def _identity(event: RunEvent) -> tuple[object, ...]:
    return event.run.run_id, event.event_type, event.event_time
