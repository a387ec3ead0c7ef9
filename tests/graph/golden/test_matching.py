"""Rules decide first, then the model; generic values do not count; every decision can be explained."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.golden.blocking import keys
from graph.golden.comparison import Comparison, Level
from graph.golden.entity_type import CUSTOMER
from graph.golden.match_model import LevelWeight, MatchModel, default_model
from graph.golden.matching import (
    MERGE_WEIGHT,
    NEVER,
    Verdict,
    decide,
    explain,
    far_apart,
    in_conflict,
    matcher,
)
from graph.golden.policy import Condition, MatchPolicy, MatchRule, Veto
from graph.golden.profile import Profile

TYPE = replace(
    CUSTOMER,
    matching=MatchPolicy(
        blocking=(("email",), ("last_name", "birth_date"), ("last_name",)),
        comparisons=(
            Comparison("last_name", (Level("equal", ("last_name",)),)),
            Comparison("email", (Level("any_equal", ("email",)),)),
            Comparison("city", (Level("equal", ("city",)),)),
        ),
        rules=(
            MatchRule("twins", "never", (Condition("last_name", "equal"), Condition("first_name", "different"), Condition("birth_date", "equal"))),
            MatchRule("mail", "merge", (Condition("email", "equal"), Condition("first_name", "similar_or_missing"))),
            MatchRule("look", "review", (Condition("last_name", "equal"), Condition("street", "equal"))),
        ),
        vetoes=(Veto("birth_date", 1),),
        merge_at=5.0,
        review_at=0.0,
    ),
)  # fmt: skip
MODEL = MatchModel(
    1,
    -4.0,
    {
        "last_name": (LevelWeight("equal(last_name)", 0.5, 1 / 64), LevelWeight("else", 0.25, 1.0)),
        "email": (LevelWeight("any_equal(email)", 0.5, 1 / 16), LevelWeight("else", 0.25, 0.5)),
        "city": (LevelWeight("equal(city)", 1.0, 0.25), LevelWeight("else", 0.125, 1.0)),
    },
)


def person(**values: str | tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Return a profile."""
    return {name: (value,) if isinstance(value, str) else value for name, value in values.items()}


@pytest.mark.parametrize(
    ("left", "right", "verdict"),
    [
        (person(last_name="a", city="x"), person(last_name="a"), Verdict("review", 1.0)),
        (person(last_name="a", city="x"), person(last_name="a", city="x"), Verdict("review", 3.0)),
        (person(last_name="a", city="x"), person(last_name="a", city="y"), Verdict("apart", -2.0)),
        (person(last_name="a", email=("p", "q"), city="x", first_name="bo"), person(last_name="a", email=("r", "q"), city="x", first_name="cy"), Verdict("merge", 6.0)),
        (person(city="x", first_name="bo"), person(city="x", first_name="bo"), Verdict("apart", -4.0)),
        (person(email=("p", "q")), person(email="q"), Verdict("merge", MERGE_WEIGHT, "mail")),
        (person(last_name="a", first_name="bo", birth_date="1"), person(last_name="a", first_name="cy", birth_date="1"), Verdict("never", NEVER, "twins")),
        (person(last_name="a", street="s", city="x"), person(last_name="a", street="s", city="y"), Verdict("review", 0.0, "look")),
        (person(last_name="a", street="s", city="x"), person(last_name="a", street="s", city="x"), Verdict("review", 3.0, "look")),
        (person(last_name="a", street="s", city="x", email="m", first_name="bo"), person(last_name="a", street="s", city="x", email="m", first_name="cy"), Verdict("review", 4.99, "look")),
    ],
)  # fmt: skip
def test_the_first_rule_that_holds_decides_else_the_score(
    left: Profile, right: Profile, verdict: Verdict
) -> None:
    """Rules come before the model, in their order; who shares no key is not compared; both directions agree."""
    assert decide(left, right, TYPE, MODEL) == verdict
    assert decide(right, left, TYPE, MODEL) == verdict


def test_a_generic_value_counts_as_missing() -> None:
    """A generic e-mail neither finds, nor merges, nor counts for or against; another one still does."""
    left, right = person(email=("none", "p"), last_name="a"), person(email="none", last_name="a")
    generic = keys(person(email="none"), TYPE)
    assert decide(left, right, TYPE, MODEL) == Verdict("merge", MERGE_WEIGHT, "mail")
    assert decide(left, right, TYPE, MODEL, generic) == Verdict("review", 1.0)
    assert decide(left, {**right, "email": ("p",)}, TYPE, MODEL, generic).rule == "mail"


def test_a_pair_that_shares_only_generic_keys_is_apart() -> None:
    """Whoever has nothing but generic keys in common is not compared at all."""
    left = right = person(last_name="a", city="x")
    assert decide(left, right, TYPE, MODEL, keys(left, TYPE)) == Verdict("apart", MODEL.prior)


CONDITIONS = [
    ("equal", "anna", "anna", True),
    ("equal", "anna", "anne", False),
    ("equal", "anna", "", False),
    ("similar", "anna", "anne", True),
    ("similar", "anna", "bert", False),
    ("similar", "anna", "", False),
    ("equal_or_missing", "anna", "", True),
    ("equal_or_missing", "anna", "anne", False),
    ("similar_or_missing", "", "anna", True),
    ("similar_or_missing", "anna", "bert", False),
    ("different", "anna", "anne", True),
    ("different", "anna", "anna", False),
    ("different", "anna", "", False),
    ("dissimilar", "anna", "bert", True),
    ("dissimilar", "anna", "anne", False),
    ("dissimilar", "li", "lisabeth", False),
    ("dissimilar", "anna", "", False),
    ("missing", "anna", "", True),
    ("missing", "anna", "bert", False),
]


@pytest.mark.parametrize(("test", "one", "other", "holds"), CONDITIONS)
def test_a_condition_means_what_it_says(test: str, one: str, other: str, holds: bool) -> None:
    """Every test of a condition, in both directions."""
    rule = MatchRule("r", "never", (Condition("first_name", test),))  # pyright: ignore[reportArgumentType]
    kind = replace(TYPE, matching=replace(TYPE.matching, rules=(rule,)))
    left, right = (person(last_name="a", **({"first_name": name} if name else {})) for name in (one, other))
    assert (decide(left, right, kind, MODEL).rule == "r") is holds
    assert (decide(right, left, kind, MODEL).rule == "r") is holds


def test_an_explanation_adds_up() -> None:
    """Prior and steps add up to the score; each step names its level and both values."""
    left, right = (
        person(last_name="a", email=("p", "q"), city="x"),
        person(last_name="a", email="q", city="y"),
    )
    told = explain(left, right, TYPE, MODEL)
    assert told.prior + sum(step.bits for step in told.steps) == told.score == 1.0
    assert [(step.comparison, step.level, step.bits) for step in told.steps] == [
        ("last_name", "equal(last_name)", 5.0),
        ("email", "any_equal(email)", 3.0),
        ("city", "else", -3.0),
    ]
    assert (told.steps[1].left, told.steps[1].right) == ({"email": ("p", "q")}, {"email": ("q",)})
    assert (told.verdict.rule, told.shared, told.vetoes) == ("mail", ("email", "last_name"), ())
    assert told.reason == 'the rule "mail" holds'


def test_an_explanation_says_why_not() -> None:
    """What was missing, which veto holds, and that nothing was shared."""
    left = person(last_name="a", birth_date="1980-01-01", email="p")
    right = person(last_name="a", birth_date="1955-12-24", email="p")
    told = explain(left, right, TYPE, MODEL)
    assert told.vetoes == ("birth_date",)
    assert told.reason == 'the rule "mail" holds; but they are kept apart because they differ in birth_date'
    low = explain(person(last_name="a"), person(last_name="a"), TYPE, MODEL)
    assert low.steps[1].level is None
    assert low.reason == "the weight of 1.0 bits is at least 0 but less than 5 bits, so a steward decides"
    assert explain(person(city="x"), person(city="x"), TYPE, MODEL).reason.startswith("they share no value")


def test_a_veto_needs_two_known_values_that_are_far_apart() -> None:
    """Typing errors, exchanged day and month and unknown values are no conflict; any near pair of values lifts it."""
    veto = Veto("birth_date", 1)
    one = person(birth_date="1980-02-01")
    for other, is_kept in (("1980-02-11", False), ("1980-01-02", False), ("1955-12-24", True)):
        assert in_conflict(one, person(birth_date=other), veto) is is_kept
    assert in_conflict(one, {}, veto) is False
    assert far_apart(("1", "999"), ("555", "2"), 1) is False


def test_a_matcher_is_made_once() -> None:
    """The same entity type and model share one matcher; equal ones do not."""
    assert matcher(TYPE, MODEL) is matcher(TYPE, MODEL)
    assert matcher(TYPE, replace(MODEL)) is not matcher(TYPE, MODEL)


NAMES = st.sampled_from(("anna", "anne", "bert", "li", "lisa"))
PROFILES = st.fixed_dictionaries(
    {},
    optional={
        "first_name": st.tuples(NAMES),
        "last_name": st.tuples(NAMES),
        "birth_date": st.sampled_from((("1980-02-01",), ("1980-01-02",), ("1955-12-24",))),
        "email": st.sampled_from((("a@x",), ("b@x", "a@x"), ("b@y",))),
        "phone": st.sampled_from((("+491",), ("+492", "+491"))),
        "street": st.sampled_from((("1 high st",), ("2 high st",))),
        "postal_code": st.just(("10000",)),
    },
)


@given(PROFILES, PROFILES, st.booleans())
def test_deciding_has_no_direction_and_is_explained_as_decided(
    left: Profile, right: Profile, is_generic: bool
) -> None:
    """The shipped customer decides alike in both directions, and the explanation tells that very verdict."""
    model = default_model(CUSTOMER)
    generic = frozenset(keys(left, CUSTOMER)) if is_generic else frozenset[int]()
    verdict = decide(left, right, CUSTOMER, model, generic)
    assert decide(right, left, CUSTOMER, model, generic) == verdict
    told = explain(left, right, CUSTOMER, model, generic)
    assert told.verdict == verdict
    assert told.prior + sum(step.bits for step in told.steps) == pytest.approx(told.score)
    if told.shared and verdict.rule is None:
        assert told.score == verdict.weight


@pytest.mark.parametrize(
    ("left", "right", "outcome"),
    [
        (person(first_name="ann", last_name="smith", birth_date="1980-01-02"), person(first_name="ann", last_name="smith", birth_date="1980-01-02"), "merge"),
        (person(first_name="ann", last_name="smith"), person(first_name="ann", last_name="smith"), "apart"),
        (person(first_name="ann", last_name="smith", email="a@x.example"), person(first_name="anne", last_name="smith", email="a@x.example"), "merge"),
        (person(first_name="ann", last_name="smith", phone="+491"), person(first_name="smith", last_name="ann", phone="+491"), "merge"),
        (person(first_name="ann", last_name="smith", street="1 high st", postal_code="1"), person(first_name="bob", last_name="smith", street="1 high st", postal_code="1"), "review"),
        (person(first_name="ann", last_name="smith", phone="+491", birth_date="1980-01-02"), person(first_name="bob", last_name="smith", phone="+491", birth_date="1955-12-24"), "apart"),
    ],
)  # fmt: skip
def test_the_shipped_customer_tells_people_from_households(
    left: Profile, right: Profile, outcome: str
) -> None:
    """From day one: one person is found despite typing errors, a household stays several people."""
    assert decide(left, right, CUSTOMER, default_model(CUSTOMER)).outcome == outcome
