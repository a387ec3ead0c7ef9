"""The doors of dead letters: shown, replayed and discarded, over GraphQL and REST alike."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest
from starlette.applications import Starlette

from graph.errors import Problem
from graph.store.database import Database
from tests.service.conftest import Ask
from tests.service.test_run_doors import day, run_event, run_id


async def keep(app: Starlette, *raws: bytes) -> list[str]:
    """Keep dead letters and return their ids."""
    letters = app.state.services.dead_letters
    return [str(await letters.keep("tests", raw, [Problem("$.run", "is missing")])) for raw in raws]


async def test_dead_letters_are_shown_replayed_and_discarded(
    app: Starlette, client: httpx.AsyncClient, ask: Ask
) -> None:
    """What can be read by now becomes an event; what cannot stays with what is wrong now."""
    good, bad = orjson.dumps(run_event(1, "START", day(1))), b'{"eventTime": "\xff'
    ids = await keep(app, good, bad)
    query = """query ($open: Boolean!, $first: Int! = 5, $after: String) { deadLetters(open: $open, first: $first, after: $after) {
      nodes { id source size times raw base64 problems { path reason } replayedAt eventId }
      pageInfo { hasNextPage endCursor } tally { letters waiting letGo } } }"""
    page = (await ask(query, open=True))["deadLetters"]
    assert [node["id"] for node in page["nodes"]] == ids[::-1]
    assert page["tally"] == {"letters": 2, "waiting": 2, "letGo": 0}
    shown = page["nodes"][0]
    assert (base64.b64decode(shown["base64"]), shown["raw"]) == (bad, bad.decode(errors="replace"))
    assert (shown["problems"], shown["times"]) == ([{"path": "$.run", "reason": "is missing"}], 1)
    first = (await ask(query, open=True, first=1))["deadLetters"]["pageInfo"]
    assert first["hasNextPage"] is True
    second = (await ask(query, open=True, first=1, after=first["endCursor"]))["deadLetters"]
    assert [node["id"] for node in second["nodes"]] == ids[:1]
    replay = """mutation ($ids: [ID!], $all: Boolean! = false) { replayDeadLetters(ids: $ids, all: $all) {
      recorded failed results { id eventId problems { path } } } }"""
    told = (await ask(replay, all=True))["replayDeadLetters"]
    assert (told["recorded"], told["failed"]) == (1, 1)
    assert [
        (one["id"], one["problems"][0]["path"] if one["problems"] else None) for one in told["results"]
    ] == [
        (ids[1], "$"),
        (ids[0], None),
    ]
    assert (await ask("query ($id: ID!) { event(id: $id) { runId } }", id=told["results"][1]["eventId"])) == {
        "event": {"runId": run_id(1)}
    }
    assert [node["id"] for node in (await ask(query, open=True))["deadLetters"]["nodes"]] == ids[1:]
    assert (await ask("mutation ($ids: [ID!]!) { discardDeadLetters(ids: $ids) }", ids=ids[1:])) == {
        "discardDeadLetters": 1
    }
    one = "query ($id: ID!) { deadLetter(id: $id) { eventId } }"
    assert (await ask(one, id=ids[1]))["deadLetter"] is None
    assert (await ask(one, id=ids[0]))["deadLetter"]["eventId"] == told["results"][1]["eventId"]


async def test_dead_letters_have_rest_doors(
    app: Starlette, client: httpx.AsyncClient, database: Database
) -> None:
    """Listed, byte for byte, replayed, discarded."""
    good, bad = orjson.dumps(run_event(1, "START", day(1))), b"\x00\xff"
    ids = await keep(app, good, bad)
    page = (await client.get("/api/v1/dead-letters", params={"first": 1})).json()
    assert ([one["id"] for one in page["deadLetters"]], page["pageInfo"]["hasNextPage"]) == ([ids[1]], True)
    raw = await client.get(f"/api/v1/dead-letters/{ids[1]}")
    assert (raw.content, raw.headers["content-type"]) == (bad, "application/octet-stream")
    told = (await client.post("/api/v1/dead-letters/replay", json={"ids": ids[:1]})).json()
    assert (told["recorded"], told["failed"], told["results"][0]["id"]) == (1, 0, ids[0])
    told = (await client.post("/api/v1/dead-letters/replay", json={"all": True})).json()
    assert (told["recorded"], told["failed"]) == (0, 1)
    assert (await client.delete(f"/api/v1/dead-letters/{ids[1]}")).status_code == 204
    assert (await client.get("/api/v1/dead-letters")).json()["deadLetters"] == []
    every = (await client.get("/api/v1/dead-letters", params={"open": "false"})).json()
    assert [one["id"] for one in every["deadLetters"]] == [ids[0]]
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from lineage_event") == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ([], 400),
        ({"ids": [], "all": False}, 400),
        ({"ids": ["x"]}, 400),
        ({"ids": [5]}, 400),
        ({"ids": [str(UUID(int=5))], "all": True}, 400),
        ({"all": 1}, 400),
        ({"every": True}, 400),
        ({"ids": [str(UUID(int=n)) for n in range(101)]}, 400),
        ({"ids": [str(UUID(int=5))]}, 404),
    ],
)
async def test_a_replay_says_what_is_wrong_with_its_wish(
    app: Starlette, client: httpx.AsyncClient, body: Any, status: int
) -> None:
    """Some by their ids, or all; nothing is replayed otherwise."""
    await keep(app, orjson.dumps(run_event(1, "START", day(1))))
    response = await client.post("/api/v1/dead-letters/replay", json=body)
    assert response.status_code == status, response.text
    assert (await client.get("/api/v1/dead-letters")).json()["tally"]["waiting"] == 1
