"""Takes the words of an erased person out of stored lineage: events as they came, facets, names, and what learned of them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import zstandard

from graph.golden.traces import Traces
from graph.store import search_index
from graph.store.database import DEFAULT_TENANT, Connection, Database
from lineage import dictionaries
from lineage.bodies import TRAINING_KEY, Bodies, keep, lock_writers_out
from lineage.dictionaries import LEVEL, dictionary_of
from lineage.found_words import FoundWords, holds_any

BATCH = 200
"""How many rows are looked at, and rewritten in one transaction."""

_FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class _Table:
    """A table with texts: its key beside the tenant, what comes before all keys, and which columns hold what."""

    name: str
    key: str
    before_all: object
    json: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    packed: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.json, *self.text, *self.packed)

    @property
    def page(self) -> str:
        held = " or ".join(f"{column} is not null" for column in self.columns)
        return (
            f"select {self.key} as key, {', '.join(self.columns)} from {self.name}"  # noqa: S608 - constant names
            f" where tenant_id = $1 and {self.key} > $2 and ({held}) order by {self.key} limit {BATCH}"
        )

    @property
    def update(self) -> str:
        values = ", ".join(f"{column} = ${place}" for place, column in enumerate(self.columns, start=3))
        return f"update {self.name} set {values} where tenant_id = $1 and {self.key} = $2"  # noqa: S608


_TABLES = (
    _Table("facet", "digest", b"", json=("body",)),
    _Table("lineage_event", "event_id", _FIRST, json=("facets", "warnings")),
    _Table("run", "run_id", _FIRST, text=("given_id",)),
    _Table("column_inference", "mention_id", -1, text=("reason",)),
    _Table("dead_letter", "dead_letter_id", _FIRST, json=("problems",), text=("source",), packed=("body",)),
    _Table("lineage_replay", "event_id", _FIRST, packed=("body",)),
    _Table("lineage_event_body", "event_id", _FIRST, packed=("body",)),
)
_NODES = (
    _Table("dataset", "dataset_id", _FIRST, text=("namespace", "name")),
    _Table("job", "job_id", _FIRST, text=("namespace", "name")),
)

_COLUMN_NAMES = """
select input_column as name from column_edge where tenant_id = $1
 union
select output_column from column_edge where tenant_id = $1
"""

_FACET_NAMES = """
select name from mention_facet where tenant_id = $1
 union
select name from facet_version where tenant_id = $1
"""

_RENAME_COLUMNS = """
with renamed as (
  select * from unnest($2::text[], $3::text[]) as names (before, after)
), gone as (
  delete from column_edge
   where tenant_id = $1
     and (input_column = any ($2) or output_column = any ($2))
  returning *
), added as (
  insert into column_edge (tenant_id, digest, input_id, input_column, output_column)
  select g.tenant_id, g.digest, g.input_id, coalesce(i.after, g.input_column), coalesce(o.after, g.output_column)
    from gone g
    left join renamed i on i.before = g.input_column
    left join renamed o on o.before = g.output_column
      on conflict do nothing
)
select count(*) from gone
"""


class LineageErasure:
    """Erases people from one tenant's lineage; may be called again at any time, and then finds what came since."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant
        self._bodies = Bodies(database, tenant)

    async def remove(self, traces: Traces) -> Counter[str]:
        """Replace every one of the words wherever lineage holds it, and return how many rows of which table held one.

        An event keeps its id, so that it is known as received where it is sent once more. Broken off at any point, the
        next call does the rest.
        """
        async with self._database.connection() as connection:
            key = TRAINING_KEY + self._tenant
            # Nobody is to learn from what is about to be removed.
            await connection.execute("select pg_advisory_lock($1)", key, timeout=600)
            try:
                return await self._removed(FoundWords(traces))
            finally:
                await connection.execute("select pg_advisory_unlock($1)", key)

    async def _removed(self, found: FoundWords) -> Counter[str]:
        changed: Counter[str] = Counter()
        changed["event_dictionary"] += await self._retire(found)
        for table in _TABLES:
            changed[table.name] += await self._walk(table, found, lambda row: found.text)
        for table in _NODES:
            changed[table.name] += await self._walk(table, found, lambda row: _marking(found, row["key"]))
        changed["column_edge"] += await self._columns(found)
        changed["facet_names"] += await self._facet_names(found)
        changed["search_entry"] += await self._forget_entries(found)
        if await self._has_retired():
            changed["recompressed_events"] += await self._compress_anew()
        return Counter({table: count for table, count in changed.items() if count})

    async def _walk(
        self, table: _Table, found: FoundWords, cleaner: Callable[[Any], Callable[[str], tuple[str, int]]]
    ) -> int:
        """Clean a table page by page in the order of its key, and return how many rows held a word."""
        after, count = table.before_all, 0
        while True:
            async with self._database.connection() as connection:
                rows = await connection.fetch(table.page, self._tenant, after)
                clean = await self._cleaned(connection, table, rows, found, cleaner)
            if clean:
                await self._write(table, found, clean)
            count += len(clean)
            if len(rows) < BATCH:
                return count
            after = rows[-1]["key"]

    async def _cleaned(
        self,
        connection: Connection,
        table: _Table,
        rows: Sequence[Any],
        found: FoundWords,
        cleaner: Callable[[Any], Callable[[str], tuple[str, int]]],
    ) -> list[tuple[Any, ...]]:
        clean: list[tuple[Any, ...]] = []
        for row in rows:
            held = {column: row[column] for column in table.columns}
            total = 0
            for column in table.json:
                held[column], count = found.json(held[column])
                total += count
            for column in table.text:
                if held[column] is not None:
                    held[column], count = cleaner(row)(held[column])
                    total += count
            for column in table.packed:
                (raw,) = await self._bodies.decompress(connection, [held[column]])
                content, count = found.raw(raw)
                if count:  # without a dictionary: which of them hold the person is not known yet
                    held[column] = zstandard.ZstdCompressor(level=LEVEL).compress(content)
                total += count
            if total:
                clean.append((self._tenant, row["key"], *held.values()))
        return clean

    async def _write(self, table: _Table, found: FoundWords, clean: Sequence[tuple[Any, ...]]) -> None:
        async def work(connection: Connection) -> None:
            await lock_writers_out(connection, self._tenant, rewritten=True)
            # In the same transaction: once the words are gone nobody knows any more what to look for.
            await self._retire_in(connection, found)
            await connection.executemany(table.update, clean)

        await self._database.transaction(work)

    async def _columns(self, found: FoundWords) -> int:
        names = await self._renamed(found, _COLUMN_NAMES, lambda text: found.text(text)[0])
        if not names:
            return 0
        return await self._rename(found, _RENAME_COLUMNS, names)

    async def _facet_names(self, found: FoundWords) -> int:
        mark = f"[erased {str(uuid4())[-12:]}]"
        names = await self._renamed(found, _FACET_NAMES, lambda text: found.text(text, mark)[0])
        count = 0
        for table in ("mention_facet", "facet_version") if names else ():
            count += await self._rename(
                found,
                f"""with renamed as (
                      update {table} held set name = names.after
                        from unnest($2::text[], $3::text[]) as names (before, after)
                       where held.tenant_id = $1 and held.name = names.before
                      returning 1)
                    select count(*) from renamed""",  # noqa: S608 - constant names
                names,
            )
        return count

    async def _renamed(self, found: FoundWords, query: str, clean: Callable[[str], str]) -> Mapping[str, str]:
        """Return those of the distinct names that hold a word, each with what it is to be."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(query, self._tenant, timeout=600)
        after = {row["name"]: clean(row["name"]) for row in rows}
        return {name: instead for name, instead in after.items() if name != instead}

    async def _forget_entries(self, found: FoundWords) -> int:
        """Forget by what assets are found whose texts held a word, for they do no more; return how many these were."""
        # What was being indexed while the texts were cleaned is stored by then.
        await self._database.transaction(lambda connection: search_index.lock(connection, self._tenant))
        after, count = _FIRST, 0
        while True:
            async with self._database.connection() as connection:
                page = await search_index.page(connection, self._tenant, after, BATCH)
            held = [key for key, texts in page if found.traces.are_in(texts)]
            if held:
                await self._database.transaction(
                    lambda connection, held=held: search_index.forget(connection, self._tenant, held)
                )
            count += len(held)
            if len(page) < BATCH:
                return count
            after = page[-1][0]

    async def _rename(self, found: FoundWords, statement: str, names: Mapping[str, str]) -> int:
        async def work(connection: Connection) -> int:
            await lock_writers_out(connection, self._tenant, rewritten=True)
            await self._retire_in(connection, found)
            return await connection.fetchval(
                statement, self._tenant, list(names), list(names.values()), timeout=600
            )

        return await self._database.transaction(work)

    async def _retire(self, found: FoundWords) -> int:
        """Retire the dictionaries that hold a word as a whole, and return how many."""

        async def work(connection: Connection) -> int:
            await lock_writers_out(connection, self._tenant)
            return await self._retire_in(connection, found)

        return await self._database.transaction(work)

    async def _retire_in(self, connection: Connection, found: FoundWords) -> int:
        """Retire the dictionaries that hold one of the words, or a piece of one that was found: samples are cut anywhere."""
        rows = await connection.fetch(
            "select dictionary_id, body from event_dictionary where tenant_id = $1 and not is_retired",
            self._tenant,
        )
        held = [row["dictionary_id"] for row in rows if holds_any(row["body"], found)]
        await connection.execute(
            "update event_dictionary set is_retired = true where tenant_id = $1 and dictionary_id = any ($2)",
            self._tenant,
            held,
        )
        return len(held)

    async def _has_retired(self) -> bool:
        async with self._database.connection() as connection:
            return await connection.fetchval(
                "select exists (select from event_dictionary where tenant_id = $1 and is_retired)",
                self._tenant,
            )

    async def _compress_anew(self) -> int:
        """Compress by a clean dictionary what retired ones are needed for, then delete these; return how many events."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "select dictionary_id from event_dictionary where tenant_id = $1 and is_retired", self._tenant
            )
            retired = [row["dictionary_id"] for row in rows]
            await self._train_clean(connection)
            await self._bodies.refresh(connection)
        count, after = 0, _FIRST
        while True:
            async with self._database.connection() as connection, connection.transaction():
                rows = await connection.fetch(
                    f"""select event_id, body from lineage_event_body
                         where tenant_id = $1 and event_id > $2 order by event_id limit {BATCH}""",  # noqa: S608
                    self._tenant,
                    after,
                )
                old = [row for row in rows if dictionary_of(row["body"]) in retired]
                raws = await self._bodies.decompress(connection, [row["body"] for row in old])
                await connection.executemany(
                    "update lineage_event_body set body = $3 where tenant_id = $1 and event_id = $2",
                    [
                        (self._tenant, row["event_id"], self._bodies.compress(raw))
                        for row, raw in zip(old, raws, strict=True)
                    ],
                )
            count += len(old)
            if len(rows) < BATCH:
                break
            after = rows[-1]["event_id"]
        async with self._database.connection() as connection:
            await connection.execute(
                "delete from event_dictionary where tenant_id = $1 and dictionary_id = any ($2)",
                self._tenant,
                retired,
            )
        return count

    async def _train_clean(self, connection: Connection) -> None:
        """Train a dictionary on what is left where none is left to write by."""
        if await connection.fetchval(
            "select exists (select from event_dictionary where tenant_id = $1 and not is_retired)",
            self._tenant,
        ):
            return
        samples = await self._bodies.samples(connection)
        made = await asyncio.to_thread(dictionaries.trained, samples, len(samples))
        if made is not None:
            async with connection.transaction():
                await keep(connection, self._tenant, made)


def _marking(found: FoundWords, key: UUID) -> Callable[[str], tuple[str, int]]:
    """Return what cleans the name of a node: what is left may be that of another, so the end of the id goes with it."""
    return lambda text: found.text(text, f"[erased {str(key)[-12:]}]")
