"""Column lineage: what columnLineage and explicit lineage facets state, column to column and dataset to column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeGuard, cast
from uuid import UUID

from graph.identity import DatasetName, JobName
from lineage.naming import LONGEST_NAME, run_id, whole

IS_EXPLICIT: Final = "_lineage"
"""Marks column lineage that was a `lineage` facet: what it leaves out does not feed its target."""


@dataclass(frozen=True, slots=True)
class Transformation:
    """How an output follows from an input: DIRECT (from its value) or INDIRECT (filter, join, …)."""

    type: str | None
    subtype: str | None
    masking: bool
    description: str | None = None


@dataclass(frozen=True, slots=True)
class ColumnEdge:
    """What an input has a part in.

    A `column` of None is the dataset as a whole, its columns unknown; an `output` of None is every column of the output.
    """

    dataset: DatasetName
    column: str | None
    output: str | None
    transformations: tuple[Transformation, ...]


@dataclass(frozen=True, slots=True)
class JobFlow:
    """Data that one job hands to another without a dataset in between; run ids where it is bound to runs."""

    source: JobName
    target: JobName
    source_run: UUID | None = None
    target_run: UUID | None = None


@dataclass(slots=True)
class ExplicitLineage:
    """What a `lineage` facet says.

    `inputs` and `outputs` are the datasets it names on either side of its own job (or dataset), each once and in the
    order of the facet. `statements` are its words on each target in the shape of a columnLineage facet, under the
    target's canonical name and with the member IS_EXPLICIT; a target of which it says nothing has none, and one with
    `inputs: []` has an empty one.
    """

    inputs: list[DatasetName] = field(default_factory=list[DatasetName])
    outputs: list[DatasetName] = field(default_factory=list[DatasetName])
    statements: dict[DatasetName, dict[str, Any]] = field(default_factory=dict[DatasetName, "dict[str, Any]"])
    flows: list[JobFlow] = field(default_factory=list[JobFlow])


def column_edges(facet: Mapping[str, Any]) -> list[ColumnEdge]:
    """Return the edges of a columnLineage facet; parts that are malformed are left out, the others are kept."""
    edges: list[ColumnEdge] = []
    for output, stated in _members(facet.get("fields")).items():
        edges.extend(_edges(_members(stated).get("inputFields"), output, _members(stated)))
    edges.extend(_edges(facet.get("dataset"), None, {}))
    return edges


def explicit(facet: Mapping[str, Any], own: JobName | DatasetName) -> ExplicitLineage:
    """Return what a `lineage` facet says, of the job (with entries) or of the dataset that carries it.

    Whole-dataset sources become members of `dataset` without `field`. Flows between jobs stay out of the statements;
    what feeds another job than the own one says nothing of the own one's inputs. Malformed parts are left out.
    """
    found = ExplicitLineage()
    if isinstance(own, DatasetName):
        _dataset_target(found, facet, facet, own, None)
        return found
    for entry in _items(facet.get("entries")):
        if entry.get("type") == "JOB":
            _job_target(found, entry, own)
        elif (target := _dataset(entry)) is not None:
            if target not in found.outputs:
                found.outputs.append(target)
            _dataset_target(found, facet, entry, target, own)
    return found


def _dataset_target(
    found: ExplicitLineage,
    facet: Mapping[str, Any],
    entry: Mapping[str, Any],
    target: DatasetName,
    own: JobName | None,
) -> None:
    inputs, fields = entry.get("inputs"), entry.get("fields")
    if not isinstance(inputs, list) and not isinstance(fields, dict):
        return
    key = whole(target)[0]
    statement = found.statements.get(key)
    if statement is None:
        said = {name: facet[name] for name in ("_producer", "_schemaURL") if name in facet}
        statement = found.statements[key] = {**said, IS_EXPLICIT: True, "fields": {}, "dataset": []}
    statement["dataset"].extend(_sources(found, inputs))
    for name, value in _members(fields).items():
        column = statement["fields"].setdefault(name, {"inputFields": []})
        column["inputFields"].extend(_sources(found, _members(value).get("inputs")))


def _job_target(found: ExplicitLineage, entry: Mapping[str, Any], own: JobName) -> None:
    target = _job(entry, own)
    if target is None:
        return
    if target == own:
        list(_sources(found, entry.get("inputs")))
    for source in _items(entry.get("inputs")):
        if source.get("type") == "JOB" and (job := _job(source, own)) not in (None, target):
            flow = JobFlow(job, target, _run(source), _run(entry))
            if flow not in found.flows:
                found.flows.append(flow)


def _sources(found: ExplicitLineage, inputs: object) -> Iterator[dict[str, Any]]:
    """Return the datasets among the inputs as members of a columnLineage facet, and note them as inputs."""
    for source in _items(inputs):
        if source.get("type") == "JOB" or (name := _dataset(source)) is None:
            continue
        if name not in found.inputs:
            found.inputs.append(name)
        kept = ("namespace", "name", "field", "transformations")
        yield {member: source[member] for member in kept if member in source}


def _job(value: Mapping[str, object], own: JobName) -> JobName | None:
    namespace, name = value.get("namespace"), value.get("name")
    if namespace is None and name is None:
        return own
    return JobName(namespace, name) if _is_name(namespace) and _is_name(name) else None


def _dataset(value: Mapping[str, object]) -> DatasetName | None:
    namespace, name = value.get("namespace"), value.get("name")
    return DatasetName(namespace, name) if _is_name(namespace) and _is_name(name) else None


def _run(value: Mapping[str, object]) -> UUID | None:
    text = value.get("runId")
    return run_id(text) if _is_name(text) else None


def _edges(inputs: object, output: str | None, stated: Mapping[str, object]) -> Iterator[ColumnEdge]:
    for source in _items(inputs):
        name, column = _dataset(source), source.get("field")
        if name is not None and (column is None or _is_name(column)):
            yield ColumnEdge(
                name, column if isinstance(column, str) else None, output, _transformations(source, stated)
            )


def _transformations(
    source: Mapping[str, object], stated: Mapping[str, object]
) -> tuple[Transformation, ...]:
    """Return those of the input; before version 1-2-0 of the facet the output field had one for all its inputs."""
    given = tuple(
        Transformation(
            _text(one.get("type")),
            _text(one.get("subtype")),
            one.get("masking") is True,
            _text(one.get("description")) or None,
        )
        for one in _items(source.get("transformations"))
    )
    old = _text(stated.get("transformationType"))
    if given or not old:
        return given
    return (
        Transformation(
            "DIRECT", old, old == "MASKED", _text(stated.get("transformationDescription")) or None
        ),
    )


def _items(value: object) -> list[Mapping[str, Any]]:
    return [_members(one) for one in cast("list[object]", value)] if isinstance(value, list) else []


def _members(value: object) -> Mapping[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _is_name(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= LONGEST_NAME


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
