"""Group commit by natural batching: what arrives while one transaction commits goes into the next one together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from graph.errors import UnavailableError

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(slots=True)
class _Waiting(Generic[Item, Result]):
    item: Item
    done: asyncio.Future[Result]


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
        self._queue: asyncio.Queue[_Waiting[Item, Result]] = asyncio.Queue(waiting)
        self._task: asyncio.Task[None] | None = None

    async def submit(self, item: Item) -> Result:
        """Return the item's result once it is committed, or raise its exception.

        Raises UnavailableError where too many items wait already.
        """
        waiting = _Waiting(item, asyncio.get_running_loop().create_future())
        try:
            self._queue.put_nowait(waiting)
        except asyncio.QueueFull:
            raise UnavailableError(
                f"{self._queue.maxsize} writes wait already; try again in a moment"
            ) from None
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._drain())
        return await waiting.done

    @property
    def waiting(self) -> int:
        """How many items wait for the next batch."""
        return self._queue.qsize()

    async def close(self) -> None:
        """Wait until everything submitted so far is written."""
        if self._task is not None:
            await self._task

    async def _drain(self) -> None:
        while not self._queue.empty():
            batch: list[_Waiting[Item, Result]] = []
            while len(batch) < self._limit and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            await self._settle(batch)

    async def _settle(self, batch: list[_Waiting[Item, Result]]) -> None:
        try:
            results = await self._write([waiting.item for waiting in batch])
        except Exception as error:
            if len(batch) == 1 or isinstance(error, UnavailableError):
                for waiting in batch:
                    _fail(waiting, error)
                return
            middle = len(batch) // 2
            await self._settle(batch[:middle])
            await self._settle(batch[middle:])
            return
        for waiting, result in zip(batch, results, strict=True):
            if isinstance(result, Exception):
                _fail(waiting, result)
            elif not waiting.done.done():
                waiting.done.set_result(result)


def _fail(waiting: _Waiting[Item, Result], error: Exception) -> None:
    if not waiting.done.done():
        waiting.done.set_exception(error)
