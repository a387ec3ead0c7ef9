"""Events are kept byte for byte, in a partition of their month, compressed by dictionaries trained on them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import NotFoundError, UnavailableError
from graph.store.database import DEFAULT_TENANT, Database
from lineage import months as months_module
from lineage.bodies import Bodies, lock_writers_out
from lineage.dictionaries import NO_DICTIONARY, compressor, decompressor, dictionary_of, trained
from lineage.months import Months, first_id, month_at, month_of, partition, start_of
from tests.lineage.stored_bodies import (
    AT,
    drop_partitions,
    event_id,
    months_away,
    raws,
    store,
    tables_of,
)

RAWS = raws(400)
MADE = trained(RAWS, 400)


@pytest.fixture
async def bodies(database: Database) -> Bodies:
    """Return bodies on a database without partitions of months."""
    await drop_partitions(database)
    return Bodies(database, first_training=300, pause=0.0)


@given(st.integers(-30_000_000_000, 200_000_000_000), st.binary())
def test_an_id_lies_within_its_month(seconds: int, raw: bytes) -> None:
    """From 1970 on the month of an id is that of its instant, and its id lies between the bounds of the month."""
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    month = month_at(at)
    assert start_of(month) <= at < start_of(month + 1)
    if at.year >= 1970 and at.year < 6000:
        key = event_id(at, raw)
        assert month_of(key) == month
        assert first_id(month) <= key < first_id(month + 1)


@given(st.uuids())
def test_any_id_has_a_month_or_none(key: UUID) -> None:
    """Ids whose first bits are no instant that a calendar has belong to no month."""
    month = month_of(key)
    assert month is None or partition(month).startswith("lineage_event_body_")


@given(st.binary(max_size=3_000))
def test_any_bytes_come_back_as_they_were(raw: bytes) -> None:
    """With a dictionary and without, whatever the bytes are; the frame names the dictionary."""
    assert MADE is not None
    for body, key in ((None, NO_DICTIONARY), (MADE.body, MADE.dictionary_id)):
        compressed = compressor(body).compress(raw)
        assert dictionary_of(compressed) == key
        assert decompressor(body).decompress(compressed) == raw


def test_too_few_samples_train_nothing() -> None:
    """What nothing can be learned from gives no dictionary instead of a failure."""
    assert [trained(few, 1) for few in ([], [b""], [b"{}"] * 4, RAWS[:3])] == [None] * 4


async def test_months_get_their_own_partition_within_the_window(database: Database, bodies: Bodies) -> None:
    """From two years ago to two months ahead; all else lies in the rest, and nothing fails."""
    away = [-25, -24, 0, 2, 3]
    events = [(await months_away(database, months), str(months).encode()) for months in away]
    events += [(datetime(1969, 12, 31, tzinfo=UTC), b"early"), (datetime(8999, 1, 1, tzinfo=UTC), b"late")]
    ids = await store(database, events, bodies)
    own = [partition(month_at(at)) for at, _ in events]
    rest = "lineage_event_body_rest"
    assert await tables_of(database, ids) == [rest, own[1], own[2], own[3], rest, rest, rest]
    for key, (_, raw) in zip(ids, events, strict=True):
        assert await bodies.raw(key) == raw


async def test_what_lies_in_the_rest_moves_when_its_partition_is_made(database: Database) -> None:
    """Only the rows of that month move, of all tenants, and they are read as before."""
    await drop_partitions(database)
    bodies = Bodies(database)
    inside, outside = await months_away(database, -1), await months_away(database, -2)
    keys = [event_id(at, raw) for at, raw in ((inside, b"a"), (inside, b"b"), (outside, b"c"))]
    async with database.connection() as connection:
        for tenant, key in enumerate(keys):
            await connection.execute(
                "insert into lineage_event_body values ($1, $2, $3)", tenant, key, bodies.compress(b"x")
            )
    await bodies.open_months(keys[:1])
    own = partition(month_at(inside))
    assert await tables_of(database, keys) == [own, own, "lineage_event_body_rest"]


async def test_a_known_month_costs_no_query(database: Database, bodies: Bodies) -> None:
    """Once opened, a month is opened again without the database."""
    key = event_id(await months_away(database, 0), b"")
    far = event_id(await months_away(database, 40), b"")
    await bodies.open_months([key, far])
    months = Months(database)
    await months.open([key, far])
    await drop_partitions(database)
    await months.open([key, far] * 3)
    assert await tables_of(database, [key]) == [None]
    await Months(database).open([key])
    async with database.connection() as connection:
        assert await months_module.partitions(connection) == {month_at(await months_away(database, 0))}


async def test_processes_that_open_the_same_months_at_once_make_each_once(database: Database) -> None:
    """Any number of writers begin at the same instant on an empty table, and write meanwhile; all is stored."""
    await drop_partitions(database)
    at = [await months_away(database, -months) for months in range(3)]

    async def write(number: int) -> list[UUID]:
        return await store(database, [(month, f"{number}".encode()) for month in at], Bodies(database))

    written = await asyncio.gather(*(write(number) for number in range(6)))
    names = [partition(month_at(month)) for month in at]
    assert [await tables_of(database, ids) for ids in written] == [names] * 6


async def test_a_table_in_use_is_not_waited_for_long(
    database: Database, bodies: Bodies, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """While somebody holds the rest, events go there; they move once the partition can be made."""
    at = await months_away(database, 0)
    other = await asyncpg.connect(database_url)
    try:
        held = other.transaction()
        await held.start()
        await other.execute("lock table lineage_event_body_rest in row exclusive mode")
        ids = await store(database, [(at, b"{}")], bodies)
        assert await tables_of(database, ids) == ["lineage_event_body_rest"]
        assert "is in use by others" in caplog.text
        await held.rollback()
    finally:
        await other.close()
    await Bodies(database).open_months(ids)
    assert await tables_of(database, ids) == [partition(month_at(at))]
    assert await bodies.raw(ids[0]) == b"{}"


async def test_a_dictionary_is_trained_once_there_are_enough_events(
    database: Database, bodies: Bodies
) -> None:
    """What was stored before stays readable, what comes after is smaller, and every process learns of it."""
    await store(database, [(AT, raw) for raw in RAWS[:299]], bodies)
    assert not await bodies.train_if_due()
    first = await store(database, [(AT, raw) for raw in RAWS[299:]], bodies)
    assert await bodies.train_if_due()

    other = Bodies(database)
    later = raws(50, seed=1)
    ids = [*first, *await store(database, [(AT, raw) for raw in later], bodies)]
    more = raws(50, seed=2)
    ids += await store(database, [(AT, raw) for raw in more], other)
    async with database.connection() as connection:
        rows = await connection.fetch(
            "select event_id, body from lineage_event_body where event_id = any ($1)", ids
        )
        stored = {row["event_id"]: row["body"] for row in rows}
        (known,) = await connection.fetch("select * from event_dictionary")
        used = [dictionary_of(stored[key]) for key in ids]
        assert used == [NO_DICTIONARY] * len(first) + [known["dictionary_id"]] * 100
        reader = Bodies(database)
        assert await reader.decompress(connection, [stored[key] for key in ids]) == [
            *RAWS[299:],
            *later,
            *more,
        ]
    assert (known["tenant_id"], known["is_retired"], known["trained_on"]) == (DEFAULT_TENANT, False, 400)
    assert known["share"] < 0.5
    sizes = [len(stored[key]) for key in ids]
    assert sum(sizes[-100:]) / 100 < 0.6 * sum(sizes[: len(first)]) / len(first)


async def test_a_dictionary_that_serves_badly_is_replaced(database: Database, bodies: Bodies) -> None:
    """Events of another kind take more than was promised: a new one is trained; the old one is still read."""
    ids = await store(database, [(AT, raw) for raw in RAWS], bodies)
    assert await bodies.train_if_due()
    others = [bytes((byte + 1) % 256 for byte in raw) for raw in raws(600, seed=9)]
    ids += await store(database, [(AT + timedelta(days=1), raw) for raw in others], bodies)
    assert await bodies.train_if_due()
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from event_dictionary where not is_retired") == 2
    assert await Bodies(database).raw(ids[0]) == RAWS[0]
    assert await Bodies(database).raw(ids[-1]) == others[-1]


async def test_a_store_that_has_outgrown_its_dictionary_tries_a_new_one(
    database: Database, bodies: Bodies
) -> None:
    """At ten times the size another is trained; where it is not better the old one stays and is not tried again."""
    await store(database, [(AT, raw) for raw in RAWS], bodies)
    assert await bodies.train_if_due()
    async with database.connection() as connection:
        await connection.execute("update event_dictionary set trained_on = 70")
    await store(database, [(AT, raw) for raw in raws(400, seed=3)], bodies)
    async with database.connection() as connection:
        await connection.execute("analyze lineage_event_body")
    assert not await bodies.train_if_due()
    async with database.connection() as connection:
        (known,) = await connection.fetch("select * from event_dictionary")
    assert known["trained_on"] == 800


async def test_training_goes_on_beside_the_other_work(database: Database, bodies: Bodies) -> None:
    """Whoever looks after the dictionary at each commit waits for nothing; closing waits for what is under way."""
    await store(database, [(AT, raw) for raw in RAWS[:299]], bodies)
    bodies.look_after()
    await bodies.close()
    await store(database, [(AT, raw) for raw in RAWS[299:]], bodies)
    for _ in range(3):
        bodies.look_after()
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from event_dictionary") == 0
        await bodies.close()
        assert await connection.fetchval("select count(*) from event_dictionary") == 1


async def test_two_that_train_at_once_make_one_dictionary(database: Database) -> None:
    """Whoever comes second finds somebody at it and goes on writing."""
    await drop_partitions(database)
    writers = [Bodies(database, first_training=300, pause=0.0) for _ in range(2)]
    for number, writer in enumerate(writers):
        await store(database, [(AT, raw) for raw in raws(300, seed=number)], writer)
    assert sorted(await asyncio.gather(*(writer.train_if_due() for writer in writers))) == [False, True]
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from event_dictionary") == 1


async def test_a_retired_dictionary_is_read_and_not_written_by(database: Database, bodies: Bodies) -> None:
    """From its retirement on nobody who has asked anew compresses by it."""
    await store(database, [(AT, raw) for raw in RAWS], bodies)
    assert await bodies.train_if_due()
    (before,) = await store(database, [(AT, b"before")], bodies)
    async with database.connection() as connection, connection.transaction():
        await lock_writers_out(connection, DEFAULT_TENANT)
        await connection.execute("update event_dictionary set is_retired = true")
    (after,) = await store(database, [(AT, b"after")], bodies)
    async with database.connection() as connection:
        read = await connection.fetchval("select body from lineage_event_body where event_id = $1", after)
    assert dictionary_of(read) == NO_DICTIONARY
    assert [await Bodies(database).raw(key) for key in (before, after)] == [b"before", b"after"]


async def test_a_dictionary_that_is_gone_is_told(database: Database, bodies: Bodies) -> None:
    """Who reads in the moment in which bodies are compressed anew is to ask again, and gets no wrong bytes."""
    assert MADE is not None
    async with database.connection() as connection:
        with pytest.raises(UnavailableError, match=rf"dictionary {MADE.dictionary_id}.*ask again"):
            await bodies.decompress(connection, [compressor(MADE.body).compress(b"{}")])


async def test_an_event_nobody_sent_is_not_found(bodies: Bodies) -> None:
    """An unknown id says so."""
    with pytest.raises(NotFoundError, match="no event has the id"):
        await bodies.raw(UUID(int=1))
