"""Countries are known by their codes and by their names in many languages."""

from __future__ import annotations

import pytest

from graph.golden.countries import country_code


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("de", "DE"),
        ("DEU", "DE"),
        ("Germany", "DE"),
        ("Allemagne", "DE"),
        ("ドイツ", "DE"),
        ("UK", "GB"),
        ("United Kingdom", "GB"),
        ("U.S.A.", "US"),
        ("Österreich", "AT"),
        ("Espana", "ES"),
        ("Kosovo", "XK"),
    ],
)
def test_a_country_is_known_by_code_and_name(given: str, code: str) -> None:
    """Two letters, three letters and the names people use lead to one code."""
    assert country_code(given) == code


@pytest.mark.parametrize("given", ["", "Atlantis", "ZZ", "ZZZ", "*aa", "D"])
def test_what_is_no_country_is_none(given: str) -> None:
    """Nothing is guessed."""
    assert country_code(given) is None
