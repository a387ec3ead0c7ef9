"""Events byte for byte as they came: compressed by dictionaries that are trained on them, a partition per month."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from graph.errors import CatalogError, NotFoundError, UnavailableError
from graph.store.database import DEFAULT_TENANT, Connection, Database
from lineage import dictionaries
from lineage.dictionaries import NO_DICTIONARY, Dictionary
from lineage.months import Months

FIRST_TRAINING = 2_000
"""How many events are stored before the first dictionary is trained."""

GROWTH = 10
"""A store that is so many times larger than the one a dictionary was trained on has a new one trained."""

WORSE = 4 / 3
"""So many times the promised share of its size an event may take before a new dictionary is trained."""

BETTER = 0.97
"""A new dictionary replaces the old one where events take at most this part of what they take now."""

SAMPLE = 2_000
"""How many events a dictionary is trained on at most: half the latest, half from all of the time they cover."""

LARGEST_SAMPLE = 100_000
"""Compressed bytes above which an event is no sample of the others."""

PAUSE = 60.0
"""Seconds between two looks at whether a dictionary is due."""

TRAINING_KEY = 0x676F6C64000000
"""The advisory lock, plus the tenant, of whoever trains a dictionary or takes one away."""

_AT_ONCE = 100
"""How many samples are unpacked before others are served: a millisecond."""

_NEWEST = """
select dictionary_id, trained_on, share
  from event_dictionary
 where tenant_id = $1 and not is_retired
 order by trained_at desc, dictionary_id desc
 limit 1
"""

_ESTIMATE = """
select coalesce(sum(greatest(c.reltuples, 0)), 0)::int8
  from pg_inherits i
  join pg_class c on c.oid = i.inhrelid
 where i.inhparent = 'lineage_event_body'::regclass
"""

_LATEST = """
select event_id, body
  from lineage_event_body
 where tenant_id = $1 and octet_length(body) <= $3
 order by event_id desc
 limit $2
"""

_SPREAD = """
select distinct on (found.event_id) found.event_id, found.body
  from unnest($2::uuid[]) as point
 cross join lateral (
       select event_id, body from lineage_event_body
        where tenant_id = $1 and event_id >= point and octet_length(body) <= $3
        order by event_id limit 1) as found
"""

_LET_GO = """
select e.event_time, h.bodies_since
  from lineage_event e
  left join lineage_head h using (tenant_id)
 where e.tenant_id = $1 and e.event_id = $2
"""

_logger = logging.getLogger(__name__)


class Bodies:
    """The stored bytes of one tenant's events.

    A writer calls `open_months` before its transaction; inside it, once lineage_head is locked and where its version is
    not the one this process left behind, `refresh`; only then `compress`. So no event is ever stored by a dictionary that
    another process has just retired. After the commit it calls `look_after`, and in the end `close`.
    """

    def __init__(
        self,
        database: Database,
        tenant: int = DEFAULT_TENANT,
        *,
        first_training: int = FIRST_TRAINING,
        pause: float = PAUSE,
    ) -> None:
        self._database = database
        self._tenant = tenant
        self._first_training = first_training
        self._pause = pause
        self._months = Months(database)
        self._dictionary: Dictionary | None = None
        self._compressor = dictionaries.compressor(None)
        self._decompressors = {NO_DICTIONARY: dictionaries.decompressor(None)}
        self._is_loaded = False
        self._next_look = 0.0
        self._training: asyncio.Task[bool] | None = None
        self._count = self._taken = self._given = 0

    def compress(self, raw: bytes) -> bytes:
        """Return the bytes of an event compressed by the newest dictionary that this process knows to be committed."""
        compressed = self._compressor.compress(raw)
        self._count += 1
        self._taken += len(raw)
        self._given += len(compressed)
        return compressed

    async def open_months(self, event_ids: Iterable[UUID]) -> None:
        """See that the partitions of the months of these events exist; call it before a transaction, not inside.

        Costs nothing for months that this process knows.
        """
        if not self._is_loaded:
            async with self._database.connection() as connection:
                await self.refresh(connection)
        await self._months.open(event_ids)

    async def refresh(self, connection: Connection) -> None:
        """Compress by the dictionary that is the newest now; does not read it again where it is the known one."""
        newest = await self._newest(connection)
        known = self._dictionary and self._dictionary.dictionary_id
        if (newest and newest.dictionary_id) != known:
            self._dictionary = newest
            self._compressor = dictionaries.compressor(newest and newest.body)
            self._count = self._taken = self._given = 0
        self._is_loaded = True

    async def decompress(self, connection: Connection, bodies: Sequence[bytes]) -> list[bytes]:
        """Return the events as they came; raises UnavailableError where a dictionary was replaced this very moment."""
        wanted = [dictionaries.dictionary_of(body) for body in bodies]
        unknown = set(wanted) - self._decompressors.keys()
        if unknown:
            rows = await connection.fetch(
                "select dictionary_id, body from event_dictionary where tenant_id = $1 and dictionary_id = any ($2)",
                self._tenant,
                list(unknown),
            )
            for row in rows:
                self._decompressors[row["dictionary_id"]] = dictionaries.decompressor(row["body"])
            if missing := unknown - self._decompressors.keys():
                raise UnavailableError(
                    f"events are being compressed anew (dictionary {min(missing)}); ask again"
                )
        return [self._decompressors[key].decompress(body) for key, body in zip(wanted, bodies, strict=True)]

    async def raw(self, event_id: UUID) -> bytes:
        """Return an event byte for byte; raises NotFoundError, which says so where retention let go of it."""
        async with self._database.connection() as connection:
            body = await connection.fetchval(
                "select body from lineage_event_body where tenant_id = $1 and event_id = $2",
                self._tenant,
                event_id,
            )
            if body is not None:
                return (await self.decompress(connection, [body]))[0]
            known = await connection.fetchrow(_LET_GO, self._tenant, event_id)
        if known is None:
            raise NotFoundError(f"no event has the id {event_id}")
        raise NotFoundError(let_go(event_id, known["event_time"], known["bodies_since"]))

    def look_after(self) -> None:
        """Have a dictionary trained beside the other work where one is due; call it after each commit, it costs nothing."""
        if self._is_time_to_look() and (self._training is None or self._training.done()):
            self._training = asyncio.create_task(self._trained())

    async def close(self) -> None:
        """Wait until the training that is under way is done."""
        if self._training is not None:
            await self._training

    async def train_if_due(self) -> bool:
        """Train a dictionary where there is none, the store has outgrown it or it serves badly; return whether one is new.

        Asks the database at most once in a `pause` (seconds) and after `first_training` events; in between it costs nothing.
        """
        if not self._is_time_to_look():
            return False
        self._next_look = asyncio.get_running_loop().time() + self._pause
        served = self._given / max(self._taken, 1)
        self._count = self._taken = self._given = 0
        return await self._train_alone(served)

    def _is_time_to_look(self) -> bool:
        return self._count >= self._first_training and asyncio.get_running_loop().time() >= self._next_look

    async def _trained(self) -> bool:
        try:
            return await self.train_if_due()
        except CatalogError as error:  # nothing hangs on it, and the next time comes
            _logger.warning("no dictionary was trained: %s", error.message)
            return False

    async def _train_alone(self, served: float) -> bool:
        key = TRAINING_KEY + self._tenant
        async with self._database.connection() as connection:
            if not await connection.fetchval("select pg_try_advisory_lock($1)", key):
                return False
            try:
                return await self._train(connection, served)
            finally:
                await connection.execute("select pg_advisory_unlock($1)", key)

    async def _train(self, connection: Connection, served: float) -> bool:
        present = await self._newest(connection)
        known = self._dictionary and self._dictionary.dictionary_id
        if (present and present.dictionary_id) != known:  # another process was quicker
            return False
        stored: int = await connection.fetchval(_ESTIMATE)
        if not await self._is_due(connection, present, stored, served):
            return False
        samples = await self.samples(connection)
        made = await asyncio.to_thread(dictionaries.trained, samples, max(stored, len(samples)))
        if made is None:
            return False
        before = await asyncio.to_thread(dictionaries.share, present and present.body, samples[::5])
        if present is not None and made.share > BETTER * before:
            await connection.execute(
                "update event_dictionary set trained_on = $3, share = $4 where tenant_id = $1 and dictionary_id = $2",
                self._tenant,
                present.dictionary_id,
                made.trained_on,
                before,
            )
            return False
        async with connection.transaction():
            await keep(connection, self._tenant, made)
        _logger.info(
            "events take %.1f %% of their size by a new dictionary, %.1f %% before",
            100 * made.share,
            100 * before,
        )
        return True

    async def _is_due(
        self, connection: Connection, present: Dictionary | None, stored: int, served: float
    ) -> bool:
        if present is not None:
            return stored >= GROWTH * present.trained_on or served > WORSE * present.share
        count = await connection.fetchval(
            "select count(*) from (select from lineage_event_body where tenant_id = $1 limit $2) stored",
            self._tenant,
            self._first_training,
        )
        return count == self._first_training

    async def _newest(self, connection: Connection) -> Dictionary | None:
        """Return the dictionary to write by; its content is read only where it is not the known one."""
        row = await connection.fetchrow(_NEWEST, self._tenant)
        if row is None:
            return None
        dictionary_id: int = row["dictionary_id"]
        if self._dictionary is not None and self._dictionary.dictionary_id == dictionary_id:
            return replace(self._dictionary, trained_on=row["trained_on"], share=row["share"])
        body: bytes = await connection.fetchval(
            "select body from event_dictionary where tenant_id = $1 and dictionary_id = $2",
            self._tenant,
            dictionary_id,
        )
        return Dictionary(dictionary_id, body, row["trained_on"], row["share"])

    async def samples(self, connection: Connection) -> list[bytes]:
        """Return events as they came to train a dictionary on: half the latest, half from all of their time."""
        latest = await connection.fetch(_LATEST, self._tenant, SAMPLE // 2, LARGEST_SAMPLE)
        first: UUID | None = await connection.fetchval(
            "select event_id from lineage_event_body where tenant_id = $1 order by event_id limit 1",
            self._tenant,
        )
        found = {row["event_id"]: row["body"] for row in latest}
        if first is not None:
            step = max((max(found, default=first).int - first.int) // (SAMPLE // 2), 1)
            points = [UUID(int=first.int + place * step) for place in range(SAMPLE // 2)]
            rows = await connection.fetch(_SPREAD, self._tenant, points, LARGEST_SAMPLE)
            found |= {row["event_id"]: row["body"] for row in rows}
        bodies = [found[event_id] for event_id in sorted(found)]
        raws: list[bytes] = []
        for start in range(0, len(bodies), _AT_ONCE):
            raws += await self.decompress(connection, bodies[start : start + _AT_ONCE])
            await asyncio.sleep(0)  # others are served meanwhile
        return raws


def let_go(event_id: UUID, event_time: datetime, since: datetime | None) -> str:
    """Return in words that the body of a known event is not kept any more."""
    kept = f"; bodies are kept of events since {since:%Y-%m-%d}" if since is not None else ""
    return (
        f"the body of event {event_id} of {event_time:%Y-%m-%d %H:%M:%S %Z} was let go by retention{kept}. "
        "What it said of runs, jobs and datasets is kept"
    )


async def keep(connection: Connection, tenant: int, made: Dictionary) -> None:
    """Store a dictionary, and have every writer look for it before it writes again."""
    await lock_writers_out(connection, tenant)
    await connection.execute(
        """insert into event_dictionary (tenant_id, dictionary_id, body, trained_on, share) values ($1, $2, $3, $4, $5)
           on conflict do nothing""",
        tenant,
        made.dictionary_id,
        made.body,
        made.trained_on,
        made.share,
    )


async def lock_writers_out(connection: Connection, tenant: int, *, rewritten: bool = False) -> None:
    """Let nobody record events of the tenant until the transaction ends, and have everybody who does read anew then.

    `rewritten`: what cannot change otherwise does so in this transaction.
    """
    await connection.execute(
        """insert into lineage_head (tenant_id, version) values ($1, (extract(epoch from clock_timestamp()) * 1000000)::int8)
               on conflict (tenant_id) do update
              set version = lineage_head.version + 1, epoch = lineage_head.epoch + $2""",
        tenant,
        int(rewritten),
    )
