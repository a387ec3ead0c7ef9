"""Dead letters: what could not be read as an event, kept whole with the reasons until it is replayed or discarded."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any
from uuid import UUID

import orjson
import zstandard

from graph.errors import CatalogError, InvalidInputError, NotFoundError, Problem
from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.store.group_commit import GroupCommit
from lineage.recorder import Recorded, Recorder

MOST_LETTERS = 100_000
"""So many are kept of a tenant: beyond, the oldest are let go, replayed ones first, and those lost are counted."""

MOST_BYTES = 1 << 30
"""So many compressed bytes of them are kept; the newest letter stays, however large."""

MOST_PROBLEMS = 50
LONGEST_TEXT = 1_000
"""How much is kept of what was wrong: further problems and longer reasons are cut."""

AT_ONCE = 200
"""How many letters are replayed in one go."""

_IN_THREAD = 1 << 18
"""From this size on a letter is compressed beside the event loop."""

_COLUMNS = (
    "dead_letter_id, received_at, last_received_at, times, source, size, problems, replayed_at, event_id"
)

_KEEP = """
insert into dead_letter (tenant_id, source, digest, body, size, times, problems)
select $1, source, digest, body, size, times, problems::jsonb
  from unnest($2::text[], $3::bytea[], $4::bytea[], $5::int8[], $6::int8[], $7::text[])
    as new (source, digest, body, size, times, problems)
    on conflict (tenant_id, digest) do update
   set times = dead_letter.times + excluded.times,
       last_received_at = clock_timestamp(),
       problems = excluded.problems
returning new.digest, new.dead_letter_id, octet_length(new.body) as bytes, old.dead_letter_id is null as is_new
"""

_COUNT = """
insert into dead_letter_tally (tenant_id, letters, bytes) values ($1, $2, $3)
    on conflict (tenant_id) do update
   set letters = dead_letter_tally.letters + excluded.letters,
       bytes = dead_letter_tally.bytes + excluded.bytes
returning letters, bytes
"""

# Oldest first, replayed ones before all others; as many as it takes to be within both limits again.
_MAKE_ROOM = """
with oldest as (
  select dead_letter_id, octet_length(body) as bytes, replayed_at is null as is_open,
         row_number() over way as place,
         sum(octet_length(body)) over way - octet_length(body) as bytes_before
    from dead_letter
   where tenant_id = $1 and dead_letter_id <> all ($4)
  window way as (order by replayed_at is null, dead_letter_id)
), gone as (
  delete from dead_letter d
   using oldest o
   where d.tenant_id = $1
     and d.dead_letter_id = o.dead_letter_id
     and (o.place <= $2 or o.bytes_before < $3)
  returning o.bytes, o.is_open
)
update dead_letter_tally t
   set letters = t.letters - g.letters, bytes = t.bytes - g.bytes, let_go = t.let_go + g.open
  from (select count(*) as letters, coalesce(sum(bytes), 0)::int8 as bytes, count(*) filter (where is_open) as open
          from gone) g
 where t.tenant_id = $1
returning g.open
"""

_PAGE = f"""
select {_COLUMNS}
  from dead_letter
 where tenant_id = $1
   and ($2::uuid is null or dead_letter_id < $2)
   and (not $3 or replayed_at is null)
 order by dead_letter_id desc
 limit $4
"""  # noqa: S608 - constant names

_DISCARD = """
with gone as (
  delete from dead_letter
   where tenant_id = $1 and ($2::uuid[] is null or dead_letter_id = any ($2))
  returning octet_length(body) as bytes
), counted as (
  update dead_letter_tally
     set letters = letters - (select count(*) from gone),
         bytes = bytes - (select coalesce(sum(bytes), 0)::int8 from gone)
   where tenant_id = $1
)
select count(*) from gone
"""

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A letter without its content: how often and from where it came, and what was wrong with it the last time."""

    dead_letter_id: UUID
    received_at: datetime
    last_received_at: datetime
    times: int
    source: str
    size: int
    problems: tuple[Problem, ...]
    replayed_at: datetime | None
    event_id: UUID | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many letters there are, how many wait to be replayed, and how many were let go because there were too many."""

    letters: int
    waiting: int
    bytes: int
    let_go: int


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of a letter: the event it is recorded as, or what is still wrong with it."""

    dead_letter_id: UUID
    event_id: UUID | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Letter:
    source: str
    digest: bytes
    body: bytes
    size: int
    problems: str


class DeadLetters:
    """The dead letters of one tenant; any number of processes may keep and replay them at once."""

    def __init__(
        self,
        database: Database,
        tenant: int = DEFAULT_TENANT,
        *,
        most_letters: int = MOST_LETTERS,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._database = database
        self._tenant = tenant
        self._most = most_letters, most_bytes
        self._group: GroupCommit[_Letter, UUID] = GroupCommit(self._write)

    async def keep(self, source: str, raw: bytes, problems: Sequence[Problem]) -> UUID:
        """Return the id of the letter once it is durably kept; the same bytes again are counted on the same letter.

        `source` says by which way it came, such as "POST /api/v1/lineage". Letters that come at the same time are
        committed together, so a door with many calls this for each at once (asyncio.gather).
        """
        body = await asyncio.to_thread(_compressed, raw) if len(raw) >= _IN_THREAD else _compressed(raw)
        digest = blake2b(raw, digest_size=16).digest()
        return await self._group.submit(
            _Letter(_clean(source)[:200], digest, body, len(raw), _as_json(problems))
        )

    async def close(self) -> None:
        """Wait until everything that was handed in is kept."""
        await self._group.close()

    async def page(
        self, first: int, after: UUID | None = None, *, open_only: bool = False
    ) -> tuple[list[DeadLetter], bool]:
        """Return a page of letters, latest first, and whether more follow; `open_only`: those that wait for a replay."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_PAGE, self._tenant, after, open_only, first + 1)
        return [_letter(row) for row in rows[:first]], len(rows) > first

    async def show(self, dead_letter_id: UUID) -> tuple[DeadLetter, bytes]:
        """Return a letter and its content byte for byte as it came; raises NotFoundError."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(
                f"select {_COLUMNS}, body from dead_letter where tenant_id = $1 and dead_letter_id = $2",  # noqa: S608
                self._tenant,
                dead_letter_id,
            )
        if row is None:
            raise _unknown([dead_letter_id])
        return _letter(row), _raw(row["body"])

    async def tally(self) -> Tally:
        """Return how many letters there are."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(
                """select letters, bytes, let_go, (select count(*) from dead_letter d
                     where d.tenant_id = t.tenant_id and replayed_at is null) as waiting
                     from dead_letter_tally t where tenant_id = $1""",
                self._tenant,
            )
        return (
            Tally(row["letters"], row["waiting"], row["bytes"], row["let_go"]) if row else Tally(0, 0, 0, 0)
        )

    async def replay(
        self,
        dead_letter_ids: Sequence[UUID] | None,
        recorder: Recorder,
        advance: Callable[[int], None] = lambda done: None,
    ) -> list[Replayed]:
        """Record letters as events, of None all that wait, and return what became of each.

        What is still wrong is kept with its new problems. Raises NotFoundError for unknown ids before anything is
        recorded, and UnavailableError where the database is gone: what was recorded until then is marked so.
        """
        wanted = await self._wanted(dead_letter_ids)
        told: list[Replayed] = []
        for start in range(0, len(wanted), AT_ONCE):
            some = await self._replay(wanted[start : start + AT_ONCE], recorder)
            told += some
            advance(len(some))
        return told

    async def discard(self, dead_letter_ids: Sequence[UUID] | None) -> int:
        """Delete letters for good, of None all there are, and return how many these were.

        Raises NotFoundError for unknown ids, and then deletes none.
        """
        if dead_letter_ids is not None:
            await self._wanted(dead_letter_ids)
        ids = None if dead_letter_ids is None else list(dead_letter_ids)
        return await self._database.transaction(
            lambda connection: connection.fetchval(_DISCARD, self._tenant, ids, timeout=600)
        )

    async def _wanted(self, dead_letter_ids: Sequence[UUID] | None) -> list[UUID]:
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                """select dead_letter_id from dead_letter
                    where tenant_id = $1
                      and case when $2::uuid[] is null then replayed_at is null else dead_letter_id = any ($2) end
                    order by 1""",
                self._tenant,
                dead_letter_ids if dead_letter_ids is None else list(dead_letter_ids),
            )
        there: list[UUID] = [row["dead_letter_id"] for row in rows]
        if dead_letter_ids is not None and (missing := set(dead_letter_ids) - set(there)):
            raise _unknown(sorted(missing))
        return there

    async def _replay(self, dead_letter_ids: Sequence[UUID], recorder: Recorder) -> list[Replayed]:
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "select dead_letter_id, body from dead_letter where tenant_id = $1 and dead_letter_id = any ($2)",
                self._tenant,
                list(dead_letter_ids),
            )
        results = await recorder.record_batch([_raw(row["body"]) for row in rows])
        told = [_replayed(row["dead_letter_id"], result) for row, result in zip(rows, results, strict=True)]
        known = [outcome for outcome in told if isinstance(outcome, Replayed)]
        await self._mark(known)
        for outcome in told:
            if isinstance(outcome, CatalogError):
                raise outcome
        return known

    async def _mark(self, told: Sequence[Replayed]) -> None:
        async with self._database.connection() as connection:
            await connection.execute(
                """update dead_letter d
                      set event_id = new.event_id,
                          replayed_at = case when new.event_id is not null then clock_timestamp() end,
                          problems = coalesce(new.problems::jsonb, d.problems)
                     from unnest($2::uuid[], $3::uuid[], $4::text[]) as new (dead_letter_id, event_id, problems)
                    where d.tenant_id = $1 and d.dead_letter_id = new.dead_letter_id""",
                self._tenant,
                [outcome.dead_letter_id for outcome in told],
                [outcome.event_id for outcome in told],
                [_as_json(outcome.problems) if outcome.problems else None for outcome in told],
            )

    async def _write(self, letters: Sequence[_Letter]) -> Sequence[UUID]:
        ids = await self._database.transaction(lambda connection: self._kept(connection, letters))
        return [ids[letter.digest] for letter in letters]

    async def _kept(self, connection: Connection, letters: Sequence[_Letter]) -> dict[bytes, UUID]:
        latest = {letter.digest: letter for letter in letters}
        # In one order, so that two processes that keep the same letters wait for each other instead of for ever.
        each = [latest[digest] for digest in sorted(latest)]
        times = Counter(letter.digest for letter in letters)
        rows = await connection.fetch(
            _KEEP,
            self._tenant,
            [letter.source for letter in each],
            [letter.digest for letter in each],
            [letter.body for letter in each],
            [letter.size for letter in each],
            [times[letter.digest] for letter in each],
            [letter.problems for letter in each],
        )
        new = [row for row in rows if row["is_new"]]
        if new:
            await self._count(connection, len(new), sum(row["bytes"] for row in new), new)
        return {row["digest"]: row["dead_letter_id"] for row in rows}

    async def _count(self, connection: Connection, letters: int, size: int, new: Sequence[Any]) -> None:
        """Count new letters, and let the oldest go where there are too many now."""
        row = await connection.fetchrow(_COUNT, self._tenant, letters, size)
        most_letters, most_bytes = self._most
        if row is None or (row["letters"] <= most_letters and row["bytes"] <= most_bytes):
            return
        # More than has to be, so that a flood pays for this once in a while and not with every letter.
        too_many = row["letters"] - most_letters + most_letters // 50 if row["letters"] > most_letters else 0
        too_large = row["bytes"] - most_bytes + most_bytes // 50 if row["bytes"] > most_bytes else 0
        ids = [each["dead_letter_id"] for each in new]
        lost = await connection.fetchval(_MAKE_ROOM, self._tenant, too_many, too_large, ids)
        if lost:
            _logger.warning("%s dead letters were let go before anybody replayed them: too many came", lost)


def _compressed(raw: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=1).compress(raw)


def _raw(body: bytes) -> bytes:
    return zstandard.ZstdDecompressor().decompress(body)


def _clean(text: str) -> str:
    """Return a text as PostgreSQL can keep it."""
    return text.replace("\0", "\ufffd").encode(errors="replace").decode()


def _as_json(problems: Sequence[Problem]) -> str:
    told = [
        {"path": _clean(problem.path)[:LONGEST_TEXT], "reason": _clean(problem.reason)[:LONGEST_TEXT]}
        for problem in problems[:MOST_PROBLEMS]
    ]
    return orjson.dumps(told).decode()


def _letter(row: Any) -> DeadLetter:
    held = {name: row[name] for name in DeadLetter.__dataclass_fields__}
    held["problems"] = tuple(Problem(problem["path"], problem["reason"]) for problem in row["problems"])
    return DeadLetter(**held)


def _replayed(dead_letter_id: UUID, result: Recorded | CatalogError) -> Replayed | CatalogError:
    if isinstance(result, Recorded):
        return Replayed(dead_letter_id, result.event_id, ())
    return (
        Replayed(dead_letter_id, None, result.problems) if isinstance(result, InvalidInputError) else result
    )


def _unknown(dead_letter_ids: Sequence[UUID]) -> NotFoundError:
    return NotFoundError(f"no dead letter has the id {', '.join(map(str, dead_letter_ids[:5]))}")
