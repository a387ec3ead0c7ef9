"""What an event changes in the model, whatever came before or after it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

import msgspec

from graph.identity import JobName
from lineage import columns, facets, naming, own_facets
from lineage.event_parts import Dataset, Datasets, Job
from lineage.events import DatasetEvent, Event, JobEvent, RunEvent
from lineage.facet_bodies import FacetBody
from lineage.mentions import NOBODY, Mention, Part, Told, mention_of, of_datasets, of_job
from lineage.remembered import Remembered
from lineage.run_facts import RunFacts

EventKind = Literal["R", "J", "D"]

_NO_ROWS: Final = Part((), ())


class JobRow(NamedTuple):
    """A job, and the one it is part of, if any."""

    job_id: UUID
    name: JobName
    part_of: UUID | None = None


class Declaration(NamedTuple):
    """What a JobEvent declares its job to read and write."""

    job_id: UUID
    valid_from: datetime
    event_id: UUID
    inputs: frozenset[UUID]
    outputs: frozenset[UUID]


class Change(msgspec.Struct, frozen=True, gc=False):
    """What one event changes: the event itself, and what it says of jobs, datasets and runs.

    `facets` are those that belong to its run alone, as JSON, and `origins` who produced these; `runs` are the own run
    first, then those it names.
    """

    event: Event
    kind: EventKind
    event_time: datetime
    mention: Mention
    jobs: tuple[JobRow, ...] = ()
    dataset_id: UUID | None = None
    runs: tuple[RunFacts, ...] = ()
    declaration: Declaration | None = None
    facets: bytes | None = None
    origins: FacetBody | None = None


class _Job(NamedTuple):
    """What a job's own words come to."""

    row: JobRow
    part: Part
    lineage: columns.ExplicitLineage | None


class Projection:
    """Projects events, and remembers what their repeating members come to."""

    def __init__(self) -> None:
        self._parts: Remembered[Any, Part] = Remembered(20_000)
        self._mentions: Remembered[tuple[bytes, ...], Mention] = Remembered(20_000)
        self._parents: Remembered[bytes, facets.ParentRun] = Remembered(5_000)
        self._nominal: Remembered[bytes, tuple[datetime | None, datetime | None]] = Remembered(5_000)

    def change(self, event: Event) -> Change:
        """Return what the event changes."""
        content = event.content
        if isinstance(content, RunEvent):
            return self._run_event(event, content)
        if isinstance(content, JobEvent):
            return self._job_event(event, content)
        return self._dataset_event(event, content)

    def _run_event(self, event: Event, content: RunEvent) -> Change:
        at, run = content.event_time, content.run
        job = _of_job(content.job)
        job_id = stated_by = job.row.job_id
        parent, is_part = _NO_PARENT, False
        rows: tuple[JobRow, ...] = (job.row,)
        if "parent" in run.facets:
            parent = self._parent(run.facets["parent"])
            if (
                parent.job is not None
                and parent.run_id is not None
                and naming.is_part(job.row.name, parent.job)
            ):
                is_part, stated_by = True, naming.job_id(parent.job)
                rows = (job.row._replace(part_of=stated_by),)
            rows = (*rows, *_named_jobs(parent))
        inputs = self._datasets(Told("I", content.inputs, NOBODY, True, job.lineage), content.job)
        outputs = self._datasets(Told("O", content.outputs, stated_by, True, job.lineage), content.job)
        parts = [job.part, inputs, outputs]
        shared = [item for item in run.facets.items() if item[0] in facets.SHARED_RUN_FACETS]
        if shared:
            parts.append(self._run_part(job_id, shared))
        start, end = self._nominal_time(run.facets.get("nominalTime"))
        kind = content.event_type
        own = RunFacts(
            run.run_id,
            job_id,
            at,
            at,
            at if kind == "START" else None,
            at if kind == "RUNNING" else None,
            at if kind == "COMPLETE" else None,
            at if kind == "ABORT" else None,
            at if kind == "FAIL" else None,
            True,
            is_part,
            start,
            end,
            parent.run_id if parent.run_id != run.run_id else None,
            parent.root_run_id,
            run.given_id,
            inputs.datasets,
            outputs.datasets,
        )
        runs = (own,) if parent is _NO_PARENT else (own, *_placeholders(parent, at, run.run_id))
        return Change(
            event, "R", at, self._mention(parts), rows, None, runs, None, *own_facets.of_run_event(content)
        )

    def _job_event(self, event: Event, content: JobEvent) -> Change:
        job = _of_job(content.job)
        job_id = job.row.job_id
        inputs = self._datasets(Told("I", content.inputs or (), NOBODY, False, job.lineage), content.job)
        outputs = self._datasets(Told("O", content.outputs or (), job_id, False, job.lineage), content.job)
        declared = None
        if content.inputs is not None or content.outputs is not None or job.lineage is not None:
            declared = Declaration(
                job_id, content.event_time, event.event_id, inputs.datasets, outputs.datasets
            )
        return Change(
            event,
            "J",
            content.event_time,
            self._mention([job.part, inputs, outputs]),
            (job.row,),
            declaration=declared,
            facets=own_facets.of_sides({"inputs": content.inputs or (), "outputs": content.outputs or ()}),
        )

    def _dataset_event(self, event: Event, content: DatasetEvent) -> Change:
        dataset = content.dataset
        body = dataset.facets.get("lineage")
        lineage = None
        if body is not None and not facets.is_deleted(body.value):
            lineage = columns.explicit(body.value, dataset.key)
        part = of_datasets(Told("D", (dataset,), NOBODY, False, lineage))
        return Change(
            event,
            "D",
            content.event_time,
            self._mention([part]),
            dataset_id=naming.dataset_id(dataset.key),
            facets=own_facets.of_sides({"subject": (dataset,)}),
        )

    def _nominal_time(self, body: FacetBody | None) -> tuple[datetime | None, datetime | None]:
        if body is None:
            return None, None
        known = self._nominal.get(body.json)
        if known is None:
            known = facets.nominal_time(body.value)
            self._nominal.keep(body.json, known)
        return known

    def _parent(self, body: FacetBody) -> facets.ParentRun:
        parent = self._parents.get(body.json)
        if parent is None:
            parent = facets.parent(body.value)
            self._parents.keep(body.json, parent)
        return parent

    def _run_part(self, job_id: UUID, shared: Sequence[tuple[str, FacetBody]]) -> Part:
        key = (job_id, *[(name, body.digest) for name, body in shared])
        part = self._parts.get(key)
        if part is None:
            part = of_job(job_id, "R", dict(shared))
            self._parts.keep(key, part)
        return part

    def _datasets(self, told: Told, job: Job) -> Part:
        if not told.datasets and told.lineage is None:
            return _NO_ROWS
        stated = job.facets["lineage"].digest if told.lineage is not None else None
        teller = (told.role, told.job_id, told.is_run, stated)
        memo = told.datasets.memo if isinstance(told.datasets, Datasets) and told.datasets else {}
        part = memo.get(teller)
        if part is None:
            key = (*teller, *[_key(one, told) for one in told.datasets])
            part = self._parts.get(key)
            if part is None:
                part = of_datasets(told)
                self._parts.keep(key, part)
            memo[teller] = part
        return part

    def _mention(self, parts: Sequence[Part]) -> Mention:
        key = tuple([part.digest for part in parts])
        mention = self._mentions.get(key)
        if mention is None:
            mention = mention_of(parts)
            self._mentions.keep(key, mention)
        return mention


_NO_PARENT: Final = facets.ParentRun()


def _of_job(job: Job) -> _Job:
    known = job.memo.get("job")
    if known is None:
        body = job.facets.get("lineage")
        lineage = None
        if body is not None and not facets.is_deleted(body.value):
            lineage = columns.explicit(body.value, job.key)
        job_id = naming.job_id(job.key)
        known = job.memo["job"] = _Job(JobRow(job_id, job.key), of_job(job_id, "J", job.facets), lineage)
    return known


def _key(dataset: Dataset, told: Told) -> tuple[Any, ...]:
    given = [
        (name, body.digest)
        for name, body in dataset.facets.items()
        if not told.is_run or name not in facets.PER_RUN_FACETS or name == "lifecycleStateChange"
    ]
    return (dataset.namespace, dataset.name, *given)


def _named_jobs(parent: facets.ParentRun) -> Iterable[JobRow]:
    for run_id, name in ((parent.run_id, parent.job), (parent.root_run_id, parent.root_job)):
        if run_id is not None and name is not None:
            yield JobRow(naming.job_id(name), name)


def _placeholders(parent: facets.ParentRun, at: datetime, own: UUID) -> Iterable[RunFacts]:
    """Return what an event says of the runs it names beside its own."""
    for run_id, name in ((parent.run_id, parent.job), (parent.root_run_id, parent.root_job)):
        if run_id is not None and name is not None and run_id != own:
            yield RunFacts(run_id, naming.job_id(name), at, at, heard=False)
