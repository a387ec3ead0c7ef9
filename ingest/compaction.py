"""Makes few large files of messages from many small ones; where each message lies is known at every moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

import pyarrow as pa

from graph.identity import new_id
from graph.store.database import DEFAULT_TENANT, Database
from graph.store.file_merges import REWRITE_LOCK, FileMerges
from graph.store.message_files import MessageFile, MessageFiles, Written
from ingest import parquet_content
from ingest.lake_storage import LakeStorage
from ingest.message_files import notes_of
from ingest.message_runs import SHAPES

ROWS = 1_000_000
"""So many rows a merged file has at most, if nothing else is asked for."""

AT_ONCE = 10_000
"""How many files are looked at in one go."""


class Compaction:
    """Merges the message files of one tenant's lake."""

    def __init__(self, database: Database, storage: LakeStorage, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._storage = storage
        self._tenant = tenant
        self._files = MessageFiles(database, tenant)
        self._merges = FileMerges(database, tenant)

    async def run(self, rows: int = ROWS, stop: asyncio.Event | None = None) -> list[MessageFile]:
        """Merge neighbours until none is left that fits, and return the merged files, as they were planned.

        A file of half as many rows stays as it is, so that none is written again and again.
        A message stays in its old file until its new one is complete; old files are taken away after.
        """
        merged: list[MessageFile] = []
        async with self.exclusively():
            await self.finish()
            for shape in SHAPES.values():
                dataset = self._storage.folder(*shape.folder)
                while groups := neighbours(
                    await self._merges.small(dataset, max(2, rows // 2), AT_ONCE), rows
                ):
                    for group in groups:
                        if stop is not None and stop.is_set():
                            return merged
                        merged.append(await self._merge(shape.name, group))
                    await self.finish()
        return merged

    async def finish(self) -> None:
        """Bring to its end what was broken off; call it under the lock."""
        for file in await self._merges.unfinished():
            await self._write(file, await self._files.sources(file))
        for file in await self._merges.replaced():
            await asyncio.to_thread(self._storage.remove, file.location)
            await self._merges.removed(file.file_id)

    @asynccontextmanager
    async def exclusively(self) -> AsyncGenerator[None]:
        """Be the only one who merges or rewrites written files."""
        async with self._database.connection() as connection:
            sql = "select pg_advisory_lock($1, $2)"
            await connection.execute(sql, REWRITE_LOCK, self._tenant, timeout=3600)
            yield  # the pool takes the lock back with the connection

    async def _merge(self, name: str, sources: Sequence[MessageFile]) -> MessageFile:
        merged = union(name, sources)
        await self._merges.plan(merged, sources)
        await self._write(merged, sources)
        return merged

    async def _write(self, merged: MessageFile, sources: Sequence[MessageFile]) -> None:
        content = await asyncio.to_thread(self._put, merged, sources)
        await self._merges.finish(merged, content)

    def _put(self, merged: MessageFile, sources: Sequence[MessageFile]) -> Written:
        tables = [
            parquet_content.read(self._storage, source.location, source.sha256).replace_schema_metadata(None)
            for source in sources
        ]
        content = parquet_content.write(
            self._storage, merged.location, pa.concat_tables(tables), notes_of(merged)
        )
        offsets = [offset for source in sources for offset in source.messages]
        each = [source.counts for source in sources]
        counts = None if None in each else [count for counts in each for count in counts or ()]
        return Written(offsets, counts, content.size, content.sha256)


def neighbours(files: Sequence[MessageFile], rows: int) -> list[list[MessageFile]]:
    """Return files that follow each other without a gap in their partitions, in groups of two or more.

    `files` are in the order of partitions and offsets; no group has more than so many rows.
    """
    groups: list[list[MessageFile]] = []
    total = 0
    for file in files:
        size = file.rows or 0
        if groups and _follows(groups[-1][-1], file) and total + size <= rows:
            groups[-1].append(file)
            total += size
        else:
            groups.append([file])
            total = size
    return [group for group in groups if len(group) > 1]


def union(name: str, sources: Sequence[MessageFile]) -> MessageFile:
    """Return the plan of the file that takes the place of neighbours."""
    first, last = sources[0], sources[-1]
    span = f"{first.start_position}-{last.end_position - 1}"
    return MessageFile(
        file_id=new_id(),
        kind=first.kind,
        dataset=first.dataset,
        path=f"{name}_{first.first_at:%Y%m%dT%H%M%S.%fZ}_{first.partition}_{span}.parquet",
        topic=first.topic,
        partition=first.partition,
        start_position=first.start_position,
        end_position=last.end_position,
        first_at=first.first_at,
        status="merging",
        run_id=new_id(),
        planned_at=first.planned_at,
    )


def _follows(before: MessageFile, after: MessageFile) -> bool:
    same = (before.topic, before.partition) == (after.topic, after.partition)
    return same and before.end_position == after.start_position
