"""Freshness: whether the next write is overdue follows from the writes before it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lineage.freshness import Freshness, freshness

START = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
WRITES = st.lists(st.integers(0, 10_000).map(lambda minutes: START + timedelta(minutes=minutes)), max_size=80)
INSTANTS = st.integers(-100, 20_000).map(lambda minutes: START + timedelta(minutes=minutes))


def test_an_hourly_dataset_is_overdue_after_an_hour_and_a_half() -> None:
    """The usual interval is the median; one late write does not change it."""
    writes = [START + n * HOUR for n in range(10)]
    last = writes[-1]
    fresh = Freshness(last, HOUR, last + 1.5 * HOUR, False)
    assert freshness(writes, last + 1.5 * HOUR) == fresh
    assert freshness(writes, last + 2 * HOUR) == Freshness(last, HOUR, last + 1.5 * HOUR, True)
    assert freshness(writes, START + 4.2 * HOUR).last_written_at == START + 4 * HOUR


def test_long_breaks_that_are_usual_are_waited_for() -> None:
    """Written on workdays: a weekend is no delay, as one in five intervals is as long."""
    days = [START + timedelta(days=n) for n in range(60) if n % 7 < 5]
    found = freshness(days, days[-1])
    assert found.usual_interval == timedelta(days=1)
    assert found.expected_by == days[-1] + timedelta(days=3)


def test_nothing_is_usual_of_what_was_hardly_written() -> None:
    """Never, once, or twice: no interval can be usual."""
    assert freshness([], START) == Freshness()
    assert freshness([START + HOUR], START) == Freshness()
    assert freshness([START, START + HOUR], START + 9 * HOUR) == Freshness(START + HOUR)
    burst = [START + timedelta(seconds=n) for n in range(20)]
    assert freshness(burst, START + 9 * HOUR) == Freshness(burst[-1])


@given(writes=WRITES, at=INSTANTS)
def test_freshness_follows_from_writes_up_to_the_instant_in_any_order(
    writes: list[datetime], at: datetime
) -> None:
    """Later writes and repeated ones change nothing; what is known is consistent."""
    found = freshness(writes, at)
    assert found == freshness(reversed([*writes, *writes[:5]]), at)
    assert found == freshness([one for one in writes if one <= at], at)
    assert found.last_written_at == max((one for one in writes if one <= at), default=None)
    assert (found.is_overdue is None) == (found.expected_by is None) == (found.usual_interval is None)
    if found.expected_by is not None and found.last_written_at is not None:
        assert found.expected_by > found.last_written_at
        assert found.is_overdue == (at > found.expected_by)
