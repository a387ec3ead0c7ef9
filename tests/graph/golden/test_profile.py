"""A profile holds every value a record ever held, in comparable form, the last one first."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.golden.attribute import Attribute
from graph.golden.entity_type import CUSTOMER
from graph.golden.profile import comparable, identity, profile_of
from graph.golden.timeline import SourceStretch, TimedEvent, source_timeline
from graph.time import Period

YEARS = [datetime(year, 1, 1, tzinfo=UTC) for year in range(2020, 2030)]


def stretches(*held: dict[str, str] | None) -> list[SourceStretch]:
    """Return a timeline with one stretch a year."""
    return [
        SourceStretch(
            Period(start, end),
            None if values is None else {name: (value, UUID(int=0), start) for name, value in values.items()},
        )
        for values, start, end in zip(held, YEARS, YEARS[1:], strict=False)
    ]


def test_the_last_value_held_comes_first_and_the_others_by_the_alphabet() -> None:
    """Order is by valid time for the last value only; values that compare equal are one."""
    timeline = stretches({"email": "c@x.example"}, {"email": "a@x.example"}, {"email": "b@x.example"}, {"first_name": "Zoë"}, {"first_name": "ZOE"})  # fmt: skip
    assert profile_of(timeline, CUSTOMER) == {
        "first_name": ("zoe",),
        "email": ("b@x.example", "a@x.example", "c@x.example"),
    }


def test_the_end_of_a_record_takes_nothing_from_its_profile() -> None:
    """What a record held before it ended still tells who it was."""
    assert profile_of(stretches({"last_name": "Smith"}, None), CUSTOMER) == {"last_name": ("smith",)}
    assert profile_of(stretches(None), CUSTOMER) == {}


def test_values_without_anything_comparable_are_left_out() -> None:
    """A name of marks alone compares with nothing."""
    assert profile_of(stretches({"first_name": "?!", "last_name": "Ng"}), CUSTOMER) == {"last_name": ("ng",)}


@settings(deadline=None)  # the names of countries are read once
@given(st.sampled_from(CUSTOMER.attributes), st.text(max_size=30))
def test_comparable_values_are_plain(attribute: Attribute, value: str) -> None:
    """Whatever a value is, its comparable form is ASCII, so that bytes are characters everywhere."""
    assert comparable(value, attribute).isascii()


@given(st.permutations(range(4)))
def test_a_profile_does_not_depend_on_the_order_of_arrival(order: list[int]) -> None:
    """The same events in any order give the same profile and identity."""
    events = [
        TimedEvent(UUID(int=n), "snapshot", YEARS[n], None, n, {"email": f"{n}@x.example"}, bytes([n]))
        for n in range(4)
    ]
    profile = profile_of(source_timeline(events[n] for n in order), CUSTOMER)
    assert profile == {"email": ("3@x.example", "0@x.example", "1@x.example", "2@x.example")}


def test_an_identity_is_the_digest_of_the_whole_profile() -> None:
    """Equal profiles have one identity, in any order of attributes; any other value gives another."""
    one = identity({"email": ("a", "b"), "phone": ("1",)})
    assert (len(one), one) == (16, identity({"phone": ("1",), "email": ("a", "b")}))
    assert len({one, identity({"email": ("b", "a"), "phone": ("1",)}), identity({"email": ("a", "b")})}) == 3
