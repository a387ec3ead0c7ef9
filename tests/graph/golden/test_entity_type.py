"""Entity types are documents: those that ship are whole, wrong ones are refused with every problem."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import InvalidInputError, Problem
from graph.golden.check_digits import CHECKS
from graph.golden.entity_type import CUSTOMER, ORGANIZATION, PRODUCT, SHIPPED, SUPPLIER, EntityType
from graph.golden.kinds import KINDS
from tests.architecture.sources import ROOT

GOOD: dict[str, Any] = {
    "name": "vehicle",
    "attributes": [
        {"name": "vin", "kind": "code", "identifier": "vin", "max_length": 17},
        {"name": "make", "kind": "company", "group": "model"},
        {"name": "model_name", "kind": "text", "group": "model"},
        {"name": "street", "kind": "street"},
        {"name": "city", "kind": "text"},
    ],
    "nested": {"garage": ["street", "city"]},
    "matching": {"blocking": [["vin"], ["make", "model_name:3"]]},
    "quality": [{"name": "VIN known", "attribute": "vin", "test": "present"}],
}


def refused(**changes: Any) -> list[tuple[str, str]]:
    """Return the problems of a good document with some parts replaced."""
    with pytest.raises(InvalidInputError) as caught:
        EntityType.of({name: part for name, part in (GOOD | changes).items() if part is not ...})
    return [(problem.path, problem.reason) for problem in caught.value.problems]


@pytest.mark.parametrize("kind", SHIPPED.values(), ids=lambda kind: kind.name)
def test_a_type_that_ships_is_what_its_document_says(kind: EntityType) -> None:
    """A document written back and read again defines the same type, also through JSON."""
    assert EntityType.of(orjson.loads(orjson.dumps(kind.document))) == kind
    assert kind.description
    assert all(attribute.description for attribute in kind.attributes)
    assert kind.matching.blocking
    assert kind.quality


def test_four_types_ship() -> None:
    """Customers, products, suppliers and organizations are there without configuration."""
    assert SHIPPED == {
        "customer": CUSTOMER,
        "product": PRODUCT,
        "supplier": SUPPLIER,
        "organization": ORGANIZATION,
    }
    assert CUSTOMER.nested == {"address": ("street", "postal_code", "city", "country")}
    assert CUSTOMER.groups["address"] == ("street", "postal_code", "city", "country")
    assert [a.identifies for a in CUSTOMER.attributes if a.identifies] == ["email", "phone"]
    assert [a.identifies for a in PRODUCT.attributes if a.identifies] == ["gtin"]
    assert [a.identifies for a in SUPPLIER.attributes if a.identifies] == ["vat_id", "duns"]
    assert [a.identifies for a in ORGANIZATION.attributes if a.identifies] == ["lei", "vat_id"]


def test_a_user_defines_a_type_by_a_document() -> None:
    """What is left out has its default: a group of its own, 200 characters, no policies."""
    vehicle = EntityType.of(GOOD)
    assert vehicle.groups == {
        "vin": ("vin",),
        "model": ("make", "model_name"),
        "street": ("street",),
        "city": ("city",),
    }
    assert vehicle.by_name["vin"].max_length == 17
    assert vehicle.by_name["city"].max_length == 200
    assert vehicle.matching.blocking == (("vin",), ("make", "model_name:3"))
    assert EntityType.of(vehicle.document) == vehicle


@pytest.mark.parametrize("document", [None, 5, "vehicle", [], True])
def test_only_objects_define_a_type(document: object) -> None:
    """Anything but an object is refused as a whole."""
    with pytest.raises(InvalidInputError, match=r"\$: must be an object"):
        EntityType.of(document)


def test_every_problem_of_a_document_is_named_at_once() -> None:
    """A user mends a document in one go, wherever its problems lie."""
    found = refused(
        atributes=1,
        attributes=[
            {"name": "vin", "kind": "cod"},
            {"name": "vin", "kind": "text"},
            {"name": "Make", "kind": "text"},
        ],
        nested={"garage": ["strete"]},
        matching={"blocking": [["vim"]], "merge_at": 1, "review_at": 3},
        survivorship={"groups": {"vim": ["recency"]}},
        quality=[{"name": "x", "attribute": "vin", "test": "presnt"}],
    )
    assert [path for path, _ in found] == [
        "$.atributes",
        "$.attributes[0].kind",
        "$.attributes[2].name",
        "$.attributes[1].name",
        "$.nested.garage[0]",
        "$.matching.blocking[0][0]",
        "$.survivorship.groups.vim",
        "$.quality[0].test",
    ]
    assert found[0][1] == "'atributes' is not known; did you mean attributes?"
    assert found[1][1] == "'cod' is not known; did you mean code?"
    assert found[5][1] == "'vim' is not known; did you mean vin?"


@pytest.mark.parametrize(
    ("changes", "path", "reason"),
    [
        ({"name": ...}, "$.name", "is missing"),
        ({"name": "Vehicle"}, "$.name", "must be words in small letters"),
        ({"name": "dataset"}, "$.name", "is the name of something else here"),
        ({"name": "x" * 61}, "$.name", "must be words in small letters"),
        ({"name": 5}, "$.name", "must be text, got a number"),
        ({"description": 5}, "$.description", "must be text"),
        ({"attributes": ..., "nested": ..., "matching": ..., "quality": ...}, "$.attributes", "is missing"),
        ({"matching": {"review_at": 9}}, "$.matching.review_at", "must not lie above merge_at"),
        ({"nested": {"city": ["street"]}}, "$.nested.city", "is the name of something else here"),
        ({"nested": {"garage": []}}, "$.nested.garage", "must have 1 to 100 items"),
        ({"nested": {"a": ["city"], "b": ["city"]}}, "$.nested.b[0]", "'city' is given twice"),
    ],
)
def test_a_wrong_part_is_refused_with_its_path(changes: dict[str, Any], path: str, reason: str) -> None:
    """Each wrong part is refused with the place and the reason in words."""
    [(found, why)] = refused(**changes)
    assert found == path
    assert reason in why


@pytest.mark.parametrize(
    ("attribute", "place", "reason"),
    [
        ({"name": "valid_from", "kind": "text"}, "name", "is the name of something else here"),
        ({"name": "line_1", "kind": "text"}, "name", "must be words in small letters"),
        ({"name": "", "kind": "text"}, "name", "must have 1 to 200 characters"),
        ({"kind": "text"}, "name", "is missing"),
        ({"name": "a"}, "kind", "is missing"),
        ({"name": "a", "kind": "text", "check": "gtin"}, "check", "means nothing to the kind text"),
        ({"name": "a", "kind": "code", "check": "gtn"}, "check", "did you mean gtin?"),
        ({"name": "a", "kind": "text", "max_length": 0}, "max_length", "must be 1 to 10000, got 0"),
        ({"name": "a", "kind": "text", "max_length": 1.5}, "max_length", "must be a whole number"),
        ({"name": "a", "kind": "text", "max_length": True}, "max_length", "must be a number"),
        ({"name": "a", "kind": "text", "group": "A b"}, "group", "must be words in small letters"),
        ({"name": "a", "kind": "text", "identifier": 7}, "identifier", "must be text"),
        ({"name": "a", "kind": "text", "maxLength": 7}, "maxLength", "did you mean max_length?"),
    ],
)
def test_a_wrong_attribute_is_refused_with_its_path(
    attribute: dict[str, Any], place: str, reason: str
) -> None:
    """Each wrong part of an attribute is refused with the place and the reason in words."""
    [(found, why)] = refused(attributes=[*GOOD["attributes"], attribute])
    assert found == f"$.attributes[5].{place}"
    assert reason in why


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.sampled_from(["name", "description", "attributes", "nested", "matching", "survivorship", "quality"]),
    _JSON,
)
def test_any_document_is_read_or_refused_in_words(part: str, value: object) -> None:
    """Whatever stands in a document, it defines a type or is refused; nothing else is raised."""
    problems: tuple[Problem, ...] = ()
    try:
        found = EntityType.of(GOOD | {part: value})
        assert EntityType.of(found.document) == found
    except InvalidInputError as error:
        problems = error.problems
    assert all(problem.path.startswith("$") for problem in problems)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_used(kind: str) -> None:
    """An attribute of any kind reads and compares."""
    attribute = EntityType.of({"name": "thing", "attributes": [{"name": "a", "kind": kind}]}).by_name["a"]
    assert attribute.comparable("") == ""


def test_the_page_about_entity_types_tells_what_is_true() -> None:
    """Its example defines a type, and it names every kind and every check digit."""
    page = (ROOT / "docs" / "entity-types.md").read_text()
    example = page.partition("```json\n")[2].partition("```")[0]
    assert EntityType.of(orjson.loads(example)).name == "vehicle"
    assert [name for name in (*KINDS, *CHECKS) if f"`{name}`" not in page] == []
