"""Policies as JSON documents: checked with every problem named, and written back."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, cast, get_args

from graph.golden.comparison import Comparison, Level, LevelKind
from graph.golden.document_reader import DocumentReader
from graph.golden.pattern import pattern_problem
from graph.golden.policy import (
    Condition,
    MatchPolicy,
    MatchRule,
    Outcome,
    QualityRule,
    Strategy,
    StrategyKind,
    SurvivorshipPolicy,
    Test,
    Trust,
    Veto,
)

MOST_BITS = 40.0
"""No threshold lies beyond this: it is the weight a rule that merges gives."""

MOST_DECAY = 36_525.0
"""Trust may take a hundred years to fall, in days."""

_WHOLE = {"damerau": (1, 10), "prefix": (1, 100), "start": (1, 100)}
_SHARE = ("jaro_winkler", "words")
_QUALITY_TESTS = ("present", "matches", "one_of", "plausible")


def match_policy_of(document: object, attributes: Collection[str], path: str = "$") -> MatchPolicy:
    """Return the match policy that a document says for an entity type with these attributes; None says nothing.

    Raises InvalidInputError with the JSON path, below `path`, of every problem.
    """
    if document is None:
        return MatchPolicy(blocking=())
    reader = _MatchReader(attributes)
    policy = reader.policy(document, path)
    reader.settle()
    return policy


def survivorship_of(document: object, groups: Collection[str], path: str = "$") -> SurvivorshipPolicy:
    """Return the survivorship policy that a document says for an entity type with these attribute groups.

    Raises InvalidInputError with the JSON path, below `path`, of every problem.
    """
    if document is None:
        return SurvivorshipPolicy()
    reader = _SurvivorshipReader(groups)
    policy = reader.policy(document, path)
    reader.settle()
    return policy


def quality_of(document: object, attributes: Collection[str], path: str = "$") -> tuple[QualityRule, ...]:
    """Return the quality rules that a document says for an entity type with these attributes.

    Raises InvalidInputError with the JSON path, below `path`, of every problem.
    """
    reader = DocumentReader()
    rules = [
        (below, _quality_rule(reader, item, below, attributes))
        for below, item in reader.items([] if document is None else document, path)
    ]
    reader.distinct((f"{below}.name", rule.name) for below, rule in rules)
    reader.settle()
    return tuple(rule for _, rule in rules)


def document_of_match_policy(policy: MatchPolicy) -> dict[str, Any]:
    """Return the document of a match policy, all of it; `match_policy_of` reads it back."""
    return {
        "blocking": [list(rule) for rule in policy.blocking],
        "comparisons": [
            {"name": comparison.name, "levels": [_level_document(level) for level in comparison.levels]}
            for comparison in policy.comparisons
        ],
        "rules": [
            {
                "name": rule.name,
                "outcome": rule.outcome,
                "when": [{"attribute": one.attribute, "test": one.test} for one in rule.when],
            }
            for rule in policy.rules
        ],
        "vetoes": [
            {"attribute": veto.attribute, "max_distance": veto.max_distance} for veto in policy.vetoes
        ],
        "duplicate_free": sorted(policy.duplicate_free),
        "max_block_size": policy.max_block_size,
        "merge_at": policy.merge_at,
        "review_at": policy.review_at,
        "contested_margin": policy.contested_margin,
    }


def document_of_survivorship(policy: SurvivorshipPolicy) -> dict[str, Any]:
    """Return the document of a survivorship policy, all of it; `survivorship_of` reads it back."""
    return {
        "default": [_step_document(step) for step in policy.default],
        "groups": {name: [_step_document(step) for step in steps] for name, steps in policy.groups.items()},
        "trust": {
            system: {group: _trust_document(trust) for group, trust in by_group.items()}
            for system, by_group in policy.trust.items()
        },
    }


def document_of_quality(rules: Collection[QualityRule]) -> list[dict[str, Any]]:
    """Return the document of quality rules; `quality_of` reads it back."""
    return [
        {"name": rule.name, "attribute": rule.attribute, "test": rule.test, "weight": rule.weight}
        | ({"argument": _argument_document(rule)} if rule.argument else {})
        for rule in rules
    ]


def _level_document(level: Level) -> dict[str, Any]:
    document: dict[str, Any] = {"kind": level.kind, "attributes": list(level.attributes)}
    if level.threshold:
        document["threshold"] = level.threshold
    return document | ({"tf": True} if level.tf else {})


def _step_document(step: Strategy) -> Any:
    return {"strategy": step.kind, "sources": list(step.sources)} if step.sources else step.kind


def _trust_document(trust: Trust) -> Any:
    if trust == Trust(trust.maximum, trust.maximum):
        return trust.maximum
    document = {"maximum": trust.maximum, "minimum": trust.minimum}
    return document | ({} if trust.decay_days is None else {"decay_days": trust.decay_days})


def _argument_document(rule: QualityRule) -> Any:
    return rule.argument if isinstance(rule.argument, str) else list(rule.argument)


class _MatchReader(DocumentReader):
    """Reads a match policy."""

    def __init__(self, attributes: Collection[str]) -> None:
        super().__init__()
        self._attributes = attributes

    def policy(self, document: object, path: str) -> MatchPolicy:
        known = (
            "blocking", "comparisons", "rules", "vetoes", "duplicate_free", "max_block_size", "merge_at", "review_at",
            "contested_margin",
        )  # fmt: skip
        given = self.fields(document, path, known)
        plain = MatchPolicy(blocking=())
        policy = MatchPolicy(
            blocking=tuple(
                self._key(item, below)
                for below, item in self.items(given.get("blocking", []), f"{path}.blocking")
            ),
            comparisons=self._comparisons(given.get("comparisons", []), f"{path}.comparisons"),
            rules=self._rules(given.get("rules", []), f"{path}.rules"),
            vetoes=tuple(
                self._veto(item, below)
                for below, item in self.items(given.get("vetoes", []), f"{path}.vetoes")
            ),
            duplicate_free=frozenset(
                self.text(item, below)
                for below, item in self.items(
                    given.get("duplicate_free", []), f"{path}.duplicate_free", most=1_000
                )
            ),
            max_block_size=self.whole(
                given.get("max_block_size", plain.max_block_size), f"{path}.max_block_size", 2, 100_000
            ),
            merge_at=self._bits(given.get("merge_at", plain.merge_at), f"{path}.merge_at"),
            review_at=self._bits(given.get("review_at", plain.review_at), f"{path}.review_at"),
            contested_margin=self.number(
                given.get("contested_margin", plain.contested_margin),
                f"{path}.contested_margin",
                0,
                MOST_BITS,
            ),
        )
        if policy.review_at > policy.merge_at and not self.problems:
            self.problem(
                f"{path}.review_at",
                f"must not lie above merge_at ({policy.merge_at:g}), got {policy.review_at:g}",
            )
        return policy

    def _bits(self, value: object, path: str) -> float:
        return self.number(value, path, -MOST_BITS, MOST_BITS)

    def _attribute(self, value: object, path: str) -> str:
        return self.choice(value, path, self._attributes)

    def _key(self, value: object, path: str) -> tuple[str, ...]:
        parts: list[str] = []
        for below, item in self.items(value, path, least=1, most=5):
            text = self.text(item, below)
            name, colon, length = text.partition(":")
            self._attribute(name, below)
            if colon and (not re.fullmatch(r"-?[1-9]\d{0,2}", length)):
                self.problem(below, f"must end in a number of characters such as {name}:3, got {text[:60]!r}")
            parts.append(text)
        self.distinct((path, part) for part in parts)
        return tuple(parts)

    def _comparisons(self, value: object, path: str) -> tuple[Comparison, ...]:
        found: list[Comparison] = []
        for below, item in self.items(value, path):
            given = self.fields(item, below, ("name", "levels"), ("name", "levels"))
            levels = tuple(
                self._level(level, inner)
                for inner, level in self.items(given.get("levels", [{}]), f"{below}.levels", least=1, most=20)
            )
            found.append(Comparison(self.text(given.get("name", "?"), f"{below}.name"), levels))
        self.distinct((f"{path}[{place}].name", one.name) for place, one in enumerate(found))
        return tuple(found)

    def _level(self, value: object, path: str) -> Level:
        given = self.fields(value, path, ("kind", "attributes", "threshold", "tf"), ("kind", "attributes"))
        kind = cast("LevelKind", self.choice(given.get("kind", "equal"), f"{path}.kind", get_args(LevelKind)))
        wanted = 2 if kind == "swapped" else 1
        names = (
            tuple(
                self._attribute(item, below)
                for below, item in self.items(
                    given.get("attributes", [""] * wanted),
                    f"{path}.attributes",
                    least=wanted,
                    most=wanted if kind == "swapped" else 5,
                )
            )
            if "attributes" in given
            else ()
        )
        threshold = self._threshold(kind, given.get("threshold"), f"{path}.threshold")
        return Level(kind, names, threshold, self.flag(given.get("tf", False), f"{path}.tf"))

    def _threshold(self, kind: LevelKind, value: object, path: str) -> float:
        if kind in _SHARE or (kind == "swapped" and value is not None):
            return self.number(value, path, 0.01, 1)
        if kind in _WHOLE:
            return self.whole(value, path, *_WHOLE[kind])
        if kind and value not in (None, 0):
            self.problem(path, f"means nothing to the kind {kind}")
        return 0.0

    def _rules(self, value: object, path: str) -> tuple[MatchRule, ...]:
        found: list[MatchRule] = []
        for below, item in self.items(value, path):
            given = self.fields(item, below, ("name", "outcome", "when"), ("name", "outcome", "when"))
            outcome = self.choice(given.get("outcome", "review"), f"{below}.outcome", get_args(Outcome))
            when = (
                tuple(
                    self._condition(one, inner)
                    for inner, one in self.items(given.get("when", [None]), f"{below}.when", least=1, most=20)
                )
                if "when" in given
                else ()
            )
            rule = MatchRule(
                self.text(given.get("name", "?"), f"{below}.name"), cast("Outcome", outcome), when
            )
            if outcome == "merge" and when and not any(one.test in ("equal", "similar") for one in when):
                self.problem(
                    f"{below}.when",
                    "would merge records of which nothing is known; ask for one that is equal or similar",
                )
            found.append(rule)
        self.distinct((f"{path}[{place}].name", rule.name) for place, rule in enumerate(found))
        return tuple(found)

    def _condition(self, value: object, path: str) -> Condition:
        given = self.fields(value, path, ("attribute", "test"), ("attribute", "test"))
        attribute = self._attribute(given["attribute"], f"{path}.attribute") if "attribute" in given else ""
        test = self.choice(given.get("test", "equal"), f"{path}.test", get_args(Test))
        return Condition(attribute, cast("Test", test))

    def _veto(self, value: object, path: str) -> Veto:
        given = self.fields(value, path, ("attribute", "max_distance"), ("attribute",))
        attribute = self._attribute(given["attribute"], f"{path}.attribute") if "attribute" in given else ""
        most = self.whole(given.get("max_distance", 2), f"{path}.max_distance", 0, 20)
        return Veto(attribute, most)


class _SurvivorshipReader(DocumentReader):
    """Reads a survivorship policy."""

    def __init__(self, groups: Collection[str]) -> None:
        super().__init__()
        self._groups = groups

    def policy(self, document: object, path: str) -> SurvivorshipPolicy:
        given = self.fields(document, path, ("default", "groups", "trust"))
        groups: dict[str, tuple[Strategy, ...]] = {}
        for name, steps in self.entries(given.get("groups", {}), f"{path}.groups").items():
            below = f"{path}.groups.{name[:60]}"
            if name not in self._groups:
                self.unknown(below, name, self._groups)
            groups[name] = self._steps(steps, below)
        plain = SurvivorshipPolicy()
        default = self._steps(given["default"], f"{path}.default") if "default" in given else plain.default
        return SurvivorshipPolicy(default, groups, self._trusts(given.get("trust", {}), f"{path}.trust"))

    def _steps(self, value: object, path: str) -> tuple[Strategy, ...]:
        steps = [
            (below, self._step(item, below)) for below, item in self.items(value, path, least=1, most=10)
        ]
        self.distinct((below, step.kind) for below, step in steps)
        return tuple(step for _, step in steps)

    def _step(self, value: object, path: str) -> Strategy:
        kinds = get_args(StrategyKind)
        if isinstance(value, str):
            value = {"strategy": value}
        given = self.fields(value, path, ("strategy", "sources"), ("strategy",))
        kind = self.choice(given.get("strategy", "recency"), f"{path}.strategy", kinds)
        sources = tuple(
            self.text(item, below)
            for below, item in self.items(given.get("sources", []), f"{path}.sources", most=1_000)
        )
        if kind == "source_priority" and not sources:
            self.problem(f"{path}.sources", "is missing: name the sources, the best first")
        if kind and kind != "source_priority" and sources:
            self.problem(f"{path}.sources", f"means nothing to the strategy {kind}")
        self.distinct((f"{path}.sources[{place}]", system) for place, system in enumerate(sources))
        return Strategy(cast("StrategyKind", kind), sources)

    def _trusts(self, value: object, path: str) -> dict[str, Mapping[str, Trust]]:
        trusts: dict[str, Mapping[str, Trust]] = {}
        for system, by_group in self.entries(value, path).items():
            below = f"{path}.{self.text(system, path)[:60]}"
            found: dict[str, Trust] = {}
            for group, trust in self.entries(by_group, below).items():
                if group != "*" and group not in self._groups:
                    self.unknown(f"{below}.{group[:60]}", group, ["*", *self._groups])
                found[group] = self._trust(trust, f"{below}.{group[:60]}")
            trusts[system] = found
        return trusts

    def _trust(self, value: object, path: str) -> Trust:
        if not isinstance(value, Mapping):
            constant = self.number(value, path, 0, 100)
            return Trust(constant, constant)
        given = self.fields(cast("object", value), path, ("maximum", "minimum", "decay_days"), ("maximum",))
        maximum = self.number(given.get("maximum", 0), f"{path}.maximum", 0, 100)
        minimum = self.number(given.get("minimum", maximum), f"{path}.minimum", 0, 100)
        days = given.get("decay_days")
        if minimum > maximum:
            self.problem(f"{path}.minimum", f"must not lie above maximum ({maximum:g}), got {minimum:g}")
        if days is None and minimum != maximum:
            self.problem(f"{path}.decay_days", "is missing: in how many days does the trust fall to minimum?")
        return Trust(
            maximum,
            minimum,
            None if days is None else self.number(days, f"{path}.decay_days", 0.001, MOST_DECAY),
        )


def _quality_rule(
    reader: DocumentReader, value: object, path: str, attributes: Collection[str]
) -> QualityRule:
    known = ("name", "attribute", "test", "argument", "weight")
    given = reader.fields(value, path, known, ("name", "attribute", "test"))
    name = reader.text(given.get("name", "?"), f"{path}.name")
    attribute = (
        reader.choice(given["attribute"], f"{path}.attribute", attributes) if "attribute" in given else ""
    )
    test = reader.choice(given.get("test", "present"), f"{path}.test", _QUALITY_TESTS)
    argument: str | tuple[str, ...] = ""
    if test == "one_of":
        listed = reader.items(given.get("argument"), f"{path}.argument", least=1, most=1_000)
        argument = tuple(reader.text(item, below) for below, item in listed)
    elif test == "matches":
        argument = reader.text(given.get("argument"), f"{path}.argument")
        if problem := pattern_problem(argument):
            reader.problem(f"{path}.argument", f"is a regular expression that cannot be used: {problem}")
    elif test and given.get("argument"):
        reader.problem(f"{path}.argument", f"means nothing to the test {test}")
    weight = reader.number(given.get("weight", 1.0), f"{path}.weight", 0.001, 1_000)
    return QualityRule(name, attribute, cast("Any", test), argument, weight)
