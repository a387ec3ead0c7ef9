"""Policies as documents: what is said comes back as it was said, and what is wrong is named where it is."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import InvalidInputError
from graph.golden.comparison import Comparison, Level, LevelKind
from graph.golden.entity_type import CUSTOMER, SHIPPED, EntityType
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
from graph.golden.policy_document import (
    document_of_match_policy,
    document_of_quality,
    document_of_survivorship,
    match_policy_of,
    quality_of,
    survivorship_of,
)

attributes = st.sampled_from(sorted(CUSTOMER.by_name))
texts = st.text("abc ", min_size=1, max_size=5).filter(str.strip)


def level(kind: LevelKind, names: list[str], share: int, whole: int, tf: bool) -> Level:
    """Return a level whose threshold fits its kind."""
    if kind == "swapped":
        names = (names * 2)[:2]
    threshold = share / 100 if kind in ("jaro_winkler", "words") else 0.0
    if kind in ("damerau", "prefix", "start"):
        threshold = float(whole)
    return Level(kind, tuple(names), threshold, tf)


levels = st.builds(
    level,
    st.sampled_from(get_args(LevelKind)),
    st.lists(attributes, min_size=1, max_size=3),
    st.integers(1, 100),
    st.integers(1, 10),
    st.booleans(),
)
conditions = st.builds(Condition, attributes, st.sampled_from(get_args(Test)))


def rule(name: str, outcome: Outcome, when: list[Condition], sure: str) -> MatchRule:
    """Return a rule that asks for at least one equal attribute."""
    return MatchRule(name, outcome, (*when, Condition(sure, "equal")))


rules = st.builds(
    rule, texts, st.sampled_from(get_args(Outcome)), st.lists(conditions, max_size=2), attributes
)


def part(name: str, cut: int) -> str:
    """Return a part of a blocking rule."""
    return f"{name}:{cut}" if cut else name


blocking = st.lists(st.builds(part, attributes, st.integers(-9, 9)), min_size=1, max_size=3, unique=True).map(
    tuple
)


def match_policy(one: float, other: float, **parts: Any) -> MatchPolicy:
    """Return a policy whose thresholds are in order."""
    return MatchPolicy(review_at=min(one, other), merge_at=max(one, other), **parts)


matching = st.builds(
    match_policy,
    st.floats(-40, 40),
    st.floats(-40, 40),
    blocking=st.lists(blocking, max_size=4).map(tuple),
    comparisons=st.lists(
        st.builds(Comparison, texts, st.lists(levels, min_size=1, max_size=3).map(tuple)),
        max_size=3,
        unique_by=lambda one: one.name,
    ).map(tuple),
    rules=st.lists(rules, max_size=3, unique_by=lambda one: one.name).map(tuple),
    vetoes=st.lists(st.builds(Veto, attributes, st.integers(0, 20)), max_size=2).map(tuple),
    duplicate_free=st.frozensets(texts, max_size=2),
    max_block_size=st.integers(2, 100_000),
    contested_margin=st.floats(0, 40),
)


def trust(maximum: float, share: float, days: float | None) -> Trust:
    """Return a trust that falls by a share, if it falls."""
    return Trust(maximum, maximum if days is None else maximum * share, days)


def strategy(kind: StrategyKind, sources: list[str]) -> Strategy:
    """Return a step, with sources where it needs them."""
    return Strategy(kind, tuple(sources) if kind == "source_priority" else ())


strategies = st.builds(
    strategy,
    st.sampled_from(get_args(StrategyKind)),
    st.lists(texts, min_size=1, max_size=3, unique=True),
)
steps = st.lists(strategies, min_size=1, max_size=3, unique_by=lambda step: step.kind).map(tuple)
groups = st.sampled_from(sorted(CUSTOMER.groups))
trusts = st.builds(trust, st.floats(0, 100), st.floats(0, 1), st.none() | st.floats(1, 3_650))
survivorship = st.builds(
    SurvivorshipPolicy,
    default=steps,
    groups=st.dictionaries(groups, steps, max_size=2),
    trust=st.dictionaries(texts, st.dictionaries(groups | st.just("*"), trusts, max_size=2), max_size=2),
)


@given(matching)
def test_a_match_policy_comes_back_from_its_document(policy: MatchPolicy) -> None:
    """Printing and reading a match policy changes nothing."""
    assert match_policy_of(document_of_match_policy(policy), CUSTOMER.by_name) == policy


@given(survivorship)
def test_a_survivorship_policy_comes_back_from_its_document(policy: SurvivorshipPolicy) -> None:
    """Printing and reading a survivorship policy changes nothing."""
    assert survivorship_of(document_of_survivorship(policy), CUSTOMER.groups) == policy


@pytest.mark.parametrize("entity_type", SHIPPED.values(), ids=SHIPPED)
def test_shipped_policies_come_back_from_their_documents(entity_type: EntityType) -> None:
    """What ships can be printed, changed and put."""
    again = replace(
        entity_type,
        matching=match_policy_of(document_of_match_policy(entity_type.matching), entity_type.by_name),
        survivorship=survivorship_of(document_of_survivorship(entity_type.survivorship), entity_type.groups),
        quality=quality_of(document_of_quality(entity_type.quality), entity_type.by_name),
    )
    assert again == entity_type


def test_quality_rules_come_back_from_their_document() -> None:
    """Rules with and without arguments are printed and read."""
    rules = (
        QualityRule("e-mail known", "email", "present"),
        QualityRule("short", "postal_code", "matches", r"\d{5}", 2.0),
        QualityRule("here", "country", "one_of", ("DE", "AT")),
        QualityRule("likely", "birth_date", "plausible"),
    )
    assert quality_of(document_of_quality(rules), CUSTOMER.by_name) == rules
    assert quality_of(None, CUSTOMER.by_name) == ()


def test_what_is_left_out_counts_as_it_ships() -> None:
    """An empty document is the plain policy, and a missing one too."""
    assert match_policy_of({}, CUSTOMER.by_name) == MatchPolicy(blocking=())
    assert match_policy_of(None, CUSTOMER.by_name) == MatchPolicy(blocking=())
    assert survivorship_of({}, CUSTOMER.groups) == SurvivorshipPolicy()
    assert survivorship_of(None, CUSTOMER.groups) == SurvivorshipPolicy()


BAD_MATCHING: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    (
        {"blocking": [["emial"], ["last_name:x"], []]},
        [
            ("$.blocking[0][0]", "'emial' is not known; did you mean email?"),
            ("$.blocking[1][0]", "must end in a number of characters such as last_name:3, got 'last_name:x'"),
            ("$.blocking[2]", "must have 1 to 5 items, got 0"),
        ],
    ),
    ({"blokking": []}, [("$.blokking", "'blokking' is not known; did you mean blocking?")]),
    (
        {"merge_at": 1, "review_at": 2},
        [("$.review_at", "must not lie above merge_at (1), got 2")],
    ),
    ({"merge_at": "4"}, [("$.merge_at", "must be a number, got text")]),
    ({"merge_at": 41}, [("$.merge_at", "must be -40 to 40, got 41")]),
    ({"max_block_size": 2.5}, [("$.max_block_size", "must be a whole number, got 2.5")]),
    (
        {"comparisons": [{"name": "mail", "levels": [{"kind": "fuzzy", "attributes": ["email"]}]}]},
        [
            (
                "$.comparisons[0].levels[0].kind",
                "'fuzzy' is not known; known are equal, any_equal, jaro_winkler, damerau, prefix, start, words, swapped,"
                " day_month_swapped, local_part_equal",
            )
        ],
    ),
    (
        {
            "comparisons": [
                {
                    "name": "mail",
                    "levels": [
                        {"kind": "jaro_winkler", "attributes": ["email"], "threshold": 1.2},
                        {"kind": "equal", "attributes": ["email"], "threshold": 0.5},
                        {"kind": "swapped", "attributes": ["email"]},
                    ],
                }
            ]
        },
        [
            ("$.comparisons[0].levels[0].threshold", "must be 0.01 to 1, got 1.2"),
            ("$.comparisons[0].levels[1].threshold", "means nothing to the kind equal"),
            ("$.comparisons[0].levels[2].attributes", "must have 2 to 2 items, got 1"),
        ],
    ),
    (
        {
            "rules": [
                {"name": "all", "outcome": "merge", "when": [{"attribute": "email", "test": "different"}]}
            ]
        },
        [
            (
                "$.rules[0].when",
                "would merge records of which nothing is known; ask for one that is equal or similar",
            )
        ],
    ),
    (
        {"rules": [{"name": "x", "outcome": "merge"}], "vetoes": [{"max_distance": 1}]},
        [("$.rules[0].when", "is missing"), ("$.vetoes[0].attribute", "is missing")],
    ),
    ({"duplicate_free": "crm"}, [("$.duplicate_free", "must be a list, got text")]),
]


@pytest.mark.parametrize(("document", "problems"), BAD_MATCHING)
def test_what_is_wrong_with_a_match_policy_is_named(
    document: dict[str, Any], problems: list[tuple[str, str]]
) -> None:
    """Every problem comes with its JSON path, and with what may have been meant."""
    with pytest.raises(InvalidInputError) as caught:
        match_policy_of(document, CUSTOMER.by_name)
    assert [(problem.path, problem.reason) for problem in caught.value.problems] == problems


BAD_SURVIVORSHIP: list[tuple[Any, list[tuple[str, str]]]] = [
    (["recency"], [("$", "must be an object, got a list")]),
    ({"default": "recency"}, [("$.default", "must be a list, got text")]),
    ({"default": []}, [("$.default", "must have 1 to 10 items, got 0")]),
    (
        {"default": ["newest", "source_priority", {"strategy": "recency", "sources": ["crm"]}]},
        [
            (
                "$.default[0].strategy",
                "'newest' is not known; did you mean longest?",
            ),
            ("$.default[1].sources", "is missing: name the sources, the best first"),
            ("$.default[2].sources", "means nothing to the strategy recency"),
        ],
    ),
    (
        {"groups": {"adress": ["recency"]}},
        [("$.groups.adress", "'adress' is not known; did you mean address?")],
    ),
    (
        {"trust": {"crm": {"*": 101, "emial": 5, "email": {"maximum": 5, "minimum": 9, "decay_days": 1}}}},
        [
            ("$.trust.crm.*", "must be 0 to 100, got 101"),
            ("$.trust.crm.emial", "'emial' is not known; did you mean email?"),
            ("$.trust.crm.email.minimum", "must not lie above maximum (5), got 9"),
        ],
    ),
    (
        {"trust": {"crm": {"*": {"maximum": 9, "minimum": 5}, "email": {"maximum": 9, "decay_days": 0}}}},
        [
            ("$.trust.crm.*.decay_days", "is missing: in how many days does the trust fall to minimum?"),
            ("$.trust.crm.email.decay_days", "must be 0.001 to 36525, got 0"),
        ],
    ),
]


@pytest.mark.parametrize(("document", "problems"), BAD_SURVIVORSHIP)
def test_what_is_wrong_with_a_survivorship_policy_is_named(
    document: Any, problems: list[tuple[str, str]]
) -> None:
    """Every problem comes with its JSON path, and with what may have been meant."""
    with pytest.raises(InvalidInputError) as caught:
        survivorship_of(document, CUSTOMER.groups)
    assert [(problem.path, problem.reason) for problem in caught.value.problems] == problems


def test_what_is_wrong_with_quality_rules_is_named() -> None:
    """An argument must be one the test can use."""
    with pytest.raises(InvalidInputError) as caught:
        quality_of(
            [
                {"name": "a", "attribute": "email", "test": "matches", "argument": "("},
                {"name": "a", "attribute": "email", "test": "present", "argument": "x"},
                {"name": "b", "attribute": "email", "test": "one_of", "argument": []},
                {"name": "c", "attribute": "email", "test": "matches", "argument": r"(a)\1"},
            ],
            CUSTOMER.by_name,
        )
    assert [(problem.path, problem.reason) for problem in caught.value.problems] == [
        ("$[0].argument", "is a regular expression that cannot be used: unclosed group"),
        ("$[1].argument", "means nothing to the test present"),
        ("$[2].argument", "must have 1 to 1000 items, got 0"),
        ("$[3].argument", "is a regular expression that cannot be used: backreferences are not supported"),
        ("$[1].name", "'a' is given twice"),
    ]


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "blocking",
                    "comparisons",
                    "rules",
                    "vetoes",
                    "levels",
                    "kind",
                    "when",
                    "name",
                    "default",
                    "groups",
                    "trust",
                    "crm",
                    "*",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(json)
def test_nothing_but_a_clear_error_comes_of_any_document(document: Any) -> None:
    """Whatever JSON is given, it is a policy or refused with problems, never anything else."""
    for read, known in (
        (match_policy_of, CUSTOMER.by_name),
        (survivorship_of, CUSTOMER.groups),
        (quality_of, CUSTOMER.by_name),
    ):
        with suppress(InvalidInputError):
            read(document, known)


def test_the_documented_documents_are_policies() -> None:
    """What docs/policies.md shows can be put as it stands."""
    page = Path("docs/policies.md").read_text(encoding="utf-8")
    shown = dict(re.findall(r"```json (\w+)\n(.*?)```", page, flags=re.DOTALL))
    assert survivorship_of(orjson.loads(shown["survivorship"]), CUSTOMER.groups).trust["crm"][
        "email"
    ] == Trust(90, 20, 730)
    assert match_policy_of(orjson.loads(shown["matching"]), CUSTOMER.by_name).vetoes == (Veto("birth_date"),)
    assert set(get_args(StrategyKind)) == set(re.findall(r"`(\w+)`", page)) & set(get_args(StrategyKind))
