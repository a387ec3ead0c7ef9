"""Values have one canonical form, and what cannot be brought into it is refused in words."""

from __future__ import annotations

from decimal import Decimal

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.golden import normalise
from graph.golden.kinds import KINDS


@pytest.mark.parametrize(
    ("written", "country", "canonical"),
    [
        ("+49 221 12345678", "", "+4922112345678"),
        ("0221/12345678", "DE", "+4922112345678"),
        ("0049 221 123 456 78", "de", "+4922112345678"),
        ("(212) 555-0123", "", "+12125550123"),
        ("020 7946 0958", "GB", "+442079460958"),
        ("+33 1 42 68 53 00", "Germany", "+33142685300"),
        ("+4902211234567", "", "+492211234567"),
        ("+39 06 1234 5678", "", "+390612345678"),
    ],
)
def test_spellings_of_one_phone_number_are_equal(written: str, country: str, canonical: str) -> None:
    """A phone number becomes E.164, by its country code or by the country of the record."""
    assert normalise.phone(written, {"country": country}) == canonical


_CALLING = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)


@given(st.sampled_from(_CALLING), st.from_regex(r"[0-9]{4,13}", fullmatch=True))
def test_what_passes_for_plain_e164_is_what_reading_it_gives(calling: int, national: str) -> None:
    """The quick look at a phone number never says otherwise than reading it would."""
    written = f"+{calling}{national}"
    if normalise.is_plain_e164(written):
        number = phonenumbers.parse(written, "US")
        assert phonenumbers.is_possible_number(number)
        assert phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) == written


def test_ordinary_numbers_need_only_the_quick_look() -> None:
    """Numbers of large countries in E.164 are not read at all."""
    for written in ("+12125550123", "+4922112345678", "+442079460958", "+33142685300", "+390612345678"):
        assert normalise.is_plain_e164(written)


@pytest.mark.parametrize("written", ["a@b.co", "A.B+c@Sub.Example.com", " x@y.org "])
def test_an_email_is_kept_in_lower_case(written: str) -> None:
    """Case and surrounding blanks do not tell two addresses apart."""
    assert normalise.email(written, {}) == written.strip().lower()


@pytest.mark.parametrize("written", ["a", "a@b", "@b.co", "a@@b.co", "a b@c.co", "a@b..co", "a@b.co, c@d.co"])
def test_what_is_no_email_is_refused(written: str) -> None:
    """A value that no mail could reach is refused."""
    with pytest.raises(ValueError, match="is not an e-mail address"):
        normalise.email(written, {})


def test_a_text_is_kept_in_composed_form_with_single_blanks() -> None:
    """Two spellings of the same letters are one text."""
    assert normalise.text("Mu\u0308ller \t Straße", {}) == "Müller Straße"


@pytest.mark.parametrize(
    ("kind", "written", "canonical"),
    [
        ("date", " 2024-02-29 ", "2024-02-29"),
        ("birth_date", "19900517", "1990-05-17"),
        ("code", " ab-12  x ", "AB-12 X"),
        ("country", "Deutschland", "DE"),
        ("country", "usa", "US"),
        ("country", "Côte d'Ivoire", "CI"),
        ("country", "FRA", "FR"),
        ("country_name", "Deutschland", "Deutschland"),
        ("currency", "eur", "EUR"),
        ("number", "1,234.50", "1234.5"),
        ("number", "-0.0", "0"),
        ("number", "+07", "7"),
        ("number", "1200", "1200"),
        ("url", "WWW.Example.com/Path?Q=1", "https://www.example.com/Path?Q=1"),
        ("url", "HTTP://example.org", "http://example.org"),
        ("company", "Müller  GmbH & Co. KG", "Müller GmbH & Co. KG"),
    ],
)
def test_a_value_of_each_kind_has_one_canonical_form(kind: str, written: str, canonical: str) -> None:
    """The kind of an attribute says how its values are written."""
    assert KINDS[kind].parse(written, {}) == canonical


@pytest.mark.parametrize(
    ("kind", "written", "reason"),
    [
        ("date", "29.2.2024", "is not a date"),
        ("date", "2023-02-29", "is not a date"),
        ("birth_date", "1066-10-14", "is not the birth date of anybody alive"),
        ("code", " - ", "holds no letter and no digit"),
        ("country", "Atlantis", "is not a country"),
        ("currency", "Euro", "is not a currency"),
        ("number", "1,23", "is not a number"),
        ("number", "1e9", "is not a number"),
        ("number", "NaN", "is not a number"),
        ("number", "٣", "is not a number"),
        ("number", "9" * 41, "is not a number"),
        ("url", "ftp://example.com", "is not a web address"),
        ("url", "https://user:secret@example.com", "is not a web address"),
        ("url", "https://[::1", "is not a web address"),
        ("url", "localhost", "is not a web address"),
        ("phone", "call me", "is not a phone number"),
        ("text", "a\x07b", "holds a control character"),
    ],
)
def test_what_is_no_value_of_a_kind_is_refused_in_words(kind: str, written: str, reason: str) -> None:
    """The reason can be shown to whoever sent the value."""
    with pytest.raises(ValueError, match=reason):
        KINDS[kind].parse(written, {})


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=4))
def test_a_number_keeps_its_value(number: Decimal) -> None:
    """Only the spelling of a number changes, and reading it again changes nothing."""
    canonical = normalise.number(format(number, "f"), {})
    assert Decimal(canonical) == number
    assert normalise.number(canonical, {}) == canonical


@given(st.sampled_from(sorted(KINDS)), st.text(max_size=40))
def test_reading_a_canonical_value_again_changes_nothing(kind: str, written: str) -> None:
    """Whatever is accepted is its own canonical form, and nothing but ValueError refuses."""
    try:
        canonical = KINDS[kind].parse(written, {})
    except ValueError:
        return
    assert not canonical or KINDS[kind].parse(canonical, {}) == canonical
