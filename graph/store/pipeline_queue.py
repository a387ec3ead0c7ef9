"""What workers do about the runs of pipelines: take them, carry them out or hand them over, and record what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.store.pipeline_runs import COLUMNS, WORKER_LOCK, PipelineRun, PipelineTask, State

RUN_LOCK = 0x70697065
"""The first half of the advisory lock that a worker holds on a run as long as it carries it out."""

MOST_ATTEMPTS = 3
"""How often a step is begun whose worker died."""

_CLAIM = f"""
with next as (
  select run_id
    from pipeline_run w
   where tenant_id = $1
     and engine = 'worker'
     and state = 'waiting'
     and ended_at is null
     and next_attempt_at <= clock_timestamp()
     and not exists (
           select from pipeline_run o
            where o.tenant_id = $1 and o.pipeline_id = w.pipeline_id and o.engine = 'worker' and o.state = 'running'
         )
   order by run_id
   limit 1
)
update pipeline_run r
   set state = 'running', state_reason = null, attempts = attempts + 1, started_at = coalesce(started_at, clock_timestamp()),
       first_attempt_at = coalesce(first_attempt_at, clock_timestamp()), changed_at = clock_timestamp()
  from next
 where r.tenant_id = $1
   and r.run_id = next.run_id
returning {COLUMNS}
"""  # noqa: S608 - only constants are filled in

_BEHIND = """
update pipeline_run w
   set state_reason = 'waits until the run before it is over', changed_at = clock_timestamp()
 where tenant_id = $1
   and engine = 'worker'
   and state = 'waiting'
   and ended_at is null
   and state_reason is null
   and exists (
         select from pipeline_run o
          where o.tenant_id = $1 and o.pipeline_id = w.pipeline_id and o.engine = 'worker' and o.state = 'running'
       )
"""

_DUE = f"""
select {COLUMNS}
  from pipeline_run r
 where r.tenant_id = $1
   and r.engine = 'airflow'
   and r.ended_at is null
   and (r.state = 'waiting' and r.next_attempt_at <= clock_timestamp() or r.cancel_requested_at is not null)
 order by r.run_id
 limit $2
"""  # noqa: S608 - only constants are filled in

_HANDED = f"""
select {COLUMNS}
  from pipeline_run r
 where r.tenant_id = $1
   and r.engine = 'airflow'
   and r.state in ('queued', 'running')
   and r.ended_at is null
 order by r.run_id
"""  # noqa: S608 - only constants are filled in

_BEGIN_ATTEMPT = """
update pipeline_run
   set attempts = attempts + 1, first_attempt_at = coalesce(first_attempt_at, clock_timestamp())
 where tenant_id = $1
   and run_id = $2
   and state = 'waiting'
   and cancel_requested_at is null
returning true
"""

_POSTPONE = """
update pipeline_run
   set state_reason = $3, next_attempt_at = clock_timestamp() + make_interval(secs => $4),
       first_attempt_at = case when not $5 then first_attempt_at end,
       changed_at = case when state_reason is distinct from $3 then clock_timestamp() else changed_at end
 where tenant_id = $1
   and run_id = $2
   and ended_at is null
   and (state = 'waiting' or state_reason is distinct from $3)
"""

# A run that is over in the catalog and goes on again was cleared over there.
_OBSERVE = """
update pipeline_run
   set state = $3, state_reason = $4, error = $5, result = coalesce($6, result), dag_run_id = coalesce($7, dag_run_id),
       logs_url = coalesce($8, logs_url), started_at = coalesce($9, started_at), ended_at = $10,
       reopened_at = case when ended_at is not null and $10::timestamptz is null then clock_timestamp() else reopened_at end,
       end_reported_at = case
         when cause = 'airflow' then end_reported_at
         when (state, ended_at) is distinct from ($3, $10::timestamptz) then null
         else end_reported_at
       end,
       changed_at = clock_timestamp()
 where tenant_id = $1
   and run_id = $2
   and (state, state_reason, error, dag_run_id, logs_url, started_at, ended_at)
       is distinct from ($3, $4, $5, coalesce($7, dag_run_id), coalesce($8, logs_url), coalesce($9, started_at),
                         $10::timestamptz)
"""

# A task that has not begun shows as try 0, which is none once it has.
_OUTDATED = """
update pipeline_task t
   set is_newest = false
 where tenant_id = $1
   and run_id = $2
   and is_newest
   and not exists (
         select from unnest($3::text[], $4::int4[], $5::int4[]) as n (task_id, map_index, try_number)
          where n.task_id = t.task_id and n.map_index = t.map_index and n.try_number = t.try_number
       )
"""

_TASK = """
insert into pipeline_task (tenant_id, run_id, task_id, map_index, try_number, is_newest, state, operator, started_at,
                           ended_at, error, logs_url)
select $1, $2, *
  from unnest($3::text[], $4::int4[], $5::int4[], $6::bool[], $7::text[], $8::text[], $9::timestamptz[],
              $10::timestamptz[], $11::text[], $12::text[])
    on conflict (tenant_id, run_id, task_id, map_index, try_number) do update
   set is_newest = excluded.is_newest, state = excluded.state, operator = excluded.operator,
       started_at = excluded.started_at, ended_at = excluded.ended_at,
       error = coalesce(excluded.error, case when excluded.state = pipeline_task.state then pipeline_task.error end),
       logs_url = excluded.logs_url
 where (pipeline_task.is_newest, pipeline_task.state, pipeline_task.started_at, pipeline_task.ended_at, pipeline_task.error)
       is distinct from (excluded.is_newest, excluded.state, excluded.started_at, excluded.ended_at, excluded.error)
"""


@dataclass(frozen=True, slots=True)
class Observed:
    """How a run stands over there; what is None stays as it was, but for reason, error and end."""

    state: State
    reason: str | None = None
    error: str | None = None
    result: Any = None
    dag_run_id: str | None = None
    logs_url: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    tasks: Sequence[PipelineTask] = ()


class PipelineQueue:
    """The runs of one tenant as its workers see them."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant

    async def be_present(self, connection: Connection) -> None:
        """Let everybody see that a worker lives, as long as the session of this connection."""
        await connection.execute("select pg_advisory_lock_shared($1, $2)", WORKER_LOCK, self._tenant)

    async def claim(self, connection: Connection) -> PipelineRun | None:
        """Take the next run of a step, which is this session's until `release`; None where none waits that may begin."""
        async with connection.transaction():
            await connection.execute("select pg_advisory_xact_lock($1, $2)", RUN_LOCK, self._tenant)
            row = await connection.fetchrow(_CLAIM, self._tenant)
            if row is None:
                await connection.execute(_BEHIND, self._tenant)
                return None
            run = PipelineRun.of(row)
            await connection.execute(
                "update pipeline_task set is_newest = false where tenant_id = $1 and run_id = $2",
                self._tenant,
                run.run_id,
            )
            await connection.execute("select pg_advisory_lock($1, $2)", RUN_LOCK, _key(run.run_id))
        return run

    async def release(self, connection: Connection, run: PipelineRun) -> None:
        """Give a run back that was claimed by this session."""
        await connection.execute("select pg_advisory_unlock($1, $2)", RUN_LOCK, _key(run.run_id))

    async def take_back_dead(self) -> int:
        """Let the runs wait again whose workers died, or fail where that came to pass too often; return how many."""

        async def work(connection: Connection) -> int:
            await connection.execute("select pg_advisory_xact_lock($1, $2)", RUN_LOCK, self._tenant)
            rows = await connection.fetch(
                f"""select {COLUMNS} from pipeline_run r
                     where r.tenant_id = $1 and r.engine = 'worker' and r.state = 'running' and r.ended_at is null""",  # noqa: S608
                self._tenant,
            )
            dead = 0
            for run in map(PipelineRun.of, rows):
                sql = "select pg_try_advisory_xact_lock($1, $2)"
                if await connection.fetchval(sql, RUN_LOCK, _key(run.run_id)):
                    await self._take_back(connection, run)
                    dead += 1
            return dead

        return await self._database.transaction(work)

    async def due(self, most: int) -> list[PipelineRun]:
        """Return the oldest runs that are to be handed over to Airflow, or called off there."""
        async with self._database.connection(leaves_nothing=True) as connection:
            rows = await connection.fetch(_DUE, self._tenant, most)
        return [PipelineRun.of(row) for row in rows]

    async def handed_over(self) -> list[PipelineRun]:
        """Return the runs that Airflow has and that are not over, oldest first."""
        async with self._database.connection(leaves_nothing=True) as connection:
            rows = await connection.fetch(_HANDED, self._tenant)
        return [PipelineRun.of(row) for row in rows]

    async def begin_attempt(self, run: PipelineRun) -> bool:
        """Record, before it is tried, that a run is handed over; false where it was called off meanwhile."""
        async with self._database.connection(leaves_nothing=True) as connection:
            return bool(await connection.fetchval(_BEGIN_ATTEMPT, self._tenant, run.run_id))

    async def postpone(
        self, run: PipelineRun, reason: str, seconds: float, *, was_unsent: bool = False
    ) -> None:
        """Record why a run goes on to wait, and for how long before it is tried again.

        `was_unsent`: nothing of this attempt, nor of any before it, can have got through.
        """
        async with self._database.connection(leaves_nothing=True) as connection:
            await connection.execute(_POSTPONE, self._tenant, run.run_id, reason, seconds, was_unsent)

    async def observe(self, run_id: UUID, seen: Observed) -> None:
        """Record how a run and its tasks stand; what is known already changes nothing."""

        async def work(connection: Connection) -> None:
            await connection.execute(
                _OBSERVE,
                self._tenant,
                run_id,
                seen.state,
                seen.reason,
                seen.error,
                seen.result,
                seen.dag_run_id,
                seen.logs_url,
                seen.started_at,
                seen.ended_at,
            )
            if seen.tasks:
                await self._keep_tasks(connection, run_id, seen.tasks)

        await self._database.transaction(work)

    async def unreported(self, most: int) -> list[tuple[PipelineRun, bool]]:
        """Return the oldest runs of which lineage has something to be told, and whether it knows that they began."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                f"""select {COLUMNS}, r.start_reported_at is not null as is_start_told from pipeline_run r
                     where r.tenant_id = $1 and (r.start_reported_at is null or r.end_reported_at is null)
                       and r.state <> 'waiting' and (r.start_reported_at is null or r.ended_at is not null)
                     order by r.run_id limit $2""",  # noqa: S608 - only constants are filled in
                self._tenant,
                most,
            )
        return [(PipelineRun.of(row), row["is_start_told"]) for row in rows]

    async def reported(self, run: PipelineRun) -> None:
        """Record that lineage was told of a run as it stands here."""
        async with self._database.connection() as connection:
            await connection.execute(
                """update pipeline_run
                      set start_reported_at = coalesce(start_reported_at, clock_timestamp()),
                          end_reported_at = case when $3::timestamptz is not null and ended_at = $3 then clock_timestamp()
                                                 else end_reported_at end
                    where tenant_id = $1 and run_id = $2""",
                self._tenant,
                run.run_id,
                run.ended_at,
            )

    async def _take_back(self, connection: Connection, run: PipelineRun) -> None:
        told = f"its worker ended in the middle of attempt {run.attempts}"
        if run.cancel_requested_at is not None:
            state, reason, error = "cancelled", None, None
        elif run.attempts >= MOST_ATTEMPTS:
            state, reason, error = "failed", None, f"{told}; it is not begun again"
        else:
            state, reason, error = "waiting", f"{told}; it is begun again", None
        await connection.execute(
            """update pipeline_run
                  set state = $3, state_reason = $4, error = $5, changed_at = clock_timestamp(),
                      ended_at = case when $3 <> 'waiting' then clock_timestamp() end
                where tenant_id = $1 and run_id = $2""",
            self._tenant,
            run.run_id,
            state,
            reason,
            error,
        )
        await connection.execute(
            """update pipeline_task set state = 'failed', error = $3, ended_at = clock_timestamp()
                where tenant_id = $1 and run_id = $2 and ended_at is null""",
            self._tenant,
            run.run_id,
            told,
        )

    async def _keep_tasks(self, connection: Connection, run_id: UUID, tasks: Sequence[PipelineTask]) -> None:
        await connection.execute(
            _OUTDATED,
            self._tenant,
            run_id,
            [task.task_id for task in tasks if task.is_newest],
            [task.map_index for task in tasks if task.is_newest],
            [task.try_number for task in tasks if task.is_newest],
        )
        await connection.execute(
            "delete from pipeline_task where tenant_id = $1 and run_id = $2 and try_number = 0 and not is_newest",
            self._tenant,
            run_id,
        )
        tag = await connection.execute(
            _TASK,
            self._tenant,
            run_id,
            [task.task_id for task in tasks],
            [task.map_index for task in tasks],
            [task.try_number for task in tasks],
            [task.is_newest for task in tasks],
            [task.state for task in tasks],
            [task.operator for task in tasks],
            [task.started_at for task in tasks],
            [task.ended_at for task in tasks],
            [task.error for task in tasks],
            [task.logs_url for task in tasks],
        )
        if not tag.endswith(" 0"):
            await connection.execute(
                "update pipeline_run set changed_at = clock_timestamp() where tenant_id = $1 and run_id = $2",
                self._tenant,
                run_id,
            )


def _key(run_id: UUID) -> int:
    """Return the second half of a run's lock: 31 of its random bits, never that of a tenant."""
    return run_id.int & 0x7FFF_FFFF | 0x4000_0000
