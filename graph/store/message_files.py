"""The manifest of the lake's files of messages: which offsets each holds, and what of them the warehouse holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import asyncpg

from graph.identity import new_id
from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.store.offsets import Ranges, multirange, row_of
from graph.store.offsets import of as ranges_of
from graph.store.warehouse_loads import InLake, WarehouseLoad

LAKE_LOCK = 0x6D657373
"""The advisory lock that writers of message files share, and that whoever rewrites written ones holds alone."""

COLUMNS = """f.file_id, f.kind, f.dataset, f.path, f.topic, f.partition, f.start_position, f.end_position, f.first_at,
       f.status, f.run_id, f.planned_at, f.offsets, f.counts, f.rows, f.size, f.sha256, f.written_at"""

_IS_MERGED = (
    "exists (select from message_file s where s.tenant_id = f.tenant_id and s.replaced_by = f.file_id)"
)

_PLAN = f"""
with planned as (
  insert into message_file (tenant_id, file_id, kind, dataset, path, topic, partition, start_position, end_position, first_at,
                            run_id)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
  on conflict do nothing
  returning *
)
select {COLUMNS} from planned f
"""  # noqa: S608 - only a constant column list is filled in

_AT = f"""
select {COLUMNS}
  from message_file f
 where tenant_id = $1
   and topic = $2
   and partition = $3
   and start_position = $4
   and status in ('planned', 'written')
"""  # noqa: S608 - only a constant column list is filled in

_WRITTEN = """
update message_file
   set status = 'written', offsets = $3::text::int8multirange, counts = $4, rows = $5, size = $6, sha256 = $7,
       run_id = $8, written_at = clock_timestamp()
 where tenant_id = $1
   and file_id = $2
   and status = 'planned'
returning true
"""

_REWRITTEN = """
update message_file
   set offsets = $3::text::int8multirange, counts = $4, rows = $5, size = $6, sha256 = $7
 where tenant_id = $1
   and file_id = $2
   and status = 'written'
"""

# In the order of the offsets within each partition: what an earlier message said of a customer is older.
_NEXT_TO_LOAD = f"""
select {COLUMNS}
  from message_file f
 where tenant_id = $1
   and dataset = $2
   and status = 'written'
   and loaded_at is null
   and not {_IS_MERGED}
   and not exists (
         select
           from message_file p
          where p.tenant_id = $1
            and p.topic = f.topic
            and p.partition = f.partition
            and p.status = 'planned'
            and p.start_position < f.start_position
       )
 order by seq
 limit 1
"""  # noqa: S608 - only constants are filled in

_LOADED = """
update message_file
   set load_run_id = $3, load_rows = $4, load_started_at = $5, load_parent = $6, loaded_at = clock_timestamp()
 where tenant_id = $1
   and file_id = $2
   and loaded_at is null
"""

_UNREPORTED = f"""
select {COLUMNS}, f.file_id as load_file_id, f.load_run_id, f.load_rows, f.load_started_at, f.loaded_at, f.load_parent,
       f.reported_at, f.load_reported_at, {_IS_MERGED} as is_merged
  from message_file f
 where tenant_id = $1
   and (reported_at is null or load_reported_at is null)
   and written_at is not null
   and (reported_at is null or loaded_at is not null)
 order by seq
 limit $2
"""  # noqa: S608 - only constants are filled in


Status = Literal["planned", "merging", "written", "replaced"]


@dataclass(frozen=True, slots=True)
class MessageFile(InLake):
    """One file of messages of one partition, read between two positions of its topic, the last one excluded.

    `dataset` is a folder or the URL of one, `path` lies in it. `offsets`, `rows`, `size` (bytes), `sha256` and
    `written_at` are None until written; `counts` says how many rows each message has, None: one.
    """

    file_id: UUID
    kind: str
    dataset: str
    path: str
    topic: str
    partition: int
    start_position: int
    end_position: int
    first_at: datetime
    status: Status
    run_id: UUID
    planned_at: datetime
    offsets: Ranges | None = None
    counts: tuple[int, ...] | None = None
    rows: int | None = None
    size: int | None = None
    sha256: bytes | None = None
    written_at: datetime | None = None

    @classmethod
    def of(cls, row: asyncpg.Record) -> MessageFile:
        """Return the file of one row."""
        held = {name: row[name] for name in cls.__dataclass_fields__}
        if held["offsets"] is not None:
            held["offsets"] = tuple((part.lower, part.upper) for part in held["offsets"])
        if held["counts"] is not None:
            held["counts"] = tuple(held["counts"])
        return cls(**held)

    @property
    def messages(self) -> list[int]:
        """The offsets of the messages it holds, in the order of its rows."""
        return [offset for lower, upper in self.offsets or () for offset in range(lower, upper)]

    def row_of(self, offset: int) -> int | None:
        """Return the first row, counted from 1, of the message at an offset; None where the file does not hold it."""
        place = row_of(self.offsets or (), offset)
        return place if place is None or self.counts is None else 1 + sum(self.counts[: place - 1])


@dataclass(frozen=True, slots=True)
class Untold:
    """A file with what lineage has not been told of it: that it was written, that it was loaded, or both."""

    file: MessageFile
    load: WarehouseLoad | None
    is_merged: bool
    is_written_told: bool
    is_load_told: bool


@dataclass(frozen=True, slots=True)
class Written:
    """What lies in a file: the offsets of its messages, how many rows each has, how many bytes it has, their SHA-256."""

    offsets: Sequence[int]
    counts: Sequence[int] | None
    size: int
    sha256: bytes


class MessageFiles:
    """Reads and writes the manifest of one tenant."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self.database = database
        self.tenant = tenant

    async def plan(self, file: MessageFile) -> MessageFile:
        """Commit the plan of a file and return it, or the file that was planned or written from that position before."""
        async with self.database.connection(leaves_nothing=True) as connection:
            row = await connection.fetchrow(
                _PLAN,
                self.tenant,
                file.file_id,
                file.kind,
                file.dataset,
                file.path,
                file.topic,
                file.partition,
                file.start_position,
                file.end_position,
                file.first_at,
                file.run_id,
            )
            if row is None:
                row = await connection.fetchrow(
                    _AT, self.tenant, file.topic, file.partition, file.start_position
                )
        if row is None:
            raise LookupError(f"the lake has a file {file.location} already, of other messages")
        return MessageFile.of(row)

    async def set_apart(self, connection: Connection, topic: str, partition: int, earlier: str) -> list[str]:
        """Call a topic that is gone by another name wherever messages are looked up, and drop what was planned of it.

        Return where files may lie that were planned.
        """
        place = (self.tenant, topic, partition)
        dropped = await connection.fetch(
            """delete from message_file
                where tenant_id = $1 and topic = $2 and partition = $3 and status = 'planned'
               returning dataset || '/' || path as location""",
            *place,
        )
        for table in ("message_file", "customer_message"):
            sql = f"update {table} set topic = $4 where tenant_id = $1 and topic = $2 and partition = $3"  # noqa: S608 - constant
            await connection.execute(sql, *place, earlier)
        return [row["location"] for row in dropped]

    async def planned_end(self, topic: str, partition: int, position: int) -> int | None:
        """Return where the batch has to end that starts at a position, None where none is planned there."""
        async with self.database.connection(leaves_nothing=True) as connection:
            row = await connection.fetchrow(_AT, self.tenant, topic, partition, position)
        return row["end_position"] if row is not None and row["status"] == "planned" else None

    async def is_planned(self, connection: Connection, file: MessageFile) -> bool:
        """Whether the file is still to be written."""
        return await connection.fetchval(
            "select status = 'planned' from message_file where tenant_id = $1 and file_id = $2",
            self.tenant,
            file.file_id,
        )

    async def written(
        self, connection: Connection, file: MessageFile, content: Written, run_id: UUID
    ) -> bool:
        """Record, in the transaction that moves the position, that a planned file lies complete at its place.

        False where it was recorded before.
        """
        return bool(
            await connection.fetchval(
                _WRITTEN,
                self.tenant,
                file.file_id,
                *described(content),
                run_id,
            )
        )

    async def rewritten(self, connection: Connection, file: MessageFile, content: Written) -> None:
        """Record that a written file holds other content now, as only erasure does it."""
        await connection.execute(
            _REWRITTEN,
            self.tenant,
            file.file_id,
            *described(content),
        )

    async def files(self, dataset: str, *, with_planned: bool = False) -> list[MessageFile]:
        """Return the files of a dataset that hold messages now, in the order of planning; those to come where asked for."""
        async with self.database.connection() as connection:
            rows = await connection.fetch(
                f"""select {COLUMNS} from message_file f
                     where tenant_id = $1 and dataset = $2 and (status = 'written' or status = 'planned' and $3)
                     order by seq""",  # noqa: S608 - only a constant column list is filled in
                self.tenant,
                dataset,
                with_planned,
            )
        return [MessageFile.of(row) for row in rows]

    async def next_to_load(self, connection: Connection, dataset: str) -> MessageFile | None:
        """Return the file that is to be loaded next; it stays so under the loader's lock."""
        row = await connection.fetchrow(_NEXT_TO_LOAD, self.tenant, dataset)
        return None if row is None else MessageFile.of(row)

    async def loaded(
        self,
        connection: Connection,
        file: MessageFile,
        rows: int,
        started_at: datetime,
        parent: dict[str, Any] | None = None,
    ) -> None:
        """Record, in the transaction that loads it, that a file is in the warehouse; `parent` names what it is part of."""
        await connection.execute(_LOADED, self.tenant, file.file_id, new_id(), rows, started_at, parent)

    async def unreported(self, limit: int) -> list[Untold]:
        """Return the oldest files of which lineage has something to be told."""
        async with self.database.connection() as connection:
            rows = await connection.fetch(_UNREPORTED, self.tenant, limit)
        return [_untold(row) for row in rows]

    async def reported(self, told: Untold) -> None:
        """Record what lineage was told of a file."""
        async with self.database.connection() as connection:
            await connection.execute(
                """update message_file
                      set reported_at = coalesce(reported_at, clock_timestamp()),
                          load_reported_at = case when $3 then clock_timestamp() else load_reported_at end
                    where tenant_id = $1 and file_id = $2""",
                self.tenant,
                told.file.file_id,
                told.load is not None,
            )

    async def sources(self, file: MessageFile) -> list[MessageFile]:
        """Return the files that a merged file was made from, in the order of their offsets."""
        async with self.database.connection() as connection:
            rows = await connection.fetch(
                f"""select {COLUMNS} from message_file f
                     where tenant_id = $1 and replaced_by = $2 order by start_position""",  # noqa: S608 - constant
                self.tenant,
                file.file_id,
            )
        return [MessageFile.of(row) for row in rows]


def described(content: Written) -> tuple[Any, ...]:
    """Return offsets, counts, rows, size and digest as statements take them."""
    rows = len(content.offsets) if content.counts is None else sum(content.counts)
    ranges = multirange(ranges_of(content.offsets))
    return ranges, content.counts, rows, content.size, content.sha256


def _untold(row: Any) -> Untold:
    return Untold(
        MessageFile.of(row),
        WarehouseLoad.of(row),
        row["is_merged"],
        row["reported_at"] is not None,
        row["load_reported_at"] is not None,
    )
