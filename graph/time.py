"""Time on two axes: when a fact holds in the world (valid time) and when we recorded it (system time)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from graph.errors import InvalidInputError

EARLIEST = datetime(1000, 1, 1, tzinfo=UTC)
"""The first instant a caller may name."""

LATEST = datetime(9000, 1, 1, tzinfo=UTC)
"""The first instant past what a caller may name; "for ever" is an absent end, never a far date."""

BEGINNING = datetime(1, 1, 2, tzinfo=UTC)
"""Where "always" starts in a stored period. Two days of margin keep every zone's rendering representable."""


@dataclass(frozen=True, slots=True, order=True, init=False)
class Period:
    """A half-open span of valid time, `start <= t < end`; an end of None means until further notice."""

    start: datetime
    end: datetime | None

    def __init__(self, start: datetime, end: datetime | None = None) -> None:
        if end is not None and end <= start:
            raise InvalidInputError.at(
                "$.validTo", f"must be after validFrom ({render(start)}), got {render(end)}"
            )
        _START(
            self, start
        )  # a third of what a frozen dataclass takes of itself, several times for every record
        _END(self, end)

    def holds_at(self, instant: datetime) -> bool:
        """Return whether the instant lies inside."""
        return self.start <= instant and (self.end is None or instant < self.end)

    def overlaps(self, other: Period) -> bool:
        """Return whether the two have an instant in common."""
        return (other.end is None or self.start < other.end) and (self.end is None or other.start < self.end)


_START = Period.start.__set__  # type: ignore[attr-defined]
_END = Period.end.__set__  # type: ignore[union-attr]


@dataclass(frozen=True, slots=True)
class AsOf:
    """A point on both axes: the valid instant asked about, and the system instant up to which we may know."""

    valid: datetime
    system: datetime


def instant(text: str, path: str = "$") -> datetime:
    """Parse an ISO 8601 instant with an offset, e.g. `2025-01-01T00:00:00Z`, to UTC; a bare date is its UTC midnight.

    Raises InvalidInputError naming `path` for anything else: a naive timestamp is refused, not guessed.
    """
    try:
        if not text.isprintable():  # fromisoformat overlooks a NUL after the Z
            raise ValueError
        if len(text) == len("2025-01-01"):
            day = date.fromisoformat(text)
            parsed = datetime(day.year, day.month, day.day, tzinfo=UTC)
        else:
            parsed = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInputError.at(
            path, f"is not an ISO 8601 instant such as 2025-01-01T00:00:00Z: {text[:60]!r}"
        ) from None
    return bounded(parsed, path)


def bounded(value: datetime, path: str = "$") -> datetime:
    """Return the instant in UTC, or raise InvalidInputError where it has no zone or lies outside EARLIEST..LATEST."""
    if value.tzinfo is None:
        raise InvalidInputError.at(
            path, f"{value.isoformat()} has no time zone; write 2025-01-01T00:00:00Z or +02:00"
        )
    try:
        utc = value.astimezone(UTC)
    except OverflowError:
        utc = LATEST
    if not EARLIEST <= utc < LATEST:
        raise InvalidInputError.at(
            path, "lies outside the years 1000 to 8999; leave the end out for 'until further notice'"
        )
    return utc


def render(value: datetime) -> str:
    """Return the instant as ISO 8601 in UTC with a Z, the one spelling every door uses."""
    utc = value if value.tzinfo is UTC else value.astimezone(UTC)
    return utc.isoformat()[: -len("+00:00")] + "Z"
