"""The files that source systems delivered, each taken in once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any
from uuid import UUID

import asyncpg

from graph.golden.record import Origin
from graph.identity import content_id, new_id
from graph.store.database import DEFAULT_TENANT, Database

STREAM = "stdin"
"""What stands in place of the folder of a delivery that came as a stream and lies nowhere."""

_COLUMNS = """delivery_id, actor, source_system, entity_type, dataset, path, sha256, run_id, accepted, unchanged, rejected,
       size, started_at, taken_in_at"""

_ANNOUNCE = """
insert into delivery (tenant_id, delivery_id, actor, source_system, entity_type, dataset, path, sha256, run_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict do nothing
"""

_ONE = f"""
select {_COLUMNS}
  from delivery
 where tenant_id = $1
   and delivery_id = $2
"""  # noqa: S608 - only a constant column list is filled in

_START = f"""
update delivery
   set started_at = coalesce(started_at, clock_timestamp())
 where tenant_id = $1
   and delivery_id = $2
returning {_COLUMNS}
"""  # noqa: S608 - only a constant column list is filled in

# Counted in the database, so that a delivery interrupted and taken up again has the counts of one that was not.
_FINISH = f"""
update delivery
   set accepted = stored.events, unchanged = $3::int8 - $4::int8 - stored.events, rejected = $4, size = $7,
       taken_in_at = clock_timestamp()
  from (select count(*) as events
          from origin o
          join source_event e using (tenant_id, origin_id)
         where o.tenant_id = $1
           and o.door = 'file'
           and o.file = $5
           and e.system_from >= $6) as stored
 where tenant_id = $1
   and delivery_id = $2
   and taken_in_at is null
returning {_COLUMNS}
"""  # noqa: S608 - only a constant column list is filled in

# Rows of one attempt are stored in their order, so that everything up to the last one is done.
_PROGRESS = """
select coalesce(greatest(
         (select max(origin_position) from source_event where tenant_id = $1 and origin_id = $2),
         (select max(origin_position) from quarantine where tenant_id = $1 and origin_id = $2)), 0) as rows,
       (select count(*) from quarantine where tenant_id = $1 and origin_id = $2) as rejected
"""

_REFUSED = """
select origin_position as row, body, problems
  from quarantine
 where tenant_id = $1
   and origin_id = $2
 order by origin_position
"""

# A golden record is new where none of its records was linked to it before the delivery was begun.
_GOLDEN = """
with touched as materialized (
  select distinct held.golden_id
    from (select distinct source_record_id from source_event where tenant_id = $1 and origin_id = $2) e
    cross join lateral (
      select golden_id
        from crosswalk
       where tenant_id = $1
         and source_record_id = e.source_record_id
       order by system_from desc
       limit 1
    ) held
)
select count(*) filter (where is_known) as changed, count(*) filter (where not is_known) as new
  from (select exists (select from crosswalk c
                        where c.tenant_id = $1
                          and c.golden_id = touched.golden_id
                          and c.system_from < $3) as is_known
          from touched) t
"""

_RENEW_RUN = """
update delivery
   set run_id = $4
 where tenant_id = $1
   and delivery_id = $2
   and run_id = $3
   and taken_in_at is null
returning clock_timestamp()
"""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file of a source system: `dataset` is the absolute landing folder, `path` lies in it.

    `actor` is who had it taken in. The counts, `size` (bytes) and `taken_in_at` are None until all of it is taken in.
    """

    delivery_id: UUID
    actor: str
    source_system: str
    dataset: str
    path: str
    sha256: bytes
    run_id: UUID
    started_at: datetime | None = None
    taken_in_at: datetime | None = None
    entity_type: str = "customer"
    accepted: int | None = None
    unchanged: int | None = None
    rejected: int | None = None
    size: int | None = None

    @classmethod
    def of(cls, row: asyncpg.Record) -> Delivery:
        """Return the delivery of one row."""
        return cls(**{name: row[name] for name in cls.__dataclass_fields__})

    @property
    def location(self) -> str:
        """Where the file lies."""
        return str(PurePath(self.dataset, self.path))

    @property
    def origin(self) -> Origin:
        """The way by which its rows come in."""
        return Origin(door="file", file=self.location, run_id=self.run_id)

    @property
    def rows(self) -> int:
        """How many rows the file has, once it is taken in."""
        return (self.accepted or 0) + (self.unchanged or 0) + (self.rejected or 0)


class Deliveries:
    """Reads and writes the deliveries of one tenant."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self.database = database
        self.tenant = tenant

    async def announce(
        self,
        source_system: str,
        dataset: str,
        path: str,
        sha256: bytes,
        actor: str,
        entity_type: str = "customer",
    ) -> Delivery:
        """Return the delivery of this content at this place, recorded now or before."""
        delivery_id = content_id("delivery", dataset, path, sha256)
        new = (delivery_id, actor, source_system, entity_type, dataset, path, sha256, new_id())
        async with self.database.connection() as connection:
            await connection.execute(_ANNOUNCE, self.tenant, *new)
            row = await connection.fetchrow(_ONE, self.tenant, delivery_id)
        if row is None:
            raise LookupError(f"the delivery of {path} is gone")
        return Delivery.of(row)

    async def start(self, delivery: Delivery) -> Delivery:
        """Record when taking it in began, unless it had begun before, and return it so."""
        async with self.database.connection() as connection:
            row = await connection.fetchrow(_START, self.tenant, delivery.delivery_id)
        return delivery if row is None else Delivery.of(row)

    async def finish(self, delivery: Delivery, rows: int, rejected: int, size: int) -> Delivery:
        """Record that all of its rows are taken in, count what became of them and return it so.

        One finished before stays as it was.
        """
        async with self.database.connection() as connection:
            row = await connection.fetchrow(
                _FINISH,
                self.tenant,
                delivery.delivery_id,
                rows,
                rejected,
                delivery.location,
                delivery.started_at,
                size,
            )
            row = row or await connection.fetchrow(_ONE, self.tenant, delivery.delivery_id)
        return delivery if row is None else Delivery.of(row)

    async def renew_run(self, delivery: Delivery) -> datetime | None:
        """Give a delivery whose run failed another run for its next attempt; return the instant of that.

        None where another process took it in, or failed in that run, before.
        """
        async with self.database.connection() as connection:
            return await connection.fetchval(
                _RENEW_RUN, self.tenant, delivery.delivery_id, delivery.run_id, new_id()
            )

    async def progress(self, delivery: Delivery) -> tuple[int, int]:
        """Return behind which row an attempt goes on that was broken off without a word, and how many were refused."""
        async with self.database.connection() as connection:
            row = await connection.fetchrow(_PROGRESS, self.tenant, delivery.origin.id)
        return (0, 0) if row is None else (row["rows"], row["rejected"])

    async def refused(self, delivery: Delivery) -> list[dict[str, Any]]:
        """Return the rows of the last attempt that are in quarantine, in order: row, body and problems."""
        async with self.database.connection() as connection:
            rows = await connection.fetch(_REFUSED, self.tenant, delivery.origin.id)
        return [dict(row) for row in rows]

    async def golden_records(self, delivery: Delivery) -> tuple[int, int]:
        """Return how many golden records a delivery made, and how many it changed, that are held to be such now."""
        async with self.database.connection() as connection:
            row = await connection.fetchrow(
                _GOLDEN, self.tenant, delivery.origin.id, delivery.started_at, timeout=600
            )
        return (0, 0) if row is None else (row["new"], row["changed"])

    async def unfinished(self) -> list[Delivery]:
        """Return the deliveries that are not taken in, or not wholly, in the order of their announcement."""
        return await self._where("taken_in_at is null")

    async def unreported(self) -> list[Delivery]:
        """Return the deliveries that are taken in without lineage having been told, oldest first."""
        return await self._where("taken_in_at is not null and reported_at is null")

    async def reported(self, delivery: Delivery) -> None:
        """Record that lineage knows the run that took the delivery in."""
        async with self.database.connection() as connection:
            await connection.execute(
                "update delivery set reported_at = clock_timestamp() where tenant_id = $1 and delivery_id = $2",
                self.tenant,
                delivery.delivery_id,
            )

    async def withdraw(self, delivery: Delivery) -> None:
        """Forget an announced delivery of which nothing is to be taken in any more."""
        async with self.database.connection() as connection:
            await connection.execute(
                "delete from delivery where tenant_id = $1 and delivery_id = $2 and taken_in_at is null",
                self.tenant,
                delivery.delivery_id,
            )

    async def all(self) -> list[Delivery]:
        """Return every delivery, in the order of their announcement."""
        return await self._where("true")

    async def rewritten(self, delivery: Delivery, delivery_id: UUID, sha256: bytes, size: int) -> None:
        """Record what the file of a delivery holds after somebody erased was taken out of it; its counts stay.

        Of two deliveries of one file the second keeps what it was: the first tells of the file already.
        """
        async with self.database.connection() as connection:
            await connection.execute(
                """update delivery set delivery_id = $3, sha256 = $4, size = case when size is null then null else $5::int8 end
                    where tenant_id = $1 and delivery_id = $2
                      and not exists (select from delivery where tenant_id = $1 and delivery_id = $3 and delivery_id <> $2)""",
                self.tenant,
                delivery.delivery_id,
                delivery_id,
                sha256,
                size,
            )

    async def _where(self, condition: str) -> list[Delivery]:
        async with self.database.connection() as connection:
            rows = await connection.fetch(
                f"select {_COLUMNS} from delivery where tenant_id = $1 and {condition} order by announced_at",  # noqa: S608
                self.tenant,
            )
        return [Delivery.of(row) for row in rows]
