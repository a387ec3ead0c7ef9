"""The facets we understand, and how facets are kept; those we do not know pass through untouched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from graph.identity import DatasetName, JobName
from lineage.facets_of_datasets import LifecycleStateChange
from lineage.facets_of_runs import NominalTime, RunReference
from lineage.lenient import read

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
        "lifecycleStateChange",
        "outputStatistics",
        "subset",
        "version",
    }
)
"""Facets that describe what one run saw or did, also where a producer puts them among those of the dataset."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a schema facet; nested fields are columns of their own with a dotted path."""

    path: str
    type: str | None
    description: str | None
    ordinal_position: int | None = None


@dataclass(frozen=True, slots=True)
class ParentRun:
    """The run that started this one, and the run at the root of it all, each with its job."""

    run_id: UUID | None = None
    job: JobName | None = None
    root_run_id: UUID | None = None
    root_job: JobName | None = None


def is_facet(value: object) -> bool:
    """Return whether a member of a facets map can be a facet: real producers also send nulls."""
    return isinstance(value, dict)


def is_deleted(value: Mapping[str, Any]) -> bool:
    """Return whether the facet says that it no longer holds; what was said before it does not come back."""
    return value.get("_deleted") is True


def columns(schema: Mapping[str, Any]) -> list[Column]:
    """Return the columns of a schema facet in their order, nested ones after their parent; malformed ones are left out.

    Their order is that of their positions where all of one level have one, else that of the facet.
    """
    said = read(_Schema, schema)
    return list(_columns(said.fields, "")) if said else []


def column_names(schema: Mapping[str, Any]) -> list[str]:
    """Return the names of the columns of a schema facet in their order, without nested ones."""
    said = read(_Schema, schema)
    return [field.name for field in _in_order(said.fields) if field.name] if said else []


def parent(facet: Mapping[str, Any]) -> ParentRun:
    """Return what a parent facet refers to; what is malformed or empty counts as not given."""
    said = read(_Parent, facet) or _Parent()
    root = said.root or _Reference()
    return ParentRun(
        said.run.run_id if said.run else None, said.job, root.run.run_id if root.run else None, root.job
    )


def symlinks(facet: Mapping[str, Any]) -> list[DatasetName]:
    """Return the other names of a dataset, each once, in the order of the facet."""
    said = read(_Symlinks, facet)
    return list(dict.fromkeys(said.identifiers)) if said else []


def former_name(facet: Mapping[str, Any]) -> DatasetName | None:
    """Return what a dataset was called before, where a lifecycleStateChange facet tells of a RENAME."""
    said = read(LifecycleStateChange, facet)
    return said.previous_identifier if said and said.lifecycle_state_change.upper() == "RENAME" else None


def nominal_time(facet: Mapping[str, Any]) -> tuple[datetime | None, datetime | None]:
    """Return the span a run was scheduled for; instants that cannot be read count as not given."""
    said = read(NominalTime, facet) or NominalTime()
    return said.nominal_start_time, said.nominal_end_time


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    type: str | None = None
    description: str | None = None
    ordinal_position: int | None = None
    fields: tuple[_Field, ...] = ()


@dataclass(frozen=True, slots=True)
class _Schema:
    fields: tuple[_Field, ...]


@dataclass(frozen=True, slots=True)
class _Symlinks:
    identifiers: tuple[DatasetName, ...]


@dataclass(frozen=True, slots=True)
class _Reference:
    run: RunReference | None = None
    job: JobName | None = None


@dataclass(frozen=True, slots=True)
class _Parent(_Reference):
    root: _Reference | None = None


def _in_order(fields: Sequence[_Field]) -> Sequence[_Field]:
    if all(field.ordinal_position is not None for field in fields):
        return sorted(fields, key=lambda field: field.ordinal_position or 0)
    return fields


def _columns(fields: Sequence[_Field], prefix: str) -> Iterator[Column]:
    for field in _in_order(fields):
        if field.name:
            path = prefix + field.name
            yield Column(path, field.type, field.description, field.ordinal_position)
            yield from _columns(field.fields, path + ".")
