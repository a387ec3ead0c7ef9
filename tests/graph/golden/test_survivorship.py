"""Which source wins: every strategy, attribute groups as units, pins, decaying trust, and the reasons told."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, cast
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.golden.entity_type import CUSTOMER, EntityType
from graph.golden.pins import Pin, pins_of
from graph.golden.policy import Strategy, StrategyKind, SurvivorshipPolicy, Trust
from graph.golden.record import CLEARED
from graph.golden.standings import explain
from graph.golden.timeline import Member, SourceStretch, golden_timeline
from graph.golden.trust import crossings, trust_at
from graph.golden.versions import Stretch
from graph.identity import SourceKey
from graph.time import Period

START = datetime(2024, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def day(number: float) -> datetime:
    """Return an instant some days after the start."""
    return START + timedelta(days=number)


def member(
    system: str,
    said: float = 0,
    *,
    key: str = "1",
    pins: Sequence[Pin] = (),
    until: float | None = None,
    **values: str,
) -> Member:
    """Return a source record that says its values on a day, and holds them until further notice or another day."""
    event = UUID(int=abs(hash((system, key, said))))
    held = {name: (value, event, day(said)) for name, value in values.items()}
    period = Period(day(said), None if until is None else day(until))
    return Member(SourceKey(system, key), [SourceStretch(period, held)], pins)


def customer(*steps: str | Strategy, trust: dict[str, dict[str, Trust]] | None = None) -> EntityType:
    """Return the customer with the given steps for every group."""
    strategies = tuple(
        step if isinstance(step, Strategy) else Strategy(cast("StrategyKind", step)) for step in steps
    )
    return replace(CUSTOMER, survivorship=SurvivorshipPolicy(strategies, trust=trust or {}))


def at(stretches: Sequence[Stretch], number: float) -> Stretch:
    """Return the version that holds on a day."""
    return next(stretch for stretch in stretches if stretch.period.holds_at(day(number)))


def city(stretches: Sequence[Stretch], number: float) -> object:
    """Return the city that holds on a day."""
    return (at(stretches, number).attributes or {}).get("city")


LEVELS = {system: {"*": Trust(level, level)} for system, level in (("crm", 90), ("shop", 50), ("web", 20))}

THREE = [
    member("crm", 1, city="Bonn", street="Am Tor 1"),
    member("shop", 3, city="Köln am Rhein"),
    member("web", 2, city="bonn", street="am tor 1"),
]


@pytest.mark.parametrize(
    ("step", "wins"),
    [
        ("recency", "Köln am Rhein"),
        ("oldest", "Bonn"),
        ("trust", "Bonn"),
        (Strategy("source_priority", ("web", "crm")), "bonn"),
        ("frequency", "bonn"),
        ("longest", "Köln am Rhein"),
        ("completeness", "bonn"),
    ],
)
def test_each_strategy_puts_its_own_first(step: str | Strategy, wins: str) -> None:
    """Where the strategy leaves a tie, the greater source key decides."""
    assert city(golden_timeline(THREE, customer(step, trust=LEVELS)), 5) == wins


def test_a_chain_goes_on_where_a_step_leaves_a_tie() -> None:
    """Two that agree are as frequent as each other; the next step decides between them."""
    assert city(golden_timeline(THREE, customer("frequency", "oldest")), 5) == "Bonn"
    assert explain(THREE, customer("frequency", "oldest"), "address", day(5)).rule == "oldest"


def test_a_group_can_have_steps_of_its_own() -> None:
    """The address follows its own chain, everything else the default."""
    policy = SurvivorshipPolicy(groups={"address": (Strategy("oldest"),)})
    members = [
        member("crm", 0, city="Bonn", email="old@example.org"),
        member("shop", 1, city="Köln", email="new@example.org"),
    ]
    held = at(golden_timeline(members, replace(CUSTOMER, survivorship=policy)), 2)
    assert held.attributes == {"city": "Bonn", "email": "new@example.org"}
    assert held.provenance is not None
    assert held.provenance["rules"] == {"address": "oldest", "email": "recency"}


def test_aggregation_keeps_all_values_in_order() -> None:
    """The winning value comes first, then the others as they rank; equal ones once."""
    members = [
        member("crm", 0, email="a@example.org"),
        member("shop", 1, email="b@example.org"),
        member("web", 2, email="c@example.org"),
        member("web", 1, key="2", email="a@example.org"),
    ]
    held = at(golden_timeline(members, customer("recency", "aggregation")), 5)
    assert held.attributes == {"email": "c@example.org"}
    assert held.provenance is not None
    assert held.provenance["all"] == {"email": ["c@example.org", "a@example.org", "b@example.org"]}


def test_aggregated_groups_stay_together() -> None:
    """What stands at one place of the lists is one address."""
    members = [member("crm", 0, street="Am Tor 1", city="Bonn"), member("shop", 1, city="Köln")]
    held = at(golden_timeline(members, customer("recency", "aggregation")), 5)
    assert held.provenance is not None
    assert held.provenance["all"] == {"street": [None, "Am Tor 1"], "city": ["Köln", "Bonn"]}


def test_versions_with_other_kept_values_are_not_joined() -> None:
    """The winner is the same before and after, but what is kept beside it is not."""
    members = [member("crm", 0, email="a@example.org"), member("shop", 1, until=3, email="b@example.org")]
    found = golden_timeline(members, customer("oldest", "aggregation"))
    assert [(s.period.start, (s.provenance or {}).get("all")) for s in found] == [
        (day(0), None),
        (day(1), {"email": ["a@example.org", "b@example.org"]}),
        (day(3), None),
    ]


FALLING = {"crm": {"*": Trust(90, 10, 80)}, "shop": {"*": Trust(60, 60)}}


def test_trust_falls_in_valid_time_and_the_switch_is_exact() -> None:
    """The trust of crm falls by 1 a day: it reaches 60 after 30 days; a tie of one microsecond goes by source key."""
    members = [member("crm", 0, city="Bonn"), member("shop", 5, city="Köln")]
    found = golden_timeline(members, customer("trust", trust=FALLING))
    assert [(s.period.start, (s.attributes or {})["city"]) for s in found] == [
        (day(0), "Bonn"),
        (day(30), "Köln"),
    ]


def test_a_value_that_is_said_again_is_trusted_anew() -> None:
    """Decay counts from the instant the value was said, not from the first time."""
    again = [*member("crm", 0, until=20, city="Bonn").stretches, *member("crm", 20, city="Bonn").stretches]
    members = [Member(SourceKey("crm", "1"), again), member("shop", 5, city="Köln")]
    found = golden_timeline(members, customer("trust", trust=FALLING))
    assert [(s.period.start, (s.attributes or {})["city"]) for s in found] == [
        (day(0), "Bonn"),
        (day(50), "Köln"),
    ]


def _trust(high: int, fall: int, days: float | None) -> Trust:
    return Trust(float(high), float(high - fall) if days else float(high), days)


trusts = st.builds(
    _trust,
    st.integers(50, 100),
    st.integers(0, 50),
    st.none() | st.sampled_from([1.0, 3.0, 7.5, 10.0, 0.3]),
)


@given(
    st.lists(st.tuples(trusts, st.integers(0, 5)), min_size=2, max_size=4),
    st.integers(5, 8),
    st.none() | st.integers(9, 20),
)
def test_between_two_crossings_no_order_changes(
    told: list[tuple[Trust, int]], start: int, end: int | None
) -> None:
    """From one crossing to the microsecond before the next, every two curves keep their order."""
    curves = [(trust, day(said)) for trust, said in told]
    cuts = crossings(curves, day(start), None if end is None else day(end))
    assert all(day(start) < cut and (end is None or cut < day(end)) for cut in cuts)
    last = day(end) if end is not None else day(40)
    for low, high in itertools.pairwise([day(start), *cuts, last]):
        orders = {
            tuple(
                (one > other) - (one < other)
                for one, other in itertools.combinations(
                    [trust_at(t, said, instant) for t, said in curves], 2
                )
            )
            for instant in (low, low + (high - low) / 3, low + (high - low) / 2, high - MICROSECOND)
            if low <= instant < high
        }
        assert len(orders) <= 1


def test_a_pinned_record_wins_over_its_period() -> None:
    """A pin outranks every strategy, and own words, exactly as long as it holds."""
    pin = Pin("address", "pin", Period(day(10), day(20)))
    members = [
        member("crm", 0, pins=[pin], city="Bonn"),
        member("shop", 5, city="Köln"),
        member("goldthread", 8, key="own", city="Trier"),
    ]
    found = golden_timeline(members, CUSTOMER)
    assert [(s.period.start, (s.attributes or {})["city"]) for s in found] == [
        (day(0), "Bonn"),
        (day(5), "Köln"),
        (day(8), "Trier"),
        (day(10), "Bonn"),
        (day(20), "Trier"),
    ]
    assert (at(found, 15).provenance or {})["rules"] == {"address": "pin"}


def test_an_ignored_record_never_wins() -> None:
    """What a steward said to ignore does not count, even where nobody else says anything; other groups are untouched."""
    ignore = Pin("address", "ignore", Period(day(10)))
    members = [member("crm", 0, pins=[ignore], city="Bonn", email="a@example.org")]
    found = golden_timeline(members, CUSTOMER)
    assert [(s.period, s.attributes) for s in found] == [
        (Period(day(0), day(10)), {"city": "Bonn", "email": "a@example.org"}),
        (Period(day(10)), {"email": "a@example.org"}),
    ]


class Word:
    """A steward's word for `pins_of`."""

    def __init__(self, verdict: str, start: float, end: float | None = None, group: str = "address") -> None:
        self.group = group
        self.verdict = verdict
        self.period = Period(day(start), None if end is None else day(end))


def test_the_last_word_on_an_instant_counts() -> None:
    """Later words lie over earlier ones, and a withdrawal takes them back over its own period alone."""
    words = [Word("pin", 0), Word("ignore", 5, 10), Word("withdrawn", 8, 20), Word("pin", 1, group="email")]
    assert pins_of(words) == (
        Pin("address", "pin", Period(day(0), day(5))),
        Pin("address", "ignore", Period(day(5), day(8))),
        Pin("address", "pin", Period(day(20))),
        Pin("email", "pin", Period(day(1))),
    )


def test_own_words_lie_over_older_words_of_sources_under_any_strategy() -> None:
    """A person's word may change a part of a group; a source that speaks of a later instant replaces it as a whole."""
    policy = customer(Strategy("source_priority", ("crm", "shop")))
    members = [
        member("crm", 0, street="Am Tor 1", city="Bonn"),
        member("shop", 6, city="Köln"),
        member("goldthread", 5, key="own", street="Am Tor 2"),
    ]
    found = golden_timeline(members, policy)
    assert at(found, 7).attributes == {"street": "Am Tor 2", "city": "Bonn"}
    assert (at(found, 7).provenance or {})["rules"] == {"address": "own_word"}
    later = [*members[1:], member("crm", 9, street="Am Tor 3", city="Bonn")]
    assert at(golden_timeline(later, policy), 10).attributes == {"street": "Am Tor 3", "city": "Bonn"}


def _word(group: str, verdict: str, start: int, length: int | None) -> Word:
    return Word(verdict, start, None if length is None else start + length, group)


names = st.sampled_from(["city", "street", "email"])
stretches = st.lists(
    st.tuples(
        st.integers(0, 9), st.dictionaries(names, st.sampled_from(["A", "a", "Bo", "C", CLEARED]), max_size=3)
    ),
    max_size=3,
    unique_by=lambda told: told[0],
)
pin_lists = st.lists(
    st.builds(
        _word,
        st.sampled_from(["address", "email"]),
        st.sampled_from(["pin", "ignore", "withdrawn"]),
        st.integers(0, 9),
        st.none() | st.integers(1, 5),
    ),
    max_size=2,
)
policies = st.lists(
    st.sampled_from(["recency", "oldest", "trust", "frequency", "longest", "completeness", "aggregation"]),
    min_size=1,
    max_size=3,
    unique=True,
)


def _member(system: str, number: int, told: list[tuple[int, dict[str, str]]], words: list[Word]) -> Member:
    ordered = sorted(told, key=lambda one: one[0])
    found = [
        SourceStretch(
            Period(day(start), day(end) if end is not None else None),
            {name: (value, UUID(int=number * 100 + start), day(start)) for name, value in values.items()}
            or None,
        )
        for (start, values), end in zip(ordered, [*(one[0] for one in ordered[1:]), None], strict=False)
    ]
    return Member(SourceKey(system, str(number)), found, pins_of(words))


def naive(members: Sequence[Member], entity_type: EntityType, instant: datetime) -> dict[str, Any] | None:
    """Return what holds at an instant, from the explanations of each group."""
    held = [s for m in members for s in m.stretches if s.period.holds_at(instant)]
    if not any(stretch.values is not None for stretch in held):
        return None
    return {
        name: standing.values[name][0]
        for group in entity_type.groups
        for standing in explain(members, entity_type, group, instant).standings
        for name in standing.gives
        if standing.values[name][0] != CLEARED
    }


@given(
    st.lists(
        st.tuples(st.sampled_from(["crm", "shop", "goldthread"]), stretches, pin_lists),
        min_size=1,
        max_size=4,
    ),
    policies,
    st.randoms(use_true_random=False),
)
def test_a_timeline_is_what_holds_at_every_instant_in_any_order(
    told: list[tuple[str, list[tuple[int, dict[str, str]]], list[Word]]], steps: list[str], random: Random
) -> None:
    """Whatever the policy, pins and order of members: versions never overlap, equal neighbours are joined, and each
    instant holds what the explanation of that instant says.
    """
    trust = {"crm": {"*": Trust(90, 10, 5)}, "shop": {"address": Trust(70, 20, 9), "*": Trust(50, 50)}}
    policy = customer(*steps, trust=trust)
    members = [_member(system, number, one, words) for number, (system, one, words) in enumerate(told)]
    found = golden_timeline(members, policy)
    shuffled = list(members)
    random.shuffle(shuffled)
    assert golden_timeline(shuffled, policy) == found
    for one, other in itertools.pairwise(found):
        assert one.period.end is not None
        assert one.period.end <= other.period.start
        if one.period.end == other.period.start:
            kept = [(s.op, s.attributes, (s.provenance or {}).get("all")) for s in (one, other)]
            assert kept[0] != kept[1]
    instants = {day(number / 2) for number in range(40)}
    instants |= {s.period.start for s in found} | {s.period.start - MICROSECOND for s in found}
    for instant in instants:
        held = next((s for s in found if s.period.holds_at(instant)), None)
        assert (held.attributes if held else None) == naive(members, policy, instant)
