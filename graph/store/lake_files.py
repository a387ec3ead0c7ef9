"""The manifest of the lake's files: which golden facts each carries, and what of them the warehouse holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any
from uuid import UUID

import asyncpg

from graph.identity import new_id
from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.store.warehouse_loads import InLake, WarehouseLoad

BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)
"""The system instant at which a tenant's clock starts: nothing was recorded up to it."""

_FILE_COLUMNS = """file_id, kind, dataset, path, system_from_exclusive, system_to_inclusive, rows, size, sha256, run_id,
       planned_at, written_at"""

_PLANNED = f"""
select {_FILE_COLUMNS}
  from lake_file
 where tenant_id = $1
   and dataset = $2
   and status = 'planned'
"""  # noqa: S608 - only a constant column list is filled in

# The end of the slice is the instant of its last fact, so an instant is never split over two files.
_SLICE_END = """
select max(system_from)
  from (select f.system_from
          from fact f
          join subject s using (tenant_id, subject_id)
         where f.tenant_id = $1
           and f.system_from > $2
           and f.system_from <= (select last_at from clock where tenant_id = $1)
           and s.kind = $3
         order by f.system_from
         limit $4) as slice
"""

_PLAN = f"""
insert into lake_file (tenant_id, file_id, kind, dataset, path, system_from_exclusive, system_to_inclusive, run_id)
values ($1, $2, $3, $4, $5, $6, $7, $8)
returning {_FILE_COLUMNS}
"""  # noqa: S608 - only a constant column list is filled in

_WRITTEN = f"""
update lake_file
   set status = 'written', rows = $4, size = $5, sha256 = $6, written_at = clock_timestamp()
 where tenant_id = $1
   and file_id = $2
   and run_id = $3
   and status = 'planned'
returning {_FILE_COLUMNS}
"""  # noqa: S608 - only a constant column list is filled in

_MENDED = f"""
update lake_file
   set rows = $3, size = $4, sha256 = $5
 where tenant_id = $1
   and file_id = $2
   and status = 'written'
returning {_FILE_COLUMNS}
"""  # noqa: S608 - only a constant column list is filled in

_RENEW_RUN = """
update lake_file
   set run_id = $4
 where tenant_id = $1
   and file_id = $2
   and run_id = $3
   and status = 'planned'
returning clock_timestamp()
"""

_CHANGED = """
select distinct f.subject_id
  from fact f
  join subject s using (tenant_id, subject_id)
 where f.tenant_id = $1
   and f.system_from > $2
   and f.system_from <= $3
   and s.kind = $4
 order by f.subject_id
"""

# Files are loaded in order, so that the last one loaded is soon met from the newest file on backwards.
_NEXT_TO_LOAD = f"""
select {_FILE_COLUMNS}
  from lake_file
 where tenant_id = $1
   and dataset = $2
   and status = 'written'
   and system_to_inclusive > coalesce((
         select f.system_to_inclusive
           from lake_file f
          where f.tenant_id = $1
            and f.dataset = $2
            and exists (select from warehouse_load l where l.tenant_id = $1 and l.file_id = f.file_id)
          order by f.system_to_inclusive desc
          limit 1
       ), '-infinity')
 order by system_to_inclusive
 limit 1
"""  # noqa: S608 - only a constant column list is filled in

_CARRIERS = """
select fact_from, f.*, l.file_id as load_file_id, l.run_id as load_run_id, l.rows as load_rows, l.started_at as load_started_at,
       l.loaded_at
  from unnest($2::timestamptz[]) as fact_from
  join lateral (
    select *
      from lake_file
     where tenant_id = $1
       and system_from_exclusive < fact_from
       and system_to_inclusive >= fact_from
       and kind = $3
     order by system_to_inclusive, planned_at
     limit 1
  ) f on true
  left join warehouse_load l using (tenant_id, file_id)
"""


@dataclass(frozen=True, slots=True)
class LakeFile(InLake):
    """One file of a lake dataset: it carries what was recorded of its kind after the one instant, up to the other.

    `dataset` is the absolute folder or its URL, `path` lies in it; `rows`, `size` (bytes), `sha256` and `written_at` are None
    until written.
    """

    file_id: UUID
    kind: str
    dataset: str
    path: str
    system_from_exclusive: datetime
    system_to_inclusive: datetime
    run_id: UUID
    planned_at: datetime
    rows: int | None = None
    size: int | None = None
    sha256: bytes | None = None
    written_at: datetime | None = None

    @classmethod
    def of(cls, row: asyncpg.Record) -> LakeFile:
        """Return the file of one row."""
        return cls(**{name: row[name] for name in cls.__dataclass_fields__})


@dataclass(frozen=True, slots=True)
class Carrier:
    """What carried a golden fact on: its file of the lake (None: not yet), and the load of that into the warehouse."""

    file: LakeFile
    load: WarehouseLoad | None


class LakeFiles:
    """Reads and writes the manifest of one tenant."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self.database = database
        self.tenant = tenant

    async def plan(self, dataset: str, kind: str, limit: int) -> LakeFile | None:
        """Return the file to write next, its range committed, or None where nothing of the kind is new.

        A file that was planned and not written comes first. Holds up to `limit` facts, more where they share an instant.
        """

        async def work(connection: Connection) -> LakeFile | None:
            planned = await connection.fetchrow(_PLANNED, self.tenant, dataset)
            if planned is not None:
                return LakeFile.of(planned)
            start = await connection.fetchval(
                "select max(system_to_inclusive) from lake_file where tenant_id = $1 and dataset = $2",
                self.tenant,
                dataset,
            )
            start = start or BEFORE_ALL
            end = await connection.fetchval(_SLICE_END, self.tenant, start, kind, limit)
            if end is None:
                return None
            path = f"{PurePath(dataset).name}_{_compact(start)}_{_compact(end)}.parquet"
            row = await connection.fetchrow(
                _PLAN, self.tenant, new_id(), kind, dataset, path, start, end, new_id()
            )
            return None if row is None else LakeFile.of(row)

        return await self.database.transaction(work)

    async def changed(self, file: LakeFile) -> list[UUID]:
        """Return the golden records that the file is about: those of which something was recorded in its range."""
        async with self.database.connection() as connection:
            rows = await connection.fetch(
                _CHANGED, self.tenant, file.system_from_exclusive, file.system_to_inclusive, file.kind
            )
        return [row["subject_id"] for row in rows]

    async def written(self, file: LakeFile, rows: int, size: int, sha256: bytes) -> LakeFile:
        """Record that the file lies complete at its place, and return it so.

        One recorded before, or planned in another run by now, stays as it was and is returned as it is.
        """
        async with self.database.connection() as connection:
            row = await connection.fetchrow(
                _WRITTEN, self.tenant, file.file_id, file.run_id, rows, size, sha256
            )
            if row is None:
                row = await connection.fetchrow(
                    f"select {_FILE_COLUMNS} from lake_file where tenant_id = $1 and file_id = $2",  # noqa: S608 - constant
                    self.tenant,
                    file.file_id,
                )
        if row is None:
            raise LookupError(f"the lake has no file {file.file_id}")
        return LakeFile.of(row)

    async def mended(self, file: LakeFile, rows: int, size: int, sha256: bytes) -> LakeFile:
        """Record that a written file was written again, and return it as it is now."""
        async with self.database.connection() as connection:
            row = await connection.fetchrow(_MENDED, self.tenant, file.file_id, rows, size, sha256)
        if row is None:
            raise LookupError(f"the lake has no written file {file.file_id}")
        return LakeFile.of(row)

    async def renew_run(self, file: LakeFile) -> datetime | None:
        """Give a planned file whose run failed another run for its next attempt; return the instant of that.

        None where that run is not the one that was to write it any more, or has written it: then it did not fail.
        """
        async with self.database.connection() as connection:
            return await connection.fetchval(_RENEW_RUN, self.tenant, file.file_id, file.run_id, new_id())

    async def files(self, dataset: str) -> list[LakeFile]:
        """Return the written files of a dataset, oldest range first."""
        async with self.database.connection() as connection:
            rows = await connection.fetch(
                f"""select {_FILE_COLUMNS} from lake_file
                     where tenant_id = $1 and dataset = $2 and status = 'written'
                     order by system_to_inclusive""",  # noqa: S608 - only a constant column list is filled in
                self.tenant,
                dataset,
            )
        return [LakeFile.of(row) for row in rows]

    async def by_id(self, file_ids: Collection[UUID], known_at: datetime) -> dict[UUID, LakeFile]:
        """Return those of the files that were written by then."""
        if not file_ids:
            return {}
        async with self.database.connection() as connection:
            rows = await connection.fetch(
                f"""select {_FILE_COLUMNS} from lake_file
                     where tenant_id = $1 and file_id = any($2::uuid[]) and written_at <= $3""",  # noqa: S608 - constant
                self.tenant,
                list(file_ids),
                known_at,
            )
        return {row["file_id"]: LakeFile.of(row) for row in rows}

    async def next_to_load(self, connection: Connection, dataset: str) -> LakeFile | None:
        """Return the oldest written file that the warehouse does not hold; it stays so under the loader's lock."""
        row = await connection.fetchrow(_NEXT_TO_LOAD, self.tenant, dataset)
        return None if row is None else LakeFile.of(row)

    async def loaded(
        self,
        connection: Connection,
        file: LakeFile,
        rows: int,
        started_at: datetime,
        parent: dict[str, Any] | None = None,
    ) -> WarehouseLoad:
        """Record, in the transaction that loads it, that a file is in the warehouse.

        A second load of the same file raises asyncpg.UniqueViolationError.
        """
        run_id = new_id()
        loaded_at = await connection.fetchval(
            """insert into warehouse_load (tenant_id, file_id, run_id, rows, started_at, parent)
               values ($1, $2, $3, $4, $5, $6) returning loaded_at""",
            self.tenant,
            file.file_id,
            run_id,
            rows,
            started_at,
            parent,
        )
        return WarehouseLoad(file.file_id, run_id, rows, started_at, loaded_at, parent)

    async def carriers(
        self, system_froms: Iterable[datetime], kind: str = "customer"
    ) -> dict[datetime, Carrier]:
        """Return, by the system instant at which a golden fact was recorded, the file and the load that carried it on.

        An instant that no file has reached yet is left out.
        """
        async with self.database.connection() as connection:
            rows = await connection.fetch(_CARRIERS, self.tenant, sorted(set(system_froms)), kind)
        return {row["fact_from"]: Carrier(LakeFile.of(row), WarehouseLoad.of(row)) for row in rows}

    async def unreported_files(self) -> list[LakeFile]:
        """Return the written files whose run lineage has not been told of, oldest first."""
        async with self.database.connection() as connection:
            rows = await connection.fetch(
                f"""select {_FILE_COLUMNS} from lake_file
                     where tenant_id = $1 and reported_at is null and status = 'written'
                     order by system_to_inclusive""",  # noqa: S608 - only a constant column list is filled in
                self.tenant,
            )
        return [LakeFile.of(row) for row in rows]

    async def unreported_loads(self) -> list[Carrier]:
        """Return the loads, with their files, whose run lineage has not been told of, oldest first."""
        async with self.database.connection() as connection:
            rows = await connection.fetch(
                """select f.*, l.file_id as load_file_id, l.run_id as load_run_id, l.rows as load_rows,
                          l.started_at as load_started_at, l.loaded_at, l.parent as load_parent
                     from warehouse_load l
                     join lake_file f using (tenant_id, file_id)
                    where l.tenant_id = $1 and l.reported_at is null
                    order by l.loaded_at""",
                self.tenant,
            )
        return [Carrier(LakeFile.of(row), WarehouseLoad.of(row)) for row in rows]

    async def file_reported(self, file: LakeFile) -> None:
        """Record that lineage knows the run that wrote the file."""
        await self._reported("lake_file", file.file_id)

    async def load_reported(self, load: WarehouseLoad) -> None:
        """Record that lineage knows the run that loaded the file."""
        await self._reported("warehouse_load", load.file_id)

    async def _reported(self, table: str, file_id: UUID) -> None:
        async with self.database.connection() as connection:
            await connection.execute(
                f"update {table} set reported_at = clock_timestamp() where tenant_id = $1 and file_id = $2",  # noqa: S608 - constant
                self.tenant,
                file_id,
            )


def _compact(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
