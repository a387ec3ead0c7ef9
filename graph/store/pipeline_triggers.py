"""What starts pipelines without being asked: new files of the lake and the ticks of schedules, each once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from graph.catalog.work import Running
from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.store.facts import holding
from graph.store.pipeline_runs import Request, add
from graph.time import render

AT_ONCE = 200
"""How many files are offered in one transaction."""

_PIPELINES = f"""
select s.subject_id, f.attributes
  from subject s
  cross join lateral ({holding("s.subject_id", "op, attributes", valid="clock_timestamp()", known="'infinity'")}) f
 where s.tenant_id = $1
   and s.kind = 'pipeline'
   and f.op = 'P'
   and f.attributes ? 'runs_as'
"""  # noqa: S608 - only constants are filled in

# A file that was made of others holds nothing new.
_OFFERED = """
with due as (
  select file_id
    from {table}
   where tenant_id = $1
     and offered_at is null
     and {ready}
   order by {order}
   limit $2
     for update skip locked
)
update {table} f
   set offered_at = clock_timestamp()
  from due
 where f.tenant_id = $1
   and f.file_id = due.file_id
returning f.file_id, f.kind, f.dataset || '/' || f.path as location, f.{order} as place, {is_new} as is_new
"""
_LAKE_FILES = _OFFERED.format(
    table="lake_file", ready="status = 'written'", order="system_to_inclusive", is_new="true"
)
_MESSAGE_FILES = _OFFERED.format(
    table="message_file",
    ready="status in ('written', 'replaced')",
    order="seq",
    is_new="not exists (select from message_file s where s.tenant_id = $1 and s.replaced_by = f.file_id)",
)

_DATASETS = {"customer": "customers", "order": "orders"}
"""Which dataset a file belongs to, by the kind that its manifest names."""

_SET_TICKS = """
insert into pipeline_tick (tenant_id, pipeline_id, schedule, time_zone, next_at)
select $1, *
  from unnest($2::uuid[], $3::text[], $4::text[], $5::timestamptz[])
    on conflict (tenant_id, pipeline_id) do update
   set schedule = excluded.schedule, time_zone = excluded.time_zone, next_at = excluded.next_at
 where (pipeline_tick.schedule, pipeline_tick.time_zone) <> (excluded.schedule, excluded.time_zone)
"""

_DUE = """
select pipeline_id, next_at, clock_timestamp() as now
  from pipeline_tick
 where tenant_id = $1
   and next_at <= clock_timestamp()
 order by next_at
   for update skip locked
"""

_STILL_WAITS = """
select exists (
  select from pipeline_run
   where tenant_id = $1 and pipeline_id = $2 and cause = 'schedule' and state = 'waiting' and ended_at is null
)
"""


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A pipeline that is run from here, as of now."""

    pipeline_id: UUID
    name: str
    running: Running


class PipelineTriggers:
    """Starts the runs of one tenant's pipelines that nobody asks for."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant

    async def pipelines(self) -> dict[UUID, Pipeline]:
        """Return the pipelines that are run from here now."""
        async with self._database.connection(leaves_nothing=True) as connection:
            rows = await connection.fetch(_PIPELINES, self._tenant)
        found = {row["subject_id"]: _pipeline(row["subject_id"], row["attributes"]) for row in rows}
        return {pipeline_id: one for pipeline_id, one in found.items() if one is not None}

    async def offer_files(self, pipelines: Mapping[UUID, Pipeline]) -> int:
        """Start a run for every file that is new, of every pipeline that waits for such; return how many runs began.

        The files are found in the manifests and ticked off there in the transaction that adds the runs.
        """

        async def work(connection: Connection) -> tuple[int, int]:
            files = [
                row
                for sql in (_LAKE_FILES, _MESSAGE_FILES)
                for row in sorted(
                    await connection.fetch(sql, self._tenant, AT_ONCE), key=lambda row: row["place"]
                )
            ]
            runs = 0
            for file in files:
                for request in _requests(file, pipelines.values()):
                    runs += await add(connection, self._tenant, request) is not None
            return len(files), runs

        runs, files = 0, AT_ONCE
        while files >= AT_ONCE:
            files, begun = await self._database.transaction(work)
            runs += begun
        return runs

    async def tick(self, pipelines: Mapping[UUID, Pipeline]) -> int:
        """Start a run of every pipeline whose schedule is due; return how many runs began.

        However many ticks were missed, one run makes up for them: that of the last. None is added while one of its
        schedule still waits.
        """
        scheduled = {key: one for key, one in pipelines.items() if one.running.schedule is not None}

        async def work(connection: Connection) -> int:
            await self._set_ticks(connection, list(scheduled.values()))
            runs = 0
            for row in await connection.fetch(_DUE, self._tenant):
                runs += await self._due(connection, scheduled[row["pipeline_id"]], row["next_at"], row["now"])
            return runs

        return await self._database.transaction(work)

    async def _set_ticks(self, connection: Connection, scheduled: Sequence[Pipeline]) -> None:
        now = await connection.fetchval("select clock_timestamp()")
        schedules = [one.running.schedule for one in scheduled if one.running.schedule is not None]
        ids = [one.pipeline_id for one in scheduled]
        await connection.execute(
            "delete from pipeline_tick where tenant_id = $1 and not pipeline_id = any ($2::uuid[])",
            self._tenant,
            ids,
        )
        await connection.execute(
            _SET_TICKS,
            self._tenant,
            ids,
            [schedule.cron for schedule in schedules],
            [schedule.zone for schedule in schedules],
            [schedule.after(now) for schedule in schedules],
        )

    async def _due(self, connection: Connection, pipeline: Pipeline, due: datetime, now: datetime) -> int:
        schedule = pipeline.running.schedule
        if schedule is None:
            return 0
        last = schedule.latest(due, now) or due
        await connection.execute(
            "update pipeline_tick set next_at = $3 where tenant_id = $1 and pipeline_id = $2",
            self._tenant,
            pipeline.pipeline_id,
            schedule.after(now),
        )
        if await connection.fetchval(_STILL_WAITS, self._tenant, pipeline.pipeline_id):
            return 0
        request = Request(
            pipeline.pipeline_id,
            pipeline.name,
            pipeline.running.work,
            {},
            "schedule",
            cause_key=render(last),
            scheduled_for=last,
        )
        return int(await add(connection, self._tenant, request) is not None)


def _requests(file: Any, pipelines: Any) -> list[Request]:
    """Return the runs that a file of the manifests starts."""
    dataset = _DATASETS.get(file["kind"])
    if not file["is_new"] or dataset is None:
        return []
    return [
        Request(
            one.pipeline_id,
            one.name,
            one.running.work,
            {"file_key": file["location"]},
            "new_file",
            cause_key=str(file["file_id"]),
            file_key=file["location"],
        )
        for one in pipelines
        if one.running.on_new_file == dataset
    ]


def _pipeline(pipeline_id: UUID, attributes: Mapping[str, Any]) -> Pipeline | None:
    running = Running.of(attributes)
    return None if running is None else Pipeline(pipeline_id, attributes["name"], running)
