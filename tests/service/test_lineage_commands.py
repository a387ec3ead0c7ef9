"""`goldthread retention`, `goldthread lineage replay` and `goldthread dead-letters` from the command line."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import orjson
import pytest
import zstandard
from typer.testing import CliRunner

from graph.errors import CatalogError, InvalidInputError, Problem
from graph.store.database import DEFAULT_TENANT, Database
from lineage.bodies import Bodies
from lineage.dead_letters import DeadLetters
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


async def test_dead_letters_are_listed_shown_replayed_and_discarded(
    database: Database, goldthread: Goldthread
) -> None:
    """The whole life of two letters; what still cannot be read makes the exit code 1."""
    letters = DeadLetters(database)
    good = str(await letters.keep("door", GOOD, [Problem("$.run", "[is] missing")]))
    bad = str(await letters.keep("door", b"{\xff}", [Problem("$", "is not JSON")]))
    _, listed, _ = await goldthread("dead-letters", "list", "--first", "1")
    assert bad in listed.decode()
    assert f"2 of 2 wait for a replay; more: --after {bad}" in listed.decode()
    assert await goldthread("dead-letters", "show", bad, "--raw") == (0, b"{\xff}", "")
    _, shown, _ = await goldthread("dead-letters", "show", good, "--json")
    assert json.loads(shown)["problems"] == [{"path": "$.run", "reason": "[is] missing"}]
    with pytest.raises(InvalidInputError, match="say either which dead letters, or --all"):
        await goldthread("dead-letters", "discard")

    code, out, _ = await goldthread("dead-letters", "replay", "--all")
    assert code == 1
    assert "1 recorded, 1 still cannot be read" in out.decode()
    assert (await letters.show((await letters.page(1))[0][0].dead_letter_id))[0].replayed_at is None
    assert await goldthread("dead-letters", "discard", good, bad) == (0, b"2 discarded\n", "")
    assert (await letters.tally()).letters == 0


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
