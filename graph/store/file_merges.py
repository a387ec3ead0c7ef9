"""Merges of the lake's message files: planned, finished at one stroke, and the files they replace taken away after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.store.message_files import COLUMNS, MessageFile, Written, described

REWRITE_LOCK = 0x72777274
"""The advisory lock of the one who merges or rewrites written files."""

# Only what the warehouse holds is merged, so that no file is loaded that is made of loaded and other ones.
_SMALL = f"""
select {COLUMNS}
  from message_file f
 where tenant_id = $1
   and dataset = $2
   and status = 'written'
   and rows < $3
   and replaced_by is null
   and (loaded_at is not null
        or exists (select from message_file s where s.tenant_id = $1 and s.replaced_by = f.file_id))
 order by topic, partition, start_position
 limit $4
"""  # noqa: S608 - only a constant column list is filled in

_PLAN = """
insert into message_file (tenant_id, file_id, kind, dataset, path, topic, partition, start_position, end_position, first_at,
                          status, run_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'merging', $11)
"""

_FINISH = """
update message_file
   set status = 'written', offsets = $3::text::int8multirange, counts = $4, rows = $5, size = $6, sha256 = $7,
       written_at = clock_timestamp()
 where tenant_id = $1
   and file_id = $2
   and status = 'merging'
"""


class FileMerges:
    """Reads and writes the merges of one tenant; hold `REWRITE_LOCK` while one goes on."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant

    async def small(self, dataset: str, rows: int, limit: int) -> list[MessageFile]:
        """Return files of fewer rows that may be merged, partition by partition in the order of their offsets."""
        return await self._files(_SMALL, self._tenant, dataset, rows, limit)

    async def unfinished(self) -> list[MessageFile]:
        """Return the merges that were planned and not finished."""
        sql = f"select {COLUMNS} from message_file f where tenant_id = $1 and status = 'merging' order by seq"  # noqa: S608
        return await self._files(sql, self._tenant)

    async def replaced(self) -> list[MessageFile]:
        """Return the files that others took the place of and that were not taken away yet."""
        sql = f"""select {COLUMNS} from message_file f
                   where tenant_id = $1 and status = 'replaced' and removed_at is null order by seq"""  # noqa: S608
        return await self._files(sql, self._tenant)

    async def plan(self, merged: MessageFile, sources: Sequence[MessageFile]) -> None:
        """Commit which file will take the place of which."""

        async def work(connection: Connection) -> None:
            await connection.execute(
                _PLAN,
                self._tenant,
                merged.file_id,
                merged.kind,
                merged.dataset,
                merged.path,
                merged.topic,
                merged.partition,
                merged.start_position,
                merged.end_position,
                merged.first_at,
                merged.run_id,
            )
            await connection.execute(
                "update message_file set replaced_by = $2 where tenant_id = $1 and file_id = any($3)",
                self._tenant,
                merged.file_id,
                [source.file_id for source in sources],
            )

        await self._database.transaction(work)

    async def finish(self, merged: MessageFile, content: Written) -> None:
        """Let a file that lies complete at its place hold the messages from now on, instead of its sources."""

        async def work(connection: Connection) -> None:
            await connection.execute(
                "update message_file set status = 'replaced' where tenant_id = $1 and replaced_by = $2",
                self._tenant,
                merged.file_id,
            )
            await connection.execute(_FINISH, self._tenant, merged.file_id, *described(content))

        await self._database.transaction(work)

    async def removed(self, file_id: UUID) -> None:
        """Record that a replaced file is not there any more."""
        async with self._database.connection() as connection:
            await connection.execute(
                "update message_file set removed_at = clock_timestamp() where tenant_id = $1 and file_id = $2",
                self._tenant,
                file_id,
            )

    async def _files(self, sql: str, *arguments: Any) -> list[MessageFile]:
        async with self._database.connection() as connection:
            return [MessageFile.of(row) for row in await connection.fetch(sql, *arguments)]
