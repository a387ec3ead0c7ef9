"""What is prepared of a record in one process arrives in another as it was."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from graph.golden.entity_type import CUSTOMER, SHIPPED, EntityType
from graph.golden.record import Origin, Unreadable
from graph.intake.preparing import packed, prepared, unpacked
from tests.graph.populations import PERSON, population, told

ORIGIN = Origin("file", file="crm.csv")

ODD: list[Any] = [
    told("crm", "1", 1, kind="end"),
    told("crm", "2", 1, kind="retract", sequence=-3),
    told("crm", "3", 1, kind="correction", validTo="2024-02-01T00:00:00+02:00", email=None),
    {"sourceSystem": "crm", "key": "4", "firstName": "Zoë 🦊", "messageId": "m-4"},
    {"sourceSystem": "crm", "key": "5", "email": "nobody"},
    {"key": "6"},
    [7],
    Unreadable("8;", "cannot be read"),
]


def test_prepared_records_travel_unchanged() -> None:
    """Events of every kind, with and without a time, looks, and refusals with their reasons come back equal."""
    rows = [*population(30, 1), *ODD]
    items = [prepared(row, ORIGIN, place, CUSTOMER) for place, row in enumerate(rows, 1)]
    assert [item.position for item in items if item.problems] == list(range(len(rows) - 3, len(rows) + 1))
    assert {item.event.kind for item in items if item.event} == {"snapshot", "correction", "end", "retract"}
    back = unpacked(packed(items), ORIGIN, CUSTOMER)
    assert back == items
    assert all(item.looked_by is CUSTOMER for item in back if item.event)


@pytest.mark.parametrize("kind", [*SHIPPED.values(), PERSON], ids=lambda kind: kind.name)
def test_an_entity_type_travels_as_its_document(kind: EntityType) -> None:
    """The other process reads and looks at records by an equal type."""
    again = EntityType.of(orjson.loads(orjson.dumps(kind.document)))
    assert again.document == kind.document
    assert (again.attributes, again.nested) == (kind.attributes, dict(kind.nested))
    assert (again.matching, again.quality) == (kind.matching, kind.quality)
