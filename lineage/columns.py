"""Column lineage: the edges that a columnLineage facet states, column to column and dataset to column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from graph.identity import DatasetName


@dataclass(frozen=True, slots=True)
class Transformation:
    """How an output follows from an input: DIRECT (from its value) or INDIRECT (filter, join, …)."""

    type: str | None
    subtype: str | None
    masking: bool


@dataclass(frozen=True, slots=True)
class ColumnEdge:
    """An input column, and the output column it goes into; None: it has a part in every output column."""

    dataset: DatasetName
    column: str
    output: str | None
    transformations: tuple[Transformation, ...]


def column_edges(facet: Mapping[str, Any]) -> list[ColumnEdge]:
    """Return the edges of a columnLineage facet; parts that are malformed are left out, the others are kept."""
    edges: list[ColumnEdge] = []
    fields = facet.get("fields")
    if isinstance(fields, dict):
        for output, field in cast("dict[str, object]", fields).items():
            edges.extend(_edges(_members(field).get("inputFields"), output, _members(field)))
    edges.extend(_edges(facet.get("dataset"), None, {}))
    return edges


def _edges(inputs: object, output: str | None, field: Mapping[str, object]) -> Iterator[ColumnEdge]:
    if not isinstance(inputs, list):
        return
    for given in cast("list[object]", inputs):
        source = _members(given)
        namespace, name, column = source.get("namespace"), source.get("name"), source.get("field")
        if isinstance(namespace, str) and isinstance(name, str) and isinstance(column, str):
            yield ColumnEdge(DatasetName(namespace, name), column, output, _transformations(source, field))


def _transformations(source: Mapping[str, object], field: Mapping[str, object]) -> tuple[Transformation, ...]:
    """Return those of the input; before version 1-2-0 of the facet the output field had one for all its inputs."""
    stated = source.get("transformations")
    if isinstance(stated, list):
        given = [_members(one) for one in cast("list[object]", stated)]
        return tuple(
            Transformation(_text(one.get("type")), _text(one.get("subtype")), one.get("masking") is True)
            for one in given
        )
    old = _text(field.get("transformationType"))
    return (Transformation("DIRECT", old, masking=old == "MASKED"),) if old else ()


def _members(value: object) -> Mapping[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
