"""Scalars, cursors and limits that every noun of the schema shares."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import InvalidInputError
from graph.time import EARLIEST, LATEST, AsOf
from service.schema.arguments import SCALARS, Long, cursor, page_size, place, search_text, uuid_of

INSTANTS = st.datetimes(
    EARLIEST.replace(tzinfo=None), LATEST.replace(year=8999, tzinfo=None), timezones=st.just(UTC)
)


@given(st.uuids(), INSTANTS, INSTANTS)
def test_a_cursor_leads_back_to_its_place_and_basis(key: UUID, valid: datetime, known: datetime) -> None:
    """What a cursor was made of comes out of it again, to the microsecond."""
    assert place(cursor(key, AsOf(valid, known))) == (key, AsOf(valid, known))


@given(st.text() | st.binary().map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_what_is_no_cursor_is_refused(text: str) -> None:
    """Anything a caller makes up is an invalid input, never another failure."""
    with pytest.raises(InvalidInputError, match="is not a cursor of this list"):
        place(text)


@given(INSTANTS)
def test_instants_travel_in_utc(value: datetime) -> None:
    """DateTime prints with a Z what it parses again to the same instant."""
    scalar = SCALARS[datetime]
    assert scalar.serialize is not None
    assert scalar.parse_value is not None
    text = scalar.serialize(value)
    assert text.endswith("Z")
    assert scalar.parse_value(text) == value


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (datetime, "2020-01-01T00:00:00"),
        (datetime, 1577836800),
        (datetime, None),
        (date, "2020-1-1"),
        (date, "20200101"),
        (date, "2020-02-30"),
        (date, 20200101),
        (Long, 2**63),
        (Long, "1"),
        (Long, True),
        (Long, 1.0),
    ],
)
def test_scalars_take_nothing_but_their_own(kind: object, value: Any) -> None:
    """Other types, naive instants, loose spellings and numbers past 64 bits are refused."""
    parse = SCALARS[kind].parse_value
    assert parse is not None
    with pytest.raises(InvalidInputError):
        parse(value)


def test_a_page_has_one_to_a_hundred_nodes() -> None:
    """The bounds themselves are allowed, what lies past them is not."""
    assert (page_size(1), page_size(100)) == (1, 100)
    for size in (0, -1, 101):
        with pytest.raises(InvalidInputError, match="must be 1 to 100"):
            page_size(size)


def test_what_is_looked_up_by_can_be_looked_up() -> None:
    """A text to look up has a limit and no NUL; an id is a UUID."""
    assert search_text("x" * 1_000) == "x" * 1_000
    assert search_text(None) is None
    for text in ("x" * 1_001, "a\0b"):
        with pytest.raises(InvalidInputError):
            search_text(text)
    with pytest.raises(InvalidInputError, match=r"\$\.id: is not a UUID: 'seven'"):
        uuid_of("seven")
