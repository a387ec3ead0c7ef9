"""GraphQL over WebSocket: the protocol graphql-transport-ws, with the limits of the HTTP endpoint and some of its own."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, cast

import orjson
from starlette.websockets import WebSocket, WebSocketDisconnect

from graph.errors import InvalidInputError, refuse_nul
from graph.identity import new_id
from service.auth import is_admitted
from service.context import ANONYMOUS, RequestContext
from service.errors import extensions, shortened
from service.graphql_endpoint import GraphQLEndpoint
from service.graphql_request import GraphQLRequest
from service.responses import encoded

PROTOCOL = "graphql-transport-ws"
"""The only subprotocol that is spoken."""

MOST_CONNECTIONS = 500
"""How many WebSockets one process serves at once."""

MOST_OPERATIONS = 20
"""How many operations may go on at once on one connection."""

LONGEST_MESSAGE = 1 << 20
"""How many bytes one message of a client may have: 1 MiB, as a body at /graphql."""

LONGEST_ID = 200
"""How many characters the id of an operation may have."""

INIT_SECONDS = 10.0
"""How long a client may take until it says `connection_init`."""

SEND_SECONDS = 60.0
"""How long a client may take until it reads on."""


class ClosingError(Exception):
    """Ends the connection with a code and a reason of at most 123 bytes."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class GraphQLSockets:
    """Serves the WebSockets of one process."""

    def __init__(
        self,
        endpoint: GraphQLEndpoint,
        most_connections: int = MOST_CONNECTIONS,
        init_seconds: float = INIT_SECONDS,
    ) -> None:
        self._endpoint = endpoint
        self._most_connections = most_connections
        self._init_seconds = init_seconds
        self._open = 0

    async def serve(self, websocket: WebSocket) -> None:
        """Serve one connection until either side ends it.

        Close codes: 4400 not the protocol, 4401 no connection_init yet, 4403 not let in, 4406 other subprotocol,
        4408 connection_init too late, 4409 id in use, 4429 more than one connection_init or too many operations,
        1013 too many connections, 1011 our fault.
        """
        if PROTOCOL not in websocket.scope.get("subprotocols", []):
            await websocket.accept()
            await websocket.close(4406, f"speak the subprotocol {PROTOCOL}")
            return
        await websocket.accept(PROTOCOL)
        if self._open >= self._most_connections:
            await websocket.close(1013, "too many connections; try again later")
            return
        self._open += 1
        try:
            await _Conversation(websocket, self._endpoint, self._init_seconds).hold()
        finally:
            self._open -= 1


class _Conversation:
    """What is going on on one connection."""

    def __init__(self, websocket: WebSocket, endpoint: GraphQLEndpoint, init_seconds: float) -> None:
        self._init_seconds = init_seconds
        self._websocket = websocket
        self._endpoint = endpoint
        self._services = websocket.app.state.services
        self._actor: str | None = None
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._sending = asyncio.Lock()
        self._failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def hold(self) -> None:
        """Talk until the connection ends, and end what still goes on then."""
        try:
            await self._talk()
        except ClosingError as closing:
            with suppress(RuntimeError, WebSocketDisconnect):  # gone already
                await self._websocket.close(closing.code, closing.reason)
        except WebSocketDisconnect:
            pass
        finally:
            tasks = list(self._operations.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._failed.cancel()

    async def _talk(self) -> None:
        try:
            first = await asyncio.wait_for(self._received(), self._init_seconds)
        except TimeoutError:
            raise ClosingError(4408, "connection_init did not come") from None
        while first["type"] != "connection_init":
            await self._before_init(first)
            first = await self._received()
        self._admit(first.get("payload"))
        await self._send({"type": "connection_ack"})
        while True:
            receiving = asyncio.ensure_future(self._received())
            await asyncio.wait([receiving, self._failed], return_when=asyncio.FIRST_COMPLETED)
            if self._failed.done():
                receiving.cancel()
                with suppress(asyncio.CancelledError, WebSocketDisconnect, ClosingError):
                    await receiving
                self._failed.result()
            await self._act(receiving.result())

    async def _before_init(self, message: dict[str, Any]) -> None:
        if message["type"] == "subscribe":
            raise ClosingError(4401, "send connection_init first")
        await self._act(message)

    def _admit(self, payload: object) -> None:
        """Let the client in, by the key in its headers or in the payload of connection_init."""
        key = self._services.settings.api_key
        secret = key.get_secret_value() if key else None
        if not is_admitted(self._websocket.headers, secret, _key_in(payload)):
            raise ClosingError(
                4403,
                'an API key is needed in connection_init: {"Authorization": "Bearer …"}'
                if secret
                else "without an API key this server answers only to localhost",
            )
        self._actor = "api-key" if secret else ANONYMOUS

    async def _act(self, message: dict[str, Any]) -> None:
        kind = message["type"]
        if kind == "ping":
            await self._send({"type": "pong"})
        elif kind == "subscribe":
            self._begin(_id_of(message), message.get("payload"))
        elif kind == "complete":
            task = self._operations.pop(_id_of(message), None)
            if task is not None:
                task.cancel()
        elif kind == "connection_init":
            raise ClosingError(4429, "connection_init came before")
        elif kind != "pong":
            raise ClosingError(4400, f"there is no message of type {str(kind)[:40]!r}")

    def _begin(self, operation_id: str, payload: object) -> None:
        if operation_id in self._operations:
            raise ClosingError(4409, f"there is an operation {operation_id[:60]!r} already")
        if len(self._operations) >= MOST_OPERATIONS:
            raise ClosingError(4429, f"at most {MOST_OPERATIONS} operations go on at once")
        task = asyncio.create_task(self._carry_out(operation_id, payload))
        self._operations[operation_id] = task

    async def _carry_out(self, operation_id: str, payload: object) -> None:
        """Send the answers of one operation; each is asked for only when the one before was sent."""
        context = RequestContext(self._services, self._actor or ANONYMOUS, str(new_id()))
        try:
            refuse_nul(payload)
            asked = GraphQLRequest.of(payload)
            async for body, is_refusal in self._endpoint.answers(asked, context):
                for error in body.get("errors", ()):
                    self._services.metrics.errors.labels(error["extensions"]["code"]).inc()
                if is_refusal:
                    await self._end(
                        operation_id, {"type": "error", "id": operation_id, "payload": body["errors"]}
                    )
                    return
                await self._send({"type": "next", "id": operation_id, "payload": body})
            await self._end(operation_id, {"type": "complete", "id": operation_id})
        except InvalidInputError as error:
            shown = {"message": shortened(error.message), "extensions": extensions(error)}
            await self._end(operation_id, {"type": "error", "id": operation_id, "payload": [shown]})
        except (ClosingError, WebSocketDisconnect) as error:
            self._fail(error)
        except Exception as error:  # a bug ends this connection alone, with its traceback in the log
            self._fail(ClosingError(1011, "something went wrong on our side; it has been logged"))
            raise error

    def _fail(self, error: Exception) -> None:
        if not self._failed.done():
            self._failed.set_exception(error)

    async def _end(self, operation_id: str, message: dict[str, Any]) -> None:
        """Say that an operation is over; its id may be used again from then on."""
        self._operations.pop(operation_id, None)
        await self._send(message)

    async def _received(self) -> dict[str, Any]:
        message = await self._websocket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1005))
        text: str | bytes | None = message.get("text")
        if text is None or len(text) > LONGEST_MESSAGE:
            raise ClosingError(4400, "a message must be text of at most 1 MiB")
        try:
            value: object = orjson.loads(text)
        except orjson.JSONDecodeError:
            raise ClosingError(4400, "a message must be JSON") from None
        found = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
        if not isinstance(found.get("type"), str):
            raise ClosingError(4400, "a message must be an object with a type")
        return found

    async def _send(self, message: dict[str, Any]) -> None:
        try:
            async with self._sending, asyncio.timeout(SEND_SECONDS):
                await self._websocket.send_text(encoded(message).decode())
        except TimeoutError:
            raise ClosingError(1013, "you read too slowly; come back with your last cursor") from None
        except RuntimeError:
            raise WebSocketDisconnect(1006) from None


def _id_of(message: dict[str, Any]) -> str:
    found = message.get("id")
    if not isinstance(found, str) or not 0 < len(found) <= LONGEST_ID:
        raise ClosingError(4400, f"id must be text of 1 to {LONGEST_ID} characters")
    return found


def _key_in(payload: object) -> str | None:
    """Return the key in the payload of connection_init, named as a header would be."""
    if not isinstance(payload, dict):
        return None
    given = {str(name).lower(): value for name, value in cast("dict[str, object]", payload).items()}
    key = given.get("x-api-key", given.get("apikey"))
    scheme, _, token = str(given.get("authorization", "")).partition(" ")
    if scheme.lower() == "bearer":
        key = token.strip()
    return key if isinstance(key, str) else None
