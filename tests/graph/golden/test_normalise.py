"""E-mails, phones, dates and texts have one comparable form."""

from __future__ import annotations

import pytest

from graph.golden import normalise


@pytest.mark.parametrize(
    ("written", "country", "canonical"),
    [
        ("+49 221 12345678", "", "+4922112345678"),
        ("0221/12345678", "DE", "+4922112345678"),
        ("0049 221 123 456 78", "de", "+4922112345678"),
        ("(212) 555-0123", "", "+12125550123"),
        ("020 7946 0958", "GB", "+442079460958"),
        ("+33 1 42 68 53 00", "Germany", "+33142685300"),
    ],
)
def test_spellings_of_one_phone_number_are_equal(written: str, country: str, canonical: str) -> None:
    """A phone number becomes E.164, by its country code or by the country of the record."""
    assert normalise.phone(written, {"country": country}) == canonical


@pytest.mark.parametrize("written", ["a@b.co", "A.B+c@Sub.Example.com", " x@y.org "])
def test_an_email_is_compared_in_lower_case(written: str) -> None:
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
