"""Rests of work in the background, as long as more important work asks for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from graph.errors import UnavailableError
from graph.store.database import Database
from graph.store.stream_positions import StreamPositions

_REST: Final = 3.0
"""While more important work waits: a rest is so many times as long as the work before it took."""

_LONG_REST: Final = 19.0
"""The same while messages pile up before workers, who share the machine."""

_LOOK_SECONDS: Final = 1.0


class Rests:
    """Gives one tenant's background work its rests, and ends one as soon as there is no reason for it any more."""

    def __init__(self, database: Database, tenant: int, is_busy: Callable[[], bool] = lambda: False) -> None:
        self._positions = StreamPositions(database, tenant)
        self._is_busy = is_busy

    async def after(self, seconds: float) -> None:
        """Rest after work that took so many seconds; not at all where nothing more important is to be done."""
        rested = 0.0
        while True:
            left = seconds * await self._share() - rested
            if left <= 0:
                return
            pause = min(left, _LOOK_SECONDS)
            await asyncio.sleep(pause)
            rested += pause

    async def _share(self) -> float:
        try:
            if await self._positions.are_behind():
                return _LONG_REST
        except UnavailableError:  # the work itself will notice
            pass
        return _REST if self._is_busy() else 0.0
