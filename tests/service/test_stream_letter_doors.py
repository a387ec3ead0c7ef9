"""The doors of dead letters of streams: listed, shown, and asked for to be sent once more."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from uuid import UUID

import httpx
import pytest

from graph.errors import Problem
from graph.store.database import DEFAULT_TENANT, Database
from graph.store.stream_letters import StreamLetter, StreamLetters, add
from tests.service.conftest import Ask

LIST = """query ($topic: String, $open: Boolean!, $first: Int! = 5, $after: String) {
  streamDeadLetters(topic: $topic, open: $open, first: $first, after: $after) {
    nodes { id topic partition offset consumer size problems { path reason } replayAskedAt replayedAt }
    pageInfo { hasNextPage endCursor } topics { topic letters waiting } } }"""
REPLAY = "mutation ($ids: [ID!]!) { replayStreamDeadLetters(ids: $ids) { id replayAskedAt replayedAt } }"
ADDRESS = "/api/v1/streams/dead-letters"


def letter(number: int, topic: str = "orders", value: bytes | None = b"\xff{") -> StreamLetter:
    """Return a dead letter of a topic."""
    return StreamLetter(
        UUID(int=number), "orders", topic, 3, number, datetime(2026, 1, 1, tzinfo=UTC), b"k", value,
        (("trace", b"a\xff"),), (Problem("$", "is no JSON"),),
    )  # fmt: skip


async def keep(database: Database, *letters: StreamLetter) -> list[str]:
    """Keep letters, each a little later than the one before, and return their ids."""
    for one in letters:
        await database.transaction(lambda connection, one=one: add(connection, DEFAULT_TENANT, [one]))
    return [str(one.dead_letter_id) for one in letters]


async def test_letters_of_streams_are_listed_page_by_page_and_shown_byte_for_byte(
    database: Database, ask: Ask
) -> None:
    """Latest first, of one topic or of all, with how many wait; the content comes as text and as bytes."""
    ids = await keep(database, letter(1), letter(2, "source.crm.customers"), letter(3, value=None))
    page = (await ask(LIST, open=True))["streamDeadLetters"]
    assert [node["id"] for node in page["nodes"]] == ids[::-1]
    assert page["topics"] == [
        {"topic": "orders", "letters": 2, "waiting": 2},
        {"topic": "source.crm.customers", "letters": 1, "waiting": 1},
    ]
    node = page["nodes"][2]
    assert (node["partition"], node["offset"], node["size"]) == (3, 1, 2)
    assert node["problems"] == [{"path": "$", "reason": "is no JSON"}]
    first = (await ask(LIST, open=True, first=1, topic="orders"))["streamDeadLetters"]
    assert [node["id"] for node in first["nodes"]] == [ids[2]]
    after = first["pageInfo"]["endCursor"]
    second = (await ask(LIST, open=True, first=1, topic="orders", after=after))["streamDeadLetters"]
    assert [node["id"] for node in second["nodes"]] == [ids[0]]
    assert second["pageInfo"]["hasNextPage"] is False
    one = "query ($id: ID!) { streamDeadLetter(id: $id) { content { key value base64 headers { name value } } } }"
    shown = (await ask(one, id=ids[0]))["streamDeadLetter"]["content"]
    assert (shown["key"], shown["value"], base64.b64decode(shown["base64"])) == ("k", "\ufffd{", b"\xff{")
    assert shown["headers"] == [{"name": "trace", "value": "a\ufffd"}]
    assert (await ask(one, id=ids[2]))["streamDeadLetter"]["content"]["value"] is None
    assert await ask(one, id=str(UUID(int=9))) == {"streamDeadLetter": None}


async def test_a_replay_is_noted_for_a_worker_who_takes_it_once(database: Database, ask: Ask) -> None:
    """What is asked for waits until it was sent; where sending fails it waits on; asked again it is sent again."""
    ids = await keep(database, letter(1), letter(2))
    (told,) = (await ask(REPLAY, ids=ids[:1]))["replayStreamDeadLetters"]
    assert (told["id"], told["replayedAt"]) == (ids[0], None)
    assert told["replayAskedAt"] is not None
    letters = StreamLetters(database)
    with pytest.raises(ValueError, match="broken off"):
        await _broken_off(letters, ids[:1])
    async with letters.asked(5) as wanted:
        assert [one.value for one in wanted] == [b"\xff{"]
    async with letters.asked(5) as wanted:
        assert wanted == []
    assert [node["id"] for node in (await ask(LIST, open=True))["streamDeadLetters"]["nodes"]] == ids[1:]
    (every,) = [
        node for node in (await ask(LIST, open=False))["streamDeadLetters"]["nodes"] if node["id"] == ids[0]
    ]
    assert every["replayedAt"] > every["replayAskedAt"]
    await ask(REPLAY, ids=ids[:1])
    async with letters.asked(5) as wanted:
        assert len(wanted) == 1


async def _broken_off(letters: StreamLetters, ids: list[str]) -> None:
    async with letters.asked(5) as wanted:
        assert [str(one.dead_letter_id) for one in wanted] == ids
        raise ValueError("broken off")


async def test_letters_of_streams_have_rest_doors(
    database: Database, client: httpx.AsyncClient, written: Callable[[], Awaitable[dict[str, int]]]
) -> None:
    """The same over REST; what is wrong with a request is said, and nothing is asked for then."""
    ids = await keep(database, letter(1), letter(2))
    page = (await client.get(ADDRESS, params={"first": "1"})).json()
    assert [one["id"] for one in page["deadLetters"]] == ids[1:]
    rest = (await client.get(ADDRESS, params={"after": page["pageInfo"]["endCursor"]})).json()
    assert [one["id"] for one in rest["deadLetters"]] == ids[:1]
    assert (await client.get(f"{ADDRESS}/{ids[0]}")).content == b"\xff{"
    before = await written()
    unknown = await client.post(f"{ADDRESS}/replay", json={"ids": [ids[0], str(UUID(int=9))]})
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "NOT_FOUND")
    for body in ({}, {"ids": []}, {"ids": [1]}, {"ids": ["x"]}, {"ids": ids, "all": True}, []):
        assert (await client.post(f"{ADDRESS}/replay", json=body)).status_code == 400
    assert (await client.get(ADDRESS, params={"open": "perhaps"})).status_code == 400
    assert await written() == before
    async with StreamLetters(database).asked(5) as wanted:
        assert wanted == []
    asked = await client.post(f"{ADDRESS}/replay", json={"ids": ids[:1]})
    assert asked.status_code == 202
    assert asked.json()["deadLetters"][0]["replayAskedAt"] is not None
