"""Explanations tell of every candidate how it stood, and why it won or lost."""

from __future__ import annotations

from graph.golden.entity_type import CUSTOMER
from graph.golden.pins import Pin
from graph.golden.standings import explain
from graph.time import Period
from tests.graph.golden.test_survivorship import FALLING, THREE, customer, day, member


def test_an_explanation_ranks_every_candidate_and_says_why_it_lost() -> None:
    """The winner comes first; each other one is told by what it was beaten, the ignored last."""
    members = [
        *THREE,
        member("lab", 4, city="Trier", pins=[Pin("address", "ignore", Period(day(0)))]),
    ]
    told = explain(members, customer("recency"), "address", day(5))
    assert told.rule == "recency"
    assert [(s.key.system, s.rank, s.gives, s.reason) for s in told.standings] == [
        ("shop", 1, ("city",), "first by recency"),
        ("web", 2, (), "recency: 2024-01-03T00:00:00Z against 2024-01-04T00:00:00Z"),
        ("crm", 3, (), "recency: 2024-01-02T00:00:00Z against 2024-01-04T00:00:00Z"),
        ("lab", None, (), "a steward said to ignore it"),
    ]


def test_an_explanation_is_about_its_instant() -> None:
    """Trust is told as it was at the valid instant asked about."""
    members = [member("crm", 0, city="Bonn"), member("shop", 5, city="Köln")]
    policy = customer("trust", trust=FALLING)
    early, late = (explain(members, policy, "address", day(n)) for n in (10, 40))
    assert [(s.key.system, dict(s.scores), s.reason) for s in early.standings] == [
        ("crm", {"trust": "80"}, "first by trust"),
        ("shop", {"trust": "60"}, "trust: 60 against 80"),
    ]
    assert [(s.key.system, s.reason) for s in late.standings] == [
        ("shop", "first by trust"),
        ("crm", "trust: 50 against 60"),
    ]


def test_pins_and_own_words_are_explained() -> None:
    """What lies over the best source, and what a pin keeps out, is said in words."""
    own = member("goldthread", 8, key="own", city="Trier")
    told = explain([member("crm", 0, city="Bonn"), own], CUSTOMER, "address", day(9))
    assert [(s.key.system, s.gives, s.reason) for s in told.standings] == [
        (
            "goldthread",
            ("city",),
            "a person's own word lies over what the best source says, which is no newer",
        ),
        ("crm", (), "the best source; a person's own word lies over it"),
    ]
    pinned = member("crm", 0, city="Bonn", pins=[Pin("address", "pin", Period(day(0)))])
    told = explain([pinned, own], CUSTOMER, "address", day(9))
    assert [(s.key.system, s.reason) for s in told.standings] == [
        ("crm", "a steward pinned it"),
        ("goldthread", "a steward pinned another record"),
    ]
