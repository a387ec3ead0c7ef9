"""What a tenant may decide of an entity type: how its records are matched, and which source wins; as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from graph.golden.comparison import Comparison

Outcome = Literal["merge", "review", "never"]
Test = Literal[
    "equal", "similar", "equal_or_missing", "similar_or_missing", "different", "dissimilar", "missing"
]
StrategyKind = Literal[
    "recency", "oldest", "trust", "source_priority", "frequency", "longest", "completeness", "aggregation"
]


@dataclass(frozen=True, slots=True)
class Condition:
    """What a match rule asks of one attribute of two records.

    `similar` means Jaro-Winkler of at least 0.85, `dissimilar` less than that, and that neither begins with the other;
    `different` and `dissimilar` hold only where both are known, `missing` where one is not.
    """

    attribute: str
    test: Test


@dataclass(frozen=True, slots=True)
class MatchRule:
    """A deterministic rule: where all conditions hold, its outcome is decided without any score; the first one counts.

    An identifier counts as equal where any value ever held is shared; generic values count as missing.
    """

    name: str
    outcome: Outcome
    when: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Veto:
    """Two groups of records stay apart where both know the attribute and no two values are within the edit distance."""

    attribute: str
    max_distance: int = 2


@dataclass(frozen=True, slots=True)
class MatchPolicy:
    """How records of an entity type find each other.

    `blocking`: each key is a tuple of attributes, `first_name:3` meaning its first three characters; two records are
    compared where they share a key. A key held by more than `max_block_size` records is generic and counts no more.
    `merge_at`, `review_at`: match weights in bits (log2 of the posterior odds). `contested_margin`: bits by which a
    record must look more like one of two groups that are kept apart for it to join that one.
    """

    blocking: tuple[tuple[str, ...], ...]
    comparisons: tuple[Comparison, ...] = ()
    rules: tuple[MatchRule, ...] = ()
    vetoes: tuple[Veto, ...] = ()
    duplicate_free: frozenset[str] = frozenset()
    max_block_size: int = 100
    merge_at: float = 4.0
    review_at: float = 0.0
    contested_margin: float = 4.0


@dataclass(frozen=True, slots=True)
class Trust:
    """How far a source is trusted, 0 to 100: `maximum` when the value is said, falling in a straight line to `minimum`
    over `decay_days` of valid time; no decay where that is None.
    """

    maximum: float = 50.0
    minimum: float = 50.0
    decay_days: float | None = None


@dataclass(frozen=True, slots=True)
class Strategy:
    """One step of choosing among sources; where it leaves a tie, the next step decides."""

    kind: StrategyKind
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SurvivorshipPolicy:
    """Which source wins each attribute group: the strategies of the group, or `default`, one after the other.

    `trust`: source system -> attribute group (or "*") -> trust.
    """

    default: tuple[Strategy, ...] = (Strategy("recency"), Strategy("trust"))
    groups: Mapping[str, tuple[Strategy, ...]] = field(default_factory=dict[str, tuple[Strategy, ...]])
    trust: Mapping[str, Mapping[str, Trust]] = field(default_factory=dict[str, Mapping[str, Trust]])


@dataclass(frozen=True, slots=True)
class QualityRule:
    """One thing a good record fulfils, counted with its weight; a record's quality is the share it fulfils."""

    name: str
    attribute: str
    test: Literal["present", "matches", "one_of", "plausible"]
    argument: str | tuple[str, ...] = ""
    weight: float = 1.0
