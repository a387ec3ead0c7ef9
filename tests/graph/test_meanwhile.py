"""What is stored meanwhile: in order, on the connection of the transaction, and none of it once something went wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
import pytest

from graph.golden.record import Origin
from graph.intake import Intake
from graph.intake.meanwhile import meanwhile
from graph.store.copying import MANY
from graph.store.database import Database
from tests.graph.populations import PERSON, derived, empty, population


def noting(done: list[int], number: int) -> Callable[[], Awaitable[None]]:
    """Return work that takes a turn of the loop and then notes that it is done."""

    async def work() -> None:
        await asyncio.sleep(0)
        done.append(number)

    return work


async def failing() -> None:
    """Fail after a turn of the loop."""
    await asyncio.sleep(0)
    raise ConnectionError("gone")


@pytest.mark.parametrize("at_once", [True, False])
async def test_work_is_done_in_the_order_in_which_it_was_handed_in(at_once: bool) -> None:
    """All of it, whether it is begun at once or waits, also what comes after everything was done already."""
    done: list[int] = []
    async with meanwhile(at_once=at_once) as storing:
        storing.begin(noting(done, 1))
        storing.begin(noting(done, 2))
        for _ in range(5):
            await asyncio.sleep(0)
        assert done == ([1, 2] if at_once else [])
        storing.begin(noting(done, 3))
        await storing.finish()
    assert done == [1, 2, 3]


@pytest.mark.parametrize("at_once", [True, False])
async def test_what_went_wrong_is_raised_and_nothing_is_done_after_it(at_once: bool) -> None:
    """Whoever waits gets the error, and what was handed in later is left alone."""
    done: list[int] = []

    async def work() -> None:
        async with meanwhile(at_once=at_once) as storing:
            storing.begin(failing)
            storing.begin(noting(done, 1))
            for _ in range(5):
                await asyncio.sleep(0)
            storing.begin(noting(done, 2))
            await storing.finish()

    with pytest.raises(ConnectionError, match="gone"):
        await work()
    await asyncio.sleep(0)
    assert done == []


async def test_what_went_wrong_first_is_raised() -> None:
    """Where the work fails, and what goes on beside it fails in consequence, the cause is told, not the consequence."""

    async def work() -> None:
        async with meanwhile(at_once=True) as storing:
            storing.begin(failing)
            for _ in range(5):
                await asyncio.sleep(0)
            raise ValueError("current transaction is aborted")

    with pytest.raises(ConnectionError, match="gone"):
        await work()


async def test_work_under_way_ends_where_what_it_is_for_fails() -> None:
    """Once left, nothing uses the connection any more."""
    done: list[int] = []

    async def long() -> None:
        await asyncio.sleep(0.05)
        done.append(1)

    async def work() -> None:
        async with meanwhile(at_once=True) as storing:
            storing.begin(long)
            await asyncio.sleep(0)
            raise ValueError("no use")

    with pytest.raises(ValueError, match="no use"):
        await work()
    await asyncio.sleep(0.1)
    assert done == []


@pytest.mark.parametrize("part", ["identifier", "search_document", "source_event", "change_event"])
async def test_a_batch_of_which_some_part_cannot_be_stored_leaves_nothing(
    database: Database, part: str
) -> None:
    """Whichever part PostgreSQL refuses, early or late, nothing is in; the same intake takes all in afterwards."""
    await empty(database)
    people = population(MANY, 7)
    assert len(people) > MANY
    intake = Intake(database, entity_type=PERSON)
    async with database.connection() as connection:
        await connection.execute(f"alter table {part} add constraint full_disk check (false) not valid")
    prepared = await intake.prepare(people, Origin("rest"))
    with pytest.raises(asyncpg.CheckViolationError, match="full_disk"):
        await database.transaction(lambda connection: intake.store_in(connection, prepared))
    async with database.connection() as connection:
        for table in ("source_record", "source_event", "blocking_key", "subject", "search_document", "fact"):
            assert await connection.fetchval(f"select count(*) from {table}") == 0
        await connection.execute(f"alter table {part} drop constraint full_disk")
    outcomes = await intake.take_in(people, Origin("rest"))
    assert {outcome.status for outcome in outcomes} == {"accepted"}
    together = await derived(database)
    await empty(database)
    for one in people:
        await intake.take_in([one], Origin("rest"))
    assert await derived(database) == together
