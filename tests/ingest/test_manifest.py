"""The manifests of deliveries and of the lake's files: what the database refuses, and how little it reads."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from uuid import uuid4

import asyncpg
import pytest

from graph.store.database import Database
from graph.store.deliveries import Deliveries
from graph.store.lake_files import BEFORE_ALL, LakeFiles

INSERT = """
insert into lake_file (tenant_id, file_id, kind, dataset, path, system_from_exclusive, system_to_inclusive, run_id,
                       status, rows, size, sha256, written_at)
values (1, gen_random_uuid(), 'customer', '/lake', gen_random_uuid()::text, $1, $2, gen_random_uuid(),
        'written', 0, 0, sha256(''), now())
"""
MANY = """
insert into lake_file (tenant_id, file_id, kind, dataset, path, system_from_exclusive, system_to_inclusive, run_id,
                       status, rows, size, sha256, written_at, planned_at)
select 1, gen_random_uuid(), 'customer', '/lake', n::text, $1::timestamptz + (n - 1) * interval '1 s',
       $1::timestamptz + n * interval '1 s', gen_random_uuid(), 'written', 1, 1, sha256(''), now(), $1
  from generate_series(1, 3000) n
"""
ALL_BUT_TWO_LOADED = """
insert into warehouse_load (tenant_id, file_id, run_id, rows, started_at)
select 1, file_id, gen_random_uuid(), 1, now() from lake_file where path::int <= 2998
"""


def _day(day: int) -> datetime:
    return datetime.fromisoformat(f"2026-01-{day:02}T00:00:00+00:00")


@pytest.fixture
async def narrow(database: Database, database_url: str) -> AsyncIterator[Database]:
    """Open the emptied database over one connection, whose reading can be counted."""
    narrow = await Database.open(database_url, connections=1)
    yield narrow
    await narrow.close()


async def _rows_read(narrow: Database, *tables: str) -> int:
    """Return how many rows of the tables were ever read, up to now."""
    async with narrow.connection() as connection:
        await connection.execute("select pg_stat_force_next_flush()")
        return await connection.fetchval(
            """select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::int8
                 from pg_stat_user_tables where relname = any ($1) and schemaname = 'public'""",
            list(tables),
        )


async def test_the_database_refuses_files_that_overlap_or_leave_a_gap_or_hold_nothing(
    database: Database,
) -> None:
    """Every file starts where another ends, the first where all clocks do, and no two start or end together."""
    async with database.connection() as connection:
        with pytest.raises(asyncpg.CheckViolationError, match="lake_file_range_not_empty"):
            await connection.execute(INSERT, BEFORE_ALL, BEFORE_ALL)
        with pytest.raises(asyncpg.ForeignKeyViolationError, match="lake_file_meets_the_one_before"):
            await connection.execute(INSERT, _day(1), _day(3))
        await connection.execute(INSERT, BEFORE_ALL, _day(1))
        await connection.execute(INSERT, _day(1), _day(3))
        for start, end in ((2, 4), (4, 5)):  # over the one before, and after a gap
            with pytest.raises(asyncpg.ForeignKeyViolationError, match="lake_file_meets_the_one_before"):
                await connection.execute(INSERT, _day(start), _day(end))
        for start, end in ((_day(1), _day(2)), (BEFORE_ALL, _day(4))):
            with pytest.raises(asyncpg.UniqueViolationError, match="system_from_exclusive"):
                await connection.execute(INSERT, start, end)
        with pytest.raises(asyncpg.CheckViolationError, match="lake_file_described_once_written"):
            await connection.execute("update lake_file set size = null")
        found = await connection.fetch(
            "select system_from_exclusive, system_to_inclusive from lake_file order by 1"
        )
    assert [tuple(row.values()) for row in found] == [(BEFORE_ALL, _day(1)), (_day(1), _day(3))]


async def test_one_file_at_a_time_is_planned(database: Database) -> None:
    """A second plan beside an unwritten file breaks a constraint."""
    plan = """insert into lake_file (tenant_id, file_id, kind, dataset, path, system_from_exclusive, system_to_inclusive, run_id)
              values (1, gen_random_uuid(), 'customer', '/lake', $1, $2, $3, gen_random_uuid())"""
    async with database.connection() as connection:
        await connection.execute(plan, "a", BEFORE_ALL, _day(1))
        with pytest.raises(asyncpg.UniqueViolationError, match="lake_file_planned_one_at_a_time"):
            await connection.execute(plan, "b", _day(1), _day(2))
        assert await connection.fetchval("select count(*) from lake_file") == 1


async def test_what_comes_next_and_what_carried_a_fact_is_found_without_reading_all_files(
    narrow: Database,
) -> None:
    """Of 3,000 files a few are read to find the one to load, and the ones that carry an early and a late fact."""
    files = LakeFiles(narrow)
    async with narrow.connection() as connection:
        await connection.execute(MANY, BEFORE_ALL)
        await connection.execute(ALL_BUT_TWO_LOADED)
        await connection.execute("analyze lake_file, warehouse_load")
    before = await _rows_read(narrow, "lake_file", "warehouse_load")
    async with narrow.connection() as connection:
        due = await files.next_to_load(connection, "/lake")
        instants = await connection.fetch(
            "select $1::timestamptz + n * interval '1 s' - interval '1 ms' as at from unnest($2::int4[]) n",
            BEFORE_ALL,
            [1, 2999],
        )
    assert due is not None
    assert due.path == "2999"
    assert await _rows_read(narrow, "lake_file", "warehouse_load") - before <= 8
    before = await _rows_read(narrow, "lake_file")
    carriers = await files.carriers([row["at"] for row in instants])
    assert [(c.file.path, c.load is not None) for c in carriers.values()] == [("1", True), ("2999", False)]
    assert await _rows_read(narrow, "lake_file") - before <= 8


async def test_the_rows_of_a_delivery_are_counted_without_reading_all_origins(narrow: Database) -> None:
    """Among 5,000 origins of other requests and files the one of the delivery is found by its file."""
    deliveries = Deliveries(narrow)
    delivery = await deliveries.start(
        await deliveries.announce("crm", "/landing", "a.csv", bytes(32), "somebody")
    )
    async with narrow.connection() as connection:
        await connection.execute(
            """insert into origin (tenant_id, origin_id, door, file)
               select 1, gen_random_uuid(), case n % 2 when 0 then 'file' else 'rest' end,
                      case n % 2 when 0 then '/landing/' || n end
                 from generate_series(1, 5000) n"""
        )
        await connection.execute(
            "insert into origin (tenant_id, origin_id, door, file) values (1, $1, 'file', '/landing/a.csv')",
            uuid4(),
        )
        await connection.execute("analyze origin")
    before = await _rows_read(narrow, "origin")
    done = await deliveries.finish(delivery, 3, 1, 70)
    assert (done.accepted, done.unchanged, done.rejected, done.size) == (0, 2, 1, 70)
    assert await _rows_read(narrow, "origin") - before <= 2
