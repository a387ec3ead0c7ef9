"""A partition is moved by whoever claimed it last, and by nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import asyncpg
import pytest

from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.store.stream_positions import (
    FENCE,
    Advance,
    Claim,
    Partition,
    StreamPositions,
    advance,
    is_fence,
)

AT = datetime(2024, 1, 1, tzinfo=UTC)


async def claimed(positions: StreamPositions, first: int = 0, end: int = 100) -> Claim:
    """Claim the partition that all tests are about."""
    (claim,) = await positions.claim("group", [Partition("t", 0, first, end)])
    return claim


def step(claim: Claim, start: int, end: int, dead: int = 0) -> Advance:
    """Return a step with as many messages as offsets."""
    return Advance(claim, start, end, 100, end - start, dead, AT)


async def advanced(database: Database, wanted: Advance) -> None:
    """Move a partition on, and store something with it."""

    async def work(connection: Connection) -> None:
        await connection.execute(
            "insert into origin (tenant_id, origin_id, door) values (1, gen_random_uuid(), 'kafka')"
        )
        await advance(connection, DEFAULT_TENANT, "group", wanted)

    await database.transaction(work)


async def test_a_partition_starts_at_its_first_offset_and_goes_on_where_it_was_left(
    database: Database,
) -> None:
    """A new partition is taken in from its start; the next claim goes on behind the last step, under a higher epoch."""
    positions = StreamPositions(database)
    first = await claimed(positions, first=5)
    assert (first.position, first.epoch, first.earlier) == (5, 1, None)
    await advanced(database, step(first, 5, 20, dead=2))
    second = await claimed(positions, first=5)
    assert (second.position, second.epoch, second.earlier) == (20, 2, None)
    (standing,) = await positions.standings()
    assert (standing.messages, standing.dead_letters, standing.lag) == (15, 2, 80)


async def test_a_worker_that_lost_its_partition_stores_nothing(database: Database) -> None:
    """The transaction of a stale worker fails by the constraint, and all it did is undone."""
    positions = StreamPositions(database)
    stale = await claimed(positions)
    await claimed(positions)
    with pytest.raises(asyncpg.CheckViolationError) as fenced:
        await advanced(database, step(stale, 0, 10))
    assert is_fence(fenced.value)
    assert fenced.value.constraint_name == FENCE
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from origin") == 0
        assert await connection.fetchval("select next_offset from stream_position") == 0


async def test_a_batch_is_stored_once(database: Database) -> None:
    """The same step again fails, as does one that does not start where the last one ended."""
    claim = await claimed(StreamPositions(database))
    await advanced(database, step(claim, 0, 10))
    for start, end in ((0, 10), (5, 12), (11, 12)):
        with pytest.raises(asyncpg.CheckViolationError):
            await advanced(database, step(claim, start, end))
    await advanced(database, step(claim, 10, 11))


async def test_a_topic_made_anew_begins_anew(database: Database) -> None:
    """A partition shorter than what was taken in of it is another one of the same name: it is taken in from its start."""
    positions = StreamPositions(database)
    await advanced(database, step(await claimed(positions), 0, 50))
    apart: list[str | None] = []

    async def set_apart(connection: Connection, claim: Claim) -> None:
        apart.append(claim.earlier)

    (again,) = await positions.claim("group", [Partition("t", 0, 0, 3)], set_apart)
    assert (again.position, again.last_at, [again.earlier]) == (0, None, apart)
    assert (again.earlier or "").startswith("t@20")
    assert (await claimed(positions, first=0, end=3)).earlier is None


async def test_a_topic_seen_to_be_another_one_begins_anew(database: Database) -> None:
    """However long it is by now."""
    positions = StreamPositions(database)
    await advanced(database, step(await claimed(positions), 0, 50))
    assert (await claimed(positions, end=90)).last_at is not None
    (again,) = await positions.claim("group", [Partition("t", 0, 2, 90, is_another=True)])
    assert (again.position, again.earlier is None) == (2, False)


async def test_a_stale_worker_is_not_heard(database: Database) -> None:
    """Where a partition ends is told by its owner alone."""
    positions = StreamPositions(database)
    stale = await claimed(positions)
    await positions.hear("group", [(stale, 200)])
    assert [each.lag for each in await positions.standings()] == [200]
    await claimed(positions, end=150)
    await positions.hear("group", [(replace(stale), 999)])
    assert [each.lag for each in await positions.standings()] == [150]
