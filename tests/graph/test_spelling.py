"""How names are spelled in JSON, and what its values are called."""

from __future__ import annotations

import pytest

from graph.spelling import camel, json_type


@pytest.mark.parametrize(
    ("name", "shown"), [("email", "email"), ("birth_date", "birthDate"), ("iso_3166_code", "iso3166Code")]
)
def test_names_are_shown_in_camel_case(name: str, shown: str) -> None:
    """The first word stays small, every other starts with a capital."""
    assert camel(name) == shown


@pytest.mark.parametrize(
    ("value", "called"),
    [
        ({}, "an object"),
        ([], "a list"),
        ("", "text"),
        (True, "true or false"),
        (1, "a number"),
        (0.5, "a number"),
        (None, "nothing"),
        (b"", "bytes"),
    ],
)
def test_values_are_called_what_json_calls_them(value: object, called: str) -> None:
    """True is no number, and what JSON does not have keeps the name of its type."""
    assert json_type(value) == called
