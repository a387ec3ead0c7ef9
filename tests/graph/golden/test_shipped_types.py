"""The entity types that ship find what is one and keep apart what is not, with the models that ship."""

from __future__ import annotations

import pytest

from graph.golden.entity_type import SHIPPED
from graph.golden.match_model import default_model
from graph.golden.matching import decide
from graph.golden.profile import Profile
from graph.golden.record import parse_attributes


def _profile(name: str, attributes: dict[str, str]) -> Profile:
    kind = SHIPPED[name]
    given = parse_attributes(attributes, kind)
    return {one: (form,) for one, value in given.items() if (form := kind.by_name[one].comparable(value))}


def _outcome(name: str, one: dict[str, str], other: dict[str, str]) -> tuple[str, str | None]:
    kind = SHIPPED[name]
    verdict = decide(_profile(name, one), _profile(name, other), kind, default_model(kind))
    return verdict.outcome, verdict.rule


MARKER = {"name": "Boss Original Marker yellow", "brand": "Stabilo", "gtin": "4006381333931"}
ACME = {"name": "Acme Tools GmbH", "vat_id": "DE136695976", "city": "Köln", "country": "DE"}
LEI, OTHER_LEI = "5299000J2N45DDNE4Y28", "529900T8BM49AURSDO55"


@pytest.mark.parametrize(
    ("name", "one", "other", "outcome"),
    [
        ("product", MARKER, {"gtin": "04006381333931", "name": "Textmarker"}, ("merge", "same GTIN")),
        ("product", MARKER, MARKER | {"gtin": "036000291452"}, ("never", "other GTIN")),
        (
            "product",
            {"brand": "Acme Inc", "manufacturer_part_number": "AB-100", "name": "Drill"},
            {"brand": "ACME", "manufacturer_part_number": "ab100"},
            ("merge", "same part number of one brand"),
        ),
        ("supplier", ACME, {"name": "ACME TOOLS", "vat_id": "DE 136695976"}, ("merge", "same VAT id, similar name")),
        ("supplier", ACME, ACME | {"name": "Zenith AG"}, ("review", "same VAT id, other name")),
        (
            "supplier",
            {"name": "Acme Tools", "iban": "DE89370400440532013000"},
            {"name": "Acme Tools Ltd", "iban": "DE89 3704 0044 0532 0130 00"},
            ("merge", "same name and bank account"),
        ),
        ("organization", {"lei": LEI, "name": "Acme"}, {"lei": LEI, "name": "Other"}, ("merge", "same LEI")),
        ("organization", ACME | {"lei": LEI}, ACME | {"lei": OTHER_LEI}, ("never", "other LEI")),
        ("organization", ACME, {"name": "Acme Tools", "vat_id": "DE136695976"}, ("merge", "same VAT id, similar name")),
    ],
)  # fmt: skip
def test_rules_decide_what_identifiers_tell(
    name: str, one: dict[str, str], other: dict[str, str], outcome: tuple[str, str]
) -> None:
    """Identifiers decide, however they are written, and in either order."""
    assert _outcome(name, one, other) == outcome
    assert _outcome(name, other, one) == outcome


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("product", {"name": "Marker", "sku": "100"}, {"name": "Eraser", "sku": "100"}),
        ("supplier", {"name": "Acme", "city": "Köln"}, {"name": "Zenith", "city": "Köln"}),
        ("organization", {"name": "Acme", "country": "DE"}, {"name": "Zenith", "country": "DE"}),
    ],
)
def test_what_shares_nothing_that_tells_stays_apart(
    name: str, one: dict[str, str], other: dict[str, str]
) -> None:
    """A seller's number, a city or a country makes nothing one."""
    assert _outcome(name, one, other) == ("apart", None)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_model_that_ships_fits_its_type(name: str) -> None:
    """Every comparison of a type that ships has its weights."""
    default_model(SHIPPED[name]).require_fit(SHIPPED[name].matching)
