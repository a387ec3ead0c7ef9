"""GraphQL over WebSocket: the protocol graphql-transport-ws against a real server, its limits and its close codes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Any

import pytest
import uvicorn
from pydantic import SecretStr
from starlette.routing import WebSocketRoute
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from graph.identity import new_id
from graph.store import change_feed, facts
from graph.store.change_feed import Change
from graph.store.database import Connection, Database
from service.graphql_endpoint import GraphQLEndpoint
from service.graphql_socket import MOST_OPERATIONS, GraphQLSockets
from service.schema.root import schema
from service.settings import Settings
from tests.service import servers

ANN, BOB = new_id(), new_id()
SUBSCRIPTION = (
    "subscription ($after: String) { goldenRecordChanged(after: $after) { id goldenId kind cursor } }"
)

Talk = Callable[..., AbstractAsyncContextManager["Client"]]


class Client:
    """A client that speaks the protocol."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def say(self, kind: str, **more: Any) -> None:
        """Send a message."""
        await self.socket.send(json.dumps({"type": kind, **more}))

    async def hear(self) -> dict[str, Any]:
        """Return the next message."""
        return json.loads(await asyncio.wait_for(self.socket.recv(), 10))

    async def subscribe(self, name: str, query: str, **variables: Any) -> None:
        """Begin an operation."""
        await self.say("subscribe", id=name, payload={"query": query, "variables": variables})

    async def closed(self) -> int:
        """Return the code with which the server closes, whatever it says before."""
        try:
            while True:
                await self.hear()
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd is not None else 0


async def told(database: Database, *changes: Change) -> None:
    """Commit changes of customers at one instant."""

    async def work(connection: Connection) -> None:
        at = await facts.tick(connection, 1)
        await change_feed.add(connection, 1, at, "customer", changes)

    await database.transaction(work)


@asynccontextmanager
async def served(
    settings: Settings, sockets: GraphQLSockets | None = None
) -> AsyncGenerator[tuple[str, uvicorn.Server]]:
    """Run a server on a free port and give its WebSocket address; `sockets` stand in for those of the application."""
    stand_ins = [WebSocketRoute("/graphql", sockets.serve)] if sockets is not None else []
    async with servers.served(settings, *stand_ins) as server:
        yield f"ws://127.0.0.1:{server.port}/graphql", server.uvicorn


@pytest.fixture
async def talk(database: Database, database_url: str) -> AsyncIterator[Talk]:
    """Return what opens a connection to a running server, past connection_init unless told otherwise."""
    async with served(Settings(database_url=database_url)) as (url, _):
        yield partial(talking, url)


@asynccontextmanager
async def talking(
    url: str, *, init: bool = True, protocol: str = "graphql-transport-ws", **more: Any
) -> AsyncGenerator[Client]:
    """Open a connection."""
    async with connect(url, subprotocols=[Subprotocol(protocol)], proxy=None, **more) as socket:
        client = Client(socket)
        if init:
            await client.say("connection_init")
            assert await client.hear() == {"type": "connection_ack"}
        yield client


async def now(client: Client) -> str:
    """Return the cursor of everything until now."""
    await client.subscribe("now", "{ changes(first: 100) { endCursor } }")
    cursor = (await client.hear())["payload"]["data"]["changes"]["endCursor"]
    assert await client.hear() == {"type": "complete", "id": "now"}
    return cursor


async def test_changes_come_as_they_happen(database: Database, talk: Talk) -> None:
    """A subscription tells every change once it is committed, in order."""
    async with talk() as client:
        await client.subscribe("1", SUBSCRIPTION, after=await now(client))
        for golden_id in (ANN, BOB):
            await told(database, Change("created", golden_id))
            message = await client.hear()
            assert (message["type"], message["id"]) == ("next", "1")
            assert message["payload"]["data"]["goldenRecordChanged"]["goldenId"] == str(golden_id)


async def test_nothing_is_lost_on_reconnect(database: Database, talk: Talk) -> None:
    """Whoever comes back with the last cursor gets everything since, each change once."""
    ids = [str(new_id()) for _ in range(300)]
    seen: list[str] = []
    async with talk() as client:
        cursor = await now(client)
    await told(database, *(Change("created", type(ANN)(golden_id)) for golden_id in ids))
    for count in (1, 99, 100, 100):
        async with talk() as client:
            await client.subscribe("1", SUBSCRIPTION, after=cursor)
            for _ in range(count):
                change = (await client.hear())["payload"]["data"]["goldenRecordChanged"]
                seen.append(change["goldenId"])
                cursor = change["cursor"]
            client.socket.transport.abort()  # the network breaks, in the middle of what is being sent
    assert seen == ids


async def test_queries_and_mutations_are_answered_too(talk: Talk) -> None:
    """An operation that is no subscription has one result and is complete; its id is free again."""
    async with talk() as client:
        for _ in range(2):
            await client.subscribe("q", "{ __typename }")
            message = await client.hear()
            assert message["payload"]["data"] == {"__typename": "Query"}
            assert await client.hear() == {"type": "complete", "id": "q"}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ " + "a { " * 20 + "b" + " }" * 20 + " }", "LIMIT_EXCEEDED"),
        ("", "INVALID_INPUT"),
    ],
)
async def test_the_limits_of_the_endpoint_hold(talk: Talk, query: str, code: str) -> None:
    """What HTTP refuses is refused here with the same code; the connection goes on."""
    async with talk() as client:
        await client.subscribe("1", query)
        message = await client.hear()
        assert (message["type"], message["id"]) == ("error", "1")
        assert message["payload"][0]["extensions"]["code"] == code
        await client.say("ping")
        assert await client.hear() == {"type": "pong"}


async def test_a_subscription_can_be_ended(database: Database, talk: Talk) -> None:
    """After `complete` nothing of it comes any more, and its id may be used again."""
    async with talk() as client:
        cursor = await now(client)
        await client.subscribe("1", SUBSCRIPTION, after=cursor)
        await client.say("complete", id="1")
        await told(database, Change("created", ANN))
        await client.subscribe("1", "{ __typename }")
        assert (await client.hear())["payload"]["data"] == {"__typename": "Query"}


async def _again(client: Client) -> None:
    await client.say("connection_init")


async def _same_id(client: Client) -> None:
    await client.subscribe("1", SUBSCRIPTION)
    await client.subscribe("1", SUBSCRIPTION)


async def _too_many(client: Client) -> None:
    for name in range(MOST_OPERATIONS + 1):
        await client.subscribe(str(name), SUBSCRIPTION)


async def _no_json(client: Client) -> None:
    await client.socket.send("{")


async def _bytes(client: Client) -> None:
    await client.socket.send(b"{}")


async def _no_type(client: Client) -> None:
    await client.socket.send("[]")


async def _unknown(client: Client) -> None:
    await client.say("stop")


async def _no_id(client: Client) -> None:
    await client.say("subscribe", payload={"query": "{ __typename }"})


@pytest.mark.parametrize(
    ("misbehave", "code"),
    [
        (_again, 4429),
        (_same_id, 4409),
        (_too_many, 4429),
        (_no_json, 4400),
        (_bytes, 4400),
        (_no_type, 4400),
        (_unknown, 4400),
        (_no_id, 4400),
    ],
)
async def test_who_breaks_the_protocol_is_told_how(
    talk: Talk, misbehave: Callable[[Client], Awaitable[None]], code: int
) -> None:
    """Each way to break it has its close code."""
    async with talk() as client:
        await misbehave(client)
        assert await client.closed() == code


async def test_a_client_introduces_itself_first(talk: Talk) -> None:
    """Asking before connection_init, or in another protocol, ends the connection."""
    async with talk(init=False) as client:
        await client.subscribe("1", "{ __typename }")
        assert await client.closed() == 4401


async def test_a_client_that_stays_silent_is_let_go(database: Database, database_url: str) -> None:
    """Without connection_init in time the connection ends."""
    sockets = GraphQLSockets(GraphQLEndpoint(schema), init_seconds=0.05)
    async with (
        served(Settings(database_url=database_url), sockets) as (url, _),
        talking(url, init=False) as client,
    ):
        assert await client.closed() == 4408


async def test_other_protocols_are_not_spoken(talk: Talk) -> None:
    """The older protocol of the same purpose is refused by name."""
    async with talk(init=False, protocol="graphql-ws") as client:
        assert await client.closed() == 4406


async def test_a_page_from_elsewhere_is_not_let_in(talk: Talk) -> None:
    """Without a key a browser's page of another site gets nothing, though it can reach the port."""
    async with talk(init=False, origin="https://elsewhere.example") as client:
        await client.say("connection_init")
        assert await client.closed() == 4403


async def test_connections_are_limited(database: Database, database_url: str) -> None:
    """One connection too many is told to come back later; one that ends makes room."""
    sockets = GraphQLSockets(GraphQLEndpoint(schema), most_connections=1)
    async with served(Settings(database_url=database_url), sockets) as (url, _):
        async with talking(url), talking(url, init=False) as second:
            assert await second.closed() == 1013
        async with talking(url):
            pass


async def test_the_key_comes_with_connection_init(database: Database, database_url: str) -> None:
    """Where a key is demanded it is given in the first message or in the headers; a wrong one is refused."""
    settings = Settings(database_url=database_url, api_key=SecretStr("open sesame"))
    async with served(settings) as (url, _):
        for payload in ({"Authorization": "Bearer open sesame"}, {"x-api-key": "open sesame"}):
            async with talking(url, init=False) as client:
                await client.say("connection_init", payload=payload)
                assert await client.hear() == {"type": "connection_ack"}
        async with talking(url, additional_headers={"X-API-Key": "open sesame"}):
            pass
        for wrong in ({"Authorization": "Bearer nonsense"}, {}, "open sesame"):
            async with talking(url, init=False) as client:
                await client.say("connection_init", payload=wrong)
                assert await client.closed() == 4403


async def test_a_server_that_ends_lets_everybody_go(database: Database, database_url: str) -> None:
    """Open subscriptions do not hold up the end of the server."""
    async with served(Settings(database_url=database_url)) as (url, server), talking(url) as client:
        await client.subscribe("1", SUBSCRIPTION)
        server.should_exit = True
        assert await client.closed() in {1000, 1012}
