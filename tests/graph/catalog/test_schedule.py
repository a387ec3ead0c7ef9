"""Schedules: cron in a time zone, its ticks, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.catalog.schedule import Schedule, cron_of, zone_of


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("cron", "zone", "after", "tick"),
    [
        ("*/5 * * * *", "UTC", "2026-03-01T12:00:00", "2026-03-01T12:05:00"),
        ("0 3 * * *", "Europe/Berlin", "2026-01-10T00:00:00", "2026-01-10T02:00:00"),
        ("0 3 * * *", "Europe/Berlin", "2026-07-10T00:00:00", "2026-07-10T01:00:00"),
        ("30 2 * * *", "Europe/Berlin", "2026-03-29T00:00:00", "2026-03-29T01:00:00"),
        ("30 2 * * *", "Europe/Berlin", "2026-10-25T00:00:00", "2026-10-25T00:30:00"),
        ("30 2 * * *", "Europe/Berlin", "2026-10-25T00:30:00", "2026-10-26T01:30:00"),
        ("0 9 * * MON", "UTC", "2026-11-21T00:00:00", "2026-11-23T09:00:00"),
    ],
)
def test_a_schedule_ticks_by_the_clocks_of_its_zone(cron: str, zone: str, after: str, tick: str) -> None:
    """The next tick follows the zone's clocks: a skipped hour's comes right after it, a doubled hour's once."""
    assert Schedule(cron, zone).after(_at(after)) == _at(tick)


@settings(deadline=None)
@given(
    cron=st.sampled_from(["*/5 * * * *", "30 2 * * *", "15 */6 * * *", "0 0 * * 1", "30 1 * * *"]),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]),
    since=st.integers(0, 330 * 86_400).map(
        lambda seconds: _at("2026-01-01T00:00:00") + timedelta(seconds=seconds)
    ),
    span=st.timedeltas(timedelta(0), timedelta(days=1)),
)
def test_the_latest_tick_is_the_last_of_all_ticks(
    cron: str, zone: str, since: datetime, span: timedelta
) -> None:
    """Looking back finds the same tick as going forward through all of them."""
    schedule, ticks = Schedule(cron, zone), list[datetime]()
    while (tick := schedule.after(ticks[-1] if ticks else since)) <= since + span:
        ticks.append(tick)
    assert schedule.latest(since, since + span) == (ticks[-1] if ticks else None)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("* * * *", "must have five fields (minute, hour, day of month, month, day of week), got 4"),
        ("* * * * * *", "must have five fields"),
        ("61 * * * *", "is no cron: bad minute"),
        ("0 0 30 2 *", "is no cron: bad day-of-month"),
        ("@reboot", "must be cron with five fields or one of @hourly"),
        ("every day at nine o'clock", "is no cron"),
    ],
)
def test_what_is_no_cron_is_refused_in_words(text: str, told: str) -> None:
    """A text that is no cron raises ValueError that says what is wrong."""
    with pytest.raises(ValueError, match=r"cron|fields") as caught:
        cron_of(text)
    assert told in str(caught.value)


def test_cron_is_kept_in_one_spelling() -> None:
    """Blanks are one, and nicknames become fields."""
    assert [cron_of(text) for text in ("  0  3 * *  * ", "@daily", "@Hourly")] == [
        "0 3 * * *",
        "0 0 * * *",
        "0 * * * *",
    ]


@pytest.mark.parametrize("text", ["Berlin", "../../etc/passwd", "UTC+2", ""])
def test_what_is_no_time_zone_is_refused(text: str) -> None:
    """Only names of the time zone database are taken."""
    with pytest.raises(ValueError, match="must be a time zone"):
        zone_of(text)
