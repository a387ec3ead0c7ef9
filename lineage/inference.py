"""Works out, in the background, the column lineage of jobs that send SQL and no column lineage."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from graph.errors import UnavailableError
from graph.identity import DatasetName
from graph.store.database import DEFAULT_TENANT, Connection, Database
from lineage.facets import column_names
from lineage.facets_of_jobs import Sql
from lineage.inferred import state
from lineage.lenient import read
from lineage.rows import columns
from lineage.sql_worker import SECONDS, Answer, SqlWorker, Task
from lineage.statements import statement
from lineage.stepping_back import Rests

AT_ONCE: Final = 200
"""How many mentions are taken in one go: after each, whoever records lineage has to read anew what it remembers."""

_LONGEST: Final = 20.0
_PAUSE: Final = 2.0
_IDLE: Final = 60.0

_WAITING = statement("waiting_inferences")
_DATASETS = statement("datasets_of_mentions")
_SETTLE = statement("settle_inferences")

_logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Work:
    """A mention with the SQL of its job, and its outputs of which no column lineage is stated."""

    mention_id: int
    sql: Sql | None
    inputs: list[DatasetName] = field(default_factory=list[DatasetName])
    outputs: list[DatasetName] = field(default_factory=list[DatasetName])
    known: dict[DatasetName, list[str]] = field(default_factory=dict[DatasetName, "list[str]"])
    silent: dict[DatasetName, UUID] = field(default_factory=dict[DatasetName, UUID])


@dataclass(frozen=True, slots=True)
class _Outcome:
    mention_id: int
    status: str
    reason: str | None
    statements: Mapping[UUID, Mapping[str, Any]] = field(default_factory=dict[UUID, "dict[str, Any]"])


class Inference:
    """Takes what waits in column_inference and states what follows from the SQL, marked as inferred.

    Any number of processes may do so at once. The SQL is analysed in a process of its own: what takes too long there, or
    breaks it, has failed and is not tried again. While messages pile up before workers it takes a twentieth of the time.
    """

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT, *, seconds: float = SECONDS) -> None:
        self._database = database
        self._tenant = tenant
        self._worker = SqlWorker(seconds)
        self._rests = Rests(database, tenant)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to work in the background."""
        self._task = asyncio.create_task(self.run(asyncio.Event()))

    async def close(self) -> None:
        """Stop at once; what was being worked on waits for the next who does."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self._worker.close()

    async def run(self, stop: asyncio.Event) -> None:
        """Work on whatever comes to wait until `stop` is set."""
        worked_at = time.monotonic()
        try:
            while not stop.is_set():
                began = time.monotonic()
                pause = await self._tried()
                if not pause:
                    worked_at = time.monotonic()
                    await self._rests.after(worked_at - began)
                    continue
                if time.monotonic() - worked_at > _IDLE:
                    await self._worker.close()
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), pause)
        finally:
            await self._worker.close()

    async def run_once(self) -> int:
        """Work on what waits, a bounded number of mentions, and return how many those were."""
        return await self._database.transaction(self._work)

    async def _tried(self) -> float:
        """Work on what waits, and return how many seconds to pause; what fails in a way of its own is told in the log."""
        try:
            return 0 if await self.run_once() else _PAUSE
        except UnavailableError:
            return _PAUSE
        except Exception:
            _logger.exception("column lineage could not be inferred; it is tried again")
            return _IDLE

    async def _work(self, connection: Connection) -> int:
        """Take mentions, analyse them and state what follows; the lock on what was taken lasts as long as the work."""
        until = time.monotonic() + _LONGEST
        outcomes: list[_Outcome] = []
        for work in await self._taken(connection):
            if outcomes and time.monotonic() > until:
                break
            outcomes.append(await self._outcome(work))
        if outcomes:
            inferred = {one.mention_id: one.statements for one in outcomes if one.statements}
            if inferred:
                await self._database.transaction(lambda inner: state(inner, self._tenant, inferred))
            settled = [(one.mention_id, one.status, one.reason) for one in outcomes]
            await connection.execute(_SETTLE, self._tenant, *columns(settled, 3))
        return len(outcomes)

    async def _taken(self, connection: Connection) -> list[_Work]:
        rows = await connection.fetch(_WAITING, self._tenant, AT_ONCE)
        taken = {row["mention_id"]: _Work(row["mention_id"], read(Sql, row["body"])) for row in rows}
        datasets = await connection.fetch(_DATASETS, self._tenant, list(taken)) if taken else []
        for mention_id, group in groupby(datasets, lambda row: row["mention_id"]):
            work = taken[mention_id]
            for row in group:
                name = DatasetName(row["namespace"], row["name"])
                (work.inputs if row["role"] == "I" else work.outputs).append(name)
                if row["schema"] is not None:
                    work.known.setdefault(name, column_names(row["schema"]))
                if row["role"] == "O" and not row["is_stated"]:
                    work.silent[name] = row["subject_id"]
        return list(taken.values())

    async def _outcome(self, work: _Work) -> _Outcome:
        if work.sql is None:
            return _Outcome(work.mention_id, "nothing", "the job sends no SQL")
        task = Task(work.sql.query, work.sql.dialect, work.inputs, work.outputs, list(work.known.items()))
        said: Answer = await self._worker.answer(task)
        if said.reason is not None:
            return _Outcome(work.mention_id, "failed" if said.is_failure else "nothing", said.reason)
        found = {work.silent[name]: body for name, body in said.statements if name in work.silent}
        if not found:
            return _Outcome(work.mention_id, "nothing", "the SQL says nothing of the other outputs")
        return _Outcome(work.mention_id, "inferred", None, found)
