"""Timelines are pure functions of sets: order and repetition never matter, versions never overlap."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import InvalidInputError
from graph.golden.entity_type import CUSTOMER
from graph.golden.pins import Pin
from graph.golden.timeline import (
    Member,
    SourceStretch,
    TimedEvent,
    golden_timeline,
    only_version,
    source_timeline,
)
from graph.golden.versions import Painting, Stretch, ceiling, changes
from graph.identity import SourceKey, content_id
from graph.time import Period

START = datetime(2024, 1, 1, tzinfo=UTC)


def day(number: int) -> datetime:
    """Return an instant some days after the start."""
    return START + timedelta(days=number)


def event(
    kind: str, start: int, city: str | None = None, end: int | None = None, sequence: int = 0
) -> TimedEvent:
    """Return a source event about one attribute."""
    identity = content_id(kind, str(start), str(city), str(end), str(sequence))
    return TimedEvent(
        event_id=identity,
        kind=kind,  # pyright: ignore[reportArgumentType]
        valid_from=day(start),
        valid_to=None if end is None else day(end),
        sequence=sequence,
        attributes=None if city is None else {"city": city},
        digest=identity.bytes,
    )


def cities(stretches: list[SourceStretch]) -> list[tuple[int, int | None, str | None]]:
    """Return the stretches as (first day, end day, city), the city None where the record had ended."""
    return [
        (
            (s.period.start - START).days,
            None if s.period.end is None else (s.period.end - START).days,
            None if s.values is None else s.values["city"][0],
        )
        for s in stretches
    ]


def snapshot(start: int, city: str, sequence: int) -> TimedEvent:
    """Return a snapshot for the generator."""
    return event("snapshot", start, city, sequence=sequence)


def correction(start: int, city: str, length: int | None, sequence: int) -> TimedEvent:
    """Return a correction for the generator."""
    return event("correction", start, city, None if length is None else start + length, sequence)


def end(start: int, sequence: int) -> TimedEvent:
    """Return an end for the generator."""
    return event("end", start, sequence=sequence)


def retract(start: int) -> TimedEvent:
    """Return a retraction of all that has sequence 0 for the generator."""
    return event("retract", start)


days, sequences = st.integers(0, 9), st.integers(0, 2)
events = st.one_of(
    st.builds(snapshot, days, st.sampled_from("ABC"), sequences),
    st.builds(correction, days, st.sampled_from("XYZ"), st.none() | st.integers(1, 5), sequences),
    st.builds(end, days, sequences),
    st.builds(retract, days),
)


def test_a_late_snapshot_splits_and_does_not_run_on_for_ever() -> None:
    """A snapshot that arrives late holds until the next one, not to infinity."""
    told = [event("snapshot", 0, "Bonn"), event("snapshot", 20, "Köln"), event("snapshot", 10, "Berlin")]
    assert cities(source_timeline(told)) == [(0, 10, "Bonn"), (10, 20, "Berlin"), (20, None, "Köln")]


def test_a_correction_paints_exactly_its_period() -> None:
    """What lies before and after a correction stays as it was."""
    told = [event("snapshot", 0, "Bonn"), event("correction", 3, "Potsdam", 6)]
    assert cities(source_timeline(told)) == [(0, 3, "Bonn"), (3, 6, "Potsdam"), (6, None, "Bonn")]


def test_an_end_holds_until_the_record_is_opened_again() -> None:
    """An ended record has no attributes until the next snapshot."""
    told = [event("snapshot", 0, "Bonn"), event("end", 5), event("snapshot", 8, "Köln")]
    assert cities(source_timeline(told)) == [(0, 5, "Bonn"), (5, 8, None), (8, None, "Köln")]


def test_a_correction_does_not_reach_past_a_later_end() -> None:
    """A change that was open-ended stops where the record is ended, and a change made after the end re-opens."""
    told = [event("correction", 0, "Bonn"), event("end", 5), event("correction", 8, "Köln", 9)]
    assert cities(source_timeline(told)) == [(0, 5, "Bonn"), (5, 8, None), (8, 9, "Köln"), (9, None, None)]


def test_a_retract_takes_back_all_up_to_its_sequence() -> None:
    """A retracted record never was; what the source says later, by sequence, counts again."""
    told = [event("snapshot", 0, "Bonn"), event("retract", 0, sequence=1)]
    assert cities(source_timeline(told)) == []
    assert cities(source_timeline([*told, event("snapshot", 2, "Köln", sequence=2)])) == [(2, None, "Köln")]


def test_the_higher_sequence_wins_at_one_instant() -> None:
    """Two snapshots of one instant are settled by sequence."""
    told = [event("snapshot", 0, "Bonn", sequence=2), event("snapshot", 0, "Köln", sequence=1)]
    assert cities(source_timeline(told)) == [(0, None, "Bonn")]


def test_every_permutation_gives_one_timeline() -> None:
    """Late snapshot, correction, end and re-opening: 120 orders of arrival, one timeline."""
    told = [
        event("snapshot", 0, "A", sequence=1),
        event("snapshot", 12, "B", sequence=2),
        event("correction", 3, "C", 15, sequence=3),
        event("end", 30, sequence=4),
        event("snapshot", 40, "D", sequence=5),
    ]
    found = {tuple(cities(source_timeline(order))) for order in itertools.permutations(told)}
    assert found == {
        ((0, 3, "A"), (3, 12, "C"), (12, 15, "C"), (15, 30, "B"), (30, 40, None), (40, None, "D"))
    }


@given(st.lists(events, max_size=8), st.randoms(use_true_random=False))
def test_order_and_repetition_of_source_events_do_not_matter(told: list[TimedEvent], random: Random) -> None:
    """Any shuffle with any repetition of a set of events gives the same timeline, whose stretches never overlap."""
    shuffled = [*told, *told[:3]]
    random.shuffle(shuffled)
    stretches = source_timeline(told)
    assert source_timeline(shuffled) == stretches
    assert all(not a.period.overlaps(b.period) for a, b in itertools.combinations(stretches, 2))


@given(st.lists(st.lists(events, max_size=4), min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_golden_versions_never_overlap_and_ignore_the_order_of_members(
    told: list[list[TimedEvent]], random: Random
) -> None:
    """A golden timeline does not depend on the order of its members, and each instant has at most one version."""
    members = [Member(SourceKey("crm", str(n)), source_timeline(found)) for n, found in enumerate(told)]
    expected = golden_timeline(members, CUSTOMER)
    shuffled = list(members)
    random.shuffle(shuffled)
    assert golden_timeline(shuffled, CUSTOMER) == expected
    assert all(
        a.period.end == b.period.start or a.period.end < b.period.start
        for a, b in itertools.pairwise(expected)
        if a.period.end
    )
    assert all(a.period.end is not None for a in expected[:-1])


def stretch(start: int, end: int | None, op: str, city: str | None = None) -> Stretch:
    """Return a believed stretch about one attribute."""
    attributes = None if city is None else {"city": city}
    return Stretch(Period(day(start), None if end is None else day(end)), op, attributes)


def fact(start: int, length: int | None, said: tuple[str, str | None]) -> Stretch:
    """Return a fact for the generator."""
    return stretch(start, None if length is None else start + length, *said)


facts = st.builds(
    fact,
    days,
    st.none() | st.integers(1, 6),
    st.sampled_from([("P", "A"), ("P", "B"), ("D", None), ("A", None)]),
)


def naive(told: list[Stretch], instant: datetime) -> tuple[object, ...] | None:
    """Return what the last of the facts covering the instant says."""
    return next((fact.content for fact in reversed(told) if fact.period.holds_at(instant)), None)


@given(st.lists(facts, max_size=8))
def test_the_newest_fact_covering_an_instant_wins(told: list[Stretch]) -> None:
    """The ceiling agrees with looking through the facts one by one at every instant, and never overlaps."""
    believed = ceiling(told)
    for number in range(18):
        held = next((s.content for s in believed if s.period.holds_at(day(number))), None)
        assert held == naive(told, day(number))
    assert all(
        a.period.end is not None and a.period.end <= b.period.start for a, b in itertools.pairwise(believed)
    )


@given(st.lists(facts, max_size=6), st.lists(facts, max_size=6))
def test_recording_the_changes_makes_the_belief_the_truth(
    before: list[Stretch], after: list[Stretch]
) -> None:
    """Facts for just the difference turn one belief into another, and a second look finds nothing to change."""
    believed, true = ceiling(before), [s for s in ceiling(after) if s.op != "A"]
    recorded = changes(believed, true)
    now = ceiling([*before, *recorded])
    assert [s for s in now if s.op != "A"] == true
    assert changes(now, true) == []


@given(st.lists(facts, max_size=8))
def test_a_painting_shows_after_each_fact_what_the_ceiling_of_all_so_far_says(told: list[Stretch]) -> None:
    """Laying facts one by one gives the same stretch, number and last attributes as looking through all of them."""
    painting: Painting[Stretch] = Painting()
    for count, fact in enumerate(told, 1):
        painting.lay(fact)
        numbered = [s for s in ceiling(told[:count]) if s.op in ("P", "D")]
        for number in range(18):
            place = next((n for n, s in enumerate(numbered) if s.period.holds_at(day(number))), None)
            found = painting.at(day(number))
            if place is None:
                assert found is None
                continue
            assert found is not None
            last = next((s for s in reversed(numbered[: place + 1]) if s.op == "P"), None)
            assert found[:2] == (place + 1, numbered[place])
            assert (found[2].attributes if found[2] else None) == (last.attributes if last else None)


def test_an_address_never_mixes_two_sources() -> None:
    """The address survives as a unit: the more recent source gives all of it, even where the other knows more."""
    one = UUID(int=1)
    other = UUID(int=2)
    members = [
        Member(
            SourceKey("crm", "1"),
            [SourceStretch(Period(day(0)), {"street": ("A 1", one, day(0)), "city": ("Bonn", one, day(0))})],
        ),
        Member(SourceKey("shop", "1"), [SourceStretch(Period(day(5)), {"city": ("Köln", other, day(5))})]),
    ]
    assert [(s.op, s.attributes) for s in golden_timeline(members, CUSTOMER)] == [
        ("P", {"street": "A 1", "city": "Bonn"}),
        ("P", {"city": "Köln"}),
    ]


def test_a_golden_record_is_deleted_only_when_every_source_has_ended_it() -> None:
    """One source that still knows the customer keeps the golden record."""
    ended = Member(
        SourceKey("crm", "1"),
        [
            SourceStretch(Period(day(0), day(3)), {"city": ("Bonn", UUID(int=1), day(0))}),
            SourceStretch(Period(day(3)), None),
        ],
    )
    alive = Member(
        SourceKey("shop", "1"),
        [SourceStretch(Period(day(1), day(6)), {"email": ("a@x.io", UUID(int=2), day(1))})],
    )
    told = golden_timeline([ended, alive], CUSTOMER)
    assert [((s.period.start - START).days, s.op, s.attributes) for s in told] == [
        (0, "P", {"city": "Bonn"}),
        (1, "P", {"email": "a@x.io", "city": "Bonn"}),
        (3, "P", {"email": "a@x.io"}),
        (6, "D", None),
    ]


def test_an_empty_or_inverted_period_is_refused() -> None:
    """A period must end after it starts."""
    with pytest.raises(InvalidInputError, match="must be after validFrom"):
        Period(day(1), day(1))
    with pytest.raises(InvalidInputError, match="must be after validFrom"):
        Period(day(1), day(0))


VALUES = st.dictionaries(st.sampled_from(list(CUSTOMER.by_name)), st.text(max_size=5), min_size=1)


@given(VALUES, st.sampled_from(["crm", "goldthread"]))
def test_the_only_snapshot_makes_the_version_that_the_long_way_makes(
    values: dict[str, str], system: str
) -> None:
    """The quick way for a golden record of one record of one snapshot leaves nothing out and adds nothing."""
    said = TimedEvent(content_id("one"), "snapshot", day(3), None, 0, values, b"")
    member = Member(SourceKey(system, "1"), source_timeline([said]))
    assert [only_version(system, said, CUSTOMER)] == golden_timeline([member], CUSTOMER)


WORDS = st.lists(
    st.tuples(st.sampled_from(["crm", "shop"]), st.integers(0, 3), VALUES), min_size=2, max_size=5
)
OF_NO_GROUP = Pin("no such group", "pin", Period(START))


@given(WORDS)
def test_sources_that_take_over_once_make_the_versions_that_the_long_way_makes(
    words: list[tuple[str, int, dict[str, str]]],
) -> None:
    """The quick way for members of one snapshot each gives what sweeping over all offers does, rules included."""
    members = [
        Member(
            SourceKey(system, str(number)),
            source_timeline(
                [TimedEvent(content_id(str(number)), "snapshot", day(start), None, 0, values, b"")]
            ),
        )
        for number, (system, start, values) in enumerate(words)
    ]
    swept = [Member(member.key, member.stretches, [OF_NO_GROUP]) for member in members]
    assert golden_timeline(members, CUSTOMER) == golden_timeline(swept, CUSTOMER)
