"""Keeps Python's search for reference cycles out of large batches, which build hundreds of thousands of objects."""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import contextmanager

EVERY = 8
"""After so many pauses at the latest what is left over is collected."""


class _Pauses:
    held = 0
    uncollected = 0


@contextmanager
def without_cycle_search() -> Generator[None]:
    """Hold the search for reference cycles back, which looks at every live object again and again: a fifth of the cost.

    Objects are still freed as soon as nothing refers to them. What little is left over in cycles is collected among the
    objects made since: once nobody holds the search back any more, and after every few pauses inside a longer one. May
    be nested, and held by several tasks at once.
    """
    if _Pauses.held == 0 and not gc.isenabled():
        yield  # somebody else decided
        return
    _Pauses.held += 1
    gc.disable()
    try:
        yield
    finally:
        _Pauses.held -= 1
        _Pauses.uncollected += 1
        if _Pauses.held == 0:
            gc.enable()
        if _Pauses.held == 0 or _Pauses.uncollected >= EVERY:
            _Pauses.uncollected = 0
            gc.collect(0)
