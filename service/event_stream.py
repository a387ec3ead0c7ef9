"""Server-sent events, and the tide that wakes whoever waits for something new."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from starlette.responses import StreamingResponse

from graph.store.change_feed import ChangeFeed
from service.responses import encoded

LOOK_EVERY = 0.2
"""Seconds between two looks at the watermark while somebody waits: a look costs 0.1 ms, whoever waits and however many."""

BEAT_EVERY = 15.0
"""Seconds of silence after which a comment is sent, so that proxies keep the connection."""


class Tide:
    """Lets any number of readers wait until something new is committed, at the price of one look for all of them."""

    def __init__(self, feed: ChangeFeed, is_ending: Callable[[], bool]) -> None:
        self._feed = feed
        self._is_ending = is_ending
        self._at: datetime | None = None
        self._look: asyncio.Task[None] | None = None

    async def beyond(self, seen: datetime) -> bool:
        """Wait until something was committed after the instant; false where the server ends instead."""
        while self._at is None or self._at <= seen:
            if self._is_ending():
                return False
            if self._look is None or self._look.done():
                self._look = asyncio.create_task(self._later())
            await asyncio.shield(self._look)
        return True

    def is_ending(self) -> bool:
        """Whether the server ends."""
        return self._is_ending()

    async def close(self) -> None:
        """Stop looking."""
        if self._look is not None:
            self._look.cancel()
            with suppress(asyncio.CancelledError):
                await self._look

    async def _later(self) -> None:
        await asyncio.sleep(LOOK_EVERY)
        self._at = await self._feed.watermark()


class EventStream(StreamingResponse):
    """Sends events as they come, and a comment where nothing comes for a while."""

    def __init__(self, events: AsyncGenerator[bytes]) -> None:
        super().__init__(
            _with_beats(events),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
        )


def sent_event(data: Any, name: str, cursor: str | None = None) -> bytes:
    """Return one event as it is sent; `cursor` is what a client comes back with as Last-Event-ID."""
    content = b"" if data == "" else encoded(data)
    told = f"id: {cursor}\n".encode() if cursor is not None else b""
    return told + f"event: {name}\ndata: ".encode() + content + b"\n\n"


async def _with_beats(events: AsyncGenerator[bytes]) -> AsyncIterator[bytes]:
    coming: asyncio.Task[bytes] | None = None
    try:
        yield b":\n\n"
        while True:
            coming = coming or asyncio.ensure_future(anext(events))
            done, _ = await asyncio.wait([coming], timeout=BEAT_EVERY)
            if not done:
                yield b":\n\n"
                continue
            try:
                event = coming.result()
            except StopAsyncIteration:
                return
            coming = None
            yield event
    finally:
        if coming is not None:
            coming.cancel()
            with suppress(asyncio.CancelledError, StopAsyncIteration):
                await coming
        await events.aclose()
