"""Source records are checked with every problem named, and come out in canonical form."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from graph.errors import InvalidInputError
from graph.golden.entity_type import CUSTOMER, PRODUCT
from graph.golden.record import CLEARED, Origin, parse, parse_attributes
from graph.identity import SourceKey

GOOD = {"sourceSystem": "crm", "key": "1042", "validFrom": "2024-01-01T00:00:00Z", "email": "ann@example.com"}


def refused(**fields: object) -> list[tuple[str, str]]:
    """Return the problems of a good record with some fields replaced."""
    with pytest.raises(InvalidInputError) as caught:
        parse(GOOD | fields, CUSTOMER)
    return [(problem.path, problem.reason) for problem in caught.value.problems]


def test_a_record_comes_out_in_canonical_form() -> None:
    """Names in either spelling, nested address, e-mail in lower case, phone as E.164."""
    event = parse(
        {
            "source_system": "crm",
            "key": " 1042 ",
            "validFrom": "2024-01-01T02:00:00+02:00",
            "firstName": "  Ann   Marie ",
            "email": "Ann@Example.COM",
            "phone": "(0221) 12345678",
            "address": {"street": "Hohe Str. 1", "postalCode": "50667", "city": "Köln", "country": "de"},
            "birthDate": "1990-05-17",
        },
        CUSTOMER,
    )
    assert event.key == SourceKey("crm", "1042")
    assert event.valid_from == datetime(2024, 1, 1, tzinfo=UTC)
    assert event.attributes == {
        "first_name": "Ann Marie",
        "email": "ann@example.com",
        "phone": "+4922112345678",
        "street": "Hohe Str. 1",
        "postal_code": "50667",
        "city": "Köln",
        "country": "de",
        "birth_date": "1990-05-17",
    }


def test_an_address_on_one_line_is_a_street() -> None:
    """A plain text address is kept as the street."""
    assert (parse(GOOD | {"address": "Hohe Str. 1"}, CUSTOMER).attributes or {})["street"] == "Hohe Str. 1"


def test_empty_and_null_values_say_nothing() -> None:
    """An empty cell of a file is no value."""
    assert parse(GOOD | {"city": "", "street": None, "validTo": ""}, CUSTOMER).attributes == {
        "email": "ann@example.com"
    }


def test_every_problem_of_a_record_is_named_at_once() -> None:
    """A steward sees all that is wrong with a row, not just the first."""
    assert refused(key=None, email="nope", birthDate="17.5.1990", frist_name="Ann") == [
        ("$.key", "is missing"),
        ("$.frist_name", "is not known; did you mean firstName?"),
        ("$.email", "is not an e-mail address: 'nope'"),
        ("$.birthDate", "is not a date such as 1990-05-17: '17.5.1990'"),
    ]


@pytest.mark.parametrize(
    ("fields", "path", "reason"),
    [
        ({"validFrom": "2024-01-01T00:00:00"}, "$.validFrom", "has no time zone"),
        ({"validFrom": "0000-01-01T00:00:00Z"}, "$.validFrom", "is not an ISO 8601 instant"),
        ({"validFrom": "9999-12-31T23:59:59Z"}, "$.validFrom", "lies outside the years 1000 to 8999"),
        ({"validFrom": "9999-12-31T23:59:59-14:00"}, "$.validFrom", "lies outside the years 1000 to 8999"),
        ({"validFrom": 1704067200}, "$.validFrom", "must be text, got a number"),
        (
            {"firstName": "x" * 1_000_000},
            "$.firstName",
            "is 1,000,000 characters long; at most 200 are allowed",
        ),
        ({"firstName": "a\x00b"}, "$.firstName", "holds a NUL character"),
        ({"firstName": "a\x07b"}, "$.firstName", "holds a control character"),
        ({"firstName": "\ud800"}, "$.firstName", "holds half of a surrogate pair"),
        ({"firstName": ["Ann"]}, "$.firstName", "must be text, got a list"),
        ({"phone": "call me"}, "$.phone", "is not a phone number"),
        ({"phone": "+1 12345678901234"}, "$.phone", "is not a possible phone number"),
        ({"kind": "upsert"}, "$.kind", "must be one of snapshot, correction, end, retract"),
        ({"sequence": 1.5}, "$.sequence", "must be a whole number"),
        ({"sequence": True}, "$.sequence", "must be a whole number"),
        ({"sequence": 2**63}, "$.sequence", "must be a whole number"),
        ({"validTo": "2025-01-01T00:00:00Z"}, "$.validTo", "only a correction has an end"),
        ({"kind": "correction", "validTo": "2023-01-01T00:00:00Z"}, "$.validTo", "must be after validFrom"),
        ({"kind": "end"}, "$.email", "a record of kind end carries no attributes"),
        ({"address": {"stret": "x"}}, "$.address.stret", "is not known; did you mean street?"),
        ({"address": 5}, "$.address", "must be text, got a number"),
        ({"birthDate": "1066-10-14"}, "$.birthDate", "is not the birth date of anybody alive"),
    ],
)
def test_a_bad_field_is_refused_with_its_path(fields: dict[str, object], path: str, reason: str) -> None:
    """Each wrong value is refused with the place and the reason in words."""
    problems = refused(**fields)
    assert [found for found, _ in problems] == [path]
    assert reason in problems[0][1]


@pytest.mark.parametrize("raw", [None, 5, "text", [], True])
def test_only_objects_are_records(raw: object) -> None:
    """Anything but an object is refused as a whole."""
    with pytest.raises(InvalidInputError, match="must be an object"):
        parse(raw, CUSTOMER)


@pytest.mark.parametrize(
    ("fields", "path", "reason"),
    [
        (
            {"firstName": "Ann", "first_name": "Bea"},
            "$",
            "says one thing twice, such as firstName and first_name",
        ),
        ({"address": {"postalCode": "1", "postal_code": "2"}}, "$.address", "says one thing twice, such as"),
        ({"city": "Bonn", "address": {"city": "Köln"}}, "$.address.city", "twice, here and at $.city"),
        ({"address": "Hohe Str. 1", "street": "A 1"}, "$.street", "is given twice, here and at $.address"),
    ],
)
def test_what_is_said_twice_is_refused_not_guessed(fields: dict[str, object], path: str, reason: str) -> None:
    """One attribute in two spellings or places of a record has no meaning."""
    [(found, why)] = refused(**fields)
    assert found == path
    assert reason in why


def test_no_more_than_fifty_problems_are_looked_for() -> None:
    """A record of thousands of unknown fields is refused at once and with a short answer."""
    assert len(refused(**{f"field{number}": 1 for number in range(5_000)})) == 50
    assert len(refused(address={f"field{number}": 1 for number in range(5_000)})) == 50


def test_names_that_cannot_be_printed_are_shown_so_that_they_can_be_kept() -> None:
    """A NUL or half a surrogate pair in an unknown name does not get into the path of its problem."""
    assert refused(**{"a\x00b\udcff": 1}) == [
        ("$.a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}", "is not known")
    ]


def test_an_event_is_recognised_by_its_message_id_or_else_by_its_content() -> None:
    """Equal content is one event; a message id counts within its source system."""
    same = parse(dict(reversed(GOOD.items())), CUSTOMER)
    assert parse(GOOD, CUSTOMER).identity("customer") == same.identity("customer")
    assert parse(GOOD | {"city": "Bonn"}, CUSTOMER).identity("customer") != same.identity("customer")
    one, other = (
        parse(GOOD | {"messageId": "7"}, CUSTOMER),
        parse(GOOD | {"messageId": "7", "city": "Bonn"}, CUSTOMER),
    )
    assert one.identity("customer") == other.identity("customer")
    assert one.digest != other.digest
    shop = parse(GOOD | {"messageId": "7", "sourceSystem": "shop"}, CUSTOMER)
    assert one.identity("customer") != shop.identity("customer")


def test_an_origin_has_one_id_however_often_it_is_named() -> None:
    """The same door, file and run are one origin; another file is another."""
    assert Origin("file", file="a.csv").id == Origin("file", file="a.csv").id
    assert Origin("file", file="a.csv").id != Origin("file", file="b.csv").id


def test_null_in_a_correction_says_that_there_is_no_value() -> None:
    """A correction clears what it gives as null; what it leaves out, or leaves empty, it does not speak of."""
    correction = GOOD | {"kind": "correction", "email": None, "city": "", "firstName": "Ann"}
    assert parse(correction, CUSTOMER).attributes == {"email": CLEARED, "first_name": "Ann"}
    whole = GOOD | {"kind": "correction", "address": None}
    cleared = {"street": CLEARED, "postal_code": CLEARED, "city": CLEARED, "country": CLEARED}
    assert parse(whole, CUSTOMER).attributes == {"email": "ann@example.com"} | cleared


def test_null_among_attributes_alone_clears_only_where_it_is_asked_to() -> None:
    """A new record cannot clear anything; a change can."""
    given = {"firstName": "Ann", "phone": None}
    assert parse_attributes(given, CUSTOMER) == {"first_name": "Ann"}
    assert parse_attributes(given, CUSTOMER, null_clears=True) == {"first_name": "Ann", "phone": CLEARED}


def test_a_cleared_attribute_given_twice_is_refused_too() -> None:
    """To clear a city and to name one contradict each other."""
    [(found, why)] = refused(kind="correction", city=None, address={"city": "Köln"})
    assert found == "$.address.city"
    assert "is given twice, here and at $.city" in why


def test_records_of_every_type_are_read_by_its_attributes() -> None:
    """A product's number is checked, its price is a number, its currency a code."""
    product = {
        "sourceSystem": "shop",
        "key": "7",
        "gtin": "4006381333931",
        "price": "1,299.00",
        "currency": "eur",
        "manufacturerPartNumber": " ab-1 ",
    }
    assert parse(product, PRODUCT).attributes == {
        "gtin": "4006381333931",
        "price": "1299",
        "currency": "EUR",
        "manufacturer_part_number": "AB-1",
    }
    with pytest.raises(InvalidInputError) as caught:
        parse(product | {"gtin": "4006381333932", "price": "cheap", "firstName": "Ann"}, PRODUCT)
    assert [(problem.path, problem.reason) for problem in caught.value.problems] == [
        ("$.firstName", "is not known"),
        ("$.gtin", "is not a GTIN: its last digit should be 1: '4006381333932'"),
        ("$.price", "is not a number such as 1234.5 of at most 40 characters: 'cheap'"),
    ]


@pytest.mark.parametrize(
    ("given", "kept"), [(5, "5"), (1.29, "1.29"), (-0.0, "0"), (1e22, "1" + "0" * 22), (1e-7, "0.0000001")]
)
def test_a_number_may_be_a_number_in_json_too(given: float, kept: str) -> None:
    """What is a number need not be written as text, and never gets an exponent."""
    record = {"sourceSystem": "shop", "key": "7", "price": given}
    assert parse(record, PRODUCT).attributes == {"price": kept}


@pytest.mark.parametrize("given", [True, [1], float("nan"), float("inf")])
def test_what_is_no_number_in_json_is_refused(given: object) -> None:
    """Truth values, lists and what is not finite are no numbers."""
    with pytest.raises(InvalidInputError, match=r"\$\.price: (must be text|is not a number)"):
        parse({"sourceSystem": "shop", "key": "7", "price": given}, PRODUCT)
