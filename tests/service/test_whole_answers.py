"""Answers leave in one piece, in the order they were asked for, and what streams is not held back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

from service.settings import Settings
from tests.service.servers import served

PATIENCE = 10
LARGE = 5_000_000


@asynccontextmanager
async def connected(
    database_url: str, *routes: Route
) -> AsyncGenerator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Connect to a server that has these routes too."""
    async with served(Settings(database_url=database_url), *routes) as server, asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=1 << 20)
        yield reader, writer
        writer.close()
        await writer.wait_closed()


def asked(path: str, *headers: str, method: str = "GET") -> bytes:
    """Return a request as it is sent."""
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *headers, "", ""]).encode()


async def hello(request: Request) -> PlainTextResponse:
    """Answer with whom was greeted."""
    return PlainTextResponse(f"hello {request.path_params['name']}")


HELLO = Route("/hello/{name}", hello, methods=["GET"])


async def test_head_and_body_come_together(database_url: str) -> None:
    """What is read first of an answer is all of it, on a kept connection too; that to HEAD is the head alone."""
    async with connected(database_url, HELLO) as (reader, writer):
        for name in ("ann", "ben"):
            writer.write(asked(f"/hello/{name}"))
            head, _, body = (await reader.read(1 << 16)).partition(b"\r\n\r\n")
            assert (head.split(b"\r\n")[0], body) == (b"HTTP/1.1 200 OK", f"hello {name}".encode())
        writer.write(asked("/hello/ann", method="HEAD"))
        head, _, body = (await reader.read(1 << 16)).partition(b"\r\n\r\n")
        assert (b"content-length: 9" in head, body) == (True, b"")


async def test_a_stream_begins_before_it_has_something_to_tell(database_url: str) -> None:
    """The head arrives while nothing else is there yet, and then each part by itself."""
    told = asyncio.Queue[bytes]()

    async def parts() -> AsyncIterator[bytes]:
        while part := await told.get():
            yield part

    async def stream(_: Request) -> StreamingResponse:
        return StreamingResponse(parts(), media_type="text/plain")

    async with connected(database_url, Route("/parts", stream)) as (reader, writer):
        writer.write(asked("/parts"))
        assert (await reader.read(1 << 16)).startswith(b"HTTP/1.1 200 OK\r\n")
        for part in (b"one", b"HTTP/1.1 two"):
            told.put_nowait(part)
            assert await reader.readexactly(len(part) + 5) == b"%x\r\n%s\r\n" % (len(part), part)
        told.put_nowait(b"")
        assert await reader.readexactly(5) == b"0\r\n\r\n"


async def test_everything_is_sent_before_the_connection_closes(database_url: str) -> None:
    """Of requests sent at once each is answered in turn, a large answer whole, and the last closes the connection."""

    async def large(_: Request) -> PlainTextResponse:
        return PlainTextResponse("a" * LARGE)

    async with connected(database_url, HELLO, Route("/large", large)) as (reader, writer):
        writer.write(asked("/hello/ann") + asked("/large") + asked("/hello/ben", "Connection: close"))
        answers = (await reader.read()).split(b"HTTP/1.1 200 OK\r\n")
        assert [one.partition(b"\r\n\r\n")[2] for one in answers] == [
            b"",
            b"hello ann",
            b"a" * LARGE,
            b"hello ben",
        ]
