"""What the benchmark's populations are to Goldthread: the customer that ships, and one entity type for each other kind.

All keep the thresholds that every policy starts with: records merge at 4 bits (16 : 1), pairs from 0 bits (1 : 1) are
reviewed, and who is less than 4 bits nearer to one of two groups that are kept apart joins neither. What is compared, and
by which keys, was chosen on FEBRL and on seeds that are not reported.
"""

from __future__ import annotations

from graph.golden.attribute import Attribute
from graph.golden.comparison import Comparison, Level
from graph.golden.entity_type import CUSTOMER, EntityType
from graph.golden.policy import MatchPolicy, Veto

THRESHOLDS = {"merge_at": 4.0, "review_at": 0.0, "contested_margin": 4.0}
"""Bits; a test holds all entity types to them."""

FIRST_NAME = Comparison(
    "first_name",
    (
        Level("equal", ("first_name",), tf=True),
        Level("swapped", ("first_name", "last_name")),
        Level("damerau", ("first_name",), 1),
        Level("prefix", ("first_name",), 2),
        Level("jaro_winkler", ("first_name",), 0.85),
    ),
)
LAST_NAME = Comparison(
    "last_name",
    (
        Level("equal", ("last_name",), tf=True),
        Level("swapped", ("first_name", "last_name")),
        Level("damerau", ("last_name",), 1),
        Level("jaro_winkler", ("last_name",), 0.88),
    ),
)
BIRTH_DATE = Comparison(
    "birth_date",
    (
        Level("equal", ("birth_date",)),
        Level("day_month_swapped", ("birth_date",)),
        Level("damerau", ("birth_date",), 1),
        Level("damerau", ("birth_date",), 2),
    ),
)


def digits(attribute: str) -> Comparison:
    """Return how a code that people copy is compared."""
    return Comparison(
        attribute,
        (
            Level("equal", (attribute,)),
            Level("damerau", (attribute,), 1),
            Level("damerau", (attribute,), 2),
        ),
    )


def _entity_type(name: str, kinds: dict[str, str], matching: MatchPolicy) -> EntityType:
    attributes = tuple(Attribute(attribute, kind, attribute) for attribute, kind in kinds.items())
    return EntityType(name, attributes, matching=matching)


def _policy(
    blocking: tuple[tuple[str, ...], ...],
    comparisons: tuple[Comparison, ...],
    vetoes: tuple[Veto, ...],
    duplicate_free: frozenset[str] = frozenset(),
) -> MatchPolicy:
    return MatchPolicy(
        blocking=blocking,
        comparisons=comparisons,
        vetoes=vetoes,
        duplicate_free=duplicate_free,
    )


FEBRL_KINDS = {
    "first_name": "name",
    "last_name": "name",
    "birth_date": "birth_date",
    "street_number": "text",
    "street": "street",
    "city": "text",
    "postal_code": "postal_code",
    "state": "text",
    "soc_sec_id": "code",
}
_FEBRL_BLOCKING = (
    ("soc_sec_id",),
    ("state", "soc_sec_id:4"),
    ("first_name", "last_name"),
    ("birth_date",),
    ("state", "postal_code"),
    ("street_number", "last_name"),
    ("street_number", "first_name"),
    ("street_number", "street"),
    ("street", "state"),
    ("city", "last_name"),
    ("city", "first_name"),
)
_FEBRL_COMPARISONS = (
    FIRST_NAME,
    LAST_NAME,
    BIRTH_DATE,
    digits("soc_sec_id"),
    Comparison(
        "street_number", (Level("equal", ("street_number",)), Level("damerau", ("street_number",), 1))
    ),
    digits("postal_code"),
    Comparison(
        "street",
        (
            Level("equal", ("street",), tf=True),
            Level("jaro_winkler", ("street",), 0.92),
            Level("jaro_winkler", ("street",), 0.8),
        ),
    ),
    Comparison("city", (Level("equal", ("city",), tf=True), Level("jaro_winkler", ("city",), 0.8))),
)
FEBRL3 = _entity_type("bench_febrl", FEBRL_KINDS, _policy(_FEBRL_BLOCKING, _FEBRL_COMPARISONS, ()))
FEBRL4 = _entity_type(
    "bench_febrl_link", FEBRL_KINDS, _policy(_FEBRL_BLOCKING, _FEBRL_COMPARISONS, (), frozenset(("a", "b")))
)

PERSON = _entity_type(
    "bench_person",
    {
        "first_name": "name",
        "middle_initial": "text",
        "last_name": "name",
        "birth_date": "birth_date",
        "street": "street",
        "street_number": "text",
        "postal_code": "postal_code",
        "ssn": "code",
    },
    _policy(
        (
            ("ssn",),
            ("birth_date", "first_name:1"),
            ("birth_date", "last_name:2"),
            ("first_name", "last_name"),
            ("last_name", "street_number"),
            ("first_name", "street", "street_number"),
        ),
        (
            FIRST_NAME,
            LAST_NAME,
            Comparison("middle_initial", (Level("equal", ("middle_initial",), tf=True),)),
            BIRTH_DATE,
            digits("ssn"),
            Comparison(
                "address",
                (Level("equal", ("street", "street_number")), Level("equal", ("street",), tf=True)),
            ),
        ),
        (Veto("birth_date", 2), Veto("ssn", 2)),
        frozenset(("census",)),
    ),
)

KINDS = {"febrl3": FEBRL3, "febrl4": FEBRL4, "customers": CUSTOMER, "people": PERSON}
