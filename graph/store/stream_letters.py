"""The dead letters of streams: messages that could not be used, as they came, with the reasons."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from graph.errors import NotFoundError, Problem
from graph.store.database import DEFAULT_TENANT, Connection, Database

_COLUMNS = """dead_letter_id, consumer, topic, partition, message_offset, message_at, key, value, header_names,
       header_values, problems, received_at, published_at, replayed_at, replay_asked_at"""
_WITHOUT_VALUES = _COLUMNS.replace("value, header_names", "null::bytea as value, header_names")

_ADD = """
insert into stream_dead_letter (tenant_id, dead_letter_id, consumer, topic, partition, message_offset, message_at, key, value,
                                header_names, header_values, problems)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    on conflict (tenant_id, dead_letter_id) do nothing
"""

_PAGE = f"""
select {_COLUMNS}
  from stream_dead_letter
 where tenant_id = $1
   and ($2::text is null or topic = $2)
   and (not $3 or replayed_at is null)
   and ($4::text is null or topic <> $4 or value is null)
 order by received_at desc, dead_letter_id desc
 limit $5
"""  # noqa: S608 - constant names

_LIST = f"""
select {_WITHOUT_VALUES}, coalesce(octet_length(value), 0) as size
  from stream_dead_letter
 where tenant_id = $1
   and ($2::text is null or topic = $2)
   and (not $3 or replayed_at is null)
   and ($5::timestamptz is null or (received_at, dead_letter_id) < ($5, $6::uuid))
 order by received_at desc, dead_letter_id desc
 limit $4
"""  # noqa: S608 - constant names

_COUNT = """
select count(*)
  from stream_dead_letter
 where tenant_id = $1
   and ($2::text is null or topic = $2)
   and (not $3 or replayed_at is null)
   and ($4::text is null or topic <> $4 or value is null)
"""

_WAITING = """
select dead_letter_id
  from stream_dead_letter
 where tenant_id = $1
   and ($2::text is null or topic = $2)
   and ($3::text is null or topic <> $3 or value is null)
   and replayed_at is null
 order by received_at, dead_letter_id
"""

_SOME = f"""
select {_COLUMNS}
  from stream_dead_letter
 where tenant_id = $1
   and dead_letter_id = any ($2)
 order by received_at, dead_letter_id
"""  # noqa: S608 - constant names

# Whoever else publishes at the same time takes other ones.
_UNPUBLISHED = f"""
select {_COLUMNS}
  from stream_dead_letter
 where tenant_id = $1
   and published_at is null
 order by dead_letter_id
 limit $2
   for update skip locked
"""  # noqa: S608 - constant names

# Asked for, and not sent since; whoever else sends at the same time takes other ones.
_ASKED = f"""
select {_COLUMNS}
  from stream_dead_letter
 where tenant_id = $1
   and replay_asked_at is not null
   and (replayed_at is null or replayed_at < replay_asked_at)
 order by received_at, dead_letter_id
 limit $2
   for update skip locked
"""  # noqa: S608 - constant names

_TALLY = """
select topic, count(*) as letters, count(*) filter (where replayed_at is null) as waiting
  from stream_dead_letter
 where tenant_id = $1
 group by topic
 order by waiting desc, topic
"""

_ASK = "update stream_dead_letter set replay_asked_at = clock_timestamp() where tenant_id = $1 and dead_letter_id = any ($2)"
_MARK_PUBLISHED = "update stream_dead_letter set published_at = clock_timestamp() where tenant_id = $1 and dead_letter_id = any ($2)"
_MARK_REPLAYED = "update stream_dead_letter set replayed_at = clock_timestamp() where tenant_id = $1 and dead_letter_id = any ($2)"


@dataclass(frozen=True, slots=True)
class StreamLetter:
    """One dead letter; `key`, `value` and `headers` are byte for byte what stood in the topic.

    `replayed_at` is when it was last sent to its topic once more, `replay_asked_at` when somebody last asked for that.
    """

    dead_letter_id: UUID
    consumer: str
    topic: str
    partition: int
    offset: int
    message_at: datetime
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    problems: tuple[Problem, ...]
    received_at: datetime | None = None
    published_at: datetime | None = None
    replayed_at: datetime | None = None
    replay_asked_at: datetime | None = None

    @property
    def reason(self) -> str:
        """What was wrong, in one line."""
        return "; ".join(f"{problem.path}: {problem.reason}" for problem in self.problems)


@dataclass(frozen=True, slots=True)
class ListedLetter:
    """A dead letter without its value, which has `size` bytes."""

    letter: StreamLetter
    size: int


@dataclass(frozen=True, slots=True)
class TopicLetters:
    """How many dead letters of a topic are kept, and how many of them were not replayed."""

    topic: str
    letters: int
    waiting: int


async def add(connection: Connection, tenant: int, letters: Sequence[StreamLetter]) -> None:
    """Keep dead letters, in the transaction that moves the position past their messages."""
    await connection.executemany(
        _ADD,
        [
            (
                tenant,
                letter.dead_letter_id,
                letter.consumer,
                letter.topic,
                letter.partition,
                letter.offset,
                letter.message_at,
                letter.key,
                letter.value,
                [_clean(name) for name, _ in letter.headers],
                [value for _, value in letter.headers],
                [{"path": _clean(each.path), "reason": _clean(each.reason)} for each in letter.problems[:50]],
            )
            for letter in letters
        ],
    )


class StreamLetters:
    """Reads the dead letters of one tenant's streams, and marks what was done about them."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant

    async def page(
        self,
        first: int,
        topic: str | None = None,
        *,
        open_only: bool = False,
        without_events: str | None = None,
    ) -> tuple[list[StreamLetter], int]:
        """Return the latest letters, of one topic or of all, and how many there are; `open_only`: not replayed yet.

        `without_events` names a topic whose messages are left out where they have a value.
        """
        async with self._database.connection() as connection:
            rows = await connection.fetch(_PAGE, self._tenant, topic, open_only, without_events, first)
            count = await connection.fetchval(_COUNT, self._tenant, topic, open_only, without_events)
        return [_letter(row) for row in rows], count

    async def listed(
        self,
        first: int,
        after: tuple[datetime, UUID] | None = None,
        topic: str | None = None,
        *,
        open_only: bool = False,
    ) -> tuple[list[ListedLetter], bool]:
        """Return letters without their values, latest first, and whether more follow; `after`: where the page before ended."""
        place = after or (None, None)
        async with self._database.connection() as connection:
            rows = await connection.fetch(_LIST, self._tenant, topic, open_only, first + 1, *place)
        return [ListedLetter(_letter(row), row["size"]) for row in rows[:first]], len(rows) > first

    async def tally(self) -> list[TopicLetters]:
        """Return how many letters of each topic there are, those first of which most wait."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_TALLY, self._tenant)
        return [TopicLetters(row["topic"], row["letters"], row["waiting"]) for row in rows]

    async def waiting(self, topic: str | None = None, *, without_events: str | None = None) -> list[UUID]:
        """Return the ids of all letters that were not replayed, of one topic or of all, oldest first."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_WAITING, self._tenant, topic, without_events)
        return [row["dead_letter_id"] for row in rows]

    async def known(self, dead_letter_ids: Sequence[UUID]) -> set[UUID]:
        """Return which of some ids are those of letters."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "select dead_letter_id from stream_dead_letter where tenant_id = $1 and dead_letter_id = any ($2)",
                self._tenant,
                list(dead_letter_ids),
            )
        return {row["dead_letter_id"] for row in rows}

    async def discard(self, dead_letter_ids: Sequence[UUID] | None, topic: str | None = None) -> int:
        """Delete letters for good, of None all of a topic or all there are, and return how many these were."""
        async with self._database.connection() as connection:
            tag = await connection.execute(
                """delete from stream_dead_letter
                    where tenant_id = $1 and ($2::uuid[] is null or dead_letter_id = any ($2))
                      and ($3::text is null or topic = $3)""",
                self._tenant,
                None if dead_letter_ids is None else list(dead_letter_ids),
                topic,
            )
        return int(tag.rpartition(" ")[2])

    async def some(self, dead_letter_ids: Sequence[UUID]) -> list[StreamLetter]:
        """Return letters by id, oldest first; raises NotFoundError where one is unknown."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_SOME, self._tenant, list(dead_letter_ids))
        found = [_letter(row) for row in rows]
        missing = set(dead_letter_ids) - {letter.dead_letter_id for letter in found}
        if missing:
            raise NotFoundError(f"no dead letter has the id {', '.join(map(str, sorted(missing)[:5]))}")
        return found

    async def ask_replay(self, dead_letter_ids: Sequence[UUID]) -> list[StreamLetter]:
        """Ask for letters to be sent to their topics once more, and return them; raises NotFoundError, then none is asked for."""
        async with self._database.connection() as connection, connection.transaction():
            found = await connection.execute(_ASK, self._tenant, list(set(dead_letter_ids)))
            if found != f"UPDATE {len(set(dead_letter_ids))}":
                raise NotFoundError("not all of these dead letters are there: list them once more")
            rows = await connection.fetch(_SOME, self._tenant, list(dead_letter_ids))
        return [_letter(row) for row in rows]

    @asynccontextmanager
    async def asked(self, most: int) -> AsyncGenerator[list[StreamLetter]]:
        """Yield letters that are to be sent to their topics once more; they count as sent where nothing is raised.

        Others who send at the same time are given other letters.
        """
        async with self._database.connection() as connection, connection.transaction():
            letters = [_letter(row) for row in await connection.fetch(_ASKED, self._tenant, most)]
            yield letters
            await connection.execute(
                _MARK_REPLAYED, self._tenant, [letter.dead_letter_id for letter in letters]
            )

    @asynccontextmanager
    async def publishing(self, most: int) -> AsyncGenerator[list[StreamLetter]]:
        """Yield letters that their topic of dead letters does not hold yet; they count as published where nothing is raised.

        Others who publish at the same time are given other letters.
        """
        async with self._database.connection() as connection, connection.transaction():
            letters = [_letter(row) for row in await connection.fetch(_UNPUBLISHED, self._tenant, most)]
            yield letters
            await connection.execute(
                _MARK_PUBLISHED, self._tenant, [letter.dead_letter_id for letter in letters]
            )

    async def mark_replayed(self, dead_letter_ids: Sequence[UUID]) -> None:
        """Record that letters were sent to their topics once more."""
        async with self._database.connection() as connection:
            await connection.execute(_MARK_REPLAYED, self._tenant, list(dead_letter_ids))


def _letter(row: asyncpg.Record) -> StreamLetter:
    return StreamLetter(
        row["dead_letter_id"],
        row["consumer"],
        row["topic"],
        row["partition"],
        row["message_offset"],
        row["message_at"],
        row["key"],
        row["value"],
        tuple(zip(row["header_names"], row["header_values"], strict=True)),
        tuple(Problem(problem["path"], problem["reason"]) for problem in row["problems"]),
        row["received_at"],
        row["published_at"],
        row["replayed_at"],
        row["replay_asked_at"],
    )


def _clean(text: str) -> str:
    """Return a text as PostgreSQL can keep it."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()[:1_000]
