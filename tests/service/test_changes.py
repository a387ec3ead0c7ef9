"""The doors of the change feed: pages in GraphQL and REST, acknowledgements, and events as they happen over SSE."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from graph.identity import new_id
from graph.store import change_feed, facts
from graph.store.change_feed import Change, ChangeKind
from graph.store.database import Connection, Database
from tests.service.conftest import Ask

ANN, BOB = new_id(), new_id()
CHANGES = """query ($after: String, $first: Int! = 100, $consumer: String, $type: String) {
  changes(after: $after, first: $first, consumer: $consumer, entityType: $type) {
    nodes { id cursor entityType kind goldenId otherId attributes validFrom knownAt } endCursor hasNextPage } }"""


async def told(database: Database, *changes: Change) -> None:
    """Commit changes of customers at one instant."""

    async def work(connection: Connection) -> None:
        at = await facts.tick(connection, 1)
        await change_feed.add(connection, 1, at, "customer", changes)

    await database.transaction(work)


class Stream:
    """One running request for events, asked of the application itself, so that nothing waits for its end."""

    def __init__(self, app: Starlette, method: str, path: str, headers: dict[str, str], body: bytes) -> None:
        target, _, query = path.partition("?")
        self.status = 0
        self.headers: dict[str, str] = {}
        self._scope = {
            "type": "http",
            "method": method,
            "path": target,
            "raw_path": target.encode(),
            "query_string": query.encode(),
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "http_version": "1.1",
            "scheme": "http",
            "client": ("127.0.0.1", 1),
            "server": ("localhost", 8000),
        }
        self._body: bytes | None = body
        self.opened = asyncio.Event()
        self._gone = asyncio.Event()
        self._chunks: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._text = b""
        self._task = asyncio.create_task(self._run(app))

    async def event(self) -> dict[str, str]:
        """Return the next event as its fields; empty at the end of the stream."""
        while b"\n\n" not in self._text:
            chunk = await asyncio.wait_for(self._chunks.get(), 10)
            if chunk is None:
                return {}
            self._text += chunk
        block, _, self._text = self._text.partition(b"\n\n")
        lines = [line for line in block.decode().split("\n") if not line.startswith(":")]
        fields = {name: value for name, _, value in (line.partition(": ") for line in lines)}
        return fields or await self.event()

    async def close(self) -> None:
        """Go away as a client does."""
        self._gone.set()
        await asyncio.wait_for(self._task, 10)

    async def _run(self, app: Starlette) -> None:
        async def receive() -> dict[str, Any]:
            if self._body is not None:
                body, self._body = self._body, None
                return {"type": "http.request", "body": body, "more_body": False}
            await self._gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                self.opened.set()
                self.status = message["status"]
                self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            elif message.get("body"):
                await self._chunks.put(message["body"])
            if message["type"] == "http.response.body" and not message.get("more_body"):
                await self._chunks.put(None)

        await app(self._scope, receive, send)


@asynccontextmanager
async def streaming(
    app: Starlette, path: str, method: str = "GET", body: bytes = b"", **headers: str
) -> AsyncGenerator[Stream]:
    """Ask for events and go away at the end."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    stream = Stream(app, method, path, {"Host": "localhost", "Accept": "text/event-stream"} | given, body)
    try:
        yield stream
    finally:
        await stream.close()


async def test_a_page_shows_every_part_of_a_change(database: Database, ask: Ask) -> None:
    """GraphQL tells what happened to which golden records and when that was recorded, and nothing personal."""
    await told(database, Change("merged", ANN, BOB), Change("changed", ANN, attributes=("email",)))

    page = (await ask(CHANGES))["changes"]

    merged, changed = page["nodes"]
    assert (merged["kind"], merged["goldenId"], merged["otherId"]) == ("MERGED", str(ANN), str(BOB))
    assert (changed["kind"], changed["otherId"], changed["attributes"]) == ("CHANGED", None, ["email"])
    assert merged["knownAt"] == changed["knownAt"]
    assert page["hasNextPage"] is False


async def test_pages_follow_each_other_without_a_gap(database: Database, ask: Ask) -> None:
    """Any cursor, that of a change or the end of a page, leads to the next change."""
    await told(database, *(Change("created", new_id()) for _ in range(5)))
    everything = (await ask(CHANGES))["changes"]["nodes"]

    first = (await ask(CHANGES, first=2))["changes"]
    second = (await ask(CHANGES, first=2, after=first["endCursor"]))["changes"]
    third = (await ask(CHANGES, first=2, after=second["nodes"][-1]["cursor"]))["changes"]

    assert first["nodes"] + second["nodes"] + third["nodes"] == everything
    assert [p["hasNextPage"] for p in (first, second, third)] == [True, True, False]
    assert (await ask(CHANGES, after=third["endCursor"]))["changes"]["nodes"] == []


async def test_a_page_starts_where_its_consumer_stands(database: Database, ask: Ask) -> None:
    """What a consumer acknowledged does not come again; who never did begins at the start."""
    await told(database, *(Change("created", new_id()) for _ in range(3)))
    nodes = (await ask(CHANGES, consumer="billing"))["changes"]["nodes"]
    assert len(nodes) == 3

    acknowledged = await ask(
        'mutation ($cursor: String!) { acknowledgeChanges(consumer: "billing", cursor: $cursor) }',
        cursor=nodes[1]["cursor"],
    )

    assert acknowledged == {"acknowledgeChanges": nodes[1]["cursor"]}
    assert (await ask(CHANGES, consumer="billing"))["changes"]["nodes"] == nodes[2:]


@pytest.mark.parametrize("cursor", ["", "?", "AAAA", "W10", "WyIyMDI1LTAxLTAxIiwtMV0", "é"])
async def test_a_cursor_of_something_else_is_refused(client: httpx.AsyncClient, cursor: str) -> None:
    """Both doors say that it is no cursor of the feed."""
    rest = await client.get("/api/v1/changes", params={"after": cursor})
    assert (rest.status_code, rest.json()["error"]["problems"][0]["path"]) == (400, "$.after")
    graphql = await client.post("/graphql", json={"query": CHANGES, "variables": {"after": cursor}})
    assert graphql.json()["errors"][0]["extensions"]["code"] == "INVALID_INPUT"


async def test_an_entity_type_that_nobody_defined_is_told(client: httpx.AsyncClient, app: Starlette) -> None:
    """A slip of the pen is no feed in which nothing ever happens, at any door."""
    said = "no entity type is called 'custmer'; known are customer, product, supplier, organization"
    rest = await client.get("/api/v1/changes", params={"entityType": "custmer"})
    assert (rest.status_code, rest.json()["error"]["message"]) == (404, said)
    graphql = await client.post("/graphql", json={"query": CHANGES, "variables": {"type": "custmer"}})
    assert graphql.json()["errors"][0]["message"] == said
    body = json.dumps(
        {"query": 'subscription { goldenRecordChanged(entityType: "custmer") { kind } }'}
    ).encode()
    async with streaming(app, "/graphql", "POST", body, Content_Type="application/json") as stream:
        assert json.loads((await stream.event())["data"])["errors"][0]["message"] == said


async def test_rest_shows_the_same_page(database: Database, client: httpx.AsyncClient, ask: Ask) -> None:
    """JSON has the parts that GraphQL has, under the same names."""
    await told(database, Change("created", ANN), Change("changed", BOB, attributes=("email",)))
    graphql = (await ask(CHANGES))["changes"]

    body = (await client.get("/api/v1/changes")).json()

    assert [{**change, "kind": change["kind"].upper()} for change in body["changes"]] == graphql["nodes"]
    assert body["pageInfo"] == {"hasNextPage": False, "endCursor": graphql["endCursor"]}
    narrowed = (await client.get("/api/v1/changes", params={"goldenId": str(BOB)})).json()
    assert [change["goldenId"] for change in narrowed["changes"]] == [str(BOB)]


async def test_rest_moves_a_consumer(database: Database, client: httpx.AsyncClient) -> None:
    """A PUT acknowledges; the next page of the consumer begins behind."""
    await told(database, Change("created", ANN), Change("created", BOB))
    changes = (await client.get("/api/v1/changes")).json()["changes"]

    answer = await client.put("/api/v1/changes/consumers/billing", json={"cursor": changes[0]["cursor"]})

    assert answer.json() == {"consumer": "billing", "cursor": changes[0]["cursor"]}
    left = (await client.get("/api/v1/changes", params={"consumer": "billing"})).json()["changes"]
    assert left == changes[1:]
    refused = await client.put("/api/v1/changes/consumers/billing", json={"cursor": 1})
    assert refused.status_code == 400


async def test_a_stream_tells_what_happens_from_now_on(database: Database, app: Starlette) -> None:
    """Without a place to begin at only new changes come, each with the id to come back with."""
    await told(database, Change("created", BOB))
    async with streaming(app, "/api/v1/changes") as stream:
        await stream.opened.wait()
        for kind in ("created", "changed"):
            await told(database, Change(_kind(kind), ANN))
            event = await stream.event()
            assert event["event"] == "change"
            change = json.loads(event["data"])
            assert (change["kind"], change["goldenId"], change["cursor"]) == (kind, str(ANN), event["id"])
    assert (stream.status, stream.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")


async def test_a_stream_resumes_without_loss(database: Database, app: Starlette) -> None:
    """Whoever comes back with Last-Event-ID gets everything since, however much that is, then what is new."""
    ids = [new_id() for _ in range(250)]
    await told(database, *(Change("created", golden_id) for golden_id in ids[:3]))
    async with streaming(app, "/api/v1/changes?consumer=new") as stream:
        seen = [await stream.event() for _ in range(2)]
    await told(database, *(Change("created", golden_id) for golden_id in ids[3:]))

    async with streaming(app, "/api/v1/changes?consumer=new", Last_Event_ID=seen[-1]["id"]) as stream:
        seen += [await stream.event() for _ in range(248)]
        await told(database, Change("erased", ANN))
        last = json.loads((await stream.event())["data"])

    assert [json.loads(event["data"])["goldenId"] for event in seen] == [str(golden_id) for golden_id in ids]
    assert last["kind"] == "erased"


async def test_a_subscription_comes_as_server_sent_events(
    database: Database, app: Starlette, ask: Ask
) -> None:
    """GraphQL over SSE: `next` for every result of a subscription, with the limits of the endpoint."""
    query = "subscription ($ids: [ID!], $after: String) { customerChanged(ids: $ids, after: $after) { goldenId } }"
    variables = {"ids": [str(ANN)], "after": (await ask(CHANGES))["changes"]["endCursor"]}
    body = json.dumps({"query": query, "variables": variables}).encode()
    async with streaming(app, "/graphql", "POST", body, Content_Type="application/json") as stream:
        await told(database, Change("created", BOB), Change("created", ANN))
        event = await stream.event()
    assert event["event"] == "next"
    assert json.loads(event["data"])["data"]["customerChanged"]["goldenId"] == str(ANN)


async def test_a_query_comes_as_one_event(app: Starlette) -> None:
    """A query asked for as an event stream has one result, then the stream is complete."""
    async with streaming(app, "/graphql?query=%7B__typename%7D") as stream:
        event, end, after = await stream.event(), await stream.event(), await stream.event()
    assert json.loads(event["data"])["data"] == {"__typename": "Query"}
    assert (end["event"], after) == ("complete", {})


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("subscription { nothing }", 200, "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { customerChanged { kind", 200, "GRAPHQL_PARSE_FAILED"),
    ],
)
async def test_a_subscription_that_is_none_is_refused(
    client: httpx.AsyncClient, query: str, status: int, code: str
) -> None:
    """What is wrong with the document is said at once, as JSON."""
    response = await client.post("/graphql", json={"query": query}, headers={"Accept": "text/event-stream"})
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (status, code)


async def test_a_subscription_needs_a_stream(client: httpx.AsyncClient) -> None:
    """Asked for as plain JSON a subscription is refused with the way to ask."""
    response = await client.post("/graphql", json={"query": "subscription { customerChanged { kind } }"})
    assert response.status_code == 406
    assert "text/event-stream" in response.json()["error"]["message"]


async def test_a_bad_cursor_ends_a_subscription_with_the_reason(app: Starlette) -> None:
    """An error of the subscription itself is its last result."""
    query = 'subscription { goldenRecordChanged(after: "nowhere") { kind } }'
    body = json.dumps({"query": query}).encode()
    async with streaming(app, "/graphql", "POST", body, Content_Type="application/json") as stream:
        event, end = await stream.event(), await stream.event()
    assert json.loads(event["data"])["errors"][0]["extensions"]["code"] == "INVALID_INPUT"
    assert end["event"] == "complete"


def _kind(name: str) -> ChangeKind:
    return "created" if name == "created" else "changed"
