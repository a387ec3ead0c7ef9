"""The quality of a record is the weighed share of its type's rules that it fulfils."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.golden.entity_type import CUSTOMER, PRODUCT, SHIPPED
from graph.golden.policy import QualityRule
from graph.golden.quality import Quality, is_plausible, score

RULES = replace(
    CUSTOMER,
    quality=(
        QualityRule("e-mail known", "email", "present", weight=2.0),
        QualityRule("e-mail plausible", "email", "plausible"),
        QualityRule("German code", "postal_code", "matches", "[0-9]{5}"),
        QualityRule("near", "country", "one_of", ("DE", "AT")),
    ),
)


def test_the_score_is_the_weighed_share_and_names_what_failed() -> None:
    """A rule about a value that is not known fails only where it asks for the value to be there."""
    assert score({"email": "ann@example.org", "postal_code": "50667", "country": "DE"}, RULES) == Quality(1.0)
    assert score({}, RULES) == Quality(0.6, ("e-mail known",))
    assert score({"email": "test@example.org", "postal_code": "SW1", "country": "FR"}, RULES) == Quality(
        0.4, ("e-mail plausible", "German code", "near")
    )


def test_no_pattern_takes_for_ever() -> None:
    """One that goes back over the text would take longer than the world is old here."""
    rules = replace(CUSTOMER, quality=(QualityRule("code", "postal_code", "matches", "(A+)+B"),))
    assert score({"postal_code": "A" * 100 + "C"}, rules).failed == ("code",)
    assert score({"postal_code": "A" * 100 + "B"}, rules).failed == ()


def test_of_several_values_the_last_held_counts() -> None:
    """A profile may be given in place of the last values."""
    assert score({"email": ("", "ann@example.org")}, RULES).failed == ("e-mail known",)
    assert score({"email": ("ann@example.org", "noemail@x.org")}, RULES).failed == ()
    assert score({"email": ()}, RULES).failed == ("e-mail known",)


def test_without_rules_everything_is_good() -> None:
    """A type that asks for nothing has nothing to complain of."""
    assert score({}, replace(CUSTOMER, quality=())) == Quality(1.0)


@pytest.mark.parametrize(
    ("attribute", "value", "real"),
    [
        ("first_name", "Ann", True),
        ("first_name", "N/A", False),
        ("first_name", "xxx", False),
        ("first_name", "Ann2", False),
        ("last_name", "Ng", True),
        ("last_name", "O", True),
        ("city", "unknown", False),
        ("email", "noemail@example.org", False),
        ("email", "ann@example.invalid", False),
        ("phone", "+4922112345678", True),
        ("phone", "+4999999999999", False),
        ("birth_date", "1900-01-01", False),
        ("birth_date", "1980-05-17", True),
        ("birth_date", "1861-05-17", False),
    ],
)
def test_placeholders_are_not_plausible(attribute: str, value: str, real: bool) -> None:
    """What people type to get past a form is no value."""
    assert is_plausible(value, CUSTOMER.by_name[attribute]) is real


def test_a_negative_price_is_not_plausible() -> None:
    """Prices are not negative."""
    assert not is_plausible("-1", PRODUCT.by_name["price"])
    assert is_plausible("0", PRODUCT.by_name["price"])


@given(
    st.sampled_from(sorted(SHIPPED)),
    st.dictionaries(
        st.sampled_from(sorted({n for t in SHIPPED.values() for n in t.by_name})), st.text(max_size=20)
    ),
)
def test_a_score_lies_between_nothing_and_all(name: str, values: dict[str, str]) -> None:
    """Whatever is said, the score is a share, and it is whole only where nothing failed."""
    found = score(values, SHIPPED[name])
    assert 0.0 <= found.score <= 1.0
    assert (found.score == 1.0) == (not found.failed)
