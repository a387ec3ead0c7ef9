"""What was asked ahead counts only as far as it still holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from graph.identity import SourceKey
from graph.intake.foresight import Foresight, Touched
from graph.store.record_profiles import StoredProfile
from graph.store.source_records import StoredRecord

ONE, TWO, THREE = (UUID(int=n) for n in (1, 2, 3))
A, B, C = (SourceKey("crm", name) for name in "abc")
TOUCHED = Touched(datetime(2024, 1, 1, tzinfo=UTC), {A}, {ONE}, {10}, {ONE}, is_generic_moved=False)


def _seen() -> Foresight:
    return Foresight(
        keys={A, B},
        stored={A: StoredRecord(ONE, A, None)},
        ids={ONE, TWO},
        digests={ONE: b"1", TWO: b"2"},
        blocking={10, 11, 12},
        holders={10: {ONE}, 11: {TWO, THREE}},
        generic={12},
        profiles={ONE: StoredProfile({}, b"1"), TWO: StoredProfile({}, b"2")},
    )


def test_what_was_asked_is_known_and_the_rest_is_not() -> None:
    """A key that was asked for and is nobody's is not asked for again; one that was not asked for is."""
    seen = _seen()
    assert seen.records([A, B, C]) == ({A: StoredRecord(ONE, A, None)}, [C])
    assert seen.said([ONE, THREE]) == ({ONE: b"1"}, [THREE])
    assert seen.holding([10, 12, 13]) == ({10: {ONE}}, {12}, [13])


def test_holders_are_given_out_as_copies() -> None:
    """Who changes what it was given changes nothing for who asks next."""
    seen = _seen()
    seen.holding([11])[0][11].clear()
    assert seen.holding([11]) == ({11: {TWO, THREE}}, set(), [])


def test_what_a_transaction_touched_is_asked_for_anew() -> None:
    """Its source keys, events, blocking keys and profiles are forgotten, and nothing else is."""
    left = _seen().without(TOUCHED)
    assert left.records([A, B]) == ({}, [A])
    assert left.said([ONE, TWO]) == ({TWO: b"2"}, [ONE])
    assert left.holding([10, 11]) == ({11: {TWO, THREE}}, set(), [10])
    assert left.profiles.keys() == {TWO}


def test_nothing_counts_any_more_once_a_key_has_become_generic() -> None:
    """What a value means may have changed for everybody then."""
    assert _seen().without(replace(TOUCHED, is_generic_moved=True)) == Foresight()
