"""The months of stored events: which month an event id lies in, and the partitions that hold one month each."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg

from graph.store.database import Connection, Database

TABLE = "lineage_event_body"
"""The partitioned table; `<table>_rest` takes what has no partition of its own."""

MONTHS_BACK = 24
"""Older months have no partition of their own: a single event of long ago must not leave a table behind."""

MONTHS_AHEAD = 2
"""Nor have months further ahead, which only a wrong clock tells of."""

LOCK_KEY = 0x676F6C6D
"""The advisory lock under which partitions are made and dropped."""

FORGET_AFTER = 6 * 3600.0
"""Seconds after which a process looks anew which partitions there are, since the window moves with time."""

TRY_AGAIN_AFTER = 60.0
"""Seconds until a partition is tried once more that could not be made because the table was in use."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = 12 * 9999 + 11

_PARTITIONS = f"""
select c.relname
  from pg_inherits i
  join pg_class c on c.oid = i.inhrelid
 where i.inhparent = '{TABLE}'::regclass
"""  # noqa: S608 - a constant

_logger = logging.getLogger(__name__)


def milliseconds(event_id: UUID) -> int:
    """Return the milliseconds since 1970 with which an event id begins."""
    return event_id.int >> 80


def month_at(instant: datetime) -> int:
    """Return the number of an instant's month in UTC: those since the year 0."""
    utc = instant.astimezone(UTC)
    return utc.year * 12 + utc.month - 1


def month_of(event_id: UUID) -> int | None:
    """Return the number of the month in which an event happened; None where its time cannot be told from its id."""
    try:
        return month_at(_EPOCH + timedelta(milliseconds=milliseconds(event_id)))
    except OverflowError:
        return None


def start_of(month: int) -> datetime:
    """Return the first instant of a month."""
    return datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC)


def first_id(month: int) -> UUID:
    """Return the least event id of a month."""
    return UUID(int=(start_of(month) - _EPOCH) // timedelta(milliseconds=1) << 80)


def partition(month: int) -> str:
    """Return the name of a month's partition, such as lineage_event_body_202611."""
    return f"{TABLE}_{month // 12:04}{month % 12 + 1:02}"


async def partitions(connection: Connection) -> set[int]:
    """Return the months that have a partition."""
    names = [row["relname"] for row in await connection.fetch(_PARTITIONS)]
    found = [re.fullmatch(rf"{TABLE}_(\d{{4}})(\d\d)", name) for name in names]
    return {int(match[1]) * 12 + int(match[2]) - 1 for match in found if match}


class Months:
    """Makes partitions as months are told of; what a process knows costs it nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: set[int | None] = set()
        self._latest = (1, 0)
        self._forget_at = 0.0

    async def open(self, event_ids: Iterable[UUID]) -> None:
        """Have a partition for the month of each event that may have one; call it before the write, outside of it.

        Where the table is in use by others for long, the events go to the rest, from where they are moved later.
        """
        first, last = self._latest
        now = asyncio.get_running_loop().time()
        if now > self._forget_at:
            self._known.clear()
            first, last = 1, 0
            self._forget_at = now + FORGET_AFTER
        unknown: set[int | None] = set()
        for event_id in event_ids:
            if (
                not first <= milliseconds(event_id) < last
                and (month := month_of(event_id)) not in self._known
            ):
                unknown.add(month)
        if unknown:
            await self._open(unknown)

    async def _open(self, months: set[int | None]) -> None:
        try:
            there, now = await self._database.transaction(lambda connection: _made(connection, months))
        except asyncpg.LockNotAvailableError:
            _logger.warning("%s is in use by others; its next partition is made later", TABLE)
            self._forget_at = asyncio.get_running_loop().time() + TRY_AGAIN_AFTER
            self._known |= months
            return
        self._known |= months | there
        if now in there:
            self._latest = (milliseconds(first_id(now)), milliseconds(first_id(now + 1)))


async def _made(connection: Connection, months: set[int | None]) -> tuple[set[int], int]:
    """Make the partitions that are missing, and return all there are and the present month."""
    await connection.execute("set local lock_timeout = '2s'")
    await connection.execute("select pg_advisory_xact_lock($1)", LOCK_KEY)
    now = month_at(await connection.fetchval("select now()"))
    there = await partitions(connection)
    for month in sorted(month for month in months if month is not None):
        if now - MONTHS_BACK <= month <= now + MONTHS_AHEAD and month not in there:
            await _make(connection, month)
            there.add(month)
    return there, now


async def _make(connection: Connection, month: int) -> None:
    """Make a month's partition and move into it what lies in the rest; writers to the rest wait meanwhile.

    Attached, not made in place: that way only the rest is locked, and whoever writes to other months goes on.
    """
    name, first, end = partition(month), first_id(month), first_id(month + 1)
    await connection.execute(f"lock table {TABLE}_rest in access exclusive mode")
    await connection.execute(f"create table {name} (like {TABLE} including all)")
    await connection.execute(
        f"""with moved as (delete from {TABLE}_rest where event_id >= $1 and event_id < $2 returning *)
            insert into {name} select * from moved""",  # noqa: S608 - names of our own
        first,
        end,
        timeout=600,
    )
    await connection.execute(
        f"alter table {TABLE} attach partition {name} for values from ('{first}') to ('{end}')",
        timeout=600,
    )
