"""`goldthread retention` and `goldthread lineage replay` from the command line."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import orjson
import pytest
import zstandard
from typer.testing import CliRunner

from graph.errors import CatalogError, InvalidInputError
from graph.store.database import DEFAULT_TENANT, Database
from lineage.bodies import Bodies
from service.cli import application
from tests.lineage.conftest import run_event
from tests.lineage.stored_bodies import drop_partitions, months_away, store, tables_of

Goldthread: TypeAlias = Callable[..., Awaitable[tuple[int, bytes, str]]]

GOOD = orjson.dumps(run_event(1, "COMPLETE", "2026-01-01T00:00:00Z", outputs=["a"]))


@pytest.fixture
def goldthread(database_url: str) -> Goldthread:
    """Return what runs a command in a thread, as the program does, and returns its exit code and what it printed."""
    app = application()

    async def run(*arguments: str, **environment: str) -> tuple[int, bytes, str]:
        surroundings = {"DATABASE_URL": database_url, "COLUMNS": "200", **environment}
        result = await asyncio.to_thread(CliRunner().invoke, app, arguments, env=surroundings)
        if isinstance(result.exception, CatalogError):
            raise result.exception
        return result.exit_code, result.stdout_bytes, result.stderr

    return run


async def test_retention_says_what_went_and_what_would_go(database: Database, goldthread: Goldthread) -> None:
    """A dry run changes nothing; without a span, or with none, one line says what is missing."""
    await drop_partitions(database)
    ids = await store(database, [(await months_away(database, -5), b"{}")], Bodies(database))

    with pytest.raises(
        InvalidInputError, match=r"^--keep: is missing: how long raw events are kept, such as 12mo$"
    ):
        await goldthread("retention")
    with pytest.raises(InvalidInputError, match=r"^GOLDTHREAD_KEEP_EVENTS: must be a number of days"):
        await goldthread("retention", GOLDTHREAD_KEEP_EVENTS="soon")
    _, dry, _ = await goldthread("retention", "--keep", "1mo", "--dry-run", "--json")
    assert None not in await tables_of(database, ids)
    assert [gone["events"] for gone in json.loads(dry)["gone"]] == [1]

    code, out, told = await goldthread("retention", GOLDTHREAD_KEEP_EVENTS="1mo")
    assert (code, told) == (0, "")
    assert b"1 raw events of before" in out
    assert await tables_of(database, ids) == [None]


async def test_events_of_an_earlier_release_are_recorded_by_command(
    database: Database, goldthread: Goldthread
) -> None:
    """It says how many, and a second time that none are left."""
    async with database.connection() as connection:
        await connection.execute(
            "insert into lineage_replay values ($1, gen_random_uuid(), $2)",
            DEFAULT_TENANT,
            zstandard.compress(GOOD),
        )
    code, out, told = await goldthread("lineage", "replay")
    assert (code, out) == (0, b"1 events recorded anew, 0 became dead letters\n")
    assert "events of an earlier release" in told
    assert await goldthread("lineage", "replay", "--json") == (
        0,
        b'{"recorded": 0, "refused": 0, "is_elsewhere": false}\n',
        "",
    )
