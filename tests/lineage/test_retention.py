"""Retention lets go of raw events of whole months and of nothing else, while others write and read."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import InvalidInputError, NotFoundError, UnavailableError
from graph.store.database import Database
from lineage.bodies import Bodies
from lineage.months import month_at, partition, partitions, start_of
from lineage.retention import REST, Keep, LetGo, Retention, retain, retain_daily
from tests.lineage.stored_bodies import drop_partitions, months_away, store, tables_of


@pytest.fixture
async def bodies(database: Database) -> Bodies:
    """Return bodies on a database without partitions of months."""
    await drop_partitions(database)
    return Bodies(database)


async def _headers(database: Database) -> int:
    async with database.connection() as connection:
        return await connection.fetchval("select count(*) from lineage_event")


@pytest.mark.parametrize(
    ("text", "keep"),
    [("90d", Keep(90)), ("8w", Keep(56)), (" 12MO ", Keep(0, 12)), ("2 y", Keep(0, 24)), ("1d", Keep(1))],
)
def test_a_span_is_read(text: str, keep: Keep) -> None:
    """Days, weeks, months and years."""
    assert Keep.of(text) == keep


@given(st.integers(1, 99_999), st.sampled_from(["d", "w", "mo", "y", "D", " MO"]))
def test_any_number_of_a_unit_is_a_span(number: int, unit: str) -> None:
    """Nothing is cut off or rounded."""
    keep = Keep.of(f"{number}{unit}")
    assert keep.days + keep.months in {number, number * 7, number * 12}


@pytest.mark.parametrize(
    "text", ["0d", "", "12", "-1d", "1.5y", "12 months", "1000000d", "d", "٣d\0", "1d2w"]
)
def test_what_is_no_span_is_refused(text: str) -> None:
    """Neither nothing, nor a bare number, nor a sign, nor a fraction."""
    with pytest.raises(InvalidInputError, match="must be a number of days"):
        Keep.of(text)


async def test_old_months_go_and_the_rest_of_them_too(database: Database, bodies: Bodies) -> None:
    """Months before the one in which the span begins; who asks for an event finds why it is gone; headers stay."""
    away = [0, -11, -12, -13, -14, -30]
    events = [(await months_away(database, months), str(months).encode()) for months in away]
    events.append((datetime(1968, 5, 1, tzinfo=UTC), b"before all"))
    events.append((await months_away(database, 30), b"ahead of all"))
    ids = await store(database, events, bodies)
    since = start_of(month_at(await months_away(database, -12)))
    before = await tables_of(database, ids)

    dry = await retain(database, Keep.of("12mo"), dry_run=True)
    assert await tables_of(database, ids) == before
    told: list[LetGo] = []
    done = await retain(database, Keep.of("1y"), advance=told.append)

    assert dry == done
    assert done.since == since
    assert list(done.gone) == told
    names = [partition(month_at(events[index][0])) for index in (4, 3)]
    assert [(each.table, each.events) for each in told] == [(names[0], 1), (names[1], 1), (REST, 2)]
    assert all(each.bytes > 0 for each in told)
    after = await tables_of(database, ids)
    assert after == [*before[:3], None, None, None, None, REST]
    assert await _headers(database) == len(ids)
    for key, (at, raw), table in zip(ids, events, after, strict=True):
        if table is None:
            reason = f"of {at:%Y-%m-%d} .* was let go by retention; bodies are kept of events since {since:%Y-%m-%d}"
            with pytest.raises(NotFoundError, match=reason):
                await bodies.raw(key)
        else:
            assert await bodies.raw(key) == raw
    assert (await retain(database, Keep.of("12mo"))).gone == []


async def test_what_came_late_is_let_go_the_next_time(database: Database, bodies: Bodies) -> None:
    """An event of a month that went is stored and read until retention comes by again; spans may only be shortened."""
    old = await months_away(database, -20)
    await store(database, [(old, b"first")], bodies)
    await retain(database, Keep.of("3mo"))
    (late,) = await store(database, [(old, b"late")], bodies)
    assert await bodies.raw(late) == b"late"
    assert (await retain(database, Keep.of("2y"))).gone == []
    (gone,) = (await retain(database, Keep.of("3mo"))).gone
    assert gone.events == 1
    with pytest.raises(NotFoundError, match="was let go"):
        await bodies.raw(late)


async def test_writers_go_on_while_months_are_dropped(database: Database, bodies: Bodies) -> None:
    """Any number of events written meanwhile, of old months and new ones: none fails, and the new ones are all there."""
    months = [await months_away(database, -number) for number in range(18)]
    await store(database, [(at, f"{number}".encode()) for at in months for number in range(20)], bodies)

    async def write(number: int) -> list[tuple[int, bytes]]:
        writer, written = Bodies(database), list[tuple[int, bytes]]()
        for turn in range(10):
            raw = f"{number} {turn}".encode()
            await store(database, [(months[0], raw), (months[-1 - turn % 6], raw)], writer)
            written.append((turn, raw))
        return written

    *written, done = await asyncio.gather(
        *(write(number) for number in range(3)), retain(database, Keep.of("6mo"))
    )
    assert isinstance(done, Retention)
    assert sum(each.events for each in done.gone) >= 11 * 20
    async with database.connection() as connection:
        rows = await connection.fetch("select body from " + partition(month_at(months[0])))
        raws = set(await bodies.decompress(connection, [row["body"] for row in rows]))
    assert {raw for told in written if isinstance(told, list) for _, raw in told} <= raws
    await retain(database, Keep.of("6mo"))
    async with database.connection() as connection:
        assert min(await partitions(connection)) == month_at(months[6])


async def test_a_long_reader_is_not_cut_off(database: Database, bodies: Bodies, database_url: str) -> None:
    """While somebody reads a month for long it stays, writers are not held up for longer than a moment, and it is told."""
    old, new = await months_away(database, -20), await months_away(database, 0)
    ids = await store(database, [(old, b"old")], bodies)
    reader = await asyncpg.connect(database_url)
    try:
        reading = reader.transaction()
        await reading.start()
        await reader.fetch("select * from lineage_event_body")
        trying = asyncio.create_task(retain(database, Keep.of("3mo"), attempts=2))
        ids += await store(database, [(new, b"new")], bodies)
        with pytest.raises(UnavailableError, match="is being read for long"):
            await trying
        assert None not in await tables_of(database, ids)
        await reading.rollback()
    finally:
        await reader.close()
    await retain(database, Keep.of("3mo"))
    assert (await tables_of(database, ids))[0] is None


async def test_the_worker_lets_go_by_itself(database: Database, bodies: Bodies) -> None:
    """Once at the start, and then it waits for the next day until it is to stop."""
    ids = await store(database, [(await months_away(database, -5), b"{}")], bodies)
    stop = asyncio.Event()
    asyncio.get_running_loop().call_soon(stop.set)
    await retain_daily(database, Keep.of("1mo"), stop)
    assert await tables_of(database, ids) == [None]
