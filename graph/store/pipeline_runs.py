"""The runs of pipelines: asked for, shown with their tasks, and called off."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import asyncpg

from graph.catalog.work import Engine, Running, Work, checked_conf
from graph.errors import ConflictError, InvalidInputError, NotFoundError, Problem
from graph.identity import new_id
from graph.store.database import DEFAULT_TENANT, Connection, Database

WORKER_LOCK = 0x776F726B
"""The first half of the advisory lock that every worker shares as long as it lives."""

MOST_CONF = 100_000
"""How many bytes the conf of a run may have."""

MOST_TRIES = 500
"""How many tries of tasks are shown of one run."""

State = Literal["waiting", "queued", "running", "succeeded", "failed", "cancelled"]
Cause = Literal["request", "new_file", "schedule", "airflow"]

STATES: tuple[State, ...] = ("waiting", "queued", "running", "succeeded", "failed", "cancelled")

# Whether a worker lives is asked once for each statement, and only where a run needs it.
_IS_WORKED = f"""(select exists (
         select from pg_locks
          where locktype = 'advisory' and granted and objsubid = 2 and classid = {WORKER_LOCK} and objid = $1::int4::oid
            and database = (select oid from pg_database where datname = current_database())
       ))"""  # noqa: S608 - only a constant is filled in

COLUMNS = f"""r.run_id, r.pipeline_id, r.pipeline_name, r.engine, r.work, r.conf, r.cause, r.cause_key, r.file_key,
       r.scheduled_for, r.requested_by, r.requested_at, r.state, r.error, r.result, r.attempts, r.first_attempt_at,
       r.next_attempt_at, r.dag_run_id, r.lineage_run_id, r.logs_url, r.started_at, r.reopened_at, r.ended_at,
       r.cancel_requested_at, r.changed_at,
       case when r.ended_at is null and not {_IS_WORKED} then 'waits for a worker: none runs' else r.state_reason end
         as state_reason"""

_ADD = """
insert into pipeline_run (tenant_id, run_id, pipeline_id, pipeline_name, engine, work, conf, cause, cause_key, file_key,
                          scheduled_for, requested_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
on conflict (tenant_id, pipeline_id, cause, cause_key) where cause_key is not null do nothing
returning run_id
"""

_PAGE = f"""
select {COLUMNS}
  from pipeline_run r
 where r.tenant_id = $1
   and ($2::uuid is null or r.pipeline_id = $2)
   and ($3::text[] is null or r.state = any ($3))
   and ($4::uuid is null or r.run_id < $4)
 order by r.run_id desc
 limit $5
"""  # noqa: S608 - only constants are filled in

_NEWEST = f"""
select {COLUMNS}
  from unnest($2::uuid[]) as wanted (id)
  cross join lateral (
    select *
      from pipeline_run
     where tenant_id = $1
       and pipeline_id = wanted.id
     order by run_id desc
     limit 1
  ) r
"""  # noqa: S608 - only constants are filled in

_PAGES = f"""
select {COLUMNS}
  from unnest($2::uuid[]) as wanted (id)
  cross join lateral (
    select *
      from pipeline_run
     where tenant_id = $1
       and pipeline_id = wanted.id
       and ($3::text[] is null or state = any ($3))
       and ($4::uuid is null or run_id < $4)
     order by run_id desc
     limit $5
  ) r
"""  # noqa: S608 - only constants are filled in

_CHANGED = f"""
select {COLUMNS}
  from pipeline_run r
 where r.tenant_id = $1
   and (r.changed_at, r.run_id) > ($2, $3)
   and ($4::uuid is null or r.pipeline_id = $4)
 order by r.changed_at, r.run_id
 limit 100
"""  # noqa: S608 - only constants are filled in

_TASKS = """
select run_id, task_id, map_index, try_number, is_newest, state, operator, started_at, ended_at, error, logs_url
  from (
    select *, row_number() over (partition by run_id order by task_id, map_index, try_number) as place
      from pipeline_task
     where tenant_id = $1
       and run_id = any ($2::uuid[])
       and (is_newest or not $3)
  ) t
 where place <= $4
 order by run_id, coalesce(started_at, 'infinity'), task_id, map_index, try_number
"""

# A run that nobody has begun is over at once; whoever has one ends it first.
_CANCEL = """
update pipeline_run
   set cancel_requested_at = coalesce(cancel_requested_at, clock_timestamp()),
       state = case when first_attempt_at is null then 'cancelled' else state end,
       ended_at = case when first_attempt_at is null then clock_timestamp() end,
       state_reason = case when first_attempt_at is null then null else 'is being called off' end,
       start_reported_at = case when first_attempt_at is null then clock_timestamp() else start_reported_at end,
       end_reported_at = case when first_attempt_at is null then clock_timestamp() else end_reported_at end,
       changed_at = clock_timestamp()
 where tenant_id = $1
   and run_id = $2
   and ended_at is null
returning run_id
"""


@dataclass(frozen=True, slots=True)
class PipelineRun:
    """One run of a pipeline; `work` is the id of a DAG or the name of a step, and `state_reason` says why it waits."""

    run_id: UUID
    pipeline_id: UUID
    pipeline_name: str
    engine: Engine
    work: str
    conf: dict[str, Any]
    cause: Cause
    cause_key: str | None
    file_key: str | None
    scheduled_for: datetime | None
    requested_by: str | None
    requested_at: datetime
    state: State
    state_reason: str | None
    error: str | None
    result: Any
    attempts: int
    first_attempt_at: datetime | None
    next_attempt_at: datetime
    dag_run_id: str | None
    lineage_run_id: UUID | None
    logs_url: str | None
    started_at: datetime | None
    reopened_at: datetime | None
    ended_at: datetime | None
    cancel_requested_at: datetime | None
    changed_at: datetime

    @classmethod
    def of(cls, row: asyncpg.Record) -> PipelineRun:
        """Return the run of one row."""
        return cls(**{name: row[name] for name in cls.__dataclass_fields__})

    @property
    def is_ended(self) -> bool:
        """Whether it is over."""
        return self.ended_at is not None


@dataclass(frozen=True, slots=True)
class PipelineTask:
    """One try of one task of a run; `map_index` is -1 where it is not mapped, `state` as whoever did it calls it."""

    run_id: UUID
    task_id: str
    map_index: int
    try_number: int
    is_newest: bool
    state: str | None
    operator: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    error: str | None = None
    logs_url: str | None = None

    @classmethod
    def of(cls, row: asyncpg.Record) -> PipelineTask:
        """Return the try of one row."""
        return cls(**{name: row[name] for name in cls.__dataclass_fields__})


@dataclass(frozen=True, slots=True)
class Request:
    """What a run is asked for with; the same cause and `cause_key` ask for the same run."""

    pipeline_id: UUID
    pipeline_name: str
    work: Work
    conf: Mapping[str, Any]
    cause: Cause
    cause_key: str | None = None
    file_key: str | None = None
    scheduled_for: datetime | None = None
    requested_by: str | None = None


class PipelineRuns:
    """Reads the runs of one tenant's pipelines and asks for new ones."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant

    async def request(self, request: Request) -> PipelineRun:
        """Ask for a run and return it; a request with the key of an earlier one returns that one's run.

        Raises InvalidInputError for a conf that the work cannot be given, ConflictError where the key was used with
        another conf.
        """

        async def work(connection: Connection) -> PipelineRun:
            run_id = await add(connection, self._tenant, request)
            if run_id is None:
                run_id = await connection.fetchval(
                    """select run_id from pipeline_run
                        where tenant_id = $1 and pipeline_id = $2 and cause = $3 and cause_key = $4""",
                    self._tenant,
                    request.pipeline_id,
                    request.cause,
                    request.cause_key,
                )
            return (await self._by_id(connection, [run_id]))[run_id]

        run = await self._database.transaction(work)
        if run.conf != dict(request.conf):
            raise ConflictError(
                f"the idempotency key {request.cause_key!r} started the run {run.run_id} with another conf"
            )
        return run

    async def cancel(self, run_id: UUID) -> PipelineRun:
        """Call a run off and return it: at once where nobody has begun it, else as soon as who has it is told.

        Raises NotFoundError, and ConflictError where it ended by itself.
        """

        async def work(connection: Connection) -> PipelineRun:
            called_off = await connection.fetchval(_CANCEL, self._tenant, run_id)
            run = (await self._by_id(connection, [run_id])).get(run_id)
            if run is None:
                raise NotFoundError(f"no run of a pipeline has the id {run_id}")
            if called_off is None and run.state != "cancelled":
                raise ConflictError(f"the run {run_id} is over: it {run.state}")
            return run

        return await self._database.transaction(work)

    async def by_id(self, run_ids: Collection[UUID]) -> dict[UUID, PipelineRun]:
        """Return those of the runs that there are."""
        async with self._database.connection() as connection:
            return await self._by_id(connection, run_ids)

    async def page(
        self, pipeline_id: UUID | None, states: Sequence[str] | None, first: int, before: UUID | None
    ) -> tuple[list[PipelineRun], bool]:
        """Return up to `first` runs, newest first, that were asked for before the run `before`; and whether more follow."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_PAGE, self._tenant, pipeline_id, states, before, first + 1)
        return [PipelineRun.of(row) for row in rows[:first]], len(rows) > first

    async def newest(self, pipeline_ids: Collection[UUID]) -> dict[UUID, PipelineRun]:
        """Return the newest run of each pipeline that has one."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_NEWEST, self._tenant, list(pipeline_ids))
        return {row["pipeline_id"]: PipelineRun.of(row) for row in rows}

    async def pages(
        self, pipeline_ids: Collection[UUID], states: Sequence[str] | None, first: int, before: UUID | None
    ) -> dict[UUID, tuple[list[PipelineRun], bool]]:
        """Return, as `page` does, a page of the runs of each of several pipelines that have any."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_PAGES, self._tenant, list(pipeline_ids), states, before, first + 1)
        found: dict[UUID, list[PipelineRun]] = {}
        for row in rows:
            found.setdefault(row["pipeline_id"], []).append(PipelineRun.of(row))
        return {pipeline_id: (runs[:first], len(runs) > first) for pipeline_id, runs in found.items()}

    async def tasks(
        self, run_ids: Collection[UUID], *, newest_only: bool, most: int = MOST_TRIES
    ) -> dict[UUID, list[PipelineTask]]:
        """Return up to `most` tries of tasks of each run, in the order in which they began."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_TASKS, self._tenant, list(run_ids), newest_only, most)
        found: dict[UUID, list[PipelineTask]] = {}
        for row in rows:
            found.setdefault(row["run_id"], []).append(PipelineTask.of(row))
        return found

    async def task_counts(self, run_ids: Collection[UUID]) -> dict[UUID, int]:
        """Return how many tasks each run has, every mapped instance one."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                """select run_id, count(*) as tasks from pipeline_task
                    where tenant_id = $1 and run_id = any ($2::uuid[]) and is_newest group by run_id""",
                self._tenant,
                list(run_ids),
            )
        return {row["run_id"]: row["tasks"] for row in rows}

    async def changed(
        self, since: datetime, after: UUID, pipeline_id: UUID | None = None
    ) -> list[PipelineRun]:
        """Return the runs that changed after an instant, and at it those with a greater id, oldest change first."""
        async with self._database.connection(leaves_nothing=True) as connection:
            rows = await connection.fetch(_CHANGED, self._tenant, since, after, pipeline_id)
        return [PipelineRun.of(row) for row in rows]

    async def now(self) -> datetime:
        """Return the instant of the database."""
        async with self._database.connection(leaves_nothing=True) as connection:
            return await connection.fetchval("select clock_timestamp()")

    async def _by_id(self, connection: Connection, run_ids: Collection[UUID]) -> dict[UUID, PipelineRun]:
        rows = await connection.fetch(
            f"select {COLUMNS} from pipeline_run r where r.tenant_id = $1 and r.run_id = any ($2::uuid[])",  # noqa: S608
            self._tenant,
            list(run_ids),
        )
        return {row["run_id"]: PipelineRun.of(row) for row in rows}


async def add(connection: Connection, tenant: int, request: Request) -> UUID | None:
    """Add a run in the transaction of what causes it, and return its id; None where its cause started one before."""
    return await connection.fetchval(
        _ADD,
        tenant,
        new_id(),
        request.pipeline_id,
        request.pipeline_name,
        request.work.engine,
        request.work.name,
        dict(request.conf),
        request.cause,
        request.cause_key,
        request.file_key,
        request.scheduled_for,
        request.requested_by,
    )


def require_conf(running: Running, conf: Mapping[str, Any], size: int) -> None:
    """Raise InvalidInputError where a run cannot be given a conf of `size` bytes."""
    problems = [Problem(path, reason) for path, reason in checked_conf(running.work, conf)]
    if size > MOST_CONF:
        problems.append(Problem("$.conf", f"has {size:,} bytes; at most {MOST_CONF:,} are allowed"))
    if problems:
        raise InvalidInputError(*problems)
