"""Carries the messages of a topic into the lake: a Parquet file for each batch, planned before it is written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import islice
from uuid import UUID

from graph.identity import new_id
from graph.store.customer_messages import CustomerMessage, remember
from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.store.facts import erased
from graph.store.message_files import LAKE_LOCK, MessageFile, MessageFiles, Written
from graph.store.stream_runs import StreamRun, StreamRuns
from ingest import parquet_content
from ingest.lake_storage import LakeStorage
from ingest.message_shape import Rows, Shape, file_name
from ingest.messages import Batch, FencedError, Refused, Store

FEW_MESSAGES = 200
"""So many are read at once, in less time than it takes to hand them to a thread and back twice."""


class MessageFileWriter:
    """Takes the batches of a topic in: each becomes a file of the lake, and what is no row of it is refused.

    A batch's ends are committed before its file is written, and the file counts from the transaction on that moves the
    position of the topic: a crash at any moment leaves nothing that the next attempt does not write again.
    """

    def __init__(
        self,
        database: Database,
        storage: LakeStorage,
        shape: Shape,
        run: StreamRun,
        tenant: int = DEFAULT_TENANT,
        session: Connection | None = None,
    ) -> None:
        self._session = session
        self.folder = storage.folder(*shape.folder)
        self.files = MessageFiles(database, tenant)
        self._database = database
        self._storage = storage
        self._shape = shape
        self._run = run
        self._tenant = tenant

    @classmethod
    @asynccontextmanager
    async def running(
        cls,
        database: Database,
        storage: LakeStorage,
        shape: Shape,
        topic: str,
        broker: str,
        tenant: int = DEFAULT_TENANT,
    ) -> AsyncGenerator[MessageFileWriter]:
        """Be one run of a topic's way into the lake, from here to the end; end those of processes that died before.

        `broker` is the server as OpenLineage names it: kafka://host:port.
        """
        runs = StreamRuns(database, tenant)
        await runs.abort_dead()
        await _clear(database, storage, storage.folder(*shape.folder), tenant)
        async with database.connection() as connection:  # the run is alive as long as this session is
            run = await runs.begin(connection, shape.kind, broker, topic, storage.folder(*shape.folder))
            try:
                yield cls(database, storage, shape, run, tenant, connection)
            except BaseException:
                await runs.end(run, "ABORT")
                raise
            await runs.end(run, "COMPLETE")

    @property
    def is_alive(self) -> bool:
        """Whether others can still see that its run goes on; it does not once PostgreSQL was gone, and has to begin anew."""
        return self._session is None or not self._session.is_closed()

    async def set_apart(self, connection: Connection, topic: str, partition: int, earlier: str) -> None:
        """Call the files of a topic that is gone by its earlier name; one that was planned only is taken away."""
        for location in await self.files.set_apart(connection, topic, partition, earlier):
            await asyncio.to_thread(self._storage.remove, location)

    async def planned_end(self, topic: str, partition: int, position: int) -> int | None:
        """Return where the batch that starts at `position` has to end, where that was planned before."""
        return await self.files.planned_end(topic, partition, position)

    async def prepare(self, batch: Batch) -> Store:
        """Plan and write the batch's file; what is returned records it.

        Raises UnavailableError where the lake cannot be reached, and FencedError where the batch was planned with
        another end, or taken in by another worker.
        """
        few = (
            len(batch.messages) <= FEW_MESSAGES and sum(message.size for message in batch.messages) < 1 << 20
        )
        rows = (
            self._shape.read(batch.messages)
            if few
            else await asyncio.to_thread(self._shape.read, batch.messages)
        )
        if gone := await self._erased(rows):
            rows = await asyncio.to_thread(without, rows, self._shape, gone)
        if not rows.messages and await self.planned_end(batch.topic, batch.partition, batch.start) is None:

            async def refuse(connection: Connection) -> Sequence[Refused]:
                return rows.refused

            return refuse
        file = await self.files.plan(self._plan(batch))
        if file.status != "planned" or file.end_position != batch.end:
            raise FencedError(f"{file.location} is of another batch")
        async with self._as_one_of_many() as connection:
            if not await self.files.is_planned(connection, file):
                raise FencedError(f"{file.location} was written by another worker")
            content = await asyncio.to_thread(write_rows, self._storage, file, rows)

        async def record(connection: Connection) -> Sequence[Refused]:
            await self._record(connection, file, rows, content)
            return rows.refused

        return record

    async def _record(self, connection: Connection, file: MessageFile, rows: Rows, content: Written) -> None:
        """Record a file in the transaction that moves the position; raises FencedError where it is not as it should be."""
        await connection.execute("select pg_advisory_xact_lock_shared($1, $2)", LAKE_LOCK, self._tenant)
        if await self._erased(rows, connection):
            raise FencedError(f"somebody in {file.location} was erased meanwhile")
        if not await self.files.written(connection, file, content, self._run.run_id):
            raise FencedError(f"{file.location} was recorded by another worker")
        await remember(connection, self._tenant, mentions_of(rows))

    def _plan(self, batch: Batch) -> MessageFile:
        return MessageFile(
            file_id=new_id(),
            kind=self._shape.kind,
            dataset=self.folder,
            path=file_name(self._shape.name, batch.messages),
            topic=batch.topic,
            partition=batch.partition,
            start_position=batch.start,
            end_position=batch.end,
            first_at=batch.messages[0].at,
            status="planned",
            run_id=self._run.run_id,
            planned_at=batch.messages[0].at,
        )

    async def _erased(self, rows: Rows, connection: Connection | None = None) -> set[UUID]:
        """Return who of the persons in some rows was erased; nobody is looked up where nobody ever was."""
        if connection is None:
            async with self._database.connection(leaves_nothing=True) as own:
                return await self._erased(rows, own)
        sql = "select exists (select from erasure where tenant_id = $1)"
        if not await connection.fetchval(sql, self._tenant):
            return set()
        persons = {UUID(id) for name in self._shape.persons for id in rows.table[name].to_pylist()}
        return set(await erased(connection, self._tenant, persons))

    @asynccontextmanager
    async def _as_one_of_many(self) -> AsyncGenerator[Connection]:
        """Hold the lock that all writers share by a connection of one's own, so that nobody rewrites written files meanwhile."""
        async with self._database.connection(leaves_nothing=True) as connection:
            await connection.execute("select pg_advisory_lock_shared($1, $2)", LAKE_LOCK, self._tenant)
            yield connection  # where this fails, the pool takes the lock back with the connection
            await connection.execute("select pg_advisory_unlock_shared($1, $2)", LAKE_LOCK, self._tenant)


async def _clear(database: Database, storage: LakeStorage, folder: str, tenant: int) -> None:
    """Take away what writers that were killed left half written, unless somebody is writing just now."""
    async with database.connection() as connection:  # the pool takes the lock back with the connection
        if await connection.fetchval("select pg_try_advisory_lock($1, $2)", LAKE_LOCK, tenant):
            await asyncio.to_thread(storage.clear_unfinished, folder, "*_*-*.parquet")


def write_rows(storage: LakeStorage, file: MessageFile, rows: Rows) -> Written:
    """Put the file of some rows at its place, and return what exactly was put there."""
    content = parquet_content.write(storage, file.location, rows.table, notes_of(file))
    offsets = [message.offset for message in rows.messages]
    return Written(offsets, rows.counts, content.size, content.sha256)


def notes_of(file: MessageFile) -> dict[str, str]:
    """Return what a file says of itself."""
    return {
        "goldthread.file_id": str(file.file_id),
        "goldthread.topic": file.topic,
        "goldthread.partition": str(file.partition),
        "goldthread.start_position": str(file.start_position),
        "goldthread.end_position": str(file.end_position),
    }


def without(rows: Rows, shape: Shape, persons: set[UUID]) -> Rows:
    """Return the rows of all messages that tell of nobody among some persons."""
    kept = [
        message
        for message, told in zip(rows.messages, persons_of(rows, shape), strict=True)
        if not told & persons
    ]
    return replace(shape.read(kept), refused=rows.refused)


def persons_of(rows: Rows, shape: Shape) -> list[set[UUID]]:
    """Return of whom each message tells."""
    columns = [rows.table[name].to_pylist() for name in shape.persons]
    each = zip(*columns, strict=True)
    counts = rows.counts or (1,) * len(rows.messages)
    return [{UUID(id) for row in islice(each, count) for id in row} for count in counts]


def mentions_of(rows: Rows) -> list[CustomerMessage]:
    """Return which messages told of which customers."""
    found: list[CustomerMessage] = []
    for mention in rows.mentions:
        message = rows.messages[mention.place]
        found.append(
            CustomerMessage(
                mention.customer_id,
                mention.known_at,
                message.topic,
                message.partition,
                message.offset,
                message.at,
            )
        )
    return found
