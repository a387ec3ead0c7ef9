"""Reads the log of lineage events: page by page, byte for byte as they came, and what was wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from graph.errors import NotFoundError, Problem
from graph.identity import DatasetName, JobName
from graph.store.database import DEFAULT_TENANT, Database
from graph.time import AsOf
from lineage.bodies import Bodies
from lineage.statements import statement

EventKind = Literal["run", "job", "dataset"]

_KINDS: dict[str, EventKind] = {"R": "run", "J": "job", "D": "dataset"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_INSTANT = timedelta(microseconds=1)
_MILLISECOND = timedelta(milliseconds=1)
_GREATEST_ID = UUID(int=2**128 - 1)
_COLUMNS = """e.event_id, e.event_time, e.system_from, e.kind::text, e.event_type, e.run_id, e.warnings,
       j.namespace as job_namespace, j.name as job, d.namespace, d.name"""
_OF_RUNS = statement("events_of_runs", columns=_COLUMNS)
_OF_ALL = statement("events", columns=_COLUMNS)
_BY_ID = statement("events_by_id", columns=_COLUMNS)
_WARNED = statement("event_warnings", columns=_COLUMNS)
_WARNING_COUNTS = statement("warning_counts")
_BODIES = statement("event_bodies")


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """When an event happened and when we heard of it, what it is about, and what was wrong with it."""

    event_id: UUID
    event_time: datetime
    system_from: datetime
    kind: EventKind
    event_type: str | None
    run_id: UUID | None
    job: JobName | None
    dataset: DatasetName | None
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """Which events a list holds: those with `since <= event time < until`, known at an instant."""

    since: datetime | None = None
    until: datetime | None = None
    known_at: datetime | None = None

    @classmethod
    def up_to(cls, at: AsOf | None) -> Span:
        """Return the span of all events up to the instants, them included; None: of all."""
        return cls(None, at.valid + _INSTANT, at.system) if at else cls()


@dataclass(frozen=True, slots=True)
class WarningCount:
    """How many events have one thing wrong, and when the last of them was recorded."""

    path: str
    reason: str
    events: int
    last_at: datetime


class EventLog:
    """Answers questions about the events of one tenant."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant
        self._bodies = Bodies(database, tenant)

    async def event(self, event_id: UUID) -> StoredEvent:
        """Return the event; raises NotFoundError."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_BY_ID, self._tenant, [event_id])
        if not rows:
            raise NotFoundError(f"no lineage event {event_id} is known")
        return _event(rows[0])

    async def raw(self, event_id: UUID) -> bytes:
        """Return an event byte for byte as it came; raises NotFoundError, which says so where its retention has ended."""
        return await self._bodies.raw(event_id)

    async def raws(self, event_ids: Sequence[UUID]) -> dict[UUID, bytes]:
        """Return events byte for byte as they came, by id, but for those whose retention has ended."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_BODIES, self._tenant, list(event_ids))
            raws = await self._bodies.decompress(connection, [row["body"] for row in rows])
        return dict(zip((row["event_id"] for row in rows), raws, strict=True))

    async def events(
        self, span: Span, first: int, after: UUID | None = None
    ) -> tuple[list[StoredEvent], bool]:
        """Return a page of events, latest first, and whether more follow; `after` is the last one of the page before.

        Events of one millisecond are in no particular order, and those of before 1970 come first: their ids are great.
        """
        high = after or (_least_id(span.until + _MILLISECOND) if span.until else _GREATEST_ID)
        bounds = span.since, span.until, span.known_at, _least_id(span.since), high
        async with self._database.connection() as connection:
            rows = await connection.fetch(_OF_ALL, self._tenant, *bounds, first + 1)
        return [_event(row) for row in rows[:first]], len(rows) > first

    async def of_runs(
        self, run_ids: Sequence[UUID], span: Span, first: int, after: UUID | None = None
    ) -> dict[UUID, tuple[list[StoredEvent], bool]]:
        """Return for each run a page of its events, latest first, and whether more follow, in one statement."""
        found: dict[UUID, list[StoredEvent]] = {run_id: [] for run_id in run_ids}
        bounds = span.since, span.until, span.known_at, after
        async with self._database.connection() as connection:
            for row in await connection.fetch(_OF_RUNS, self._tenant, list(found), *bounds, first + 1):
                found[row["run_id"]].append(_event(row))
        return {run_id: (events[:first], len(events) > first) for run_id, events in found.items()}

    async def warned(
        self, first: int, after: UUID | None = None, job: UUID | None = None
    ) -> tuple[list[StoredEvent], bool]:
        """Return a page of the events with something wrong, of a job or of all, those recorded last first."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_WARNED, self._tenant, job, after, first + 1)
        return [_event(row) for row in rows[:first]], len(rows) > first

    async def warning_counts(
        self, first: int, since: datetime | None = None, job: UUID | None = None
    ) -> list[WarningCount]:
        """Return what was wrong with how many of the events recorded from an instant on, the most frequent first.

        Indexes in paths and what reasons quote are left out, so that the same mistake counts as one.
        """
        async with self._database.connection() as connection:
            rows = await connection.fetch(_WARNING_COUNTS, self._tenant, since, job, first)
        return [WarningCount(**dict(row)) for row in rows]


def _event(row: Any) -> StoredEvent:
    return StoredEvent(
        row["event_id"],
        row["event_time"],
        row["system_from"],
        _KINDS[row["kind"]],
        row["event_type"],
        row["run_id"],
        JobName(row["job_namespace"], row["job"]) if row["job"] is not None else None,
        DatasetName(row["namespace"], row["name"]) if row["name"] is not None else None,
        tuple(Problem(one["path"], one["reason"]) for one in row["warnings"] or ()),
    )


def _least_id(at: datetime | None) -> UUID:
    """Return an id that is not greater than those of events at the instant or later."""
    milliseconds = max((at - _EPOCH) // _MILLISECOND, 0) if at else 0
    return UUID(int=milliseconds << 80)
