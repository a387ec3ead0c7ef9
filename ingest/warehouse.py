"""Loads the lake's customer files into the warehouse: each once, in order, whole or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from graph.golden.entity_type import CUSTOMER
from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.store.lake_files import LakeFile, LakeFiles
from graph.store.warehouse_loads import WarehouseLoad
from ingest.bi_views import create_views
from ingest.datasets import WAREHOUSE_TABLE
from ingest.lake import LakeExport
from ingest.order_facts import CREATE as CREATE_ORDERS
from ingest.order_facts import remove_orders

LOAD_LOCK = 0x77617265
"""The advisory lock of the one who loads the warehouse."""

# What is due to become or to stop being current is found by these two indexes, however long the history is.
_CREATE = """
create schema if not exists {schema};
create table if not exists {schema}.customers_history (
  customer_id uuid not null,
  version int4 not null,
  attributes jsonb,
  is_current bool not null,
  is_deleted bool not null,
  source_system text,
  valid_from timestamptz not null,
  valid_to timestamptz,
  system_from timestamptz,
  file_id uuid not null,
  primary key (customer_id, version)
);
create index if not exists customers_history_current on {schema}.customers_history (valid_to) where is_current;
create index if not exists customers_history_future on {schema}.customers_history (coalesce(valid_to, 'infinity'))
  where not is_current and not is_deleted;
"""

_DELETE = "delete from {schema}.customers_history where customer_id = any($1::uuid[])"

_INSERT = """
insert into {schema}.customers_history (customer_id, version, attributes, is_current, is_deleted, source_system,
                                        valid_from, valid_to, system_from, file_id)
select customer_id, version, attributes,
       not is_deleted and valid_from <= now() and coalesce(valid_to, 'infinity') > now(),
       is_deleted, source_system, valid_from, valid_to, system_from, $9
  from unnest($1::uuid[], $2::int4[], $3::jsonb[], $4::bool[], $5::text[], $6::timestamptz[], $7::timestamptz[],
              $8::timestamptz[])
       as new (customer_id, version, attributes, is_deleted, source_system, valid_from, valid_to, system_from)
"""

_COUNT = (
    "select count(distinct customer_id) as customers, count(*) as versions from {schema}.customers_history"
)

_PASSED = "update {schema}.customers_history set is_current = false where is_current and valid_to <= now()"

_ARRIVED = """
update {schema}.customers_history
   set is_current = true
 where not is_current
   and not is_deleted
   and coalesce(valid_to, 'infinity') > now()
   and valid_from <= now()
"""


class Warehouse:
    """The warehouse of one tenant, in a schema of the catalog's PostgreSQL that it creates itself.

    Its tables are built from the files of the lake alone. A tenant but the default one has a schema of its own.
    """

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self.schema = "warehouse" if tenant == DEFAULT_TENANT else f"warehouse_{tenant}"
        self.table = WAREHOUSE_TABLE
        self._database = database
        self._tenant = tenant
        self._files = LakeFiles(database, tenant)

    async def prepare(self) -> None:
        """Create the schema with its tables, reports and their reader where they are missing."""

        async def work(connection: Connection) -> None:
            await self.lock(connection)
            await connection.execute((_CREATE + CREATE_ORDERS).format(schema=self.schema))
            await create_views(connection, self.schema)

        await self._database.transaction(work)

    async def load(
        self,
        lake: LakeExport,
        stop: asyncio.Event | None = None,
        *,
        until: UUID | None = None,
        parent: dict[str, Any] | None = None,
    ) -> list[WarehouseLoad]:
        """Load every file of a lake that is not loaded yet, ending early once `stop` is set or the file `until` is in.

        `parent` names the run that this is part of.
        """
        loads: list[WarehouseLoad] = []
        while not (stop is not None and stop.is_set()):
            load = await self.load_next(lake, parent)
            if load is None:
                break
            loads.append(load)
            if load.file_id == until:
                break
        return loads

    async def load_next(self, lake: LakeExport, parent: dict[str, Any] | None = None) -> WarehouseLoad | None:
        """Load the oldest file that is not loaded yet, in one transaction; None where there is none."""
        dataset = lake.folder
        while True:
            async with self._database.connection() as connection:
                file = await self._files.next_to_load(connection, dataset)
                started_at = await connection.fetchval("select clock_timestamp()")
            if file is None:
                return None
            rows = await lake.read(file)
            turn = partial(self._load, file=file, rows=rows, started_at=started_at, parent=parent)
            load = await self._database.transaction(turn)
            if load is not None:
                return load

    async def refresh(self) -> int:
        """Let time pass: mark the versions that began or ended to hold since, and return how many these are."""

        async def work(connection: Connection) -> int:
            await self.lock(connection)
            tags = [await connection.execute(sql.format(schema=self.schema)) for sql in (_PASSED, _ARRIVED)]
            return sum(int(tag.rpartition(" ")[2]) for tag in tags)

        return await self._database.transaction(work)

    async def count(self) -> tuple[int, int]:
        """Return how many customers and how many versions the warehouse holds."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(_COUNT.format(schema=self.schema))
        return (0, 0) if row is None else (row["customers"], row["versions"])

    async def remove(self, customers: Collection[UUID]) -> int:
        """Delete all versions and orders of customers who were erased, and return how many these were."""

        async def work(connection: Connection) -> int:
            await self.lock(connection)
            tag = await connection.execute(_DELETE.format(schema=self.schema), list(customers))
            return int(tag.rpartition(" ")[2]) + await remove_orders(connection, self.schema, customers)

        return await self._database.transaction(work)

    async def _load(
        self,
        connection: Connection,
        file: LakeFile,
        rows: list[dict[str, Any]],
        started_at: datetime,
        parent: dict[str, Any] | None,
    ) -> WarehouseLoad | None:
        """Load the file, or return None where another loader was faster."""
        await self.lock(connection)
        due = await self._files.next_to_load(connection, file.dataset)
        if due is None or due.file_id != file.file_id:
            return None
        written = await self.replace(connection, file.file_id, rows)
        return await self._files.loaded(connection, file, written, started_at, parent)

    async def replace(self, connection: Connection, file_id: UUID, rows: list[dict[str, Any]]) -> int:
        """Let a file's rows take the place of whatever is held of their customers; return how many versions these are."""
        customers = {UUID(row["customer_id"]) for row in rows}
        versions = [row for row in rows if row["version"] > 0]
        await connection.execute(_DELETE.format(schema=self.schema), list(customers))
        await connection.execute(_INSERT.format(schema=self.schema), *_columns(versions), file_id)
        return len(versions)

    async def lock(self, connection: Connection) -> None:
        """Be the only one who loads the warehouse, until the transaction ends."""
        await connection.execute("select pg_advisory_xact_lock($1, $2)", LOAD_LOCK, self._tenant)


def _columns(rows: Sequence[dict[str, Any]]) -> list[list[Any]]:
    return [
        [UUID(row["customer_id"]) for row in rows],
        [row["version"] for row in rows],
        [_attributes(row) for row in rows],
        [row["is_deleted"] for row in rows],
        [row["source_system"] for row in rows],
        [row["valid_from"] for row in rows],
        [row["valid_to"] for row in rows],
        [row["system_from"] for row in rows],
    ]


def _attributes(row: dict[str, Any]) -> dict[str, str] | None:
    return {name: row[name] for name in CUSTOMER.by_name if row[name] is not None} or None
