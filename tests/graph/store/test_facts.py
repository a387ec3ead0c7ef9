"""The fact log answers exactly what a naive model answers, on both axes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.errors import NotFoundError
from graph.golden.versions import ceiling
from graph.store import facts
from graph.store.database import Database
from graph.store.facts import Fact
from graph.time import AsOf, Period

TENANT = 1
SUBJECT = UUID(int=7)
START = datetime(2024, 1, 1, tzinfo=UTC)


def hour(number: float) -> datetime:
    """Return an instant some hours after the start."""
    return START + timedelta(hours=number)


def fact(start: int, end: int | None, op: str, value: int | None = None) -> Fact:
    """Return a belief about the one subject."""
    period = Period(hour(start), None if end is None else hour(end))
    return Fact(SUBJECT, period, op, None if value is None else {"value": value})


async def prepare(database: Database) -> None:
    """Empty the log and register the subject."""
    async with database.connection() as connection:
        await connection.execute("truncate fact, subject cascade")
        await facts.register(connection, TENANT, [SUBJECT], "customer")


def put(start: int, length: int | None, value: int) -> Fact:
    """Return a present fact for the generator."""
    return fact(start, None if length is None else start + length, "P", value)


def gone(start: int, length: int | None, op: str) -> Fact:
    """Return a fact of deletion or absence for the generator."""
    return fact(start, None if length is None else start + length, op)


lengths = st.none() | st.integers(1, 8)
puts = st.builds(put, st.integers(0, 20), lengths, st.integers(1, 99))
deletes = st.builds(gone, st.integers(0, 20), lengths, st.sampled_from("DA"))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(puts | deletes, min_size=1, max_size=3), min_size=1, max_size=6))
async def test_the_three_questions_are_answered_as_a_naive_model_answers_them(
    database: Database, batches: list[list[Fact]]
) -> None:
    """Now; history as we know it now; history as we thought it then: every instant on both axes agrees."""
    await prepare(database)
    async with database.connection() as connection:
        log: list[tuple[datetime, Fact]] = []
        for batch in batches:
            at = await facts.append(connection, TENANT, batch)
            log += [(at, told) for told in batch]
        now = await facts.basis(connection, TENANT, hour(23.5), None)
        knowns = sorted({at for at, _ in log})
        assert now.system >= knowns[-1]
        for known in [*knowns, knowns[0] - timedelta(microseconds=1), now.system]:
            history = (await facts.history(connection, TENANT, [SUBJECT], known))[SUBJECT]
            believed = ceiling(history)
            for valid in (hour(n + 0.5) for n in range(-1, 30, 3)):
                expected = next(
                    (f for at, f in reversed(log) if at <= known and f.period.holds_at(valid)), None
                )
                held = (await facts.as_of(connection, TENANT, [SUBJECT], AsOf(valid, known))).get(SUBJECT)
                found = None if held is None else (held.op, held.attributes)
                assert found == (None if expected is None else (expected.op, expected.attributes))
                stretch = next((s for s in believed if s.period.holds_at(valid)), None)
                assert found == (None if stretch is None else (stretch.op, stretch.attributes))


async def test_one_call_is_one_system_instant_and_the_later_fact_wins(database: Database) -> None:
    """Facts recorded together share their instant; where they overlap the last one holds."""
    await prepare(database)
    async with database.connection() as connection:
        at = await facts.append(connection, TENANT, [fact(0, None, "P", 1), fact(0, 5, "P", 2)])
        assert await connection.fetchval("select count(distinct system_from) from fact") == 1
        held = await facts.as_of(connection, TENANT, [SUBJECT], AsOf(hour(1), at))
        assert held[SUBJECT].attributes == {"value": 2}


@pytest.mark.parametrize(("start", "end"), [(5, 5), (5, 4)])
async def test_the_database_refuses_an_empty_or_inverted_period(
    database: Database, start: int, end: int
) -> None:
    """A period that does not end after it starts is a constraint violation, and nothing is stored."""
    await prepare(database)
    async with database.connection() as connection:
        with pytest.raises(asyncpg.CheckViolationError, match="fact_period_not_empty"):
            await connection.execute(
                """insert into fact (tenant_id, subject_id, system_from, seq, valid_from, valid_to, op, attributes)
                   values (1, $1, now(), 1, $2, $3, 'P', '{}')""",
                SUBJECT,
                hour(start),
                hour(end),
            )
        assert await connection.fetchval("select count(*) from fact") == 0


async def test_system_time_never_repeats_even_when_the_wall_clock_stands_still(database: Database) -> None:
    """A clock that is ahead of the wall goes on by a microsecond a tick."""
    async with database.connection() as connection:
        ahead = await connection.fetchval(
            "update clock set last_at = now() + interval '1 hour' where tenant_id = 1 returning last_at"
        )
        ticks = [await facts.tick(connection, TENANT) for _ in range(3)]
        await connection.execute("update clock set last_at = '2000-01-01Z' where tenant_id = 1")
    assert ticks == [ahead + timedelta(microseconds=n) for n in (1, 2, 3)]


async def test_a_reader_never_gets_past_what_is_committed(database: Database) -> None:
    """The asked system instant is clamped to the watermark, so the same question has the same answer for ever."""
    await prepare(database)
    async with database.connection() as connection:
        at = await facts.append(connection, TENANT, [fact(0, None, "P", 1)])
        basis = await facts.basis(connection, TENANT, None, at + timedelta(days=1))
        assert basis.system == at
        assert (await facts.basis(connection, TENANT, hour(1), at - timedelta(hours=1))) == AsOf(
            hour(1), at - timedelta(hours=1)
        )


async def test_an_unknown_tenant_has_no_clock(database: Database) -> None:
    """Nothing is written or read for a tenant that does not exist."""
    async with database.connection() as connection:
        with pytest.raises(NotFoundError, match="no tenant has the number 99"):
            await facts.basis(connection, 99, None, None)
        with pytest.raises(asyncpg.NoDataFoundError, match="unknown tenant 99"):
            await facts.tick(connection, 99)


@pytest.mark.parametrize("copies", [1, 200])
async def test_provenance_comes_back_as_it_was_given_and_names_one_event_once(
    database: Database, copies: int
) -> None:
    """One event that gave every attribute is stored once, several for each attribute, however many facts there are."""
    await prepare(database)
    attributes = {"city": "Bonn", "name": "Ann"}
    one = {"sources": {"city": "e1", "name": "e1"}, "systems": "crm", "rules": {"name": "recency"}}
    several = {"sources": {"city": "e1", "name": "e2"}, "systems": "crm,shop"}
    of_an_asset = {"actor": "eve", "reason": None}
    said = [one, several, of_an_asset, None] * copies
    given = [
        Fact(SUBJECT, Period(hour(n), hour(n + 1)), "P", attributes, provenance)
        for n, provenance in enumerate(said)
    ]
    async with database.connection() as connection, connection.transaction():
        at = await facts.tick(connection, TENANT)
        await facts.append(connection, TENANT, given, at)
        told = (await facts.history(connection, TENANT, [SUBJECT], at))[SUBJECT]
        stored = await connection.fetch("select provenance from fact order by seq limit 2")
    assert [fact.provenance for fact in told] == said
    assert [row["provenance"] for row in stored] == [
        {"source": "e1", "systems": "crm", "rules": {"name": "recency"}},
        several,
    ]
