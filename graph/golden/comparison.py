"""How two records are compared: levels of likeness per comparison, as data, and each level as a test in Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

LevelKind = Literal[
    "equal",
    "any_equal",
    "jaro_winkler",
    "damerau",
    "prefix",
    "start",
    "words",
    "swapped",
    "day_month_swapped",
    "local_part_equal",
]
"""equal: the last values. any_equal: any value ever held. jaro_winkler: similarity at least `threshold`. damerau: at most
`threshold` edits. prefix: one begins with the other, at least `threshold` characters. start: the first `threshold`
characters are equal. words: the share of all words that both have is at least `threshold`. swapped: the two attributes
trade places, equal or, with a `threshold`, similar. day_month_swapped: dates with day and month exchanged. local_part_equal: the part of an e-mail before the @.
All but any_equal look at the last values."""

Values = tuple[str, ...]
Test = Callable[[Values, Values], bool]
"""Whether a level holds for the values two records ever held of one attribute; neither is empty."""

CLOSE = 1e-9
"""How much a similarity may miss its threshold by, so that rounding never decides."""


@dataclass(frozen=True, slots=True)
class Level:
    """One degree of likeness; `attributes` are compared together (all must be alike), `tf` weighs rare values more."""

    kind: LevelKind
    attributes: tuple[str, ...]
    threshold: float = 0.0
    tf: bool = False

    @property
    def label(self) -> str:
        """The level in words a steward can read, e.g. `jaro_winkler(last_name, 0.92)`."""
        threshold = f", {self.threshold:g}" if self.threshold else ""
        return f"{self.kind}({', '.join(self.attributes)}{threshold})"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Levels from the strongest down; the first that holds counts, then "else".

    Nothing counts where no level can be judged, because each lacks a value on one side.
    """

    name: str
    levels: tuple[Level, ...]


ELSE = "else"
"""The label of what holds where no level does."""


def held_level(comparison: Comparison, left: Mapping[str, Values], right: Mapping[str, Values]) -> int | None:
    """Return the index of the first level that holds, the number of levels for "else", None where a value is missing."""
    is_judged = False
    for index, level in enumerate(comparison.levels):
        holds = level_holds(level, left, right)
        if holds:
            return index
        is_judged = is_judged or holds is not None
    return len(comparison.levels) if is_judged else None


def level_holds(level: Level, left: Mapping[str, Values], right: Mapping[str, Values]) -> bool | None:
    """Return whether a level holds for two profiles, None where a value is missing."""
    pairs: list[tuple[Values, Values]] = []
    for attribute in level.attributes:
        one, other = left.get(attribute), right.get(attribute)
        if not one or not other:
            return None
        pairs.append((one, other))
    test = test_of(level)
    if level.kind == "swapped":
        (one, other), (second, another) = pairs
        return test(one, another) and test(second, other)
    return all(test(one, other) for one, other in pairs)


def test_of(level: Level) -> Test:
    """Return the test of a level for the values of one attribute."""
    return _TESTS[level.kind](level.threshold)


def _equal(threshold: float) -> Test:
    return lambda left, right: left[0] == right[0]


def _any_equal(threshold: float) -> Test:
    def test(left: Values, right: Values) -> bool:
        if left[0] == right[0]:
            return True
        return (len(left) > 1 or len(right) > 1) and not set(left).isdisjoint(right)

    return test


def _jaro_winkler(threshold: float) -> Test:
    similarity, enough = JaroWinkler.similarity, threshold - CLOSE
    return lambda left, right: similarity(left[0], right[0]) >= enough


def _swapped(threshold: float) -> Test:
    return _jaro_winkler(threshold) if threshold else _equal(threshold)


def _damerau(threshold: float) -> Test:
    distance, most = DamerauLevenshtein.distance, int(threshold)
    return lambda left, right: distance(left[0], right[0], score_cutoff=most) <= most


def _prefix(threshold: float) -> Test:
    def test(left: Values, right: Values) -> bool:
        one, other = left[0], right[0]
        if min(len(one), len(other)) < threshold:
            return False
        return one.startswith(other) or other.startswith(one)

    return test


def _start(threshold: float) -> Test:
    length = int(threshold)
    return lambda left, right: left[0][:length] == right[0][:length]


def _words(threshold: float) -> Test:
    enough = threshold - CLOSE

    def test(left: Values, right: Values) -> bool:
        one, other = set(left[0].split(" ")), set(right[0].split(" "))
        return len(one & other) / len(one | other) >= enough

    return test


def _day_month_swapped(threshold: float) -> Test:
    def test(left: Values, right: Values) -> bool:
        one = left[0]
        is_dated = len(one) == 10 and one[4] == one[7] == "-"
        return is_dated and f"{one[:4]}-{one[8:]}-{one[5:7]}" == right[0]

    return test


def _local_part_equal(threshold: float) -> Test:
    return lambda left, right: left[0].partition("@")[0] == right[0].partition("@")[0]


_TESTS: dict[LevelKind, Callable[[float], Test]] = {
    "equal": _equal,
    "any_equal": _any_equal,
    "jaro_winkler": _jaro_winkler,
    "damerau": _damerau,
    "prefix": _prefix,
    "start": _start,
    "words": _words,
    "swapped": _swapped,
    "day_month_swapped": _day_month_swapped,
    "local_part_equal": _local_part_equal,
}
