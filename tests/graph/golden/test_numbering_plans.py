"""The quick looks at phone numbers say what reading them closely would."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.golden import normalise, numbering_plans

_REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)


@st.composite
def _numbers(draw: st.DrawFn) -> tuple[str, str]:
    """Return a region and a national number of it, or one that is a little off."""
    region = draw(st.sampled_from(_REGIONS))
    example = phonenumbers.example_number_for_type(region, draw(st.integers(0, 4)))
    digits = list(phonenumbers.national_significant_number(example) if example else "1234567")
    for digit in draw(st.lists(st.sampled_from("0123456789"), max_size=4)):
        digits[draw(st.integers(0, len(digits) - 1))] = digit
    return region, "".join(digits)


def _read(written: str, region: str) -> str | None:
    """Return a phone number as E.164 the long way, None where it is none."""
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@given(_numbers())
def test_a_national_number_is_what_reading_it_gives(given: tuple[str, str]) -> None:
    """Whether looked at quickly or read, a number without its country code becomes the same E.164, or is refused."""
    region, national = given
    try:
        found = normalise.phone(national, {"country": region})
    except ValueError:
        found = None
    assert found == _read(national, region)


@given(_numbers())
def test_a_number_is_assigned_where_phonenumbers_calls_it_valid(given: tuple[str, str]) -> None:
    """The ranges that countries gave to subscribers are those of the metadata, region by region."""
    region, national = given
    written = _read(national, region)
    if written is not None:
        number = phonenumbers.parse(written, None)
        assert normalise.is_assigned(written) == phonenumbers.is_valid_number(number)


@pytest.mark.parametrize(
    ("digits", "parts"),
    [("4922112345678", (49, "22112345678")), ("12125550123", (1, "2125550123")), ("999123456", None)],
)
def test_a_number_is_split_behind_its_calling_code(digits: str, parts: tuple[int, str] | None) -> None:
    """Calling codes have one to three digits, and not every start of a number is one."""
    assert numbering_plans.split(digits) == parts
