"""Each level says the same in DuckDB as in Python, whatever the values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.batch.level_sql import every, held_level_sql, quoted
from graph.golden.comparison import Comparison, Level, held_level

LEVELS = (
    Level("equal", ("a",)),
    Level("equal", ("a", "b")),
    Level("any_equal", ("a",)),
    Level("any_equal", ("a", "b")),
    Level("jaro_winkler", ("a",), 0.88),
    Level("jaro_winkler", ("a", "b"), 0.7),
    Level("damerau", ("a",), 1),
    Level("damerau", ("a", "b"), 2),
    Level("prefix", ("a",), 2),
    Level("start", ("a",), 2),
    Level("words", ("a",), 0.5),
    Level("swapped", ("a", "b")),
    Level("swapped", ("a", "b"), 0.8),
    Level("day_month_swapped", ("a",)),
    Level("local_part_equal", ("a",)),
)
"""Every kind, of one attribute and of two."""

DATES = st.sampled_from(("1980-02-01", "1980-01-02", "1980x01x02", "2001-12-12", "1980-01-2"))
SHORT = st.text("ab@ -'1", min_size=1, max_size=6)
LONG = st.text("abcdefgh @.", min_size=1, max_size=80)
VALUES = st.one_of(SHORT, SHORT, LONG, DATES)
HELD = st.lists(VALUES, max_size=3, unique=True).map(tuple)
PROFILES = st.fixed_dictionaries({"a": HELD, "b": HELD})


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB in memory."""
    with duckdb.connect() as connection:
        yield connection


def batch_level(
    connection: duckdb.DuckDBPyConnection,
    comparison: Comparison,
    pairs: list[tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]],
) -> list[int | None]:
    """Return the level that DuckDB finds for each pair of profiles."""
    columns: dict[str, Any] = {"place": pa.array(range(len(pairs)))}
    for side in (0, 1):
        for name in ("a", "b"):
            held = [pair[side][name] for pair in pairs]
            columns["lr"[side] + name] = pa.array(
                [values[0] if values else None for values in held], pa.string()
            )
            columns["lr"[side] + every(name)] = pa.array(
                [list(values) for values in held], pa.list_(pa.string())
            )
    connection.register("pairs", pa.table(columns))
    sql = held_level_sql(comparison, lambda side, name: quoted(side + name), frozenset({"a", "b"}))
    return [row[0] for row in connection.execute(f"select {sql} from pairs order by place").fetchall()]


@settings(max_examples=40, deadline=None)
@given(pairs=st.lists(st.tuples(PROFILES, PROFILES), min_size=1, max_size=30), level=st.sampled_from(LEVELS))
def test_a_level_holds_in_the_batch_where_it_holds_online(
    connection: duckdb.DuckDBPyConnection,
    pairs: list[tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]],
    level: Level,
) -> None:
    """DuckDB finds the level that Python finds, and misses the values that Python misses."""
    comparison = Comparison("c", (level,))
    expected = [held_level(comparison, left, right) for left, right in pairs]
    assert batch_level(connection, comparison, pairs) == expected


@settings(max_examples=40, deadline=None)
@given(pairs=st.lists(st.tuples(VALUES, VALUES, st.integers(0, 3)), min_size=1, max_size=40))
def test_edits_are_counted_alike(
    connection: duckdb.DuckDBPyConnection, pairs: list[tuple[str, str, int]]
) -> None:
    """Values some edits apart, transposed letters among them, are as far apart in DuckDB as in Python."""
    near = [(one, one[place + 1 :] + one[: place + 1]) for one, _, place in pairs]
    profiles = [
        ({"a": (one,), "b": ()}, {"a": (other,), "b": ()})
        for one, other in [*near, *((one, other) for one, other, _ in pairs)]
        if other
    ]
    comparison = Comparison("c", tuple(Level("damerau", ("a",), most) for most in (1, 2, 3)))
    expected = [held_level(comparison, left, right) for left, right in profiles]
    assert batch_level(connection, comparison, profiles) == expected


def test_the_strongest_level_counts_in_the_batch(connection: duckdb.DuckDBPyConnection) -> None:
    """Of several levels that hold the first counts; else where none does; nothing where a value is missing."""
    comparison = Comparison("c", (Level("equal", ("a",)), Level("start", ("a",), 1)))
    pairs = [
        ({"a": ("x",), "b": ()}, {"a": ("x",), "b": ()}),
        ({"a": ("xy",), "b": ()}, {"a": ("xz",), "b": ()}),
        ({"a": ("x",), "b": ()}, {"a": ("y",), "b": ()}),
        ({"a": ("x",), "b": ()}, {"a": (), "b": ()}),
    ]
    assert batch_level(connection, comparison, pairs) == [0, 1, 2, None]


def test_names_and_texts_cannot_break_out(connection: duckdb.DuckDBPyConnection) -> None:
    """A quote in an attribute's name stays part of the name."""
    assert quoted('a"b') == '"a""b"'
