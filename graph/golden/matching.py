"""Which source records speak of the same customer: equal identifiers, after normalising."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph.golden.entity_type import EntityType


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """A value that only one customer should have, e.g. kind `email`, value `ann@example.com`."""

    kind: str
    value: str


def identifiers(values: Iterable[Mapping[str, str] | None], entity_type: EntityType) -> frozenset[Identifier]:
    """Return every identifier that any of a record's attribute sets ever held."""
    return frozenset(
        Identifier(attribute.identifies, attributes[attribute.name])
        for attributes in values
        if attributes is not None
        for attribute in entity_type.attributes
        if attribute.identifies is not None and attribute.name in attributes
    )
