"""A change from an instant on alters exactly what it says, against a model that keeps a content for every year."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from graph.catalog.history import Content, State, content_at, ended, revised, since
from graph.time import Period


def year(number: int) -> datetime:
    """Return the first instant of a year."""
    return datetime(number, 1, 1, tzinfo=UTC)


def state(op: Any, start: int, end: int | None = None, **content: Any) -> State:
    """Return a state over some years."""
    return State(Period(year(start), year(end) if end else None), op, content or None)


def setting(**values: Any) -> Callable[[State], Content]:
    """Return the change that sets values."""

    def change(before: State) -> Content:
        return {**(before.content or {}), **values}

    return change


def test_since_leaves_no_gap() -> None:
    """From an instant on every instant has a state, absent where nothing is known."""
    states = [state("P", 2010, 2012, a=1), state("D", 2015)]
    assert since(states, year(2008)) == [
        state("A", 2008, 2010),
        state("P", 2010, 2012, a=1),
        state("A", 2012, 2015),
        state("D", 2015),
    ]
    assert since(states, year(2011)) == [
        state("P", 2011, 2012, a=1),
        state("A", 2012, 2015),
        state("D", 2015),
    ]
    assert since([], year(2000)) == [state("A", 2000)]


def test_a_change_reaches_every_later_version_and_keeps_what_it_does_not_name() -> None:
    """What a later version says of other attributes stays."""
    states = [state("P", 2010, 2015, a=1, b=1), state("P", 2015, a=1, b=2)]
    assert revised(states, year(2012), {}, setting(a=9)) == [
        state("P", 2012, 2015, a=9, b=1),
        state("P", 2015, a=9, b=2),
    ]


def test_a_change_records_only_where_it_alters_something() -> None:
    """A version that says so already is left alone."""
    states = [state("P", 2010, 2015, a=1), state("P", 2015, a=9)]
    assert revised(states, year(2012), {}, setting(a=9)) == [state("P", 2012, 2015, a=9)]
    assert revised(states, year(2016), {}, setting(a=9)) == []


def test_a_change_while_ended_opens_again_and_one_before_does_not() -> None:
    """An end recorded for later is not undone by a correction of what was before it."""
    states = [state("P", 2010, 2015, a=1), state("D", 2015)]
    assert revised(states, year(2012), {}, setting(b=2)) == [state("P", 2012, 2015, a=1, b=2)]
    assert content_at(states, year(2016)) == {"a": 1}
    assert revised(states, year(2016), {"a": 1}, setting(b=2)) == [state("P", 2016, a=1, b=2)]


def test_an_end_told_twice_is_opened_as_one() -> None:
    """Two ends side by side, said by two people, are one end for who opens it again."""
    states = [state("P", 2010, 2014, a=1), state("D", 2014, 2015), state("D", 2015)]
    assert revised(states, year(2014), {"a": 1}, setting(b=2)) == [
        state("P", 2014, 2015, a=1, b=2),
        state("P", 2015, a=1, b=2),
    ]


def test_a_change_before_the_beginning_lets_it_begin_earlier() -> None:
    """Up to the first version it is like the first, with the change."""
    states = [state("P", 2010, a=1)]
    assert content_at(states, year(2005)) == {"a": 1}
    assert revised(states, year(2005), {"a": 1}, setting(b=2)) == [
        state("P", 2005, 2010, a=1, b=2),
        state("P", 2010, a=1, b=2),
    ]


def test_an_end_covers_everything_after_it_once() -> None:
    """What had ended is not ended again."""
    states = [state("P", 2010, 2012, a=1), state("D", 2012, 2014), state("P", 2014, a=2)]
    assert ended(states, year(2011)) == [state("D", 2011, 2012), state("D", 2014)]
    assert ended(states, year(2012)) == [state("D", 2014)]
    assert ended([], year(2012)) == []


YEARS = range(2000, 2010)
Model = dict[int, tuple[str, Content | None]]


@st.composite
def timelines(draw: st.DrawFn) -> list[State]:
    """Draw states in order, some years without any, the last one open or not."""
    cuts = sorted(draw(st.sets(st.sampled_from(YEARS), min_size=2)))
    states: list[State] = []
    for start, end in zip(cuts, [*cuts[1:], None], strict=True):
        op = draw(st.sampled_from(["P", "P", "D", None]))
        if op == "P":
            states.append(state("P", start, end, a=draw(st.integers(0, 1)), b=draw(st.integers(0, 1))))
        elif op:
            states.append(state(op, start, end))
    return states


def model(states: list[State]) -> Model:
    """Return what holds in every year."""
    return {
        number: next(
            ((s.op, s.content) for s in reversed(states) if s.period.holds_at(year(number))), ("A", None)
        )
        for number in YEARS
    }


@given(states=timelines(), start=st.sampled_from(YEARS), value=st.integers(0, 1))
def test_a_change_agrees_with_a_model_year_by_year(states: list[State], start: int, value: int) -> None:
    """Painting what is to be recorded over the states gives what each year by itself would become."""
    before = model(states)
    begin = content_at(states, year(start)) or {}
    after = model([*states, *revised(states, year(start), begin, setting(a=value))])
    is_opening = before[start][0] != "P"
    for number in YEARS:
        op, content = before[number]
        if number < start:
            assert after[number] == before[number]
        elif op == "P":
            assert after[number] == ("P", {**(content or {}), "a": value})
        elif is_opening:
            assert after[number] == ("P", {**begin, "a": value})
        else:
            assert after[number] == before[number]
        is_opening = (
            is_opening and number + 1 in before and (number < start or before[number + 1] == before[number])
        )


@given(states=timelines(), start=st.sampled_from(YEARS))
def test_an_end_agrees_with_a_model_year_by_year(states: list[State], start: int) -> None:
    """Nothing is present from the end on, and nothing before it is touched."""
    before, after = model(states), model([*states, *ended(states, year(start))])
    assert all(after[number] == before[number] for number in YEARS if number < start)
    assert all(after[number][0] != "P" for number in YEARS if number >= start)
