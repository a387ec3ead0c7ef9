"""The warehouse: built from the lake's files alone, each loaded once, equal to the catalog's own history."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from graph.store.database import Database
from graph.store.lake_files import LakeFile, LakeFiles
from graph.time import render
from ingest.lake import LakeExport
from ingest.worker import Installation
from tests.ingest.conftest import take_in

COLUMNS = "customer_id, version, attributes, is_current, is_deleted, source_system, valid_from, valid_to"
ANN = {"key": "1", "firstName": "Ann", "email": "ann@example.com"}


async def _both(database: Database) -> tuple[list[Any], list[Any]]:
    """Return the rows of the catalog's view and of the warehouse's table."""
    async with database.connection() as connection:
        view, table = [
            await connection.fetch(f"select {COLUMNS} from {schema}.customers_history order by 1, 2")
            for schema in ("public", "warehouse")
        ]
    return [tuple(row.values()) for row in view], [tuple(row.values()) for row in table]


def _content(file: LakeFile) -> bytes:
    return Path(file.location).read_bytes()


def _harm(path: Path, harm: str) -> None:
    """Take a file away or change a byte of it."""
    content = path.read_bytes()
    path.unlink()
    if harm == "changed":
        path.write_bytes(content[:-1] + b"\0")


async def _fill(database: Database) -> None:
    """Take in people who move, leave, come back, are corrected late, merged, withdrawn, and will move."""
    at = [f"2024-0{month}-01T00:00:00Z" for month in range(1, 8)]
    shop = {"sourceSystem": "shop", "key": "S1"}
    soon = render(datetime.now(UTC) + timedelta(days=30))
    await take_in(
        database,
        ANN | {"validFrom": at[0], "city": "Bonn"},
        shop | {"validFrom": at[0], "email": "anna@example.com", "firstName": "Anna"},
        {"key": "2", "validFrom": at[1], "firstName": "Ben", "email": "ben@example.com"},
        {"key": "3", "validFrom": at[1], "firstName": "Cleo", "phone": "+1 212 555 0100"},
        {"key": "4", "validFrom": at[1], "firstName": "Dan", "email": "dan@example.com"},
    )
    await take_in(
        database,
        ANN | {"validFrom": at[3], "city": "Köln", "sequence": 1},
        {"key": "2", "kind": "end", "validFrom": at[4]},
        {"key": "4", "kind": "retract", "sequence": 5},
        {
            "key": "3",
            "validFrom": soon,
            "firstName": "Cleo",
            "lastName": "Future",
            "phone": "+1 212 555 0100",
        },
    )
    await take_in(
        database,
        shop | {"validFrom": at[5], "email": "ann@example.com", "firstName": "Anna"},
        {
            "key": "1",
            "kind": "correction",
            "validFrom": at[2],
            "validTo": at[3],
            "city": "Siegburg",
            "sequence": 2,
        },
        {"key": "2", "validFrom": at[6], "firstName": "Ben", "email": "ben@example.com", "sequence": 1},
    )


async def test_the_warehouse_equals_the_catalogs_history_row_by_row(
    database: Database, installation: Installation
) -> None:
    """Whatever happened to the customers, the table built from files says what the catalog's view says."""
    await _fill(database)
    await installation.carry()
    view, table = await _both(database)
    assert table == view
    assert len(view) == 4 + 3 + 2
    assert sum(row[3] for row in view) == 3
    assert sum(row[4] for row in view) == 1


async def test_it_does_not_matter_into_how_many_files_the_history_was_cut(
    database: Database, installation: Installation
) -> None:
    """Files of one instant each, loaded one after the other, give the same table."""
    small = LakeExport(database, installation.lake.storage, installation.reports, facts_per_file=1)
    await _fill(database)
    assert len(await small.export()) == 3
    assert len(await installation.warehouse.load(installation.lake)) == 3
    view, table = await _both(database)
    assert table == view


async def test_each_file_is_loaded_once(database: Database, installation: Installation) -> None:
    """Loading again changes nothing, and the database refuses to record a second load of a file."""
    await _fill(database)
    (file,) = await installation.lake.export()
    (load,) = await installation.warehouse.load(installation.lake)
    _, before = await _both(database)
    assert (load.file_id, load.rows) == (file.file_id, len(before))
    assert await installation.warehouse.load(installation.lake) == []
    assert (await _both(database))[1] == before
    async with database.connection() as connection:
        with pytest.raises(asyncpg.UniqueViolationError):
            await LakeFiles(database).loaded(connection, file, 1, load.started_at)
        assert await connection.fetchval(
            "select array_agg(distinct file_id) from warehouse.customers_history"
        ) == [file.file_id]


async def test_many_loaders_at_once_load_each_file_once(
    database: Database, installation: Installation
) -> None:
    """Loaders that run side by side share the work without loading anything twice."""
    small = LakeExport(database, installation.lake.storage, installation.reports, facts_per_file=1)
    await _fill(database)
    files = await small.export()
    loads = await asyncio.gather(*(installation.warehouse.load(installation.lake) for _ in range(4)))
    assert sorted(load.file_id for some in loads for load in some) == sorted(file.file_id for file in files)
    view, table = await _both(database)
    assert table == view


@pytest.mark.parametrize("harm", ["gone", "changed", "recorded wrongly"])
async def test_a_file_that_is_not_the_one_written_is_written_again(
    database: Database, installation: Installation, caplog: pytest.LogCaptureFixture, harm: str
) -> None:
    """It comes from the facts byte for byte as it was, one line says so, and the warehouse goes on."""
    small = LakeExport(database, installation.lake.storage, installation.reports, facts_per_file=1)
    await _fill(database)
    files = await small.export()
    content = _content(files[1])
    if harm == "recorded wrongly":
        async with database.connection() as connection:
            await connection.execute(
                "update lake_file set sha256 = sha256('') where file_id = $1", files[1].file_id
            )
    else:
        _harm(Path(files[1].location), harm)
    loads = await installation.warehouse.load(small)
    assert [load.file_id for load in loads] == [file.file_id for file in files]
    assert _content(files[1]) == content
    assert await small.files.files(small.folder) == files
    what = "is gone" if harm == "gone" else "is not the one that was written"
    assert [record.getMessage() for record in caplog.records if record.name == "ingest.lake"] == [
        f"the lake's file {files[1].location} {what}; it is written again"
    ]
    view, table = await _both(database)
    assert table == view


async def test_time_passing_makes_the_next_version_current(
    database: Database, installation: Installation
) -> None:
    """A version known in advance becomes the current one when its time has come, without a new file."""
    async with database.connection() as connection:
        soon: datetime = await connection.fetchval("select now() + interval '1.5 seconds'")
    await take_in(
        database,
        ANN | {"validFrom": "2024-01-01T00:00:00Z", "city": "Bonn"},
        ANN | {"validFrom": render(soon), "city": "Köln", "sequence": 1},
    )
    await installation.carry()
    current = "select attributes ->> 'city' from warehouse.customers_history where is_current"
    async with database.connection() as connection:
        assert [row[0] for row in await connection.fetch(current)] == ["Bonn"]
        assert await installation.warehouse.refresh() == 0
        await connection.execute("select pg_sleep_until($1)", soon)
        assert await installation.warehouse.refresh() == 2
        assert [row[0] for row in await connection.fetch(current)] == ["Köln"]
    view, table = await _both(database)
    assert table == view
