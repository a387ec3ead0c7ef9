"""The order of arrival and the size of batches decide nothing, also where values turn out to mean nothing."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.identity import SourceKey
from graph.intake import Intake
from graph.store.copying import MANY
from graph.store.database import Database
from tests.graph.populations import PERSON, derived, empty, population, take_in, tasks, timelines, told

State = tuple[dict[frozenset[SourceKey], list[tuple[Any, ...]]], object, dict[str, set[tuple[Any, ...]]]]


async def state(database: Database) -> State:
    """Return all that must not depend on the order of arrival."""
    return await timelines(database), await tasks(database), await derived(database)


async def shuffled_state(database: Database, records: list[dict[str, Any]], seed: int, size: int) -> State:
    """Return the state after the records came in some order, so many at a time."""
    await empty(database)
    records = list(records)
    random.Random(seed).shuffle(records)  # noqa: S311 - a fixed shuffle, no secret
    await take_in(Intake(database, entity_type=PERSON), records, size)
    return await state(database)


@pytest.mark.parametrize("seed", range(3))
async def test_any_order_and_batch_size_give_the_same_customers(database: Database, seed: int) -> None:
    """Clusters, versions, edges, generic keys and review tasks are the same for every order and batch size."""
    records = population(18, seed)
    expected = await shuffled_state(database, records, 0, len(records))
    assert any(len(keys) > 1 for keys in expected[0])
    for number, size in enumerate((1, 7, 33, len(records)), start=1):
        assert await shuffled_state(database, records, number, size) == expected


async def test_hundreds_at_once_give_the_same_customers(database: Database) -> None:
    """A batch so large that its rows are copied, not inserted, leaves what batches of forty leave."""
    records = population(80, 3)
    assert len(records) > 2 * MANY
    at_once = await shuffled_state(database, records, 0, len(records))
    assert any(len(keys) > 1 for keys in at_once[0])
    assert await shuffled_state(database, records, 1, 40) == at_once


@pytest.mark.parametrize("seed", range(3))
async def test_transactions_that_follow_each_other_closely_leave_what_single_records_leave(
    database: Database, seed: int
) -> None:
    """What one asks of the database while the one before still writes is no older than what that one leaves."""
    records = population(60, seed)
    await empty(database)
    await take_in(Intake(database, entity_type=PERSON), records, 1)
    expected = await state(database)
    assert expected[2]["generic"]
    for at_once in (34, 50):
        await empty(database)
        await take_in(Intake(database, entity_type=PERSON, at_once=at_once), records, len(records))
        assert await state(database) == expected


async def test_writers_that_follow_each_other_closely_see_each_other(database: Database) -> None:
    """Two intakes alternate with large transactions; what either asked ahead is asked again where the other wrote."""
    records = population(60, 4)
    expected = await shuffled_state(database, records, 0, 1)
    await empty(database)
    intakes = [Intake(database, entity_type=PERSON, at_once=40) for _ in range(2)]
    parts = [records[0::2] + records[:50], records[1::2] + records[:50]]
    await asyncio.gather(
        *(take_in(intake, part, len(part)) for intake, part in zip(intakes, parts, strict=True))
    )
    assert await state(database) == expected


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(1, 12))
async def test_a_few_people_are_the_same_in_any_order(
    database: Database, people: int, order: int, size: int
) -> None:
    """The same for small made-up populations of every kind."""
    records = population(6, people)
    assert await shuffled_state(database, records, order, size) == await shuffled_state(
        database, records, 0, len(records)
    )


async def test_several_writers_at_once_end_where_one_would(database: Database) -> None:
    """Four intakes race with parts of one population, large batches among small ones."""
    records = population(18, 5)
    expected = await shuffled_state(database, records, 0, len(records))
    await empty(database)
    parts = [records[n::4] + records[:8] for n in range(4)]
    sizes = (1, 3, 40, 9)
    await asyncio.gather(
        *(
            take_in(Intake(database, entity_type=PERSON), part, n)
            for part, n in zip(parts, sizes, strict=True)
        )
    )
    assert await state(database) == expected


async def test_a_placeholder_mail_lets_go_what_it_had_joined(database: Database) -> None:
    """People joined by a mail that a seventh record shows to be nobody's are people of their own again."""
    intake = Intake(database, entity_type=PERSON)
    nobody = [told("crm", str(n), 1, email="none@example.com") for n in range(7)]
    await take_in(intake, nobody[:6], 2)
    assert set(map(len, await timelines(database))) == {6}
    await take_in(intake, nobody[6:], 1)
    assert set(map(len, await timelines(database))) == {1}
    async with database.connection() as connection:
        learned = await connection.fetch("select rule, records, entity_type from generic_key")
        kinds = await connection.fetch("select kind, count(*) from change_event group by kind order by kind")
    assert [tuple(row) for row in learned] == [("email", 7, "customer")]
    assert {row["kind"]: row["count"] for row in kinds}["unmerged"] == 5


async def test_a_value_that_few_hold_again_counts_again(database: Database) -> None:
    """Where records that held a generic mail never were, the mail joins those that are left."""
    intake = Intake(database, entity_type=PERSON)
    await take_in(intake, [told("crm", str(n), 1, email="none@example.com") for n in range(8)], 4)
    await take_in(intake, [told("crm", str(n), 1, kind="retract") for n in (6, 7)], 2)
    assert sorted(map(len, await timelines(database))) == [1, 1, 6]
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from generic_key") == 0
