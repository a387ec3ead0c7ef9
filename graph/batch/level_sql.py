"""The levels of a comparison as DuckDB SQL; equal, for values in comparable form, to their tests in Python."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from graph.golden.comparison import CLOSE, Comparison, Level

Column = Callable[[str, str], str]
"""The SQL of a column, given a side (`l` or `r`) and its name."""


def every(attribute: str) -> str:
    """Return the name of the list column with every value ever held of an attribute."""
    return f"{attribute}[]"


def quoted(name: str) -> str:
    """Return a name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def held_level_sql(comparison: Comparison, column: Column, lists: frozenset[str]) -> str:
    """Return the SQL of `held_level`: the index of the level that holds, null where a value is missing.

    `lists` names the attributes that have a list column beside the column of the last value.
    """
    cases = [f"when {level_sql(lv, column, lists)} then {i}" for i, lv in enumerate(comparison.levels)]
    judged = {present_sql(level, column) for level in comparison.levels}
    cases.append(f"when {' or '.join(sorted(judged))} then {len(comparison.levels)}")
    return f"case {' '.join(cases)} end"


def present_sql(level: Level, column: Column) -> str:
    """Return the SQL of whether both sides know every attribute of a level."""
    sides = (f"{column(side, name)} is not null" for name in level.attributes for side in "lr")
    return f"({' and '.join(sides)})"


def level_sql(level: Level, column: Column, lists: frozenset[str]) -> str:
    """Return the SQL of whether a level holds; null or false where a value is missing."""
    if level.kind == "swapped":
        first, second = level.attributes
        alike = similar_sql if level.threshold else _equal
        pairs = ((column("l", first), column("r", second)), (column("l", second), column("r", first)))
        return _all(alike(left, right, level.threshold) for left, right in pairs)
    if level.kind == "any_equal":
        return _all(any_equal_sql(name, column, lists) for name in level.attributes)
    render = _RENDERERS[level.kind]
    return _all(render(column("l", name), column("r", name), level.threshold) for name in level.attributes)


def any_equal_sql(attribute: str, column: Column, lists: frozenset[str]) -> str:
    """Return the SQL of whether two records ever held a value in common."""
    equal = _equal(column("l", attribute), column("r", attribute), 0)
    if attribute not in lists:
        return equal
    return f"({equal} or list_has_any({column('l', every(attribute))}, {column('r', every(attribute))}))"


def similar_sql(left: str, right: str, threshold: float) -> str:
    """Return the SQL of whether two texts have at least a Jaro-Winkler similarity."""
    return f"jaro_winkler_similarity({left}, {right}) >= {threshold - CLOSE!r}"


def _all(conditions: Iterable[str]) -> str:
    return f"({' and '.join(conditions)})"


def _equal(left: str, right: str, threshold: float) -> str:
    return f"{left} = {right}"


def _damerau(left: str, right: str, threshold: float) -> str:
    """A transposition is two edits to Levenshtein, whose implementation in DuckDB is five times as fast."""
    near = f"abs(strlen({left}) - strlen({right})) <= {int(threshold)}"
    likely = f"levenshtein({left}, {right}) <= {2 * int(threshold)}"
    within = f"damerau_levenshtein({left}, {right}) <= {int(threshold)}"
    return f"case when {near} then case when {likely} then {within} end end"


def _prefix(left: str, right: str, threshold: float) -> str:
    long = f"least(length({left}), length({right})) >= {threshold!r}"
    return f"({long} and (starts_with({left}, {right}) or starts_with({right}, {left})))"


def _start(left: str, right: str, threshold: float) -> str:
    return f"substr({left}, 1, {int(threshold)}) = substr({right}, 1, {int(threshold)})"


def _words(left: str, right: str, threshold: float) -> str:
    one, other = f"string_split({left}, ' ')", f"string_split({right}, ' ')"
    shared = f"len(list_intersect({one}, {other}))"
    return f"{shared} / len(list_distinct(list_concat({one}, {other}))) >= {threshold - CLOSE!r}"


def _day_month_swapped(left: str, right: str, threshold: float) -> str:
    swapped = f"substr({left}, 1, 5) || substr({left}, 9, 2) || substr({left}, 5, 1) || substr({left}, 6, 2)"
    dated = f"length({left}) = 10 and substr({left}, 5, 1) = '-' and substr({left}, 8, 1) = '-'"
    return f"({dated} and {swapped} = {right})"


def _local_part_equal(left: str, right: str, threshold: float) -> str:
    return f"split_part({left}, '@', 1) = split_part({right}, '@', 1)"


_RENDERERS: dict[str, Callable[[str, str, float], str]] = {
    "equal": _equal,
    "jaro_winkler": similar_sql,
    "damerau": _damerau,
    "prefix": _prefix,
    "start": _start,
    "words": _words,
    "day_month_swapped": _day_month_swapped,
    "local_part_equal": _local_part_equal,
}
