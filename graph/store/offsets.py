"""The offsets of a file's messages, kept as ranges: a message's row is its rank among them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

Ranges: TypeAlias = tuple[tuple[int, int], ...]
"""Half-open, in order, and none touches another."""


def of(offsets: Sequence[int]) -> Ranges:
    """Return the ranges of ascending offsets."""
    if not offsets:
        return ()
    if offsets[-1] - offsets[0] + 1 == len(offsets):
        return ((offsets[0], offsets[-1] + 1),)
    found: list[tuple[int, int]] = []
    first = last = offsets[0]
    for offset in offsets[1:]:
        if offset != last + 1:
            found.append((first, last + 1))
            first = offset
        last = offset
    return (*found, (first, last + 1))


def row_of(ranges: Ranges, offset: int) -> int | None:
    """Return the row, counted from 1, of the message at an offset; None where the file does not hold it."""
    before = 0
    for lower, upper in ranges:
        if lower <= offset < upper:
            return before + offset - lower + 1
        before += upper - lower
    return None


def multirange(ranges: Ranges) -> str:
    """Return the ranges as PostgreSQL writes an int8multirange."""
    return "{" + ",".join(f"[{lower},{upper})" for lower, upper in ranges) + "}"
