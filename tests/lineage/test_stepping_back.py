"""Work in the background steps back while messages pile up before workers, and no longer."""

from __future__ import annotations

import asyncio

import pytest

from graph.store.database import DEFAULT_TENANT, Database
from graph.store.stream_positions import BACKLOG, Partition, StreamPositions
from lineage.stepping_back import Rests


async def claim(database: Database, consumer: str, end: int) -> None:
    """Have a worker find so many messages in a partition of which it has taken none in."""
    await StreamPositions(database).claim(consumer, [Partition("orders", 0, 0, end)])


@pytest.mark.parametrize(("end", "behind"), [(0, False), (BACKLOG - 1, False), (BACKLOG, True)])
async def test_many_messages_before_a_consumer_are_a_backlog(
    database: Database, end: int, *, behind: bool
) -> None:
    """Counted for the consumer asked about, or for all; another one has none."""
    await claim(database, "goldthread.orders", end)
    positions = StreamPositions(database)
    assert await positions.are_behind("goldthread.orders") is behind
    assert await positions.are_behind() is behind
    assert not await positions.are_behind("goldthread.customers")


async def test_messages_that_no_worker_looks_after_hold_nobody_back(database: Database) -> None:
    """Where the worker is gone, what lies before it waits anyway."""
    await claim(database, "goldthread.orders", BACKLOG)
    async with database.connection() as connection:
        await connection.execute("update stream_position set heard_at = heard_at - interval '1 minute'")
    assert not await StreamPositions(database).are_behind()


async def test_a_rest_ends_with_its_reason(database: Database) -> None:
    """Nobody rests for nothing; a rest of an hour is over a moment after the messages are taken in."""
    rests = Rests(database, DEFAULT_TENANT)
    await asyncio.wait_for(rests.after(3_600), 10)
    await claim(database, "goldthread.orders", BACKLOG)
    resting = asyncio.create_task(rests.after(3_600))
    done, _ = await asyncio.wait({resting}, timeout=0.3)
    assert not done
    async with database.connection() as connection:
        await connection.execute("update stream_position set next_offset = end_offset")
    await asyncio.wait_for(resting, 10)


async def test_other_important_work_asks_for_rests_too(database: Database) -> None:
    """What the process itself is busy with counts, until it is done."""
    busy = {"is": True}
    resting = asyncio.create_task(Rests(database, DEFAULT_TENANT, lambda: busy["is"]).after(3_600))
    done, _ = await asyncio.wait({resting}, timeout=0.3)
    assert not done
    busy["is"] = False
    await asyncio.wait_for(resting, 10)
