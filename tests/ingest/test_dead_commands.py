"""`goldthread dead`: messages that could not be used and events that could not be read, as one list."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, TypeAlias
from uuid import UUID

import orjson
import pytest
from typer.testing import CliRunner

from graph.errors import CatalogError, InvalidInputError, NotFoundError, Problem, UnavailableError
from graph.store.database import DEFAULT_TENANT, Database
from graph.store.stream_letters import StreamLetters, add
from ingest.messages import Message, Refused
from ingest.streams.dead_letters import letters_of
from ingest.streams.topics import LINEAGE
from lineage.dead_letters import DeadLetters
from service.cli import application
from tests.lineage.conftest import run_event

Goldthread: TypeAlias = Callable[..., Awaitable[tuple[int, bytes, str]]]

GOOD = orjson.dumps(run_event(1, "COMPLETE", "2026-01-01T00:00:00Z", outputs=["a"]))
AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def goldthread(database_url: str, tmp_path: Any) -> Goldthread:
    """Return what runs a command in a thread, as the program does, and returns its exit code and what it printed."""
    app = application()

    async def run(*arguments: str) -> tuple[int, bytes, str]:
        surroundings = {
            "DATABASE_URL": database_url,
            "COLUMNS": "200",
            "GOLDTHREAD_HOME": str(tmp_path),
            "KAFKA_BOOTSTRAP_SERVERS": "",
        }
        result = await asyncio.to_thread(CliRunner().invoke, app, ("dead", *arguments), env=surroundings)
        if isinstance(result.exception, CatalogError):
            raise result.exception
        return result.exit_code, result.stdout_bytes, result.stderr

    return run


async def message_letter(database: Database, topic: str, offset: int, value: bytes | None) -> str:
    """Keep a dead letter of a message, and return its id."""
    refused = [Refused(Message(topic, 0, offset, AT, b"7", value), (Problem("$", "is wrong"),))]
    (letter,) = letters_of("group", refused)
    await database.transaction(lambda connection: add(connection, DEFAULT_TENANT, [letter]))
    return str(letter.dead_letter_id)


async def test_letters_of_both_kinds_are_one_list(database: Database, goldthread: Goldthread) -> None:
    """Latest first; an event from a topic is one letter, and a message where its topic is named."""
    events = DeadLetters(database)
    order = await message_letter(database, "orders", 4, b"{")
    await message_letter(database, LINEAGE, 5, b"{}")
    null = await message_letter(database, LINEAGE, 6, None)
    event = str(await events.keep(f"kafka {LINEAGE}", b"{}", [Problem("$.run", "is missing")]))
    told = json.loads((await goldthread("list", "--json"))[1])
    assert ([each["id"] for each in told["letters"]], told["total"]) == ([event, null, order], 3)
    assert [each["source"] for each in told["letters"]] == [
        f"kafka {LINEAGE}",
        f"{LINEAGE} 0:6",
        "orders 0:4",
    ]
    _, listed, _ = await goldthread("list", "--first", "1", "--skip", "1")
    assert null in listed.decode()
    assert "1 of 3 wait for a replay; more: --skip 2" in listed.decode()
    named = json.loads((await goldthread("list", "--topic", LINEAGE, "--json"))[1])
    assert [each["source"] for each in named["letters"]] == [f"{LINEAGE} 0:6", f"{LINEAGE} 0:5"]


async def test_a_letter_of_each_kind_is_shown_and_discarded(
    database: Database, goldthread: Goldthread
) -> None:
    """Whole or as bytes; what is gone is not known any more."""
    order = await message_letter(database, "orders", 4, b"{\xff}")
    event = str(await DeadLetters(database).keep("door", b"{", [Problem("$.run", "[is] missing")]))
    shown = json.loads((await goldthread("show", order))[1])
    assert (shown["kind"], shown["key"], shown["value"], shown["headers"]) == ("message", "7", "7bff7d", {})
    assert await goldthread("show", order, "--raw") == (0, b"{\xff}", "")
    shown = json.loads((await goldthread("show", event))[1])
    assert shown["problems"] == [{"path": "$.run", "reason": "[is] missing"}]
    with pytest.raises(NotFoundError, match="no dead letter has the id"):
        await goldthread("discard", order, str(UUID(int=5)))
    assert await goldthread("discard", order, event) == (0, b"2 discarded\n", "")
    assert json.loads((await goldthread("list", "--all", "--json"))[1]) == {"total": 0, "letters": []}


async def test_events_are_recorded_and_messages_wait_for_a_kafka(
    database: Database, goldthread: Goldthread
) -> None:
    """What still cannot be read makes the exit code 1; without a Kafka a message stays as it is."""
    events = DeadLetters(database)
    good = str(await events.keep("door", GOOD, [Problem("$.run", "[is] missing")]))
    bad = str(await events.keep("door", b"{\xff}", [Problem("$", "is not JSON")]))
    code, out, _ = await goldthread("replay", "--all")
    assert code == 1
    assert "1 recorded, 1 still cannot be read" in out.decode()
    assert (await events.show(UUID(good)))[0].replayed_at is not None
    assert (await events.show(UUID(bad)))[0].replayed_at is None
    order = await message_letter(database, "orders", 4, b"{")
    with pytest.raises(UnavailableError, match="no Kafka runs"):
        await goldthread("replay", order)
    assert len(await StreamLetters(database).waiting()) == 1


@pytest.mark.parametrize("command", ["replay", "discard"])
async def test_which_letters_has_to_be_said(goldthread: Goldthread, command: str) -> None:
    """Neither ids nor all, or both, and a topic beside ids are refused."""
    for wrong in ((), (str(UUID(int=1)), "--all")):
        with pytest.raises(InvalidInputError, match="say either which dead letters, or --all"):
            await goldthread(command, *wrong)
    with pytest.raises(InvalidInputError, match="goes with --all"):
        await goldthread(command, str(UUID(int=1)), "--topic", "orders")
