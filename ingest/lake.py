"""Carries every change of the golden records into the lake: Parquet files whose names say which changes they hold."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pyarrow as pa

from graph.errors import ConflictError
from graph.golden.entity_type import CUSTOMER
from graph.store import facts
from graph.store.database import DEFAULT_TENANT, Database
from graph.store.golden_records import GoldenRecords
from graph.store.lake_files import LakeFile, LakeFiles
from graph.time import AsOf
from ingest import parquet_content
from ingest.lake_storage import LakeStorage
from ingest.parquet_content import Content
from ingest.reports import Reports
from ingest.runs import lake_run
from ingest.version_rows import SCHEMA, tombstone, version_row

DATASET = "customers"
EXPORT_LOCK = 0x6C616B65
"""The advisory lock of the one who writes to the lake."""

_logger = logging.getLogger(__name__)


class LakeExport:
    """Writes the changes of one tenant's customers, oldest first, up to the watermark.

    One at a time: hold `exclusively`. A file is planned before it is written and complete before it has its name, so
    that a crash at any moment leaves nothing that the next attempt does not write again, byte for byte. Who lost the
    lock unnoticed does no harm either: a file's name always stands for one writer's whole work.
    """

    def __init__(
        self,
        database: Database,
        storage: LakeStorage,
        reports: Reports,
        tenant: int = DEFAULT_TENANT,
        *,
        facts_per_file: int = 50_000,
    ) -> None:
        self.files = LakeFiles(database, tenant)
        self.storage = storage
        self.folder = storage.folder(DATASET)
        self._database = database
        self._tenant = tenant
        self._golden_records = GoldenRecords(database, tenant)
        self._reports = reports
        self._facts_per_file = facts_per_file

    @asynccontextmanager
    async def exclusively(self, *, wait: bool) -> AsyncGenerator[bool]:
        """Be the only one who writes to the lake; yields whether that is so, which it always is after waiting.

        What writers that were killed left unfinished is cleared away first.
        """
        async with self._database.connection() as connection:
            while True:
                sql = "select pg_try_advisory_lock($1, $2)"
                is_ours = await connection.fetchval(sql, EXPORT_LOCK, self._tenant)
                if is_ours or not wait:
                    break
                await asyncio.sleep(0.2)
            if is_ours:
                await asyncio.to_thread(self.storage.clear_unfinished, self.folder, "*Z.parquet")
            yield is_ours  # the pool takes the lock back with the connection, also from one that failed

    async def export(self, stop: asyncio.Event | None = None) -> list[LakeFile]:
        """Write all files there are to write, ending early once `stop` is set, and return them."""
        written: list[LakeFile] = []
        while not (stop is not None and stop.is_set()):
            file = await self.plan()
            if file is None:
                break
            file = await self.write(file)
            if file.written_at is not None:
                written.append(file)
        return written

    async def plan(self) -> LakeFile | None:
        """Commit what the next file will hold and return it; None where nothing changed."""
        return await self.files.plan(self.folder, CUSTOMER.name, self._facts_per_file)

    async def write(self, file: LakeFile) -> LakeFile:
        """Write a planned file, record that it is complete, and return it as it is recorded then.

        Where another writer came between and the file is planned in another run by now, it stays planned.
        """
        run = lake_run(file)
        await self._reports.started(run, file.planned_at)
        try:
            rows = await self.rows(file)
            content = await asyncio.to_thread(write_parquet, self.storage, file.location, rows, _notes(file))
        except Exception as error:
            failed_at = await self.files.renew_run(file)
            if failed_at is not None:
                await self._reports.failed(run, failed_at, f"{type(error).__name__}: {error}")
            raise
        return await self.files.written(file, len(rows), content.size, content.sha256)

    async def read(self, file: LakeFile) -> list[dict[str, Any]]:
        """Return the rows of a written file; where it is gone or damaged it is written again first, from the facts."""
        try:
            return await asyncio.to_thread(self._read, file)
        except ConflictError as error:
            _logger.warning("%s; it is written again", error.message)
        return await asyncio.to_thread(self._read, await self.write_again(file))

    def _read(self, file: LakeFile) -> list[dict[str, Any]]:
        return parquet_content.read(self.storage, file.location, file.sha256).to_pylist()

    async def write_again(self, file: LakeFile) -> LakeFile:
        """Put a written file at its place once more, as the facts tell it now, and return it so."""
        rows = await self.rows(file)
        content = await asyncio.to_thread(write_parquet, self.storage, file.location, rows, _notes(file))
        return await self.files.mended(file, len(rows), content.size, content.sha256)

    async def rows(self, file: LakeFile) -> list[dict[str, Any]]:
        """Return what the file holds: all versions of every customer it is about, as known at its end.

        A customer of whom nothing is believed any more (withdrawn, or merged into another) has one row of version 0.
        """
        changed = await self.files.changed(file)
        timelines = await self._golden_records.timeline(changed, file.system_to_inclusive)
        gone = [customer for customer in changed if not timelines[customer]]
        async with self._database.connection() as connection:
            at = AsOf(file.system_to_inclusive, file.system_to_inclusive)
            last = await facts.as_of(connection, self._tenant, gone, at)
        rows: list[dict[str, Any]] = []
        for customer in changed:
            rows.extend(version_row(customer, version) for version in timelines[customer])
            if not timelines[customer]:
                target = last[customer].target_id if customer in last else None
                rows.append(tombstone(customer, target))
        return rows


def write_parquet(
    storage: LakeStorage, location: str, rows: Sequence[dict[str, Any]], notes: dict[str, str]
) -> Content:
    """Put a complete customer file at its place, and return what exactly was put there."""
    return parquet_content.write(storage, location, pa.Table.from_pylist(list(rows), schema=SCHEMA), notes)


def customers_in(storage: LakeStorage, location: str) -> list[str] | None:
    """Return whose versions a file of the lake holds, None where it is damaged; nobody's, where it is gone."""
    rows = parquet_content.column_in(storage, location, ["customer_id", "version"])
    return None if rows is None else [row["customer_id"] for row in rows if row["version"] > 0]


def _notes(file: LakeFile) -> dict[str, str]:
    return {
        "goldthread.file_id": str(file.file_id),
        "goldthread.system_from_exclusive": file.system_from_exclusive.isoformat(),
        "goldthread.system_to_inclusive": file.system_to_inclusive.isoformat(),
    }
