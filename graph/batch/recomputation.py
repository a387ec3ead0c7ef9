"""Lets a changed policy become what is believed: every golden record of its entity type worked out anew, chunk by chunk."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any
from uuid import UUID

from graph.batch.regrouping import regrouping
from graph.errors import CatalogError
from graph.golden.clustering import Assignment
from graph.golden.entity_type import EntityType
from graph.golden.matching import matcher
from graph.intake import Intake
from graph.intake.beliefs import believe, look_up
from graph.intake.candidates import Comparison
from graph.intake.identities import Identities
from graph.intake.turn import Turn
from graph.store import change_feed, contributions, facts, policies, search, source_records
from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.store.policies import EntityTypes, Part

Progress = Callable[[int, int], None]
"""Told how many records, or golden records, have been worked out anew, and of how many."""

CHUNK = 500
"""About how many records, or golden records, one transaction works out anew."""

_BEGIN = """
insert into policy_run (tenant_id, entity_type, part, version)
values ($1, $2, $3, $4)
"""

_WAITING = """
select part, version, through, done, total
  from policy_run
 where tenant_id = $1
   and entity_type = $2
   and finished_at is null
 order by part, version
"""

_UNFINISHED = "select distinct entity_type from policy_run where tenant_id = $1 and finished_at is null"

_MOVE = """
update policy_run
   set through = $4, done = $5, total = $6, finished_at = case when $7 then clock_timestamp() end
 where tenant_id = $1
   and entity_type = $2
   and finished_at is null
   and (part, version) in (select * from unnest($3::text[], $8::int4[]))
"""

_RUNS = """
select part, version, done, total, finished_at
  from policy_run
 where tenant_id = $1
   and entity_type = $2
"""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Run:
    """How far the golden records have been worked out anew under a version of a policy; `total` None: not begun."""

    part: Part
    version: int
    done: int
    total: int | None
    finished_at: datetime | None


async def apply(
    types: EntityTypes,
    connection: Connection,
    name: str,
    part: Part,
    document: Mapping[str, Any],
    actor: str,
    note: str | None = None,
    tenant: int = DEFAULT_TENANT,
) -> int:
    """Put a new version of a part of an entity type and return its number; `recompute` then makes it the belief.

    Raises as `EntityTypes.put` does.
    """
    version = await types.put(connection, name, part, document, actor, note)
    await connection.execute(_BEGIN, tenant, name, part, version)
    return version


async def runs(
    connection: Connection, name: str, tenant: int = DEFAULT_TENANT
) -> dict[tuple[Part, int], Run]:
    """Return how far each version of the policies of an entity type has been carried out."""
    rows = await connection.fetch(_RUNS, tenant, name)
    return {(row["part"], row["version"]): Run(**row) for row in rows}


async def recompute(
    database: Database,
    name: str,
    tenant: int = DEFAULT_TENANT,
    *,
    chunk: int = CHUNK,
    progress: Progress | None = None,
) -> bool:
    """Work out anew, under the policies of now, what has not been since they were put; goes on where it was broken off.

    What is believed changes as of the instants of its transactions, nothing earlier does. Returns False where another
    process is at it.
    """
    async with _alone(database, tenant, name) as is_ours:
        if not is_ours:
            return False
        while True:
            async with database.connection() as connection:
                waiting = await connection.fetch(_WAITING, tenant, name)
            if not waiting:
                return True
            versions = [(row["part"], row["version"]) for row in waiting]
            work = _Work(database, tenant, name, versions, chunk, progress)
            # What was begun under other policies is begun anew: its order may have been another.
            rows = {(row["through"], row["done"]) for row in waiting}
            through, done = rows.pop() if len(rows) == 1 else (None, 0)
            await work.carry_out(through or UUID(int=0), done)


class _Work:
    """One way through all golden records of an entity type."""

    def __init__(
        self,
        database: Database,
        tenant: int,
        name: str,
        versions: Sequence[tuple[Part, int]],
        chunk: int,
        progress: Progress | None,
    ) -> None:
        self._database = database
        self._tenant = tenant
        self._name = name
        self._versions = versions
        self._chunk = chunk
        self._progress = progress
        self._types = EntityTypes(database, tenant)
        self._total = 0

    async def carry_out(self, through: UUID, done: int) -> None:
        """Work out everything after an id, of which so many are done."""
        if any(part != "survivorship" for part, _ in self._versions):
            through, done = await self._match(through)
        else:
            through, done = await self._choose(through, done)
        async with self._database.connection() as connection:
            await self._move(connection, through, done, is_finished=True)

    async def _match(self, through: UUID) -> tuple[UUID, int]:
        """Match records anew; those that belong together by the old policy or the new come in one transaction."""
        async with self._database.connection() as connection:
            entity_type, model = await self._types.current(connection, self._name)
            found = await regrouping(connection, self._tenant, entity_type, model)
        self._total = len(found.ids)
        intake = Intake(self._database, self._tenant, entity_type)
        chunk: list[UUID] = []
        units = [unit for unit in found.units() if unit[0] > through]
        done = self._total - sum(map(len, units))
        for number, unit in enumerate(units, 1):
            chunk += unit
            if len(chunk) < self._chunk and number < len(units):
                continue
            through, done = unit[0], done + len(chunk)
            await self._database.transaction(self._reconsidered(intake, list(chunk), through, done))
            self._tell(done)
            chunk.clear()
        await intake.close()
        return through, done

    def _reconsidered(self, intake: Intake, record_ids: Sequence[UUID], through: UUID, done: int) -> Any:
        async def work(connection: Connection) -> None:
            await intake.reconsider_in(connection, record_ids)
            await self._move(connection, through, done)

        return work

    async def _choose(self, through: UUID, done: int) -> tuple[UUID, int]:
        """Choose anew which source wins; who is who stays as it is."""
        async with self._database.connection() as connection:
            sql = "select count(*) from subject where tenant_id = $1 and kind = $2"
            self._total = await connection.fetchval(sql, self._tenant, self._name)
        while True:
            async with self._database.connection() as connection:
                golden_ids = await contributions.golden_ids(
                    connection, self._tenant, self._name, through, self._chunk
                )
            if not golden_ids:
                return through, done
            through, done = golden_ids[-1], done + len(golden_ids)
            await self._database.transaction(self._chosen(golden_ids, through, done))
            self._tell(done)

    def _chosen(self, golden_ids: Sequence[UUID], through: UUID, done: int) -> Any:
        async def work(connection: Connection) -> None:
            await source_records.hold(connection, self._tenant, self._name, alone=True)
            await policies.hold(connection, self._tenant)
            entity_type, model = await self._types.current(connection, self._name)
            turn = Turn(connection, self._tenant, matcher(entity_type, model), alone=True)
            await _believed(turn, entity_type, golden_ids)
            await self._move(connection, through, done)

        return work

    def _tell(self, done: int) -> None:
        if self._progress is not None:
            self._progress(done, self._total)

    async def _move(
        self, connection: Connection, through: UUID, done: int, *, is_finished: bool = False
    ) -> None:
        parts = [part for part, _ in self._versions]
        versions = [version for _, version in self._versions]
        await connection.execute(
            _MOVE, self._tenant, self._name, parts, through, done, self._total, is_finished, versions
        )


async def _believed(turn: Turn, entity_type: EntityType, golden_ids: Collection[UUID]) -> None:
    """Record what is true of golden records by the policy of now, where that differs from what is believed."""
    connection, tenant = turn.connection, turn.tenant
    held = await contributions.held(connection, tenant, golden_ids)
    records = await source_records.by_id(connection, tenant, entity_type.name, held)
    turn.keys = {record.record_id: record.key for record in records}
    found = Identities(Comparison(), set(held), current=held, assignment=Assignment(held, frozenset(), {}))
    beliefs = await believe(turn, found, await look_up(turn, found, held))
    if beliefs.facts:
        told = {fact.subject_id for fact in beliefs.facts}
        words = {golden_id: text for golden_id, text in beliefs.words.items() if golden_id in told}
        await search.keep_words(connection, tenant, entity_type.name, words)
        at = await facts.append(connection, tenant, beliefs.facts)
        await change_feed.add(connection, tenant, at, entity_type.name, beliefs.changes)


@asynccontextmanager
async def _alone(database: Database, tenant: int, name: str) -> AsyncGenerator[bool]:
    """Tell whether nobody else works out the same entity type anew, and keep others from it."""
    digest = blake2b(f"recompute {tenant} {name}".encode(), digest_size=8).digest()
    lock = int.from_bytes(digest, "big", signed=True)
    async with database.connection() as connection:
        is_ours = await connection.fetchval("select pg_try_advisory_lock($1)", lock)
        try:
            yield is_ours
        finally:
            if is_ours and not connection.is_closed():
                await connection.execute("select pg_advisory_unlock($1)", lock)


class Recomputations:
    """Works golden records out anew beside everything else, an entity type at a time; a failure is taken up later."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT, *, chunk: int = CHUNK) -> None:
        self._database = database
        self._tenant = tenant
        self._chunk = chunk
        self._running: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()

    def start(self, name: str) -> None:
        """See to an entity type whose policies have changed."""
        if name in self._running:
            self._again.add(name)
        else:
            self._running[name] = asyncio.create_task(self._see_to(name))

    async def resume(self) -> None:
        """See to everything that was broken off."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_UNFINISHED, self._tenant)
        for row in rows:
            self.start(row["entity_type"])

    async def idle(self) -> None:
        """Wait until nothing is left to be done."""
        while self._running:
            await asyncio.wait(self._running.values())

    async def close(self) -> None:
        """Break off what is being done; `resume` goes on with it."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _see_to(self, name: str) -> None:
        try:
            self._again.add(name)
            while name in self._again:
                self._again.discard(name)
                if not await recompute(self._database, name, self._tenant):
                    self._again.add(name)  # whoever is at it may have looked before the newest change
                    await asyncio.sleep(1)
        except CatalogError as error:
            _log.warning("golden records of %s are not worked out anew yet: %s", name, error.message)
        finally:
            del self._running[name]
