"""Values that sources spell differently have one comparable form, in plain letters and digits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.golden.attribute import Attribute
from graph.golden.kinds import KINDS


@pytest.mark.parametrize(
    ("kind", "one", "other", "form"),
    [
        ("name", "O'Brien", "OBRIEN", "obrien"),
        ("name", "Anna-Marie", "anna  marie", "anna marie"),
        ("name", "Łukasz Müller", "Lukasz Muller", "lukasz muller"),
        ("company", "Müller GmbH & Co. KG", "MULLER", "muller"),
        ("company", "Acme, Inc.", "ACME Ltd", "acme"),
        ("company", "Fiat S.p.A.", "Fiat SpA", "fiat"),
        ("company", "GmbH", "Gmbh", "gmbh"),
        ("street", "12 High Street", "12 high st.", "12 high st"),
        ("street", "Hohe Straße 1", "Hohe Str. 1", "hohe str 1"),
        ("street", "Hauptstrasse 5", "Hauptstr. 5", "hauptstr 5"),
        ("postal_code", "SW1A 1AA", "sw1a1aa", "sw1a1aa"),
        ("country_name", "Deutschland", "DE", "de"),
        ("country_name", "Atlantis", "atlantis", "atlantis"),
        ("country", "DE", "DE", "de"),
        ("email", "ann+shop@example.org", "ann@example.org", "ann@example.org"),
        ("code", "AB-12/3", "ab 123", "ab123"),
        ("url", "https://www.Example.com/a?b", "http://example.com:8080", "example.com"),
    ],
)
def test_two_spellings_compare_equal(kind: str, one: str, other: str, form: str) -> None:
    """Case, accents, marks, legal forms and usual abbreviations do not count."""
    assert KINDS[kind].comparable(one) == KINDS[kind].comparable(other) == form


def test_gtins_of_all_lengths_compare_equal() -> None:
    """A UPC of twelve digits and the same as an EAN of thirteen are one identifier."""
    gtin = Attribute("gtin", "code", "gtin", check="gtin")
    assert gtin.comparable("036000291452") == gtin.comparable("0036000291452") == "00036000291452"
    assert gtin.comparable("") == ""


@given(st.sampled_from(sorted(KINDS)), st.text(max_size=60))
def test_a_comparable_form_is_plain_ascii_and_nothing_of_nothing(kind: str, written: str) -> None:
    """What is compared holds no letter that two sources could encode differently; a cleared value has none."""
    assert KINDS[kind].comparable("") == ""
    try:
        canonical = KINDS[kind].parse(written, {})
    except ValueError:
        return
    form = KINDS[kind].comparable(canonical)
    assert form.isascii()
    assert form == form.lower() or kind in ("phone",)
