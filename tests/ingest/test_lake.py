"""The lake's files: planned, then written, then recorded, so that no crash loses, repeats or orphans anything."""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow.parquet as pq
import pytest

from graph.errors import UnavailableError
from graph.store.database import Database
from graph.store.lake_files import BEFORE_ALL, LakeFile, LakeFiles
from ingest.lake import LakeExport, write_parquet
from ingest.lake_storage import DiskStorage
from ingest.parquet_content import Content
from ingest.settings import IngestSettings
from ingest.version_rows import SCHEMA
from ingest.worker import Installation
from tests.ingest.conftest import Listener, take_in
from tests.ingest.lake_folder import block, names_in, unblock

ANN = {"key": "1", "validFrom": "2024-01-01T00:00:00Z", "firstName": "Ann", "email": "ann@example.com"}
BEN = {"key": "2", "validFrom": "2024-01-01T00:00:00Z", "firstName": "Ben", "email": "ben@example.com"}


def _rows(file: LakeFile) -> list[dict[str, Any]]:
    return pq.read_table(file.location).to_pylist()


def _content(file: LakeFile) -> bytes:
    return Path(file.location).read_bytes()


def _leave_half(file: LakeFile) -> None:
    Path(file.dataset, f".{file.path}.0.unfinished").write_bytes(b"half a fi")


def _put_a_folder_there(file: LakeFile) -> None:
    Path(file.location).unlink()
    Path(file.location).mkdir()


async def _kill_after(database: Database, environment: dict[str, str], planned: int, seconds: float) -> None:
    """Start a writer and kill it some seconds after it planned a number of files."""
    writer = await asyncio.create_subprocess_exec(sys.executable, "-c", WRITER, env=environment)
    async with database.connection() as connection:
        for _ in range(6_000):
            if await connection.fetchval("select count(*) from lake_file") >= planned:
                break
            assert writer.returncode is None
            await asyncio.sleep(0.005)
    await asyncio.sleep(seconds)
    writer.kill()
    assert await writer.wait() == -signal.SIGKILL


async def _system_instants(database: Database) -> list[datetime]:
    async with database.connection() as connection:
        rows = await connection.fetch(
            """select distinct f.system_from from fact f join subject s using (tenant_id, subject_id)
                where s.kind = 'customer' order by 1"""
        )
    return [row["system_from"] for row in rows]


async def test_a_file_holds_every_version_of_what_changed_as_known_at_its_end(
    database: Database, installation: Installation
) -> None:
    """The first file shows Ann alone; the second, after a correction, all of her versions again, and not Ben's."""
    await take_in(database, ANN, BEN)
    (first,) = await installation.lake.export()
    await take_in(database, ANN | {"validFrom": "2024-06-01T00:00:00Z", "firstName": "Anna"})
    (second,) = await installation.lake.export()
    assert sorted((row["first_name"], row["version"], row["is_deleted"]) for row in _rows(first)) == [
        ("Ann", 1, False),
        ("Ben", 1, False),
    ]
    assert [
        (
            row["version"],
            row["first_name"],
            row["valid_from"].isoformat(),
            row["valid_to"] and row["valid_to"].isoformat(),
        )
        for row in _rows(second)
    ] == [
        (1, "Ann", "2024-01-01T00:00:00+00:00", "2024-06-01T00:00:00+00:00"),
        (2, "Anna", "2024-06-01T00:00:00+00:00", None),
    ]
    assert (first.rows, second.rows) == (2, 2)
    assert second.system_from_exclusive == first.system_to_inclusive
    assert await installation.lake.export() == []
    assert names_in(installation.lake.folder) == sorted([first.path, second.path])


async def test_a_file_says_what_its_columns_mean(database: Database, installation: Installation) -> None:
    """Every column carries its description, and the name and the notes of a file its range of system time."""
    await take_in(database, ANN)
    (file,) = await installation.lake.export()
    schema = pq.read_schema(file.location)
    assert schema.names == SCHEMA.names
    assert all((schema.field(name).metadata or {})[b"description"] for name in schema.names)
    assert (schema.metadata or {})[b"goldthread.file_id"].decode() == str(file.file_id)
    compact = file.system_to_inclusive.strftime("%Y%m%dT%H%M%S.%fZ")
    assert file.path == f"customers_20000101T000000.000000Z_{compact}.parquet"
    assert pq.ParquetFile(file.location).metadata.row_group(0).column(0).compression == "ZSTD"


async def test_files_meet_at_system_instants_and_split_none(
    database: Database, installation: Installation
) -> None:
    """However small files are to be, each ends at an instant, and together they hold every instant once."""
    for month in range(1, 6):
        records = [{**person, "validFrom": f"2024-{month:02}-01T00:00:00Z"} for person in (ANN, BEN)]
        await take_in(database, *(record | {"city": f"Town {month}"} for record in records))
    small = LakeExport(database, installation.lake.storage, installation.reports, facts_per_file=1)
    files = await small.export()
    instants = await _system_instants(database)
    assert [file.system_to_inclusive for file in files] == instants
    assert [file.system_from_exclusive for file in files] == [BEFORE_ALL, *instants[:-1]]
    assert len(files) == 5


async def test_one_who_is_no_more_is_told_by_a_row_of_version_zero(
    database: Database, installation: Installation
) -> None:
    """A customer merged into another says into which; one whose records were withdrawn says nothing but that."""
    shop = {"sourceSystem": "shop", "key": "9", "validFrom": "2024-01-01T00:00:00Z"}
    ann, other, ben = await take_in(
        database, ANN, shop | {"email": "other@example.com", "firstName": "Ann"}, BEN
    )
    await installation.lake.export()
    both = shop | {"validFrom": "2024-02-01T00:00:00Z", "email": "ann@example.com", "firstName": "Ann"}
    await take_in(database, both, {"key": "2", "kind": "retract", "sequence": 1})
    (file,) = await installation.lake.export()
    survivor, loser = sorted([ann.golden_id or UUID(int=0), other.golden_id or UUID(int=0)])
    gone = {row["customer_id"]: row["merged_into"] for row in _rows(file) if row["version"] == 0}
    assert gone == {str(loser): str(survivor), str(ben.golden_id): None}
    assert all(row["is_deleted"] and row["valid_from"] is None for row in _rows(file) if row["version"] == 0)


async def test_a_crash_between_plan_and_write_is_made_good(
    database: Database, installation: Installation
) -> None:
    """The file that was planned is written by the next attempt as it was planned, although more is known by then."""
    await take_in(database, ANN)
    planned = await installation.lake.plan()
    assert planned is not None
    await take_in(database, BEN)
    first, second = await installation.lake.export()
    assert (first.file_id, first.path, first.run_id) == (planned.file_id, planned.path, planned.run_id)
    assert [row["first_name"] for row in _rows(first)] == ["Ann"]
    assert [row["first_name"] for row in _rows(second)] == ["Ben"]
    assert names_in(installation.lake.folder) == sorted([first.path, second.path])


async def test_a_crash_between_write_and_record_is_made_good(
    database: Database, installation: Installation
) -> None:
    """The file is written again, byte for byte the same, and nothing else lies beside it."""
    await take_in(database, ANN, BEN)
    planned = await installation.lake.plan()
    assert planned is not None
    notes = {"goldthread.file_id": str(planned.file_id)}
    write_parquet(installation.lake.storage, planned.location, await installation.lake.rows(planned), notes)
    _leave_half(planned)
    async with installation.lake.exclusively(wait=True):
        (written,) = await installation.lake.export()
    content = _content(written)
    again = await installation.lake.write(planned)
    assert again == written
    assert _content(written) == content
    assert hashlib.sha256(content).digest() == written.sha256
    assert names_in(installation.lake.folder) == [written.path]


async def test_a_file_that_cannot_be_written_is_tried_again_in_another_run(
    database: Database, installation: Installation
) -> None:
    """The failed attempt leaves the plan and no file, and its run is not the one that later wrote it."""
    await take_in(database, ANN)
    block(installation.lake.folder)
    planned = await installation.lake.plan()
    with pytest.raises(UnavailableError, match="exists"):
        await installation.lake.export()
    unblock(installation.lake.folder)
    (written,) = await installation.lake.export()
    assert planned is not None
    assert written.file_id == planned.file_id
    assert written.run_id != planned.run_id


async def test_writers_of_one_file_at_once_do_not_mix_their_work(tmp_path: Path) -> None:
    """Each is told the size and the digest of exactly what it wrote, and the file that stays is the work of one."""
    works = [[{"customer_id": "c", "version": v, "is_deleted": False}] * 20_000 for v in range(1, 9)]
    disk = DiskStorage(tmp_path)
    alone = [
        write_parquet(disk, disk.folder(f"{place}.parquet"), rows, {}) for place, rows in enumerate(works)
    ]
    path = tmp_path / "shared" / "one.parquet"
    for _ in range(3):
        together = await asyncio.gather(
            *(asyncio.to_thread(write_parquet, disk, str(path), rows, {}) for rows in works)
        )
        assert together == alone
        content = path.read_bytes()
        assert Content(len(content), hashlib.sha256(content).digest()) in alone
        assert names_in(str(path.parent)) == ["one.parquet"]


async def test_only_the_run_that_is_planned_is_recorded_as_the_one_that_wrote(
    database: Database, installation: Installation, listener: Listener
) -> None:
    """Where another writer failed meanwhile the file stays planned; where it wrote the file, nothing has failed."""
    await take_in(database, ANN)
    planned = await installation.lake.plan()
    assert planned is not None
    assert await installation.lake.files.renew_run(planned) is not None
    late = await installation.lake.write(planned)
    assert (late.written_at, late.rows, late.size, late.sha256) == (None, None, None, None)
    (written,) = await installation.lake.export()
    assert written.run_id == late.run_id != planned.run_id
    assert written.size == len(_content(written))
    assert await installation.lake.files.renew_run(written) is None
    _put_a_folder_there(written)
    with pytest.raises(UnavailableError, match="directory"):
        await installation.lake.write(written)
    assert await installation.lake.files.files(installation.lake.folder) == [written]
    assert [kind for _, kind in listener.told()] == ["START", "START"]


async def test_one_at_a_time_writes_to_the_lake(installation: Installation) -> None:
    """Who does not want to wait is told that another writes; who waits gets its turn."""
    turns: list[str] = []

    async def second() -> None:
        async with installation.lake.exclusively(wait=True) as is_ours:
            turns.append(f"second {is_ours}")

    async with installation.lake.exclusively(wait=False) as is_ours:
        waiting = asyncio.create_task(second())
        async with installation.lake.exclusively(wait=False) as is_theirs:
            turns.append(f"first {is_ours}, other {is_theirs}")
        await asyncio.sleep(0.3)
    await waiting
    assert turns == ["first True, other False", "second True"]


async def test_the_carrier_of_a_fact_is_found_by_its_system_instant(
    database: Database, installation: Installation
) -> None:
    """File, run and load of a version are known; of one that has not reached the lake nothing is."""
    await take_in(database, ANN)
    (file,) = await installation.lake.export()
    (load,) = await installation.warehouse.load(installation.lake)
    await take_in(database, BEN)
    instants = await _system_instants(database)
    found = await LakeFiles(database).carriers(instants)
    assert found.keys() == {instants[0]}
    assert (found[instants[0]].file, found[instants[0]].load) == (file, load)


WRITER = """
import asyncio
from contextlib import AsyncExitStack
from ingest.settings import IngestSettings
from ingest.worker import open_installation

async def write():
    settings = IngestSettings.of_environment()
    async with AsyncExitStack() as stack:
        installation = await open_installation(settings, stack)
        async with installation.lake.exclusively(wait=True):
            while await installation.lake.export():
                pass
            await installation.warehouse.load(installation.lake)

asyncio.run(write())
"""


async def test_sigkill_at_any_moment_loses_and_repeats_nothing(
    database: Database, installation: Installation, settings: IngestSettings
) -> None:
    """A writer killed again and again leaves, in the end, the manifest and the folder in agreement, and every fact once."""
    for place in range(60):
        await take_in(database, ANN | {"validFrom": f"2024-01-01T00:{place:02}:00Z", "city": f"Town {place}"})
    environment = {
        **os.environ,
        "DATABASE_URL": settings.require_database_url(),
        "GOLDTHREAD_HOME": str(settings.home),
        "GOLDTHREAD_URL": settings.server_url,
        "GOLDTHREAD_LAKE_FILE_FACTS": "1",
    }
    await _kill_after(database, environment, 3, 0)
    await _kill_after(database, environment, 9, 0.007)
    assert 7 < len(await installation.lake.files.files(installation.lake.folder)) < 60
    last = await asyncio.create_subprocess_exec(sys.executable, "-c", WRITER, env=environment)
    assert await last.wait() == 0
    files = await installation.lake.files.files(installation.lake.folder)
    instants = await _system_instants(database)
    assert [file.system_to_inclusive for file in files] == instants
    assert [file.system_from_exclusive for file in files] == [BEFORE_ALL, *instants[:-1]]
    assert names_in(installation.lake.folder) == sorted(file.path for file in files)
    assert [hashlib.sha256(_content(file)).digest() for file in files] == [file.sha256 for file in files]
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from warehouse_load") == len(files)
