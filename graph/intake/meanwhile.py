"""What PostgreSQL stores while we work out the rest: it is handed in as soon as it is known."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

Work = Callable[[], Awaitable[object]]


class Meanwhile:
    """Does what is handed in one after the other, in a transaction that goes on; not `at_once`: only when it is waited for."""

    def __init__(self, *, at_once: bool) -> None:
        self._at_once = at_once
        self._work: deque[Work] = deque()
        self._doing: asyncio.Task[None] | None = None

    def begin(self, work: Work) -> None:
        """Hand something in that is to be done."""
        self._work.append(work)
        if self._at_once and self._doing is None:
            self._doing = asyncio.create_task(self._do())

    async def finish(self) -> None:
        """Wait until everything is done, or raise what went wrong."""
        if self._doing is not None:
            await self._doing
        await self._do()

    def check(self) -> None:
        """Raise what went wrong so far: whatever else fails then only follows from it."""
        if self._doing is not None and self._doing.done():
            self._doing.result()

    async def end(self) -> None:
        """Do no more of it: nobody else may use the connection before."""
        self._work.clear()
        if self._doing is not None:
            self._doing.cancel()
            await asyncio.gather(self._doing, return_exceptions=True)

    async def _do(self) -> None:
        while self._work:
            await self._work.popleft()()
        self._doing = None


@asynccontextmanager
async def meanwhile(*, at_once: bool) -> AsyncGenerator[Meanwhile]:
    """Lend something that does work meanwhile; it must be waited for by `finish`, or none of it goes on."""
    work = Meanwhile(at_once=at_once)
    try:
        yield work
    except Exception:
        work.check()
        raise
    finally:
        await work.end()
