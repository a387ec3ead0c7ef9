"""Whether two records are one entity: deterministic rules first, then the match model; and why."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from rapidfuzz.distance import JaroWinkler

from graph.golden.blocking import Part, cut, key, parts_of, rule_name
from graph.golden.comparison import CLOSE, ELSE, Values, held_level
from graph.golden.component import near
from graph.golden.entity_type import EntityType
from graph.golden.match_model import MatchModel
from graph.golden.policy import Condition, MatchRule, Veto
from graph.golden.profile import Profile

MERGE_WEIGHT = 40.0
"""The weight, in bits, of a pair that a rule merges."""

NEVER = -1000.0
"""The weight, in bits, of a pair that a rule keeps apart for ever."""

SIMILAR = 0.85
"""The Jaro-Winkler similarity from which a condition takes two values as similar."""

MOST_MATCHERS = 64
"""No more matchers than this are kept ready."""

BELOW = 0.01
"""How far, in bits, a pair that a rule sends to review stays below the weight at which pairs merge."""


class Identifier(NamedTuple):
    """A value that only one customer should have, e.g. kind `email`, value `ann@example.com`."""

    kind: str
    value: str


def identifiers(values: Iterable[Mapping[str, str] | None], entity_type: EntityType) -> frozenset[Identifier]:
    """Return every identifier that any of a record's attribute sets ever held."""
    return frozenset(
        Identifier(kind, attributes[name])
        for attributes in values
        if attributes is not None
        for name, kind in entity_type.identifying
        if attributes.get(name)
    )


@dataclass(slots=True)
class Verdict:
    """What is decided of two records; `weight` in bits, `rule` the deterministic rule that decided, if one did."""

    outcome: Literal["merge", "review", "apart", "never"]
    weight: float
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What one comparison says of two records; `level` is None, and counts nothing, where a value is missing."""

    comparison: str
    level: str | None
    bits: float
    left: dict[str, Values]
    right: dict[str, Values]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a verdict is what it is: `prior` and steps add up to `score`, which counts where no rule decides.

    `vetoes` names the attributes that keep the two from being joined whatever their weight, `shared` the blocking
    rules by which they were found.
    """

    verdict: Verdict
    prior: float
    steps: tuple[Step, ...]
    score: float
    shared: tuple[str, ...]
    vetoes: tuple[str, ...]
    reason: str


def decide(
    left: Profile, right: Profile, entity_type: EntityType, model: MatchModel, generic: Container[int] = ()
) -> Verdict:
    """Decide about two records, the same whichever comes first.

    `generic` holds the blocking keys that have stopped counting. Two records without a key in common that counts are
    apart, with the prior as their weight.
    """
    return matcher(entity_type, model).decide(left, right, generic)


def explain(
    left: Profile, right: Profile, entity_type: EntityType, model: MatchModel, generic: Container[int] = ()
) -> Explanation:
    """Explain what `decide` says of two records."""
    return matcher(entity_type, model).explain(left, right, generic)


class Matcher:
    """The matching of an entity type with a model, made ready for many pairs."""

    def __init__(self, entity_type: EntityType, model: MatchModel) -> None:
        self.entity_type = entity_type
        self.model = model
        self.matching = entity_type.matching
        self._score = model.scorer(entity_type.matching)
        self._blocking = [(rule_name(rule), parts_of(rule)) for rule in self.matching.blocking]
        self._single = {
            parts[0][0]: name for name, parts in self._blocking if len(parts) == 1 and not parts[0][1]
        }
        self._identifying = {a.name for a in entity_type.attributes if a.identifies is not None}

    def decide(self, left: Profile, right: Profile, generic: Container[int] = ()) -> Verdict:
        """Decide about two records; see `decide`."""
        if not self.meet(left, right, generic):
            return Verdict("apart", self.model.prior)
        return self.compared(self.telling(left, generic), self.telling(right, generic))

    def meet(self, left: Profile, right: Profile, generic: Container[int] = ()) -> bool:
        """Return whether two records share a key that counts."""
        return any(self._shared(left, right, generic))

    def compared(self, left: Profile, right: Profile) -> Verdict:
        """Decide about two records that meet, given the `telling` part of their profiles."""
        rule = self._rule(left, right)
        if rule is not None and rule.outcome == "merge":
            return Verdict("merge", MERGE_WEIGHT, rule.name)
        if rule is not None and rule.outcome == "never":
            return Verdict("never", NEVER, rule.name)
        return self._verdict(self._score(left, right), rule)

    def explain(self, left: Profile, right: Profile, generic: Container[int] = ()) -> Explanation:
        """Explain what is decided about two records; see `explain`."""
        verdict = self.decide(left, right, generic)
        shared = tuple(self._shared(left, right, generic))
        left, right = self.telling(left, generic), self.telling(right, generic)
        steps = tuple(self._steps(left, right))
        score = self._score(left, right)
        vetoes = tuple(v.attribute for v in self.matching.vetoes if in_conflict(left, right, v))
        reason = self._reason(verdict, bool(shared), vetoes)
        return Explanation(verdict, self.model.prior, steps, score, shared, vetoes, reason)

    def telling(self, profile: Profile, generic: Container[int]) -> Profile:
        """Return the profile without the values whose own blocking key is generic."""
        if not generic:
            return profile
        kept: dict[str, Values] = {}
        for attribute, rule in self._single.items():
            values = profile.get(attribute, ())
            left = tuple(v for v in values if key(self.entity_type.name, rule, v) not in generic)
            if len(left) < len(values):
                kept[attribute] = left
        return {**profile, **kept} if kept else profile

    def _shared(self, left: Profile, right: Profile, generic: Container[int]) -> Iterator[str]:
        """Yield the blocking rules by which two records find each other."""
        for name, parts in self._blocking:
            texts = _common(left, right, parts)
            if generic:
                texts = [text for text in texts if key(self.entity_type.name, name, text) not in generic]
            if texts:
                yield name

    def _rule(self, left: Profile, right: Profile) -> MatchRule | None:
        for rule in self.matching.rules:
            if all(self._holds(condition, left, right) for condition in rule.when):
                return rule
        return None

    def _holds(self, condition: Condition, left: Profile, right: Profile) -> bool:
        test, one, other = condition.test, left.get(condition.attribute), right.get(condition.attribute)
        if not one or not other:
            return test.endswith("missing")
        if test == "missing":
            return False
        if "similar" in test:
            return _similar(one[0], other[0], is_prefix_enough=test == "dissimilar") is not (
                test == "dissimilar"
            )
        is_equal = one[0] == other[0]
        if not is_equal and condition.attribute in self._identifying:
            is_equal = not set(one).isdisjoint(other)
        return is_equal is not (test == "different")

    def _verdict(self, score: float, review: MatchRule | None) -> Verdict:
        low, high = self.matching.review_at, self.matching.merge_at
        if review is not None:
            return Verdict("review", max(low, min(score, high - BELOW)), review.name)
        if score >= high:
            return Verdict("merge", score)
        return Verdict("review" if score >= low else "apart", score)

    def _steps(self, left: Profile, right: Profile) -> Iterator[Step]:
        for comparison in self.matching.comparisons:
            index = held_level(comparison, left, right)
            attributes = dict.fromkeys(name for level in comparison.levels for name in level.attributes)
            yield Step(
                comparison.name,
                None if index is None else (*(lv.label for lv in comparison.levels), ELSE)[index],
                0.0 if index is None else self.model.level_bits(comparison, index, left, right),
                {name: left.get(name, ()) for name in attributes},
                {name: right.get(name, ()) for name in attributes},
            )

    def _reason(self, verdict: Verdict, is_compared: bool, vetoes: tuple[str, ...]) -> str:
        if not is_compared:
            return "they share no value by which records are looked up, apart from generic ones"
        if verdict.rule is not None:
            reason = f'the rule "{verdict.rule}" holds'
        else:
            low, high = self.matching.review_at, self.matching.merge_at
            needed = {
                "merge": f"at least {high:g} bits, so they merge",
                "review": f"at least {low:g} but less than {high:g} bits, so a steward decides",
            }.get(verdict.outcome, f"less than {low:g} bits, so they stay apart")
            reason = f"the weight of {verdict.weight:.1f} bits is {needed}"
        if vetoes and verdict.outcome == "merge":
            reason += f"; but they are kept apart because they differ in {', '.join(vetoes)}"
        return reason


def in_conflict(left: Profile, right: Profile, veto: Veto) -> bool:
    """Return whether a veto keeps two profiles apart: both know the attribute, and no two values are near."""
    return far_apart(left.get(veto.attribute, ()), right.get(veto.attribute, ()), veto.max_distance)


def far_apart(ones: Iterable[str], others: Collection[str], most: int) -> bool:
    """Return whether both are known and no two values are within so many edits, nor dates with day and month swapped."""
    pairs = [(one, other) for one in ones for other in others]
    return bool(pairs) and not any(near(one, other, most) for one, other in pairs)


def _similar(one: str, other: str, *, is_prefix_enough: bool) -> bool:
    if is_prefix_enough and (one.startswith(other) or other.startswith(one)):
        return True
    return JaroWinkler.similarity(one, other) >= SIMILAR - CLOSE


def _common(left: Profile, right: Profile, parts: tuple[Part, ...]) -> list[str]:
    """Return the texts of a blocking rule that two profiles share."""
    if len(parts) == 1:
        ((attribute, length),) = parts
        ones, others = left.get(attribute, ()), right.get(attribute, ())
        return sorted({cut(value, length) for value in ones} & {cut(value, length) for value in others})
    texts: list[str] = []
    for attribute, length in parts:
        one, other = left.get(attribute), right.get(attribute)
        if not one or not other:
            return []
        text = cut(one[0], length)
        if text != cut(other[0], length):
            return []
        texts.append(text)
    return ["\x1f".join(texts)]


_matchers: dict[tuple[int, int], Matcher] = {}


def matcher(entity_type: EntityType, model: MatchModel) -> Matcher:
    """Return the matcher of these two very objects, made once."""
    known = _matchers.get(
        (id(entity_type), id(model))
    )  # a matcher keeps both alive, so their ids stay theirs
    if known is None:
        if len(_matchers) >= MOST_MATCHERS:
            _matchers.clear()
        known = _matchers[id(entity_type), id(model)] = Matcher(entity_type, model)
    return known
