"""Group commit by natural batching: what arrives while one transaction commits goes into the next one together."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from graph.errors import UnavailableError

_TURNS = 2
"""How often everything else that can go on does so between two batches: statements fewer by a quarter under load."""

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(slots=True)
class _Waiting(Generic[Item, Result]):
    items: Sequence[Item]
    done: asyncio.Future[list[Result | Exception]]


class GroupCommit(Generic[Item, Result]):
    """Writes submitted items in batches, one batch at a time; a caller gets its result only after the commit.

    `write` takes the items of a batch and returns a result, or an exception, for each in the same order. Where it
    raises, the batch is halved until the item at fault stands alone and alone receives the exception.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Item]], Awaitable[Sequence[Result | Exception]]],
        *,
        limit: int = 400,
        waiting: int = 20_000,
    ) -> None:
        self._write = write
        self._limit = limit
        self._most = waiting
        self._queue: deque[_Waiting[Item, Result]] = deque()
        self._waiting = 0
        self._task: asyncio.Task[None] | None = None

    async def submit(self, item: Item) -> Result:
        """Return the item's result once it is committed, or raise its exception.

        Raises UnavailableError where too many items wait already.
        """
        self._refuse_too_many(1)
        waiting: _Waiting[Item, Result] = _Waiting((item,), asyncio.get_running_loop().create_future())
        self._begin((waiting,))
        (result,) = await waiting.done
        if isinstance(result, Exception):
            raise result
        return result

    async def submit_all(self, items: Sequence[Item]) -> list[Result | Exception]:
        """Return what became of each item, in order, once all are written; they stay together as far as a batch holds.

        Costs next to nothing per item. Raises UnavailableError where too many items wait already.
        """
        self._refuse_too_many(len(items))
        loop = asyncio.get_running_loop()
        parts = [
            _Waiting(items[start : start + self._limit], loop.create_future())
            for start in range(0, len(items), self._limit)
        ]
        self._begin(parts)
        return [result for part in parts for result in await part.done]

    @property
    def waiting(self) -> int:
        """How many items wait for the next batch."""
        return self._waiting

    @property
    def is_writing(self) -> bool:
        """Whether a batch is being written, or is about to be."""
        return self._task is not None and not self._task.done()

    async def close(self) -> None:
        """Wait until everything submitted so far is written."""
        if self._task is not None:
            await self._task

    def _refuse_too_many(self, more: int) -> None:
        if self._queue and self._waiting + more > self._most:
            raise UnavailableError(f"{self._waiting} writes wait already; try again in a moment")

    def _begin(self, parts: Sequence[_Waiting[Item, Result]]) -> None:
        self._queue.extend(parts)
        for part in parts:
            self._waiting += len(part.items)
        if parts and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._drain())

    async def _drain(self) -> None:
        while self._queue:
            batch: list[_Waiting[Item, Result]] = []
            items: list[Item] = []
            while self._queue and (not batch or len(items) + len(self._queue[0].items) <= self._limit):
                batch.append(self._queue.popleft())
                items.extend(batch[-1].items)
            self._waiting -= len(items)
            results = iter(await self._results(items))
            for waiting in batch:
                told = [next(results) for _ in waiting.items]
                if not waiting.done.done():  # a caller that went away
                    waiting.done.set_result(told)
            for _ in range(_TURNS):  # those who were answered have their next item in this batch, too
                await asyncio.sleep(0)

    async def _results(self, items: Sequence[Item]) -> list[Result | Exception]:
        try:
            results = list(await self._write(items))
            if len(results) != len(items):
                raise ValueError(f"{len(items)} items were written, {len(results)} results came back")
        except Exception as error:
            if len(items) == 1 or isinstance(error, UnavailableError):
                return [error for _ in items]
            middle = len(items) // 2
            return [*await self._results(items[:middle]), *await self._results(items[middle:])]
        return results
