"""Takes erased people out of the lake's files of messages, wherever these lie."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import cast
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.errors import NotFoundError
from graph.golden.traces import Traces
from graph.store.customer_messages import forget, known_ats
from graph.store.database import DEFAULT_TENANT, Database
from graph.store.golden_records import GoldenRecords
from graph.store.message_files import LAKE_LOCK, MessageFile, MessageFiles, Written
from ingest import parquet_content
from ingest.compaction import Compaction
from ingest.lake_storage import LakeStorage
from ingest.message_files import notes_of
from ingest.message_runs import SHAPES
from ingest.message_shape import Shape
from ingest.version_rows import tombstone, version_row


@dataclass(frozen=True, slots=True)
class Affected:
    """Whom an erasure is about: golden records that are gone, those worked out anew, and words that name the person."""

    erased: frozenset[UUID]
    recomputed: frozenset[UUID]
    traces: Traces

    def gone(self, person: str) -> bool:
        """Whether nothing about this one may be left."""
        return UUID(person) in self.erased or self.traces.are_in(person)


class MessageErasure:
    """Rewrites the message files of one tenant's lake."""

    def __init__(self, database: Database, storage: LakeStorage, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._storage = storage
        self._tenant = tenant
        self._files = MessageFiles(database, tenant)
        self._golden_records = GoldenRecords(database, tenant)
        self._compaction = Compaction(database, storage, tenant)

    async def files_with(self, affected: Affected) -> dict[str, int]:
        """Return the files that are to be rewritten, each with how many rows of the erased it holds."""
        found: dict[str, int] = {}
        async with self._alone():
            for shape, file in await self._all():
                table = await asyncio.to_thread(self._read, file)
                if table is None:
                    continue
                persons = _persons(table, shape)
                gone = {person for person in set(persons) if affected.gone(person)}
                if gone or any(UUID(person) in affected.recomputed for person in set(persons)):
                    found[file.location] = sum(person in gone for person in persons)
        return found

    async def remove(self, affected: Affected, locations: Collection[str]) -> list[str]:
        """Rewrite files without the erased, and with what is known now of whoever was worked out anew.

        Return which messages told of the erased: "topic partition:first-last", of as many as there are in between.
        """
        async with self._alone():
            for shape, file in await self._all():
                if file.location in locations:
                    await self._rewrite(shape, file, affected)
            async with self._database.connection() as connection:
                told = await forget(connection, self._tenant, affected.erased)
        return [f"{topic} {part}:{found[0]}-{found[-1]}" for (topic, part), found in told.items()]

    async def topics_of(self, removed: Mapping[str, int]) -> set[str]:
        """Return the topics whose messages lie in files, by location, from which rows were removed."""
        return {file.topic for _, file in await self._all() if removed.get(file.location)}

    async def _all(self) -> list[tuple[Shape, MessageFile]]:
        return [
            (shape, file)
            for shape in SHAPES.values()
            for file in await self._files.files(self._storage.folder(*shape.folder), with_planned=True)
        ]

    async def _rewrite(self, shape: Shape, file: MessageFile, affected: Affected) -> None:
        table = await asyncio.to_thread(self._read, file)
        if table is None:
            return
        if file.status == "planned":
            # Whoever is writing it is refused when it wants to record it, and writes it anew without the erased.
            await asyncio.to_thread(self._storage.remove, file.location)
            return
        persons = set(_persons(table, shape))
        anew = {person for person in persons if UUID(person) in affected.recomputed}
        left_out = anew | {person for person in persons if affected.gone(person)}
        column = pc.field(shape.persons[0])
        kept = table.filter(~column.isin(pa.array(sorted(left_out), pa.string())))
        if anew:
            stale = table.filter(column.isin(pa.array(sorted(anew), pa.string())))
            rows = pa.concat_tables([kept, await self._recomputed(file, stale)])
            kept = rows.sort_by([("message_offset", "ascending"), ("version", "ascending")])
        content = await asyncio.to_thread(self._put, file, kept)
        async with self._database.connection() as connection:
            await self._files.rewritten(connection, file, content)

    async def _recomputed(self, file: MessageFile, stale: pa.Table) -> pa.Table:
        """Return the rows that the messages of some customers would have if they told what is believed of then now."""
        messages = {row["message_offset"]: row for row in stale.to_pylist()}
        async with self._database.connection() as connection:
            known = await known_ats(connection, self._tenant, file.topic, file.partition, list(messages))
        rows: list[dict[str, object]] = []
        for offset, row in messages.items():
            customer = UUID(row["customer_id"])
            versions = (await self._golden_records.timeline([customer], known[offset]))[customer]
            told = [version_row(customer, version) for version in versions] or [tombstone(customer, None)]
            rows += [one | {name: row[name] for name in row if name.startswith("message_")} for one in told]
        return pa.Table.from_pylist(rows, schema=stale.schema)

    def _read(self, file: MessageFile) -> pa.Table | None:
        """Return what lies at the place of a file; None where nothing does, as that of a planned one may not."""
        try:
            return parquet_content.read_any(self._storage, file.location)
        except NotFoundError:
            return None

    def _put(self, file: MessageFile, table: pa.Table) -> Written:
        offsets, counts = np.unique(table["message_offset"].to_numpy(), return_counts=True)
        content = parquet_content.write(self._storage, file.location, table, notes_of(file))
        each = None if file.counts is None else counts.tolist()
        return Written(offsets.tolist(), each, content.size, content.sha256)

    @asynccontextmanager
    async def _alone(self) -> AsyncGenerator[None]:
        """Let nobody write, merge or rewrite files meanwhile, and no replaced file be left."""
        async with self._compaction.exclusively(), self._database.connection() as connection:
            await self._compaction.finish()
            sql = "select pg_advisory_lock($1, $2)"
            await connection.execute(sql, LAKE_LOCK, self._tenant, timeout=600)
            yield  # the pool takes the lock back with the connection


def _persons(table: pa.Table, shape: Shape) -> list[str]:
    """Return of whom each row tells."""
    return cast("list[str]", table[shape.persons[0]].to_pylist())
