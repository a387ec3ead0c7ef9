"""How a command does its work: until it is done, or until Ctrl-C or SIGTERM."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Coroutine
from typing import TypeVar

T = TypeVar("T")


async def until_terminated(work: Coroutine[object, object, T]) -> T:
    """Let Ctrl-C and SIGTERM end the work in order, and say so; raises SystemExit (130 or 143) then."""
    task = asyncio.ensure_future(work)
    received: list[signal.Signals] = []

    def end(number: signal.Signals) -> None:
        received.append(number)
        task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, end, number)
    try:
        return await task
    except asyncio.CancelledError:
        if not received:
            raise
        print("goldthread: broken off; what is stored stays, give the same command again", file=sys.stderr)
        raise SystemExit(128 + received[0]) from None
