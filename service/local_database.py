"""Does something with the database of this machine's configuration, for commands."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from graph.errors import UnavailableError
from graph.store.database import Database
from graph.store.embedded import running_url
from service.settings import Settings

T = TypeVar("T")


def on_database(act: Callable[[Database], Awaitable[T]]) -> T:
    """Return what is done with the database of DATABASE_URL, or the one that `goldthread up` runs."""
    settings = Settings.of_environment()
    url = settings.database_url or running_url(settings.home)
    if url is None:
        raise UnavailableError("no database runs: start `goldthread up` first, or set DATABASE_URL")
    return on_database_at(url, act)


def on_database_at(url: str, act: Callable[[Database], Awaitable[T]]) -> T:
    """Return what is done with the database of a URL."""

    async def run() -> T:
        database = await Database.open(url, connections=4)
        try:
            return await act(database)
        finally:
            await database.close()

    return asyncio.run(run())
