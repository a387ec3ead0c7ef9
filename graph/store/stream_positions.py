"""How far each partition of a stream is taken in, and who may move it on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from graph.errors import ConflictError
from graph.store.database import DEFAULT_TENANT, Connection, Database

FENCE = "stream_position_is_not_fenced"
"""The constraint that a worker violates whose partition belongs to another one by now."""

UNKEPT = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
)
"""What shows that the database cannot keep what a message says, however often it is tried."""

BACKLOG = 5_000
"""How many messages before a consumer are no ordinary wait."""

_CLAIM = """
insert into stream_position (tenant_id, consumer, topic, partition, next_offset, end_offset)
select $1, $2, topic, partition, from_offset, end_offset
  from unnest($3::text[], $4::int4[], $5::int8[], $6::int8[]) as new (topic, partition, from_offset, end_offset)
 order by topic, partition
    on conflict (tenant_id, consumer, topic, partition) do update
   set epoch = stream_position.epoch + 1,
       next_offset = case when stream_position.next_offset > excluded.end_offset
                            or (excluded.topic, excluded.partition) in (select * from unnest($7::text[], $8::int4[]))
         then excluded.next_offset
         else stream_position.next_offset
       end,
       end_offset = excluded.end_offset,
       heard_at = clock_timestamp()
returning topic, partition, next_offset, epoch, last_message_at,
          case when old.next_offset <> next_offset
            then topic || to_char(clock_timestamp() at time zone 'UTC', '"@"YYYYMMDD"T"HH24MISS.US"Z"')
          end as earlier
"""

# Where the partition was moved or given to somebody else there is no next offset, which the constraint forbids.
_ADVANCE = """
update stream_position
   set next_offset = case when epoch = $5 and next_offset = $6 then $7::int8 end,
       end_offset = greatest($8, $7),
       messages = messages + $9,
       dead_letters = dead_letters + $10,
       last_message_at = $11,
       moved_at = clock_timestamp(),
       heard_at = clock_timestamp()
 where tenant_id = $1
   and consumer = $2
   and topic = $3
   and partition = $4
returning next_offset
"""

_HEAR = """
update stream_position p
   set end_offset = greatest(p.next_offset, new.end_offset), heard_at = clock_timestamp()
  from unnest($3::text[], $4::int4[], $5::int8[], $6::int8[]) as new (topic, partition, epoch, end_offset)
 where p.tenant_id = $1
   and p.consumer = $2
   and p.topic = new.topic
   and p.partition = new.partition
   and p.epoch = new.epoch
"""

_STANDINGS = """
select consumer, topic, partition, next_offset, end_offset, messages, dead_letters, last_message_at, heard_at,
       case when end_offset > next_offset then extract(epoch from clock_timestamp() - coalesce(last_message_at, heard_at)) else 0 end
         ::float8 as age_seconds,
       extract(epoch from clock_timestamp() - heard_at)::float8 as silent_seconds
  from stream_position
 where tenant_id = $1
 order by consumer, topic, partition
"""

_WAITING = """
select coalesce(sum(end_offset - next_offset), 0)::int8
  from stream_position
 where tenant_id = $1
   and consumer = coalesce($2, consumer)
   and end_offset > next_offset
   and heard_at > clock_timestamp() - interval '15 seconds'
"""


@dataclass(frozen=True, slots=True)
class Partition:
    """A partition of a topic as the broker has it: its first offset, and the one after its last.

    `is_another`: it was seen that the messages in it are not those that were taken in.
    """

    topic: str
    number: int
    first: int
    end: int
    is_another: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """A partition that is ours until somebody else claims it: where to go on, and by which epoch we may.

    `last_at` is the time of the message before, where one was taken in. `earlier`, if not None: this is another topic of
    the same name, as where it is shorter than what was taken in. It is taken in from its start, and what was taken in of
    the one before is called so from now on: topic@time.
    """

    topic: str
    number: int
    position: int
    epoch: int
    earlier: str | None = None
    last_at: datetime | None = None


SetApart = Callable[[Connection, Claim], Awaitable[None]]
"""Calls what was taken in of a topic that was made anew by its `earlier` name, in the transaction of the claim."""


@dataclass(frozen=True, slots=True)
class Advance:
    """One step of a partition: from and to which offset, with how many messages, so many of them dead letters."""

    claim: Claim
    start: int
    end: int
    log_end: int
    messages: int
    dead_letters: int
    last_message_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a consumer is with a partition; `age_seconds` is that of its last message while others wait, else 0.

    `lag` counts offsets, of which some may hold no message. `silent_seconds`: since when no worker has looked.
    """

    consumer: str
    topic: str
    partition: int
    next_offset: int
    end_offset: int
    messages: int
    dead_letters: int
    last_message_at: datetime | None
    heard_at: datetime
    age_seconds: float
    silent_seconds: float

    @property
    def lag(self) -> int:
        """How many offsets lie ahead."""
        return max(0, self.end_offset - self.next_offset)


class StreamPositions:
    """The positions of one tenant's consumers."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant

    async def claim(
        self, consumer: str, partitions: Sequence[Partition], set_apart: SetApart | None = None
    ) -> list[Claim]:
        """Take partitions over: whoever had them before cannot move them any more."""

        async def work(connection: Connection) -> list[Claim]:
            rows = await connection.fetch(
                _CLAIM,
                self._tenant,
                consumer,
                [partition.topic for partition in partitions],
                [partition.number for partition in partitions],
                [partition.first for partition in partitions],
                [partition.end for partition in partitions],
                [partition.topic for partition in partitions if partition.is_another],
                [partition.number for partition in partitions if partition.is_another],
            )
            claims = [_claim(row) for row in rows]
            for claim in claims:
                if claim.earlier is not None and set_apart is not None:
                    await set_apart(connection, claim)
            return claims

        return await self._database.transaction(work)

    async def hear(self, consumer: str, ends: Sequence[tuple[Claim, int]]) -> None:
        """Record where partitions end now, and that somebody looks after them."""
        async with self._database.connection() as connection:
            await connection.execute(
                _HEAR,
                self._tenant,
                consumer,
                [claim.topic for claim, _ in ends],
                [claim.number for claim, _ in ends],
                [claim.epoch for claim, _ in ends],
                [end for _, end in ends],
            )

    async def standings(self) -> list[Standing]:
        """Return how far every consumer is with every partition."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_STANDINGS, self._tenant)
        return [Standing(**row) for row in rows]

    async def are_behind(self, consumer: str | None = None) -> bool:
        """Whether messages pile up before a consumer, or any, that a worker looks after."""
        async with self._database.connection(leaves_nothing=True) as connection:
            return await connection.fetchval(_WAITING, self._tenant, consumer) >= BACKLOG


def _claim(row: asyncpg.Record) -> Claim:
    earlier = row["earlier"]
    last_at = row["last_message_at"] if earlier is None else None
    return Claim(row["topic"], row["partition"], row["next_offset"], row["epoch"], earlier, last_at)


async def advance(connection: Connection, tenant: int, consumer: str, step: Advance) -> None:
    """Move a partition on, in the transaction that stores what its messages said; the row is locked until then.

    The transaction fails by the constraint FENCE where the partition is not ours, or not where we left it; see `is_fence`.
    """
    claim = step.claim
    moved = await connection.fetchval(
        _ADVANCE,
        tenant,
        consumer,
        claim.topic,
        claim.number,
        claim.epoch,
        step.start,
        step.end,
        step.log_end,
        step.messages,
        step.dead_letters,
        step.last_message_at,
    )
    if moved is None:
        raise ConflictError(f"nobody knows any more how far {claim.topic} {claim.number} was taken in")


def is_fence(error: BaseException) -> bool:
    """Whether an error says that a partition belongs to somebody else."""
    return isinstance(error, asyncpg.CheckViolationError) and getattr(error, "constraint_name", None) == FENCE
