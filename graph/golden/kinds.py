"""The kinds of values that attributes can have: how each is read, and how it is compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from graph.golden import folding, normalise
from graph.golden.countries import country_code

Parser = Callable[[str, Mapping[str, str]], str]
"""Canonical value of a text, given the record's other texts; raises ValueError with a reason in words."""

Comparable = Callable[[str], str]
"""The form of a canonical value in which it is compared: folded to plain letters; empty where nothing comparable is left."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value; `placeholder` texts such as `unknown` are no plausible values of any kind."""

    name: str
    parse: Parser
    comparable: Comparable
    description: str


def checked(check: str) -> Parser:
    """Return what reads codes that carry a check digit."""

    def parse(value: str, record: Mapping[str, str]) -> str:
        return normalise.checked_code(value, check)

    return parse


def _country_name(value: str) -> str:
    folded = folding.fold(value)
    return (country_code(folded) or folded).lower()


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("text", normalise.text, folding.fold, "any text"),
        Kind("name", normalise.text, folding.fold, "a name of a person or a thing"),
        Kind("company", normalise.text, folding.company, "a company's name; its legal form does not count"),
        Kind("street", normalise.text, folding.street, "street and number; usual abbreviations do not count"),
        Kind("postal_code", normalise.text, folding.code, "a postal code; blanks and dashes do not count"),
        Kind("country_name", normalise.text, _country_name, "a country as sources write it, compared by its code"),
        Kind("country", normalise.country, str.lower, "a country, kept as its two-letter ISO 3166 code"),
        Kind("email", normalise.email, folding.email, "an e-mail address"),
        Kind("phone", normalise.phone, folding.same, "a phone number, kept as E.164"),
        Kind("date", normalise.day, folding.same, "a day, YYYY-MM-DD"),
        Kind("birth_date", normalise.birth_date, folding.same, "a day of birth, YYYY-MM-DD"),
        Kind("code", normalise.code, folding.code, "an identifier such as a SKU; case and marks do not count"),
        Kind("url", normalise.url, folding.url_host, "a web address, compared by its host"),
        Kind("number", normalise.number, folding.same, "a decimal number"),
        Kind("currency", normalise.currency, str.lower, "a currency, kept as its ISO 4217 code"),
    )
}  # fmt: skip
"""Every kind, by its name."""
