"""Runs in GraphQL: one execution of a job each, with what it read, wrote and said of itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TypeVar
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from graph.time import AsOf, instant, render
from lineage import facets_of_jobs, facets_of_runs, runs, sent_facets
from lineage.event_log import StoredEvent
from lineage.lenient import read
from lineage.run_tree import Children
from lineage.runs import RunPlace
from service.context import Info
from service.schema.arguments import (
    AfterArgument,
    FirstArgument,
    PageInfo,
    opaque,
    opened,
    page_size,
)
from service.schema.events import LineageEvent
from service.schema.facets import JobSql, SourceCodeLocation
from service.schema.names import LineageName
from service.schema.run_facets import (
    ProcessingEngine,
    RunDataset,
    RunError,
    RunFacet,
)
from service.schema.run_lineage import RunLineage

Facet = TypeVar("Facet")


@dataclass(frozen=True, slots=True)
class _MappedTask:
    map_index: int


@strawberry.enum(
    description="The state of a run; it follows from the times of its events, not from their order."
)
class RunState(Enum):
    """The state of a run."""

    START = strawberry.enum_value("START", description="It has begun.")
    RUNNING = strawberry.enum_value("RUNNING", description="It goes on.")
    COMPLETE = strawberry.enum_value("COMPLETE", description="It ended well.")
    ABORT = strawberry.enum_value("ABORT", description="It was stopped.")
    FAIL = strawberry.enum_value("FAIL", description="It failed; its outputs are attempts.")
    OTHER = strawberry.enum_value("OTHER", description="Only events without a state are known.")
    UNKNOWN = strawberry.enum_value(
        "UNKNOWN", description="Nothing came from it itself: others name it as their parent or root."
    )


@strawberry.type(description="One execution of a job.")
class Run(RunLineage):
    """One execution of a job."""

    id: strawberry.ID = strawberry.field(description="Its id: a UUID, that of its producer or made from it.")
    given_id: str | None = strawberry.field(
        description="The id that its producer gave it, where that is no UUID."
    )
    job: LineageName = strawberry.field(description="The job it is a run of.")
    job_id: strawberry.ID = strawberry.field(description="The id of that job.")
    state: RunState = strawberry.field(description="Its state.")
    placeholder: bool = strawberry.field(
        description="Whether nothing came from it itself, and it is known only as the parent or root of others."
    )
    is_part: bool = strawberry.field(
        description="Whether it is a step, such as a single SQL statement, of the run that is its parent."
    )
    started_at: datetime = strawberry.field(description="The time of its earliest event.")
    ended_at: datetime | None = strawberry.field(
        description="The latest end that was reported. Null: it goes on."
    )
    duration_seconds: float | None = strawberry.field(description="How long it took. Null: it goes on.")
    last_heard_at: datetime = strawberry.field(description="The time of its latest event, whatever its type.")
    nominal_from: datetime | None = strawberry.field(description="From when on it was scheduled for.")
    nominal_to: datetime | None = strawberry.field(description="Until when it was scheduled for.")
    parent_run_id: strawberry.ID | None = strawberry.field(description="The run that started it.")
    root_run_id: strawberry.ID | None = strawberry.field(description="The run at the root of it all.")
    inputs: list[RunDataset] = strawberry.field(description="What it read, over all its events.")
    outputs: list[RunDataset] = strawberry.field(
        description="What it wrote, over all its events; attempts only, where it failed or was aborted."
    )
    at: strawberry.Private[AsOf | None]

    @strawberry.field(description="The newest facet of each name that it sent.")
    async def facets(self, info: Info) -> list[RunFacet]:
        """Return the newest facet of each name that it sent."""
        return [RunFacet.of(facet) for facet in await self._sent(info)]

    @strawberry.field(description="What it said of its job, by name of the facet.")
    async def job_facets(self, info: Info) -> JSON:
        """Return the facets of its job as it stated them."""
        return JSON(await info.context.loaders.job_facets_by_run(self.at).load(self.run.run_id))

    @strawberry.field(
        description="Whether it is not expected to end: that of a streaming job, or of a service."
    )
    async def is_streaming(self, info: Info) -> bool:
        """Return whether it is not expected to end."""
        said = await self._of_job(info, "jobType", facets_of_jobs.JobType)
        return said is not None and said.is_endless

    @strawberry.field(description="The SQL it carried out.")
    async def sql(self, info: Info) -> JobSql | None:
        """Return its SQL, or None."""
        said = await self._of_job(info, "sql", facets_of_jobs.Sql)
        return JobSql(query=said.query, dialect=said.dialect) if said else None

    @strawberry.field(description="Where its code lies.")
    async def source_code_location(self, info: Info) -> SourceCodeLocation | None:
        """Return where its code lies, or None."""
        said = await self._of_job(info, "sourceCodeLocation", facets_of_jobs.SourceCodeLocation)
        if said is None:
            return None
        return SourceCodeLocation(
            url=said.url,
            type=said.type,
            repo_url=said.repo_url,
            path=said.path,
            version=said.version,
            tag=said.tag,
            branch=said.branch,
            pull_request_number=said.pull_request_number,
        )

    @strawberry.field(description="Why it failed, as it said.")
    async def error(self, info: Info) -> RunError | None:
        """Return why it failed, or None."""
        said = await self._of_itself(info, "errorMessage", facets_of_runs.ErrorMessage)
        if said is None:
            return None
        return RunError(
            message=said.message, language=said.programming_language, stack_trace=said.stack_trace
        )

    @strawberry.field(description="What it was carried out by.")
    async def processing_engine(self, info: Info) -> ProcessingEngine | None:
        """Return what it was carried out by, or None."""
        said = await self._of_itself(info, "processing_engine", facets_of_runs.ProcessingEngine)
        if said is None:
            return None
        return ProcessingEngine(
            name=said.name, version=said.version, adapter_version=said.openlineage_adapter_version
        )

    @strawberry.field(description="The run that started it.")
    async def parent(self, info: Info) -> Run | None:
        """Return the run that started it, or None."""
        return await self._other(info, self.run.parent_run_id)

    @strawberry.field(description="The run at the root of it all.")
    async def root(self, info: Info) -> Run | None:
        """Return the run at the root of it all, or None."""
        return await self._other(info, self.run.root_run_id)

    @strawberry.field(description="The runs that it started, its parts among them, earliest first.")
    async def children(
        self, info: Info, first: FirstArgument = 20, after: AfterArgument = None
    ) -> RunChildren:
        """Return a page of the runs that it started."""
        start, at = run_place(after) if after is not None else (None, self.at)
        loader = info.context.loaders.children_by_run(page_size(first), start, at)
        return RunChildren.of(await loader.load(self.run.run_id), at)

    @strawberry.field(description="Its events, latest first.")
    async def events(self, info: Info, first: FirstArgument = 20, after: AfterArgument = None) -> RunEvents:
        """Return a page of its events."""
        last = opened(after, _event_id) if after is not None else None
        loader = info.context.loaders.events_by_run(page_size(first), last, self.at)
        return RunEvents.of(*await loader.load(self.run.run_id))

    @strawberry.field(
        description="Which of the tasks that share its job it is, counted from 0, as Airflow's mapped tasks do."
    )
    async def map_index(self, info: Info) -> int | None:
        """Return its index among mapped tasks, or None."""
        said = await self._of_itself(info, "airflow_mappedTask", _MappedTask)
        return said.map_index if said else None

    async def _sent(self, info: Info) -> list[sent_facets.RunFacet]:
        return await info.context.loaders.facets_by_run(self.at).load(self.run.run_id)

    async def _of_itself(self, info: Info, name: str, kind: type[Facet]) -> Facet | None:
        own = (one.body for one in await self._sent(info) if one.role is None and one.name == name)
        return read(kind, next(own, None))

    async def _of_job(self, info: Info, name: str, kind: type[Facet]) -> Facet | None:
        said = await info.context.loaders.job_facets_by_run(self.at).load(self.run.run_id)
        return read(kind, said.get(name))

    async def _other(self, info: Info, run_id: UUID | None) -> Run | None:
        found = await info.context.loaders.runs_by_id(self.at).load(run_id) if run_id else None
        return Run.of(found, self.at) if found else None

    @classmethod
    def of(cls, run: runs.Run, at: AsOf | None) -> Run:
        """Return the run as GraphQL shows it; what is asked of it further is read at the same basis."""
        return cls(
            id=strawberry.ID(str(run.run_id)),
            given_id=run.given_id,
            job=LineageName.of(run.job),
            job_id=strawberry.ID(str(run.job_id)),
            state=RunState(run.state),
            placeholder=run.is_placeholder,
            is_part=run.is_part,
            started_at=run.started_at,
            ended_at=run.ended_at,
            duration_seconds=run.duration.total_seconds() if run.duration is not None else None,
            last_heard_at=run.last_at,
            nominal_from=run.nominal_from,
            nominal_to=run.nominal_to,
            parent_run_id=_id(run.parent_run_id),
            root_run_id=_id(run.root_run_id),
            inputs=[RunDataset.of_run(run, name, "I", at) for name in run.inputs],
            outputs=[RunDataset.of_run(run, name, "O", at) for name in run.outputs],
            run=run,
            at=at,
        )


@strawberry.type(description="Some of the runs that a run started.")
class RunChildren:
    """Some of the runs that a run started."""

    nodes: list[Run] = strawberry.field(description="The runs.")
    count: int = strawberry.field(description="How many it started in all, as known now.")
    page_info: PageInfo = strawberry.field(description="Where the page ends.")

    @classmethod
    def of(cls, children: Children, at: AsOf | None) -> RunChildren:
        """Return the page as GraphQL shows it."""
        end = run_cursor(children.next, at) if children.next else None
        return cls(
            nodes=[Run.of(run, at) for run in children.runs],
            count=children.count,
            page_info=PageInfo(has_next_page=children.next is not None, end_cursor=end),
        )


@strawberry.type(description="Some of the events of a run.")
class RunEvents:
    """Some of the events of a run."""

    nodes: list[LineageEvent] = strawberry.field(description="The events.")
    page_info: PageInfo = strawberry.field(description="Where the page ends.")

    @classmethod
    def of(cls, found: Sequence[StoredEvent], has_next: bool) -> RunEvents:
        """Return the page as GraphQL shows it."""
        end = opaque(str(found[-1].event_id)) if found else None
        return cls(
            nodes=[LineageEvent.of(event) for event in found],
            page_info=PageInfo(has_next_page=has_next, end_cursor=end),
        )


def run_cursor(place: RunPlace, at: AsOf | None) -> str:
    """Return the opaque cursor that continues after a run at the same basis."""
    instants = (render(at.valid), render(at.system)) if at else ()
    return opaque(render(place.started_at), str(place.run_id), *instants)


def run_place(after: str, path: str = "$.after") -> tuple[RunPlace, AsOf | None]:
    """Return the place and basis of a cursor; raises InvalidInputError for anything `run_cursor` did not make."""

    def parsed(start: object, key: object, *instants: object) -> tuple[RunPlace, AsOf | None]:
        at = AsOf(*(instant(str(one)) for one in instants)) if instants else None
        return RunPlace(instant(str(start)), UUID(str(key))), at

    return opened(after, parsed, path)


def _event_id(key: object) -> UUID:
    return UUID(str(key))


def _id(value: UUID | None) -> strawberry.ID | None:
    return strawberry.ID(str(value)) if value else None
