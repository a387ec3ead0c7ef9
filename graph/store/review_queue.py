"""The queue of review tasks as a steward reads it: filtered, ordered, counted, page by page."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from graph.store import facts, review_tasks, source_records
from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.store.review_tasks import COLUMNS, STATUS, ReviewAction, ReviewTask

Order = Literal["heaviest", "lightest", "oldest", "newest"]

_ORDERS: dict[Order, tuple[str, str, str, str, str]] = {
    "heaviest": ("weight", "<", "desc", ">", "asc"),
    "lightest": ("weight", ">", "asc", "<", "desc"),
    "oldest": ("opened_at", ">", "asc", ">", "asc"),
    "newest": ("opened_at", "<", "desc", "<", "desc"),
}
"""By which column, what follows a value of it and in which direction, and the same of the ids among equals: as indexed."""

_STATUSES = {
    "open": "t.status in ('open', 'deferred') and (t.status = 'open' or t.deferred_until <= now())",
    "deferred": "t.status in ('open', 'deferred') and t.deferred_until > now()",
}

# An `exists` is planned as a scan of all source records: 1,300 ms for every page among a million of them.
_OF_SYSTEM = """? in (
         (select source_system from source_record where tenant_id = t.tenant_id and source_record_id = t.a),
         (select source_system from source_record where tenant_id = t.tenant_id and source_record_id = t.b)
       )"""

_BY_KEY = """
select source_record_id
  from source_record
 where tenant_id = $1
   and entity_type = $2
   and source_key = $3
   and source_system in (select name from source_system where tenant_id = $1)
"""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which tasks are meant; what is None does not matter.

    `search`: the id of a golden record (one merged into another leads there) or a source system's key, whole.
    `min_weight` and `max_weight` are both inclusive, `opened_before` is not.
    """

    entity_type: str
    status: str | None = None
    kind: str | None = None
    assignee: str | None = None
    is_unassigned: bool | None = None
    source_system: str | None = None
    min_weight: float | None = None
    max_weight: float | None = None
    opened_before: datetime | None = None
    search: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: the value that the tasks are ordered by, then the id."""

    value: float | datetime
    task_id: UUID


@dataclass(frozen=True, slots=True)
class QueueCount:
    """How many tasks of a kind have a status."""

    kind: str
    status: str
    count: int


@dataclass(slots=True)
class _Query:
    """A where clause put together from constant conditions; every value is an argument."""

    conditions: list[str] = field(default_factory=list[str])
    arguments: list[Any] = field(default_factory=list[Any])

    def where(self, condition: str, *values: Any) -> None:
        for value in values:
            self.arguments.append(value)
            condition = condition.replace("?", f"${len(self.arguments)}", 1)
        self.conditions.append(condition)

    @property
    def clause(self) -> str:
        return "\n   and ".join(self.conditions)


class ReviewQueue:
    """Reads review tasks; every read makes the same number of statements, however many tasks."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant

    async def page(
        self, wanted: Filter, order: Order, first: int, after: Place | None = None
    ) -> tuple[list[ReviewTask], bool]:
        """Return up to `first` tasks in order, and whether more follow."""
        column, follows, direction, id_follows, id_direction = _ORDERS[order]
        async with self._database.connection() as connection:
            query = await self._query(connection, wanted)
            if wanted.status is not None:
                query.where(
                    _STATUSES.get(wanted.status)
                    or f"t.status = '{_known(wanted.status)}' and t.decided_at is not null"
                )
            if wanted.kind is not None:
                query.where("t.kind = ?", wanted.kind)
            if after is not None:
                query.where(
                    f"t.{column} {follows}= ? and (t.{column} {follows} ? or t.task_id {id_follows} ?)",
                    after.value,
                    after.value,
                    after.task_id,
                )
            statement = f"""
select {COLUMNS}
  from review_task t
 where {query.clause}
 order by t.{column} {direction}, t.task_id {id_direction}
 limit {first + 1:d}
"""  # noqa: S608 - only constant parts and a number are filled in
            rows = await connection.fetch(statement, *query.arguments)
        return [ReviewTask.of(row) for row in rows[:first]], len(rows) > first

    async def counts(self, filters: Collection[Filter]) -> dict[Filter, list[QueueCount]]:
        """Return how many tasks of each kind and status each filter leaves, whatever status and kind it names."""
        found: dict[Filter, list[QueueCount]] = {}
        async with self._database.connection() as connection:
            for wanted in filters:
                query = await self._query(connection, wanted)
                statement = f"""
select t.kind, {STATUS} as status, count(*)
  from review_task t
 where {query.clause}
 group by 1, 2
 order by 1, 2
"""  # noqa: S608 - only constant parts are filled in
                rows = await connection.fetch(statement, *query.arguments)
                found[wanted] = [QueueCount(row["kind"], row["status"], row["count"]) for row in rows]
        return found

    async def tasks(self, task_ids: Collection[UUID]) -> dict[UUID, ReviewTask]:
        """Return the known ones among the tasks."""
        async with self._database.connection() as connection:
            return await review_tasks.by_id(connection, self._tenant, task_ids)

    async def actions(self, task_ids: Collection[UUID]) -> dict[UUID, list[ReviewAction]]:
        """Return what was done to each task, oldest first."""
        async with self._database.connection() as connection:
            return await review_tasks.actions(connection, self._tenant, task_ids)

    async def _query(self, connection: Connection, wanted: Filter) -> _Query:
        query = _Query()
        query.where("t.tenant_id = ? and t.entity_type = ?", self._tenant, wanted.entity_type)
        if wanted.assignee is not None:
            query.where("t.assignee = ?", wanted.assignee)
        if wanted.is_unassigned is not None:
            query.where("(t.assignee is null) = ?", wanted.is_unassigned)
        if wanted.source_system is not None:
            query.where(_OF_SYSTEM, wanted.source_system)
        if wanted.min_weight is not None:
            query.where("t.weight >= ?", wanted.min_weight)
        if wanted.max_weight is not None:
            query.where("t.weight <= ?", wanted.max_weight)
        if wanted.opened_before is not None:
            query.where("t.opened_at < ?", wanted.opened_before)
        if wanted.search is not None:
            found = await self._found(connection, wanted.entity_type, wanted.search.strip())
            query.where("(t.a = any(?::uuid[]) or t.b = any(?::uuid[]))", found, found)
        return query

    async def _found(self, connection: Connection, entity_type: str, text: str) -> Sequence[UUID]:
        """Return the source records that a search means."""
        rows = await connection.fetch(_BY_KEY, self._tenant, entity_type, text)
        found = [row["source_record_id"] for row in rows]
        try:
            golden_id = await facts.merge_target(connection, self._tenant, UUID(text))
        except ValueError:
            return found
        members = await source_records.members(connection, self._tenant, [golden_id], entity_type)
        return found + [record.record_id for record in members]


def _known(status: str) -> str:
    if status not in review_tasks.STATUSES:
        raise ValueError(status)
    return status
