"""Takes the words of an erased person out of stored lineage: events as they came, facets, and the names of nodes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
import zstandard

from graph.golden.traces import Traces
from graph.store.database import DEFAULT_TENANT, Connection, Database

BATCH = 500
"""How many rows are looked at in one transaction."""

_FIRST = UUID(int=0)

_FACETS = (
    ("facet", ("digest",)),
    ("run_facet", ("run_id", "name")),
    ("run_dataset_facet", ("run_id", "dataset_id", "role", "name")),
)
"""The tables with bodies of facets, and what tells their rows apart."""

_NODES = (("dataset", "dataset_id"), ("job", "job_id"))


class LineageErasure:
    """Erases people from one tenant's lineage; may be called again at any time, and then finds what came since."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant

    async def remove(self, traces: Traces) -> Counter[str]:
        """Replace every one of the words wherever lineage holds it, and return how many rows of which table held one.

        An event keeps its id, so that it is known as received where it is sent once more.
        """
        changed = Counter({"lineage_event": await self._events(traces)})
        for table, key in _FACETS:
            changed[table] += await self._facets(traces, table, key)
        for table, key in _NODES:
            changed[table] += await self._names(traces, table, key)
        return Counter({table: count for table, count in changed.items() if count})

    async def _events(self, traces: Traces) -> int:
        after, changed = _FIRST, 0
        while True:
            async with self._database.connection() as connection:
                rows = await connection.fetch(
                    """select event_id, body from lineage_event
                        where tenant_id = $1 and event_id > $2 order by event_id limit $3""",
                    self._tenant,
                    after,
                    BATCH,
                )
                clean = [
                    (self._tenant, row["event_id"], body)
                    for row in rows
                    if (body := _clean(row["body"], traces))
                ]
                await connection.executemany(
                    "update lineage_event set body = $3 where tenant_id = $1 and event_id = $2", clean
                )
            changed += len(clean)
            if len(rows) < BATCH:
                return changed
            after = rows[-1]["event_id"]

    async def _facets(self, traces: Traces, table: str, key: Sequence[str]) -> int:
        async def work(connection: Connection) -> int:
            names = ", ".join(key)
            cursor = await connection.cursor(
                f"select {names}, body from {table} where tenant_id = $1 and body is not null",  # noqa: S608 - constant
                self._tenant,
            )
            clean: list[tuple[Any, ...]] = []
            while rows := await cursor.fetch(BATCH):
                for row in rows:
                    body, count = traces.removed_from_json(row["body"])
                    if count:
                        clean.append((self._tenant, body, *(row[name] for name in key)))
            same = " and ".join(f"{name} = ${place}" for place, name in enumerate(key, start=3))
            await connection.executemany(
                f"update {table} set body = $2 where tenant_id = $1 and {same}",  # noqa: S608 - constant names
                clean,
            )
            return len(clean)

        return await self._database.transaction(work)

    async def _names(self, traces: Traces, table: str, key: str) -> int:
        async def work(connection: Connection) -> int:
            cursor = await connection.cursor(
                f"select {key} as id, namespace, name from {table} where tenant_id = $1",  # noqa: S608 - constant
                self._tenant,
            )
            clean: list[tuple[Any, ...]] = []
            while rows := await cursor.fetch(BATCH):
                for row in rows:
                    # What remains of the name may be that of another node, so the end of the id goes with it.
                    mark = f"[erased {str(row['id'])[-12:]}]"
                    namespace, one = traces.removed(row["namespace"], lambda word, mark=mark: mark)
                    name, other = traces.removed(row["name"], lambda word, mark=mark: mark)
                    if one + other:
                        clean.append((self._tenant, row["id"], namespace, name))
            await connection.executemany(
                f"update {table} set namespace = $3, name = $4 where tenant_id = $1 and {key} = $2",  # noqa: S608
                clean,
            )
            return len(clean)

        return await self._database.transaction(work)


def _clean(body: bytes, traces: Traces) -> bytes | None:
    """Return the compressed text of an event without the words, or None where it holds none."""
    value, count = traces.removed_from_json(orjson.loads(zstandard.ZstdDecompressor().decompress(body)))
    return zstandard.ZstdCompressor(level=1).compress(orjson.dumps(value)) if count else None
