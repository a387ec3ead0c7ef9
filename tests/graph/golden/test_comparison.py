"""Each kind of level holds for the values it is meant for, whichever record comes first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.golden.comparison import Comparison, Level, LevelKind, held_level, level_holds

CASES: tuple[tuple[LevelKind, float, str, str, bool], ...] = (
    ("equal", 0, "ann", "ann", True),
    ("equal", 0, "ann", "anne", False),
    ("jaro_winkler", 0.96, "martha", "marhta", True),
    ("jaro_winkler", 0.97, "martha", "marhta", False),
    ("damerau", 1, "smith", "smiht", True),
    ("damerau", 1, "ca", "abc", False),
    ("damerau", 2, "ca", "abc", True),
    ("prefix", 2, "li", "lisa", True),
    ("prefix", 3, "li", "lisa", False),
    ("prefix", 2, "lisa", "mona", False),
    ("start", 2, "jon", "john", True),
    ("start", 3, "jon", "john", False),
    ("start", 3, "jo", "john", False),
    ("words", 0.5, "acme tools", "acme north tools", True),
    ("words", 0.7, "acme tools", "acme north tools", False),
    ("day_month_swapped", 0, "1980-02-01", "1980-01-02", True),
    ("day_month_swapped", 0, "1980-02-01", "1981-01-02", False),
    ("day_month_swapped", 0, "1980x02x01", "1980-01-02", False),
    ("local_part_equal", 0, "ann@a.example", "ann@b.example", True),
    ("local_part_equal", 0, "ann@a.example", "bob@a.example", False),
)


@pytest.mark.parametrize(("kind", "threshold", "one", "other", "holds"), CASES)
def test_a_level_holds_for_what_it_means(
    kind: LevelKind, threshold: float, one: str, other: str, holds: bool
) -> None:
    """Every kind of level says what its description says, in both directions."""
    level = Level(kind, ("a",), threshold)
    assert level_holds(level, {"a": (one,)}, {"a": (other,)}) is holds
    assert level_holds(level, {"a": (other,)}, {"a": (one,)}) is holds


def test_only_any_equal_looks_at_earlier_values() -> None:
    """A value that both ever held is enough for any_equal, not for equal."""
    left, right = {"a": ("new", "old")}, {"a": ("other", "old")}
    assert level_holds(Level("any_equal", ("a",)), left, right) is True
    assert level_holds(Level("equal", ("a",)), left, right) is False


def test_names_may_trade_places() -> None:
    """`swapped` holds where each attribute has the other's value: equal, or similar with a threshold."""
    left = {"first": ("anna",), "last": ("smith",)}
    right = {"first": ("smiht",), "last": ("anna",)}
    assert level_holds(Level("swapped", ("first", "last")), left, right) is False
    assert level_holds(Level("swapped", ("first", "last"), 0.9), left, right) is True


def test_attributes_compared_together_must_all_be_alike() -> None:
    """A level of two attributes holds where it holds for both, and cannot be judged where one is missing."""
    level = Level("equal", ("street", "city"))
    left = {"street": ("1 high st",), "city": ("alton",)}
    assert level_holds(level, left, left) is True
    assert level_holds(level, left, {**left, "city": ("corby",)}) is False
    assert level_holds(level, left, {"street": ("1 high st",)}) is None


def test_the_first_level_that_holds_counts() -> None:
    """Else counts where a level could be judged and none holds; nothing where none could be."""
    comparison = Comparison("place", (Level("equal", ("street", "city")), Level("equal", ("city",))))
    left = {"street": ("1 high st",), "city": ("alton",)}
    assert held_level(comparison, left, left) == 0
    assert held_level(comparison, left, {"city": ("alton",)}) == 1
    assert held_level(comparison, left, {"city": ("corby",)}) == 2
    assert held_level(comparison, left, {"street": ("1 high st",)}) is None


def test_a_level_has_a_readable_label() -> None:
    """Labels name kind, attributes and threshold."""
    assert Level("swapped", ("first", "last"), 0.88).label == "swapped(first, last, 0.88)"
    assert Level("damerau", ("a",), 1).label == "damerau(a, 1)"


@given(
    st.sampled_from(sorted({case[0] for case in CASES} | {"any_equal"})),
    st.sampled_from((0.0, 0.5, 1.0, 2.0)),
    *(st.lists(st.text("ab1@- ", min_size=1, max_size=12), min_size=1, max_size=3).map(tuple),) * 2,
)
def test_likeness_has_no_direction(
    kind: LevelKind, threshold: float, one: tuple[str, ...], other: tuple[str, ...]
) -> None:
    """No level depends on which record comes first."""
    level = Level(kind, ("a",), threshold)
    assert level_holds(level, {"a": one}, {"a": other}) == level_holds(level, {"a": other}, {"a": one})
