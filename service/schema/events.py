"""Lineage events in GraphQL: as they came, and what was wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

import orjson
import strawberry
from strawberry.scalars import JSON

from graph.errors import NotFoundError
from graph.identity import JobName
from graph.time import AsOf
from lineage import event_log
from lineage.event_log import Span, StoredEvent
from lineage.naming import job_id
from service.context import Info
from service.schema.arguments import (
    AfterArgument,
    Connection,
    FirstArgument,
    KnownAtArgument,
    connection,
    page_size,
    place,
    uuid_of,
)
from service.schema.names import JobInput, LineageName


@strawberry.enum(description="What an event is about.")
class LineageEventKind(Enum):
    """What an event is about."""

    RUN = strawberry.enum_value("run", description="A run of a job.")
    JOB = strawberry.enum_value("job", description="The design of a job.")
    DATASET = strawberry.enum_value("dataset", description="A dataset, outside of any run.")


@strawberry.type(description="Something wrong with an event that did not keep it from being recorded.")
class EventWarning:
    """Something wrong with an event that did not keep it from being recorded."""

    path: str = strawberry.field(description="Where, as a JSON path.")
    reason: str = strawberry.field(description="What is wrong there, and how it was read.")


@strawberry.type(description="An OpenLineage event as it is kept.")
class LineageEvent:
    """An OpenLineage event as it is kept."""

    id: strawberry.ID = strawberry.field(
        description="Its id, which follows from its bytes: the same event has the same id."
    )
    kind: LineageEventKind = strawberry.field(description="What it is about.")
    event_type: str | None = strawberry.field(
        description="START, RUNNING, COMPLETE, ABORT, FAIL or OTHER. Null: it is not about a run."
    )
    event_time: datetime = strawberry.field(description="When it happened, by the clock of its producer.")
    system_from: datetime = strawberry.field(description="When we recorded it, in system time.")
    run_id: strawberry.ID | None = strawberry.field(description="The run it is about.")
    job: LineageName | None = strawberry.field(
        description="The job it is about, directly or through its run."
    )
    dataset: LineageName | None = strawberry.field(description="The dataset it is about by itself.")
    warnings: list[EventWarning] = strawberry.field(description="What was wrong with it; empty: nothing.")
    event_id: strawberry.Private[UUID]

    @strawberry.field(
        description="The event byte for byte as it came; an error where its retention has ended."
    )
    async def raw(self, info: Info) -> str | None:
        """Return the event as it came; raises NotFoundError where its retention has ended."""
        raw = await info.context.loaders.raws_by_event().load(self.event_id)
        if raw is None:
            raw = await info.context.services.executions.events.raw(self.event_id)
        return raw.decode("utf-8", "replace")

    @strawberry.field(description="The event as JSON. Null: its retention has ended.")
    async def body(self, info: Info) -> JSON | None:
        """Return the event as a JSON value, or None."""
        raw = await info.context.loaders.raws_by_event().load(self.event_id)
        return JSON(orjson.loads(raw)) if raw is not None else None

    @strawberry.field(
        description="Who sent it, as it says. Null: it does not say, or its retention has ended."
    )
    async def producer(self, info: Info) -> str | None:
        """Return the producer, or None."""
        raw = await info.context.loaders.raws_by_event().load(self.event_id)
        producer = orjson.loads(raw).get("producer") if raw is not None else None
        return producer if isinstance(producer, str) else None

    @classmethod
    def of(cls, event: StoredEvent) -> LineageEvent:
        """Return the event as GraphQL shows it."""
        return cls(
            id=strawberry.ID(str(event.event_id)),
            kind=LineageEventKind(event.kind),
            event_type=event.event_type,
            event_time=event.event_time,
            system_from=event.system_from,
            run_id=strawberry.ID(str(event.run_id)) if event.run_id else None,
            job=LineageName.of(event.job) if event.job else None,
            dataset=LineageName.of(event.dataset) if event.dataset else None,
            warnings=[EventWarning(path=one.path, reason=one.reason) for one in event.warnings],
            event_id=event.event_id,
        )


@strawberry.type(description="How many events have one thing wrong.")
class EventWarningCount:
    """How many events have one thing wrong."""

    path: str = strawberry.field(description="Where, as a JSON path; indexes of lists are left out.")
    reason: str = strawberry.field(description="What is wrong there; what it quotes is left out.")
    events: int = strawberry.field(description="How many events have it.")
    last_at: datetime = strawberry.field(description="When the last of them was recorded.")

    @classmethod
    def of(cls, count: event_log.WarningCount) -> EventWarningCount:
        """Return the count as GraphQL shows it."""
        return cls(path=count.path, reason=count.reason, events=count.events, last_at=count.last_at)


@strawberry.type
class EventQuery:
    """What can be asked about lineage events."""

    @strawberry.field(description="One lineage event, by its id. Null: it is not known.")
    async def event(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The id of the event.")],
    ) -> LineageEvent | None:
        """Return one event, or None."""
        try:
            return LineageEvent.of(await info.context.services.executions.events.event(uuid_of(id)))
        except NotFoundError:
            return None

    @strawberry.field(description="Lineage events between two instants of event time, latest first.")
    async def events(
        self,
        info: Info,
        run_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only those of this run.")
        ] = None,
        since: Annotated[
            datetime | None, strawberry.argument(description="Only those that happened then or later.")
        ] = None,
        until: Annotated[
            datetime | None, strawberry.argument(description="Only those that happened before.")
        ] = None,
        first: FirstArgument = 20,
        after: AfterArgument = None,
        known_at: KnownAtArgument = None,
    ) -> Connection[LineageEvent]:
        """Return a page of events; with `after`, at the basis of the page before."""
        log, size = info.context.services.executions.events, page_size(first)
        start, at = await _start(info, after, known_at)
        span = Span(since, until, at.system)
        if run_id is None:
            return _page(*await log.events(span, size, start), at)
        run = uuid_of(run_id, "$.runId")
        return _page(*(await log.of_runs([run], span, size, start))[run], at)

    @strawberry.field(
        description="Events that did not follow the specification and were recorded all the same, those recorded last first."
    )
    async def event_warnings(
        self,
        info: Info,
        first: FirstArgument = 20,
        after: AfterArgument = None,
        job: Annotated[JobInput | None, strawberry.argument(description="Only those of this job.")] = None,
    ) -> Connection[LineageEvent]:
        """Return a page of the events with warnings."""
        size = page_size(first)
        start, at = await _start(info, after, None)
        wanted = job_id(JobName(job.namespace, job.name)) if job else None
        log = info.context.services.executions.events
        return _page(*await log.warned(size, start, wanted), at)

    @strawberry.field(description="What is wrong with how many events, the most frequent first.")
    async def event_warning_counts(
        self,
        info: Info,
        first: FirstArgument = 20,
        since: Annotated[
            datetime | None, strawberry.argument(description="Only events recorded then or later.")
        ] = None,
        job: Annotated[JobInput | None, strawberry.argument(description="Only events of this job.")] = None,
    ) -> list[EventWarningCount]:
        """Return what is wrong with how many events."""
        wanted = job_id(JobName(job.namespace, job.name)) if job else None
        log = info.context.services.executions.events
        return [
            EventWarningCount.of(one) for one in await log.warning_counts(page_size(first), since, wanted)
        ]


async def _start(info: Info, after: str | None, known_at: datetime | None) -> tuple[UUID | None, AsOf]:
    """Return where a page of events begins and its basis."""
    basis = info.context.services.lineage.basis
    if after is None:
        return None, await basis(None, known_at)
    start, at = place(after)
    return start, await basis(at.valid, at.system)


def _page(found: Sequence[StoredEvent], has_next: bool, at: AsOf) -> Connection[Any]:
    return connection([LineageEvent.of(one) for one in found], [one.event_id for one in found], has_next, at)
