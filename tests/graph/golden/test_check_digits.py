"""Identifiers with check digits are refused where a digit is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.golden.check_digits import CHECKS
from graph.golden.normalise import checked_code

GOOD = [
    ("gtin", "4006381333931"),
    ("gtin", "036000291452"),
    ("gtin", "96385074"),
    ("gtin", "10614141000415"),
    ("lei", "5299000J2N45DDNE4Y28"),
    ("iban", "DE89370400440532013000"),
    ("iban", "GB82WEST12345698765432"),
    ("vat", "DE136695976"),
    ("vat", "FR40303265045"),
    ("duns", "150483782"),
]


@pytest.mark.parametrize(("check", "code"), GOOD)
def test_a_good_identifier_passes_however_it_is_grouped(check: str, code: str) -> None:
    """Blanks, dots, dashes and slashes group digits and mean nothing."""
    grouped = " ".join(code[start : start + 4] for start in range(0, len(code), 4))
    assert checked_code(grouped.lower(), check) == code
    assert CHECKS[check](code) is None


@pytest.mark.parametrize(
    ("check", "code", "reason"),
    [
        ("gtin", "4006381333932", "its last digit should be 1"),
        ("gtin", "40063813339", "it has 8, 12, 13 or 14 digits"),
        ("gtin", "400638133393X", "it has 8, 12, 13 or 14 digits"),
        ("lei", "5299000J2N45DDNE4Y29", "its check digits do not fit"),
        ("lei", "5299", "it has 18 letters and digits"),
        ("iban", "DE89370400440532013001", "its check digits do not fit"),
        ("vat", "DE136695977", "its last digit does not fit"),
        ("vat", "DE1366", "a German one is DE and nine digits"),
        ("vat", "136695976", "it begins with the two letters of its country"),
        ("duns", "15048378", "it has nine digits"),
    ],
)
def test_a_wrong_identifier_is_refused_in_words(check: str, code: str, reason: str) -> None:
    """The reason says what a good one looks like, or which digit is wrong."""
    with pytest.raises(ValueError, match=reason):
        checked_code(code, check)


@given(st.from_regex(r"[0-9]{12}", fullmatch=True), st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_of_a_gtin_is_always_found(digits: str, place: int, by: int) -> None:
    """The check digit of a GTIN catches every single wrong digit."""
    [good] = [digits + last for last in "0123456789" if CHECKS["gtin"](digits + last) is None]
    wrong = good[:place] + str((int(good[place]) + by) % 10) + good[place + 1 :]
    assert CHECKS["gtin"](wrong) is not None
