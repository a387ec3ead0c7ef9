"""Versions, files and loads drawn over one axis of time, as lines of text. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from graph.time import Period

NARROWEST = 20
"""So many columns an axis has at least."""

MARK = "●"
"""Something that happened at an instant; more of them than one in a column are counted."""


@dataclass(frozen=True, slots=True)
class Axis:
    """Columns of text over a stretch of time; `end` is the last instant that it shows."""

    start: datetime
    end: datetime
    width: int

    @classmethod
    def over(cls, instants: Iterable[datetime], width: int) -> Axis:
        """Return the axis that shows all of some instants; of one alone, the day around it."""
        found = sorted(instants)
        start, end = found[0], found[-1]
        if start == end:
            start, end = start - timedelta(hours=12), end + timedelta(hours=12)
        return cls(start, end, max(width, NARROWEST))

    def column(self, instant: datetime) -> int:
        """Return the column, from 0, in which an instant lies; what is outside lies at the border."""
        share = (instant - self.start) / (self.end - self.start)
        return min(self.width - 1, max(0, int(share * self.width)))

    def scale(self) -> str:
        """Return the line that says where the axis begins and ends."""
        first, last = f"{self.start:%Y-%m-%d}", f"{self.end:%Y-%m-%d}"
        return first + last.rjust(self.width - len(first))


@dataclass(frozen=True, slots=True)
class Stretch:
    """A version: its number, the period in which it holds, and whether the customer was away in it."""

    number: int
    period: Period
    is_deleted: bool


def bar(stretches: Sequence[Stretch], axis: Axis) -> str:
    """Return versions as one line: each begins with its number, ┄ where the customer was away, ▶ where it still holds."""
    line = [" "] * axis.width
    for stretch in stretches:
        first = axis.column(stretch.period.start)
        end = stretch.period.end
        last = axis.width if end is None or end > axis.end else axis.column(end)
        body = "┄" if stretch.is_deleted else "━"
        for place in range(first, max(first + 1, last)):
            line[place] = body
        if end is None:
            line[-1] = "┄" if stretch.is_deleted else "▶"
    for stretch in stretches:
        first = axis.column(stretch.period.start)
        for place, digit in enumerate(str(stretch.number), first):
            if place < axis.width:
                line[place] = digit
    return "".join(line).rstrip()


def marks(instants: Iterable[datetime], axis: Axis) -> str:
    """Return instants as one line: a mark in the column of each, the number of them where there are several."""
    counts: dict[int, int] = {}
    for instant in instants:
        place = axis.column(instant)
        counts[place] = counts.get(place, 0) + 1
    shown = {
        place: MARK if count == 1 else str(count) if count < 10 else "+" for place, count in counts.items()
    }
    return "".join(shown.get(place, " ") for place in range(axis.width)).rstrip()
