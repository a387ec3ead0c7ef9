"""Instants as the arrays have them: microseconds since the year 2000, as PostgreSQL sends them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from graph.time import AsOf

FOREVER: Final = (1 << 63) - 1
"""The end of what holds until further notice."""

_START = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instants(NamedTuple):
    """A point on both axes."""

    valid: int
    system: int

    @classmethod
    def of(cls, at: AsOf) -> Instants:
        """Return a basis in microseconds."""
        return cls(micros(at.valid), micros(at.system))


def micros(instant: datetime) -> int:
    """Return an instant in microseconds."""
    return (instant - _START) // _MICROSECOND


@lru_cache(10_000)  # what was recorded together has one instant
def instant_of(value: int) -> datetime:
    """Return the instant of so many microseconds."""
    return _START + timedelta(microseconds=value)


def end_of(value: int) -> datetime | None:
    """Return the end of a span; None: until further notice."""
    return None if value == FOREVER else instant_of(value)
