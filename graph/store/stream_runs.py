"""The runs of the processes that carry messages into the lake: begun, ended, or found dead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

import asyncpg

from graph.identity import new_id
from graph.store.database import DEFAULT_TENANT, Connection, Database

ALIVE_LOCK = 0x72756E73
"""The first half of the advisory lock that a run holds as long as its process lives."""

Ending = Literal["COMPLETE", "ABORT"]

_COLUMNS = "run_id, kind, broker, topic, dataset, started_at, ended_at, ending, start_reported_at"


@dataclass(frozen=True, slots=True)
class StreamRun:
    """The run of one process that carries the messages of a topic into the lake; `broker` as OpenLineage names it."""

    run_id: UUID
    kind: str
    broker: str
    topic: str
    dataset: str
    started_at: datetime
    ended_at: datetime | None = None
    ending: Ending | None = None
    is_start_reported: bool = False


class StreamRuns:
    """Reads and writes the runs of one tenant."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant

    async def begin(
        self, connection: Connection, kind: str, broker: str, topic: str, dataset: str
    ) -> StreamRun:
        """Begin a run that lives as long as the session of this connection, or until it is ended."""
        run_id = new_id()
        await connection.execute("select pg_advisory_lock($1, $2)", ALIVE_LOCK, _key(run_id))
        started_at = await connection.fetchval(
            """insert into stream_run (tenant_id, run_id, kind, broker, topic, dataset)
               values ($1, $2, $3, $4, $5, $6) returning started_at""",
            self._tenant,
            run_id,
            kind,
            broker,
            topic,
            dataset,
        )
        return StreamRun(run_id, kind, broker, topic, dataset, started_at)

    async def end(self, run: StreamRun, ending: Ending) -> None:
        """End a run; one that was ended before stays as it is."""
        async with self._database.connection() as connection:
            await connection.execute(_END, self._tenant, run.run_id, ending)

    async def abort_dead(self) -> int:
        """End the runs whose processes died without a word, and return how many these were."""

        async def work(connection: Connection) -> int:
            rows = await connection.fetch(
                "select run_id from stream_run where tenant_id = $1 and ended_at is null", self._tenant
            )
            dead = 0
            for row in rows:
                sql = "select pg_try_advisory_xact_lock($1, $2)"
                if await connection.fetchval(sql, ALIVE_LOCK, _key(row["run_id"])):
                    await connection.execute(_END, self._tenant, row["run_id"], "ABORT")
                    dead += 1
            return dead

        return await self._database.transaction(work)

    async def unreported(self) -> list[StreamRun]:
        """Return the runs whose start or end lineage has not been told of, oldest first."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                f"""select {_COLUMNS} from stream_run
                     where tenant_id = $1
                       and (start_reported_at is null or end_reported_at is null)
                       and (start_reported_at is null or ended_at is not null)
                     order by run_id""",  # noqa: S608 - only a constant column list is filled in
                self._tenant,
            )
        return [_run(row) for row in rows]

    async def by_id(self, run_ids: Sequence[UUID]) -> dict[UUID, StreamRun]:
        """Return runs by their id."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                f"select {_COLUMNS} from stream_run where tenant_id = $1 and run_id = any($2)",  # noqa: S608 - constant
                self._tenant,
                list(run_ids),
            )
        return {row["run_id"]: _run(row) for row in rows}

    async def start_reported(self, run: StreamRun) -> None:
        """Record that lineage knows of the start."""
        await self._reported(run, "start_reported_at")

    async def end_reported(self, run: StreamRun) -> None:
        """Record that lineage knows of the end."""
        await self._reported(run, "end_reported_at")

    async def _reported(self, run: StreamRun, column: str) -> None:
        async with self._database.connection() as connection:
            await connection.execute(
                f"update stream_run set {column} = clock_timestamp() where tenant_id = $1 and run_id = $2",  # noqa: S608
                self._tenant,
                run.run_id,
            )


_END = """
update stream_run
   set ended_at = clock_timestamp(), ending = $3
 where tenant_id = $1
   and run_id = $2
   and ended_at is null
"""


def _key(run_id: UUID) -> int:
    """Return the second half of a run's lock: 31 of its random bits."""
    return run_id.int & 0x7FFF_FFFF


def _run(row: asyncpg.Record) -> StreamRun:
    held = {name: row[name] for name in StreamRun.__dataclass_fields__ if name != "is_start_reported"}
    return StreamRun(**held, is_start_reported=row["start_reported_at"] is not None)
