"""The facets we understand, and how facets are kept; those we do not know pass through untouched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, cast
from uuid import UUID

import orjson

from graph.errors import InvalidInputError
from graph.time import instant

SHARED_RUN_FACETS = frozenset(
    {
        "debezium_config",
        "dbt_version",
        "environment-properties",
        "environmentVariables",
        "processing_engine",
        "spark_applicationDetails",
        "spark_properties",
        "tags",
    }
)
"""Run facets that repeat from run to run and are therefore kept once by content. All others belong to one run:
by content they would only fill the table of shared bodies, one row for each event."""

PER_RUN_FACETS = frozenset(
    {
        "dataQualityAssertions",
        "dataQualityMetrics",
        "icebergCommitReport",
        "icebergScanReport",
        "inputStatistics",
        "outputStatistics",
        "subset",
    }
)
"""Facets that describe what one run saw or did, also where a producer puts them among those of the dataset."""


@dataclass(frozen=True, slots=True)
class FacetBody:
    """A facet in canonical JSON (keys sorted), and its digest."""

    digest: bytes
    json: bytes

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> FacetBody:
        """Return the canonical form of a facet."""
        text = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
        return cls(blake2b(text, digest_size=16).digest(), text)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a schema facet; nested fields are columns of their own with a dotted path."""

    path: str
    type: str | None
    description: str | None


@dataclass(frozen=True, slots=True)
class ParentRun:
    """The run that started this one, and the run at the root of it all."""

    run_id: UUID | None
    root_run_id: UUID | None


def is_facet(value: object) -> bool:
    """Return whether a member of a facets map can be a facet: real producers also send nulls."""
    return isinstance(value, dict)


def is_deleted(value: Mapping[str, Any]) -> bool:
    """Return whether the facet says that it no longer holds; what was said before it does not come back."""
    return value.get("_deleted") is True


def columns(schema: Mapping[str, Any]) -> list[Column]:
    """Return the columns of a schema facet in their order, nested ones after their parent; malformed ones are left out."""
    return list(_columns(schema.get("fields"), ""))


def parent(facet: Mapping[str, Any]) -> ParentRun:
    """Return what a parent facet refers to; ids that are not UUIDs count as not given."""
    return ParentRun(_run_id(facet.get("run")), _run_id(_member(facet.get("root"), "run")))


def nominal_time(facet: Mapping[str, Any]) -> tuple[datetime | None, datetime | None]:
    """Return the span a run was scheduled for; instants that cannot be read count as not given."""
    return _instant(facet.get("nominalStartTime")), _instant(facet.get("nominalEndTime"))


def _columns(fields: object, prefix: str) -> Iterator[Column]:
    if not isinstance(fields, list):
        return
    for field in cast("list[object]", fields):
        name = _member(field, "name")
        if isinstance(name, str) and name:
            path = prefix + name
            yield Column(path, _text(_member(field, "type")), _text(_member(field, "description")))
            yield from _columns(_member(field, "fields"), path + ".")


def _member(value: object, name: str) -> object:
    return cast("dict[str, object]", value).get(name) if isinstance(value, dict) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _run_id(value: object) -> UUID | None:
    text = _member(value, "runId")
    try:
        return UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _instant(value: object) -> datetime | None:
    try:
        return instant(value.strip().upper()) if isinstance(value, str) else None
    except InvalidInputError:
        return None
