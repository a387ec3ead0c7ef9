"""The chart of versions over time: every column means an instant, and nothing is drawn outside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from graph.time import Period
from service.timeline_chart import MARK, Axis, Stretch, bar, marks

YEAR = datetime(2026, 1, 1, tzinfo=UTC)
AXIS = Axis(YEAR, YEAR + timedelta(days=40), 40)
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def _day(number: int) -> datetime:
    return YEAR + timedelta(days=number)


def test_versions_stand_side_by_side() -> None:
    """Each begins with its number; one who was away is dotted, and what still holds points on."""
    stretches = [
        Stretch(1, Period(_day(0), _day(10)), is_deleted=False),
        Stretch(2, Period(_day(10), _day(15)), is_deleted=True),
        Stretch(3, Period(_day(20), None), is_deleted=False),
    ]
    assert bar(stretches, AXIS) == "1━━━━━━━━━2┄┄┄┄     3━━━━━━━━━━━━━━━━━━▶"


def test_what_happens_in_one_column_is_counted() -> None:
    """A mark for one, a number for several, a plus for more than nine."""
    assert marks([_day(0), _day(2), _day(2), *[_day(4)] * 12], AXIS) == f"{MARK} 2 +"
    assert marks([], AXIS) == ""


def test_the_scale_says_where_the_axis_begins_and_ends() -> None:
    """Days stand at both ends, exactly as wide as the axis."""
    assert AXIS.scale() == "2026-01-01" + " " * 20 + "2026-02-10"


@given(st.lists(INSTANTS, min_size=1, max_size=20), st.integers(0, 200))
def test_an_axis_shows_all_its_instants_in_order(instants: list[datetime], width: int) -> None:
    """Later instants never stand left of earlier ones, and all stand within."""
    axis = Axis.over(instants, width)
    columns = [axis.column(instant) for instant in sorted(instants)]
    assert columns == sorted(columns)
    assert 0 <= columns[0] <= columns[-1] < axis.width
    assert len(marks(instants, axis)) <= axis.width


@given(
    st.lists(st.tuples(INSTANTS, st.none() | INSTANTS, st.booleans()), min_size=1, max_size=6),
    st.integers(20, 90),
)
def test_no_version_is_drawn_beyond_the_axis(
    found: list[tuple[datetime, datetime | None, bool]], width: int
) -> None:
    """Whatever the periods, the line is no wider than the axis."""
    stretches = [
        Stretch(number, Period(start, end), is_deleted=deleted)
        for number, (start, end, deleted) in enumerate(found, 1)
        if end is None or start < end
    ]
    axis = Axis.over([start for start, _, _ in found], width)
    assert len(bar(stretches, axis)) <= axis.width
