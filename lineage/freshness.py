"""Whether a dataset was written when it usually is: last write, usual interval, and when the next one is due. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

FEWEST_INTERVALS = 2
"""From so many intervals on they are taken to be usual."""

PATIENCE = 1.5
"""How many usual intervals may pass before the next write is overdue, unless longer ones have been seen."""

BURST = timedelta(hours=1)
"""What was written only within so short a time tells nothing usual."""

LEAST_PATIENCE = timedelta(minutes=5)
"""No write is overdue sooner."""

MOST_WRITES = 50
"""How many of the last writes are looked at."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """How fresh a dataset is at an instant; None: it was never written, or too seldom to tell what is usual."""

    last_written_at: datetime | None = None
    usual_interval: timedelta | None = None
    expected_by: datetime | None = None
    is_overdue: bool | None = None


def freshness(writes: Iterable[datetime], at: datetime) -> Freshness:
    """Return how fresh a dataset with these successful writes is at an instant; later ones do not count.

    The usual interval is the median of those between successive writes. The next write is expected by PATIENCE such
    intervals after the last, or after the longest of nine in ten intervals, whichever is later. Writes within one BURST
    tell nothing.
    """
    times = sorted({one for one in writes if one <= at})[-MOST_WRITES:]
    if not times:
        return Freshness()
    intervals = sorted(later - earlier for earlier, later in pairwise(times))
    if len(intervals) < FEWEST_INTERVALS or times[-1] - times[0] < BURST:
        return Freshness(times[-1])
    usual = timedelta(seconds=median(one.total_seconds() for one in intervals))
    longest = intervals[(len(intervals) * 9 - 1) // 10]
    expected = times[-1] + max(usual * PATIENCE, longest, LEAST_PATIENCE)
    return Freshness(times[-1], usual, expected, at > expected)
