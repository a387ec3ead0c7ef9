"""A server that runs on a free port for as long as a test wants it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import uvicorn
from starlette.routing import BaseRoute

from service.app import create_app
from service.settings import Settings
from service.whole_answers import WholeAnswers


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    uvicorn: uvicorn.Server

    @property
    def port(self) -> int:
        """The port it listens on, of 127.0.0.1."""
        return self.uvicorn.servers[0].sockets[0].getsockname()[1]

    @property
    def url(self) -> str:
        """Where it is reached."""
        return f"http://127.0.0.1:{self.port}"

    def end(self) -> None:
        """Have it end as a signal would: once what it was asked is answered."""
        self.uvicorn.should_exit = True


@asynccontextmanager
async def served(settings: Settings, *routes: BaseRoute) -> AsyncGenerator[Server]:
    """Run a server, with these routes before those of the application; leaving waits until it has ended."""
    app = create_app(settings, is_ending=lambda: server.uvicorn.should_exit)
    app.router.routes[:0] = routes
    config = uvicorn.Config(app, port=0, http=WholeAnswers, log_level="error", timeout_graceful_shutdown=5)
    server = Server(uvicorn.Server(config))
    running = asyncio.create_task(server.uvicorn._serve())  # pyright: ignore[reportPrivateUsage] - leaves our signals alone
    while not server.uvicorn.started:  # noqa: ASYNC110 - the server has no event to wait for
        await asyncio.sleep(0.01)
    try:
        yield server
    finally:
        server.end()
        await running
