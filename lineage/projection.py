"""What a batch of events changes in the model, whatever the order they came in. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

from graph.identity import DatasetName, JobName
from lineage import facets, naming
from lineage.events import Dataset, DatasetEvent, Event, Facets, Job, JobEvent, RunEvent, event_type
from lineage.facets import FacetBody

EventKind = Literal["run", "job", "dataset"]


@dataclass(slots=True)
class RunChange:
    """What the events of a batch say about one run; changes of one run join in any order to the same."""

    run_id: UUID
    started_at: datetime
    job_id: UUID
    last_at: dict[str, datetime] = field(default_factory=dict[str, datetime])
    nominal_from: datetime | None = None
    nominal_to: datetime | None = None
    parent_run_id: UUID | None = None
    root_run_id: UUID | None = None
    inputs: set[UUID] = field(default_factory=set[UUID])
    outputs: set[UUID] = field(default_factory=set[UUID])


class EventRow(NamedTuple):
    """An event as it is kept."""

    event_id: UUID
    event_time: datetime
    kind: EventKind
    event_type: str | None
    run_id: UUID | None
    job_id: UUID | None
    dataset_id: UUID | None
    raw: bytes


class Declaration(NamedTuple):
    """What a JobEvent declares its job to read and write."""

    job_id: UUID
    valid_from: datetime
    event_id: UUID
    inputs: tuple[UUID, ...]
    outputs: tuple[UUID, ...]


class Observation(NamedTuple):
    """A facet of a job (role J), or of a dataset that was an input (I), an output (O) or the subject itself (D)."""

    subject_id: UUID
    name: str
    valid_from: datetime
    digest: bytes
    role: Literal["I", "O", "D", "J"]


class RunFacetKey(NamedTuple):
    """The facet of a run, or of what a run saw of a dataset; the latest said under one key counts."""

    run_id: UUID
    dataset_id: UUID | None
    role: Literal["I", "O"] | None
    name: str


class RunFacet(NamedTuple):
    """A facet of a run; later ones, by time and then by event, replace it wholly."""

    valid_from: datetime
    event_id: UUID
    body: FacetBody


@dataclass(slots=True)
class Changes:
    """Everything a batch of events adds to the model, each thing once."""

    events: list[EventRow] = field(default_factory=list[EventRow])
    jobs: dict[UUID, JobName] = field(default_factory=dict[UUID, JobName])
    datasets: dict[UUID, DatasetName] = field(default_factory=dict[UUID, DatasetName])
    runs: dict[UUID, RunChange] = field(default_factory=dict[UUID, RunChange])
    declarations: list[Declaration] = field(default_factory=list[Declaration])
    bodies: dict[bytes, bytes] = field(default_factory=dict[bytes, bytes])
    observations: set[Observation] = field(default_factory=set[Observation])
    run_facets: dict[RunFacetKey, RunFacet] = field(default_factory=dict[RunFacetKey, RunFacet])


def project(events: Iterable[Event]) -> Changes:
    """Return what the events, all different, change."""
    changes = Changes()
    for event in events:
        content = event.content
        if isinstance(content, RunEvent):
            _run_event(changes, event, content)
        elif isinstance(content, JobEvent):
            _job_event(changes, event, content)
        else:
            _dataset_event(changes, event, content)
    return changes


def _run_event(changes: Changes, event: Event, content: RunEvent) -> None:
    at, run_id, kind = content.event_time, content.run.run_id, event_type(content)
    job_id = _job(changes, content.job, at)
    row = EventRow(event.event_id, at, "run", kind, run_id, job_id, None, event.raw)
    changes.events.append(row)
    run = changes.runs.get(run_id)
    if run is None:
        run = changes.runs[run_id] = RunChange(run_id, at, job_id)
    else:
        run.started_at, run.job_id = min((run.started_at, run.job_id), (at, job_id))
    run.last_at[kind] = max(at, run.last_at.get(kind, at))
    run.inputs.update(_run_datasets(changes, row, content.inputs or (), "I"))
    run.outputs.update(_run_datasets(changes, row, content.outputs or (), "O"))
    for name, value in _facets(content.run.facets):
        body = _run_facet(changes, row, RunFacetKey(run_id, None, None, name), value)
        if name in facets.SHARED_RUN_FACETS:
            changes.bodies[body.digest] = body.json
    _extract(run, content.run.facets or {})


def _job_event(changes: Changes, event: Event, content: JobEvent) -> None:
    at = content.event_time
    job_id = _job(changes, content.job, at)
    changes.events.append(EventRow(event.event_id, at, "job", None, None, job_id, None, event.raw))
    inputs = tuple(_datasets(changes, at, content.inputs or (), "I"))
    outputs = tuple(_datasets(changes, at, content.outputs or (), "O"))
    if content.inputs is not None or content.outputs is not None:
        declared = Declaration(
            job_id, at, event.event_id, tuple(sorted(set(inputs))), tuple(sorted(set(outputs)))
        )
        changes.declarations.append(declared)


def _dataset_event(changes: Changes, event: Event, content: DatasetEvent) -> None:
    at = content.event_time
    (dataset_id,) = _datasets(changes, at, (content.dataset,), "D")
    changes.events.append(EventRow(event.event_id, at, "dataset", None, None, None, dataset_id, event.raw))


def _job(changes: Changes, job: Job, at: datetime) -> UUID:
    job_id = naming.job_id(job.key)
    changes.jobs[job_id] = job.key
    for name, value in _facets(job.facets):
        _observe(changes, job_id, name, at, value, "J")
    return job_id


def _datasets(
    changes: Changes, at: datetime, datasets: Sequence[Dataset], role: Literal["I", "O", "D"]
) -> Iterator[UUID]:
    for dataset in datasets:
        dataset_id = naming.dataset_id(dataset.key)
        changes.datasets[dataset_id] = dataset.key
        for name, value in _facets(dataset.facets):
            _observe(changes, dataset_id, name, at, value, role)
        yield dataset_id


def _run_datasets(
    changes: Changes, row: EventRow, datasets: Sequence[Dataset], role: Literal["I", "O"]
) -> Iterator[UUID]:
    """Add the datasets of a run; what only this run saw of them stays with the run."""
    for dataset in datasets:
        dataset_id = naming.dataset_id(dataset.key)
        changes.datasets[dataset_id] = dataset.key
        for name, value in _facets(dataset.facets):
            if name in facets.PER_RUN_FACETS:
                _run_facet(changes, row, RunFacetKey(_run_id(row), dataset_id, role, name), value)
            else:
                _observe(changes, dataset_id, name, row.event_time, value, role)
        for name, value in _facets(dataset.input_facets if role == "I" else dataset.output_facets):
            _run_facet(changes, row, RunFacetKey(_run_id(row), dataset_id, role, name), value)
        yield dataset_id


def _run_id(row: EventRow) -> UUID:
    if row.run_id is None:
        raise ValueError("not the event of a run")
    return row.run_id


def _run_facet(changes: Changes, row: EventRow, key: RunFacetKey, value: dict[str, Any]) -> FacetBody:
    """Keep the facet of a run if it is the newest under its key; the key says which mention of it wins, not the order."""
    said = RunFacet(row.event_time, row.event_id, FacetBody.of(value))
    before = changes.run_facets.get(key)
    if before is None or (before.valid_from, before.event_id, before.body.digest) < (
        said.valid_from,
        said.event_id,
        said.body.digest,
    ):
        changes.run_facets[key] = said
    return said.body


def _observe(
    changes: Changes,
    subject_id: UUID,
    name: str,
    at: datetime,
    value: dict[str, Any],
    role: Literal["I", "O", "D", "J"],
) -> None:
    body = FacetBody.of(value)
    changes.bodies[body.digest] = body.json
    changes.observations.add(Observation(subject_id, name, at, body.digest, role))


def _extract(run: RunChange, given: Facets) -> None:
    """Take over what the model knows of a run beside its states; where events disagree, one of them wins, always the same."""
    for name, value in _facets(given):
        if name == "parent":
            said = facets.parent(value)
            run.parent_run_id = max(filter(None, (run.parent_run_id, said.run_id)), default=None)
            run.root_run_id = max(filter(None, (run.root_run_id, said.root_run_id)), default=None)
        elif name == "nominalTime":
            start, end = facets.nominal_time(value)
            run.nominal_from = min(filter(None, (run.nominal_from, start)), default=None)
            run.nominal_to = max(filter(None, (run.nominal_to, end)), default=None)


def _facets(given: Facets | None) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, value in (given or {}).items():
        if facets.is_facet(value):
            yield name, value
