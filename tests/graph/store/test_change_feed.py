"""The change feed is complete, in order, repeatable, and remembers its consumers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from graph.errors import InvalidInputError
from graph.identity import new_id
from graph.store import change_feed, facts
from graph.store.change_feed import START, Change, ChangeFeed, ChangeKind, Position
from graph.store.database import Connection, Database

ANN, BOB, EVE = new_id(), new_id(), new_id()
SINCE = datetime(2025, 1, 1, tzinfo=UTC)


async def told(database: Database, *changes: Change, entity_type: str = "customer") -> datetime:
    """Commit changes at one system instant and return it."""

    async def work(connection: Connection) -> datetime:
        at = await facts.tick(connection, 1)
        await change_feed.add(connection, 1, at, entity_type, changes)
        return at

    return await database.transaction(work)


def kinds(events: Sequence[change_feed.ChangeEvent]) -> list[tuple[ChangeKind, UUID]]:
    """Return kind and golden id of each event."""
    return [(event.change.kind, event.change.golden_id) for event in events]


async def test_changes_come_back_as_they_were_told(database: Database) -> None:
    """A page gives every change with all its parts, in the order in which it was told."""
    changes = [
        Change("created", ANN, valid_from=SINCE),
        Change("changed", ANN, attributes=("email", "phone"), valid_from=SINCE),
        Change("merged", ANN, BOB),
    ]
    at = await told(database, *changes)

    page = await ChangeFeed(database).page(START, 10)

    assert [event.change for event in page.events] == changes
    assert [event.position for event in page.events] == [Position(at, n) for n in (1, 2, 3)]
    assert {event.entity_type for event in page.events} == {"customer"}
    assert (page.end.system_from, page.has_more) == (at, False)


async def test_nothing_is_told_where_nothing_changed(database: Database) -> None:
    """No change leaves no row."""
    await told(database)
    assert (await ChangeFeed(database).page(START, 10)).events == ()


async def test_several_calls_at_one_instant_follow_each_other(database: Database) -> None:
    """The numbers of an instant go on where the last call ended."""

    async def work(connection: Connection) -> None:
        at = await facts.tick(connection, 1)
        await change_feed.add(connection, 1, at, "customer", [Change("created", ANN), Change("created", BOB)])
        await change_feed.add(connection, 1, at, "product", [Change("created", EVE)])

    await database.transaction(work)

    page = await ChangeFeed(database).page(START, 10)
    assert [event.position.seq for event in page.events] == [1, 2, 3]


@pytest.mark.parametrize("first", [1, 2, 3, 7, 100])
async def test_pages_of_any_size_give_every_change_once(database: Database, first: int) -> None:
    """Page by page the feed gives exactly what was told, also within one instant."""
    ids = [new_id() for _ in range(9)]
    for start in range(0, 9, 3):
        await told(database, *(Change("created", golden_id) for golden_id in ids[start : start + 3]))
    feed, at, seen = ChangeFeed(database), START, list[UUID]()
    while True:
        page = await feed.page(at, first)
        seen += [event.change.golden_id for event in page.events]
        at = page.end
        if not page.has_more:
            break
    assert seen == ids
    assert (await feed.page(at, first)).events == ()


async def test_a_change_that_commits_late_is_not_overtaken(database: Database) -> None:
    """A reader never sees a later instant while an earlier one is not committed yet: writers take turns by the clock."""
    feed, at, seen = ChangeFeed(database), START, list[tuple[Position, UUID]]()
    done = asyncio.Event()

    async def write(times: int) -> None:
        for _ in range(times):

            async def work(connection: Connection) -> None:
                instant = await facts.tick(connection, 1)
                await connection.execute("select pg_sleep(0.002)")
                await change_feed.add(connection, 1, instant, "customer", [Change("created", new_id())])

            await database.transaction(work)

    async def read() -> None:
        nonlocal at
        while True:
            is_last = done.is_set()
            page = await feed.page(at, 5)
            seen.extend((event.position, event.change_id) for event in page.events)
            at = page.end
            if is_last and not page.has_more:
                return

    reader = asyncio.create_task(read())
    await asyncio.gather(*(write(10) for _ in range(4)))
    done.set()
    await reader

    everything = (await feed.page(START, 100)).events
    assert len(everything) == 40
    assert seen == [(event.position, event.change_id) for event in everything]


async def test_a_page_can_be_narrowed(database: Database) -> None:
    """Only one entity type, or only changes that some golden records take part in; the end moves on all the same."""
    await told(database, Change("created", EVE), entity_type="product")
    await told(database, Change("created", ANN), Change("created", BOB))
    at = await told(database, Change("merged", ANN, BOB))
    feed = ChangeFeed(database)

    products = await feed.page(START, 10, "product")
    assert kinds(products.events) == [("created", EVE)]
    assert products.end.system_from == at
    assert kinds((await feed.page(START, 10, None, [BOB])).events) == [("created", BOB), ("merged", ANN)]
    assert (await feed.page(START, 10, None, [])).events == ()


async def test_a_consumer_goes_on_where_it_acknowledged(database: Database) -> None:
    """A position is kept under a name, starts at the start and never moves backwards."""
    first = await told(database, Change("created", ANN))
    second = await told(database, Change("changed", ANN))
    feed = ChangeFeed(database)
    assert await feed.position("billing") == START

    await feed.acknowledge("billing", Position(second, 1))
    await feed.acknowledge("billing", Position(first, 1))

    assert await feed.position("billing") == Position(second, 1)
    assert await feed.position("others") == START


@pytest.mark.parametrize(("consumer", "ahead"), [("", 0), ("x" * 201, 0), ("a\0b", 0), ("billing", 60)])
async def test_an_acknowledgement_that_cannot_be_is_refused(
    database: Database, consumer: str, ahead: int
) -> None:
    """A name nobody can have, and a place that was not reached yet, are refused and nothing is kept."""
    at = await told(database, Change("created", ANN))
    feed = ChangeFeed(database)
    with pytest.raises(InvalidInputError):
        await feed.acknowledge(consumer, Position(at + timedelta(seconds=ahead), 1))
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from change_consumer") == 0
