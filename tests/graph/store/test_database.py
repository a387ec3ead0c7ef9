"""The way to PostgreSQL: transactions run again where they lose a race, and a dead server is told apart from a bad value."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest
import sqlalchemy as sa

from graph.errors import UnavailableError
from graph.store.database import ATTEMPTS, Connection, Database, RetryError, compiled
from graph.store.tables import subject


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    """Nothing listens: one clear error, not a bare OSError."""
    with pytest.raises(UnavailableError, match="PostgreSQL does not answer"):
        await Database.open("postgresql://nobody@127.0.0.1:1/nothing")


async def test_a_value_that_cannot_be_sent_is_not_mistaken_for_a_dead_server(database: Database) -> None:
    """A caller's wrong value keeps its own error, so that it fails alone and is not tried again."""
    with pytest.raises(asyncpg.DataError, match="invalid input for query argument"):
        async with database.connection() as connection:
            await connection.fetchval("select $1::int4", "text")


async def test_a_connection_that_dies_is_unavailable_and_the_next_one_works(database: Database) -> None:
    """After the server ends a connection the caller is told, and the pool goes on with a new one."""

    async def lose_the_connection() -> None:
        async with database.connection() as connection:
            own = await connection.fetchval("select pg_backend_pid()")
            async with database.connection() as other:
                await other.execute("select pg_terminate_backend($1)", own)
            await asyncio.sleep(0.05)
            await connection.fetchval("select 1")

    with pytest.raises(UnavailableError, match="PostgreSQL does not answer"):
        await lose_the_connection()
    async with database.connection() as connection:
        assert await connection.fetchval("select 1") == 1


async def test_a_refused_row_is_not_quoted(database: Database) -> None:
    """What a constraint refuses may be personal: its error names the constraint, never the row."""

    async def refused() -> None:
        async with database.connection() as connection:
            await connection.execute(
                "insert into source_system (tenant_id, name, trust) values (1, 'a secret', 101)"
            )

    with pytest.raises(asyncpg.CheckViolationError, match="source_system_trust_in_percent") as caught:
        await refused()
    assert "a secret" not in str(caught.value)


async def test_a_full_disk_is_not_mistaken_for_a_dead_server(database: Database) -> None:
    """What goes wrong with a file while a connection is held keeps its own error."""

    async def write_a_file() -> None:
        async with database.connection():
            raise FileExistsError("the file is there")

    with pytest.raises(FileExistsError, match="the file is there"):
        await write_a_file()


async def test_a_transaction_that_loses_a_race_runs_again_from_its_start(database: Database) -> None:
    """What the lost attempt wrote is rolled back; the result is that of the attempt that won."""
    attempts: list[int] = []

    async def work(connection: Connection) -> int:
        attempts.append(len(attempts))
        await connection.execute(
            "insert into source_system (tenant_id, name) values (1, $1)", f"s{len(attempts)}"
        )
        if len(attempts) < 3:
            raise RetryError
        return len(attempts)

    assert await database.transaction(work) == 3
    async with database.connection() as connection:
        assert [row["name"] for row in await connection.fetch("select name from source_system")] == ["s3"]


async def test_a_transaction_that_always_loses_gives_up_and_leaves_nothing(database: Database) -> None:
    """After the last attempt the caller is told to try again later."""
    attempts = 0

    async def work(connection: Connection) -> None:
        nonlocal attempts
        attempts += 1
        await connection.execute("insert into source_system (tenant_id, name) values (1, 'never')")
        raise RetryError

    with pytest.raises(UnavailableError, match=f"lost {ATTEMPTS} races"):
        await database.transaction(work)
    assert attempts == ATTEMPTS
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from source_system") == 0


def test_a_composed_query_becomes_sql_with_numbered_arguments() -> None:
    """What SQLAlchemy composes is sent by asyncpg: placeholders and arguments in the same order."""
    query = (
        sa.select(subject.c.subject_id).where(subject.c.tenant_id == 7, subject.c.kind == "customer").limit(3)
    )
    sql, arguments = compiled(query)
    assert arguments == [7, "customer", 3]
    assert [f"${n}" in sql for n in (1, 2, 3, 4)] == [True, True, True, False]


async def test_what_is_said_to_leave_something_behind_is_cleared(database: Database) -> None:
    """A session is lent again as if new, unless its work is said to leave nothing; a transaction sets nothing beyond itself."""

    async def setting() -> str:
        async with database.connection() as connection:
            return await connection.fetchval("show lock_timeout")

    async def set_within(connection: Connection) -> None:
        await connection.execute("set local lock_timeout = '7s'")

    before = await setting()
    async with database.connection() as connection:
        await connection.execute("set lock_timeout = '7s'")
    assert await setting() == before
    await database.transaction(set_within)
    assert await setting() == before
    async with database.connection(leaves_nothing=True) as connection:
        await connection.execute("set lock_timeout = '7s'")
    assert await setting() == "7s"
    assert await setting() == before


async def test_tasks_of_one_transaction_take_turns_on_its_connection(database: Database) -> None:
    """Statements of all kinds that are begun at once run one after the other, in order; one that fails holds up none."""
    async with database.connection() as connection, connection.transaction():
        await connection.execute("create temporary table turn (number int4) on commit drop")
        await asyncio.gather(
            connection.copy_records_to_table("turn", records=[(1,), (2,)], columns=["number"]),
            connection.execute("update turn set number = number * 10"),
            connection.executemany("insert into turn values ($1)", [(3,), (4,)]),
        )
        total, rows, row = await asyncio.gather(
            connection.fetchval("select sum(number)::int4 from turn"),
            connection.fetch("select number from turn order by 1"),
            connection.fetchrow("select count(*) as counted from turn"),
        )
        wrong, last = await asyncio.gather(
            connection.fetchval("select $1::int4", "text"),
            connection.fetchval("select 5"),
            return_exceptions=True,
        )
    assert total == 37
    assert [one["number"] for one in rows] == [3, 4, 10, 20]
    assert row is not None
    assert (row["counted"], last) == (4, 5)
    assert isinstance(wrong, asyncpg.DataError)
