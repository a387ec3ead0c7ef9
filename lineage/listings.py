"""Lists what there is page by page and counts it: namespaces, jobs, datasets, runs and events, as best known now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

from graph.identity import DatasetName, JobName
from graph.store.database import DEFAULT_TENANT, Database
from lineage.naming import NodeKind
from lineage.statements import statement

Item = TypeVar("Item")

MOST_COUNTED = 1_000_000
"""So far events are counted; where there are more, a list has so many."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_LAST_STATE = """($5::text[] is null or (
         select state
           from run
          where run.tenant_id = $1
            and run.job_id = named.job_id
            and heard
          order by started_at desc, run_id desc
          limit 1
       ) = any ($5))"""
_OF_DATASETS = "select namespace, system_from from dataset where tenant_id = $1"
_OF_JOBS = "select namespace, system_from from job where tenant_id = $1"
_NAMESPACES = statement("listed_namespaces", named=f"{_OF_DATASETS} union all {_OF_JOBS}")
_SOURCES = statement("listed_namespaces", named=_OF_DATASETS)
_JOBS = statement("listed_names", kind="job", wanted=f"part_of is null and {_LAST_STATE}")
_DATASETS = statement("listed_names", kind="dataset", wanted="true")
_RUNS = statement("listed_runs")
_EVENTS = {way: statement("listed_events", direction=way) for way in ("asc", "desc")}
_FOUND = {
    "name": statement("searched_names", order="name, namespace, kind"),
    "time": statement("searched_names", order="system_from desc, name, namespace, kind"),
}
_LAST_MODIFIED = statement("last_modified")
_TAGS = statement("tags_held")
_FIRST_HEARD = statement("first_heard")
_EVENT_COUNTS = statement("event_counts")
_NAME_COUNTS = {
    "job": statement("name_counts", kind="job", counted="*"),
    "dataset": statement("name_counts", kind="dataset", counted="*"),
    "namespace": statement("name_counts", kind="dataset", counted="distinct namespace"),
}


@dataclass(frozen=True, slots=True)
class Slice:
    """Which items of a list are wanted: so many from a place on, the first of all being 0."""

    limit: int
    offset: int


@dataclass(frozen=True, slots=True)
class Listed(Generic[Item]):
    """Some items of a list, and how many it has."""

    items: tuple[Item, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Namespace:
    """A namespace, and when the first and the last name in it was first heard of."""

    name: str
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class NamedNode:
    """A dataset or job, and when it was first heard of."""

    id: UUID
    name: DatasetName | JobName
    first_at: datetime


@dataclass(frozen=True, slots=True)
class EventHead:
    """What is kept of an event for ever."""

    event_id: UUID
    event_time: datetime
    event_type: str | None
    run_id: UUID | None
    job: JobName | None
    dataset: DatasetName | None


@dataclass(frozen=True, slots=True)
class NamesWanted:
    """What is searched for: names like a pattern of SQL, first heard of within `since <= t < until`."""

    pattern: str
    kind: NodeKind | None = None
    namespace: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class EventCount:
    """How many events of each type there were."""

    start: int
    complete: int
    fail: int
    abort: int


class Listings:
    """Lists what there is of one tenant; each list in one statement."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant

    async def namespaces(self, part: Slice, name: str | None = None) -> Listed[Namespace]:
        """Return namespaces of jobs and datasets by name, all or the one of that name."""
        return await self._namespaces(_NAMESPACES, part, name)

    async def sources(self, part: Slice, name: str | None = None) -> Listed[Namespace]:
        """Return namespaces of datasets by name, all or the one of that name: the stores they lie in."""
        return await self._namespaces(_SOURCES, part, name)

    async def _namespaces(self, text: str, part: Slice, name: str | None) -> Listed[Namespace]:
        rows = await self._fetch(text, name, part.limit, part.offset)
        found = (
            Namespace(row["namespace"], row["first_at"], row["last_at"]) for row in rows if row["namespace"]
        )
        return Listed(tuple(found), rows[0]["total"])

    async def jobs(
        self, part: Slice, namespace: str | None = None, states: Sequence[str] | None = None
    ) -> Listed[NamedNode]:
        """Return jobs by name, without those that are part of others; of a namespace; whose last run is in a state."""
        rows = await self._fetch(_JOBS, namespace, part.limit, part.offset, states)
        return _nodes(rows, JobName)

    async def datasets(self, part: Slice, namespace: str | None = None) -> Listed[NamedNode]:
        """Return datasets by name, of a namespace or of all; one that has several names is there under each."""
        return _nodes(await self._fetch(_DATASETS, namespace, part.limit, part.offset), DatasetName)

    async def runs(self, job: UUID, part: Slice) -> Listed[UUID]:
        """Return the runs of a job that were heard of, latest start first."""
        rows = await self._fetch(_RUNS, job, part.limit, part.offset)
        return Listed(tuple(row["run_id"] for row in rows if row["run_id"]), rows[0]["total"])

    async def events(
        self, part: Slice, since: datetime, until: datetime, way: Literal["asc", "desc"] = "desc"
    ) -> Listed[EventHead]:
        """Return events with `since <= event time < until`; they are counted no further than MOST_COUNTED."""
        ids = least_event_id(since), least_event_id(until + _MILLISECOND)
        rows = await self._fetch(_EVENTS[way], since, until, *ids, part.limit, part.offset, MOST_COUNTED)
        return Listed(tuple(_head(row) for row in rows if row["event_id"]), rows[0]["total"])

    async def search(
        self, wanted: NamesWanted, limit: int, order: Literal["name", "time"] = "name"
    ) -> Listed[NamedNode]:
        """Return jobs and datasets by name, or the latest first; ids are left zero."""
        bounds = wanted.kind, wanted.namespace, wanted.until, wanted.since
        rows = await self._fetch(_FOUND[order], wanted.pattern, *bounds, limit)
        found = (
            NamedNode(
                UUID(int=0),
                (DatasetName if row["kind"] == "dataset" else JobName)(row["namespace"], row["name"]),
                row["system_from"],
            )
            for row in rows
            if row["kind"]
        )
        return Listed(tuple(found), rows[0]["total"])

    async def last_modified(self, datasets: Collection[UUID]) -> dict[UUID, datetime]:
        """Return when a job that writes each dataset last completed, of those where one did."""
        rows = await self._fetch(_LAST_MODIFIED, list(datasets))
        return {row["dataset_id"]: row["at"] for row in rows}

    async def first_heard(self, ids: Collection[UUID]) -> dict[UUID, datetime]:
        """Return when datasets and jobs were first heard of."""
        return {row["id"]: row["system_from"] for row in await self._fetch(_FIRST_HEARD, list(ids))}

    async def tags(self) -> list[tuple[str, str | None]]:
        """Return the keys and values of the tags that datasets and jobs bear now."""
        return [(row["key"], row["value"]) for row in await self._fetch(_TAGS)]

    async def event_counts(self, times: Sequence[datetime]) -> list[EventCount]:
        """Return how many events there were from each instant to the next."""
        since, until = list(times[:-1]), list(times[1:])
        first, end = [least_event_id(at) for at in since], [least_event_id(at + _MILLISECOND) for at in until]
        rows = await self._fetch(_EVENT_COUNTS, since, until, first, end)
        return [EventCount(row["start"], row["complete"], row["fail"], row["abort"]) for row in rows]

    async def name_counts(
        self, kind: Literal["job", "dataset", "namespace"], times: Sequence[datetime]
    ) -> list[int]:
        """Return how many had been heard of by each instant: jobs, datasets, or namespaces of datasets."""
        return [row["n"] for row in await self._fetch(_NAME_COUNTS[kind], list(times))]

    async def _fetch(self, text: str, *arguments: Any) -> list[Any]:
        async with self._database.connection() as connection:
            return await connection.fetch(text, self._tenant, *arguments)


def _nodes(rows: Sequence[Any], named: type[DatasetName | JobName]) -> Listed[NamedNode]:
    found = (
        NamedNode(row["id"], named(row["namespace"], row["name"]), row["system_from"])
        for row in rows
        if row["id"]
    )
    return Listed(tuple(found), rows[0]["total"])


def _head(row: Any) -> EventHead:
    return EventHead(
        row["event_id"],
        row["event_time"],
        row["event_type"],
        row["run_id"],
        JobName(row["job_namespace"], row["job"]) if row["job"] is not None else None,
        DatasetName(row["namespace"], row["dataset"]) if row["dataset"] is not None else None,
    )


def least_event_id(at: datetime) -> UUID:
    """Return an id that is not greater than those of events at the instant or later."""
    return UUID(int=max((at - _EPOCH) // _MILLISECOND, 0) << 80)
