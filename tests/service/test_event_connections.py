"""Connections that events come by: many requests on one, clients that go away, a server that ends; nothing acknowledged is lost."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import httpx
import pytest

from graph.store.database import Database
from service.settings import Settings
from tests.service.event_cases import JSON, LINEAGE, counted, text
from tests.service.servers import Server, served


def request(body: bytes, **headers: str) -> bytes:
    """Return a request as it goes over the wire."""
    head = {
        "Host": "localhost",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        **headers,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return f"POST {LINEAGE} HTTP/1.1\r\n{lines}\r\n".encode() + body


async def statuses(reader: asyncio.StreamReader, count: int) -> list[int]:
    """Return the statuses of the next answers on a connection."""
    found: list[int] = []
    for _ in range(count):
        head = await reader.readuntil(b"\r\n\r\n")
        found.append(int(head.split(b" ", 2)[1]))
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(length.partition(b":")[2]))
    return found


@pytest.fixture
async def server(database: Database, database_url: str) -> AsyncIterator[Server]:
    """Return a running server."""
    async with served(Settings(database_url=database_url)) as running:
        yield running


async def test_requests_that_follow_each_other_unasked_are_answered_in_order(
    server: Server, database: Database
) -> None:
    """Pipelined on one connection, a refused one among them; the connection stays open."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(request(text(1)) + request(b"{") + request(text(2)) + request(text(1)))
    assert await statuses(reader, 4) == [201, 400, 201, 201]
    writer.write(request(text(3)))
    assert await statuses(reader, 1) == [201]
    writer.close()
    await writer.wait_closed()
    assert await counted(database) == (3, 1)


async def test_a_client_that_goes_away_disturbs_nobody(server: Server, database: Database) -> None:
    """Half a body stores nothing; a client that does not wait for its answer still has its event recorded."""
    for cut in (20, 300):
        with socket.create_connection(("127.0.0.1", server.port)) as half:
            half.sendall(request(text(1))[:-cut])
    with socket.create_connection(("127.0.0.1", server.port)) as hasty:
        hasty.sendall(request(text(2)))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as client:
        assert (await client.post(LINEAGE, content=text(3), headers=JSON)).status_code == 201
    for _ in range(200):
        if await counted(database) == (2, 0):
            break
        await asyncio.sleep(0.01)
    assert await counted(database) == (2, 0)


async def test_what_waits_when_the_server_ends_is_answered_and_kept(
    database: Database, database_url: str
) -> None:
    """Requests whose commit takes its time are answered before the server is gone, each with what became of it."""
    async with served(Settings(database_url=database_url)) as server:
        async with database.pool.acquire() as connection, connection.transaction():
            await connection.execute("lock table lineage_event in share mode")
            connections = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(20)]
            for number, (_, writer) in enumerate(connections):
                writer.write(request(text(number)))
            await asyncio.sleep(0.2)
            server.end()
            await asyncio.sleep(0.2)
            assert await counted(database) == (0, 0)
        found = await asyncio.gather(*(statuses(reader, 1) for reader, _ in connections))
        for _, writer in connections:
            writer.close()
    assert found == [[201]] * 20
    assert await counted(database) == (20, 0)
