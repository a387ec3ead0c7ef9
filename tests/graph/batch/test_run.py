"""`match run`: a whole population matched again leaves what online intake would have made."""

from __future__ import annotations

import asyncio

import pytest

from graph.batch.population import population
from graph.batch.run import MatchRun
from graph.batch.training import train
from graph.errors import NotFoundError
from graph.golden.decision import Decision
from graph.golden.entity_type import CUSTOMER
from graph.intake import Intake
from graph.store.database import DEFAULT_TENANT, Database
from graph.store.policies import EntityTypes
from tests.graph.batch.stored_people import edges, empty, grouping, raw_records, store


async def _train(database: Database) -> None:
    types = EntityTypes(database)
    async with database.connection() as connection:
        people = await population(connection, DEFAULT_TENANT, CUSTOMER)
    model = train(people.profiles, CUSTOMER)
    await database.transaction(
        lambda connection: types.put(connection, "customer", "model", model.document, "test")
    )


async def _tasks(database: Database) -> int:
    async with database.connection() as connection:
        return await connection.fetchval("select count(*) from review_task where status = 'open'")


async def test_what_came_in_online_needs_no_putting_right(database: Database) -> None:
    """Batch and online agree on every pair and every group, stewards' words included; nothing is written."""
    raw = raw_records(600, seed=3)
    await store(database, raw)
    intake = Intake(database)
    (one, other) = sorted(next(group for group in await grouping(database) if len(group) == 2))
    await intake.decide([Decision(one, other, "cannot_link")], "steward")
    await intake.close()
    async with database.connection() as connection:
        before = await connection.fetchval("select last_at from clock where tenant_id = 1")
    result = await MatchRun(database, "customer").run()
    assert (result.difference.records, result.difference.edges) == ([], 0)
    assert result.golden_records == result.difference.unchanged == len(await grouping(database))
    assert sum(result.suggestions.values()) == await _tasks(database)
    async with database.connection() as connection:
        assert await connection.fetchval("select last_at from clock where tenant_id = 1") == before


async def test_a_new_model_applied_to_all_equals_one_that_was_there_from_the_start(
    database: Database,
) -> None:
    """Groups, edges and tasks are those of loading everybody anew; run again, there is nothing left to do."""
    raw = raw_records(600, seed=4)
    await store(database, raw)
    await _train(database)
    shipped = await grouping(database)
    result = await MatchRun(database, "customer").run()
    found, weighed, tasks = await grouping(database), await edges(database), await _tasks(database)
    assert found != shipped
    assert result.difference.merged + result.difference.split > 0
    again = await MatchRun(database, "customer").run()
    assert (again.difference.records, again.difference.edges) == ([], 0)
    await empty(database, "policy")
    await store(database, raw, at_once=600)
    assert await grouping(database) == found
    assert await edges(database) == weighed
    assert await _tasks(database) == tasks


async def test_a_run_that_is_broken_off_goes_on_with_what_is_left(database: Database) -> None:
    """Each chunk is a transaction of its own; the golden records of finished chunks stay as they are."""
    await store(database, raw_records(300, seed=5))
    await _train(database)
    task: asyncio.Task[object] | None = None

    def stop(step: str, done: int, total: int) -> None:
        if step == "put right" and done >= 40 and task is not None:
            task.cancel()

    task = asyncio.create_task(MatchRun(database, "customer", chunk=20).run(stop))
    with pytest.raises(asyncio.CancelledError):
        await task
    rest = await MatchRun(database, "customer").run()
    assert rest.difference.records != []
    assert (await MatchRun(database, "customer").run()).difference.records == []


async def test_everybody_is_worked_out_anew_where_that_is_wanted(database: Database) -> None:
    """Which changes nothing where nothing is wrong."""
    await store(database, raw_records(120, seed=6))
    before, weighed = await grouping(database), await edges(database)
    result = await MatchRun(database, "customer", everybody=True).run()
    assert len(result.difference.records) == result.records
    assert (await grouping(database), await edges(database)) == (before, weighed)


async def test_an_unknown_entity_type_is_told(database: Database) -> None:
    """And one that nobody ever brought a record of is an empty run."""
    with pytest.raises(NotFoundError, match="'nobody'"):
        await MatchRun(database, "nobody").run()
    result = await MatchRun(database, "supplier").run()
    assert (result.records, result.pairs, result.golden_records) == (0, 0, 0)
