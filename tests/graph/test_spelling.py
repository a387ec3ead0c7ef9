"""How names are spelled in JSON."""

from __future__ import annotations

import pytest

from graph.spelling import camel


@pytest.mark.parametrize(
    ("name", "shown"), [("email", "email"), ("birth_date", "birthDate"), ("iso_3166_code", "iso3166Code")]
)
def test_names_are_shown_in_camel_case(name: str, shown: str) -> None:
    """The first word stays small, every other starts with a capital."""
    assert camel(name) == shown
