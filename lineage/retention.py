"""Retention: lets go of the bytes of old events, month by month; all that they said of the world stays in the model."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from graph.errors import CatalogError, InvalidInputError, UnavailableError
from graph.store.database import Connection, Database
from lineage.months import LOCK_KEY, TABLE, month_at, partition, partitions, start_of

REST = f"{TABLE}_rest"
"""Where the events of months lie that have no partition of their own."""

AT_ONCE = 5_000
"""How many rows of the rest are deleted in one transaction."""

ATTEMPTS = 20
"""How often a partition is tried to be dropped that others are reading."""

HOUR, DAY = 3_600.0, 86_400.0

_logger = logging.getLogger(__name__)

_DAYS = {"d": 1, "w": 7}
_MONTHS = {"mo": 1, "y": 12}

_COUNT = "select count(*) as events, pg_total_relation_size('{name}') as bytes from {name}"

_OLD_REST = f"""
select count(*) as events, coalesce(sum(octet_length(r.body) + 64), 0)::int8 as bytes
  from {REST} r
  join lineage_event e using (tenant_id, event_id)
 where e.event_time < $1
"""  # noqa: S608 - a constant

# By the time of the header: ids of events from before 1970 do not sort in time.
_DELETE_REST = f"""
delete from {REST} r
 using (select tenant_id, event_id
          from {REST}
          join lineage_event e using (tenant_id, event_id)
         where e.event_time < $1
         limit {AT_ONCE}) old
 where r.tenant_id = old.tenant_id and r.event_id = old.event_id
"""  # noqa: S608 - constants

_SINCE = """
insert into lineage_head (tenant_id, version, bodies_since)
select tenant_id, (extract(epoch from clock_timestamp()) * 1000000)::int8, $1 from tenant
    on conflict (tenant_id) do update
   set bodies_since = greatest(lineage_head.bodies_since, excluded.bodies_since)
"""


@dataclass(frozen=True, slots=True)
class Keep:
    """For how long the bytes of events are kept."""

    days: int = 0
    months: int = 0

    @classmethod
    def of(cls, text: str, path: str = "keep") -> Keep:
        """Parse a span such as 90d, 8w, 12mo or 2y; raises InvalidInputError naming `path`."""
        match = re.fullmatch(r"\s*(\d{1,5})\s*(d|w|mo|y)\s*", text.lower())
        if match is None or int(match[1]) == 0:
            raise InvalidInputError.at(
                path,
                f"must be a number of days, weeks, months or years such as 90d, 8w, 12mo or 2y, got {text[:60]!r}",
            )
        number, unit = int(match[1]), match[2]
        return cls(number * _DAYS.get(unit, 0), number * _MONTHS.get(unit, 0))


@dataclass(frozen=True, slots=True)
class LetGo:
    """A month, or the rest, whose events were let go: how many events of all tenants, and the bytes they took."""

    table: str
    events: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Retention:
    """What was let go: the bytes of all events from before `since`, table by table."""

    since: datetime
    gone: Sequence[LetGo]


async def retain(
    database: Database,
    keep: Keep,
    *,
    dry_run: bool = False,
    attempts: int = ATTEMPTS,
    advance: Callable[[LetGo], None] = lambda gone: None,
) -> Retention:
    """Let go of the bytes of the events of all months that are over for longer than `keep`, in all tenants.

    Whole months go, so that nothing is rewritten: at least `keep` is kept, at most a month more. Broken off at any
    point, the next call goes on. Writers wait for the moment in which a table is dropped. A dry run changes nothing.
    Raises UnavailableError where somebody reads a table for long.
    """
    async with database.connection() as connection:
        since = await _horizon(connection, keep)
        old = sorted(month for month in await partitions(connection) if start_of(month) < since)
        gone = [await _counted(connection, partition(month)) for month in old]
        rest = await connection.fetchrow(_OLD_REST, since, timeout=600)
        if rest is not None and rest["events"]:
            gone.append(LetGo(REST, rest["events"], rest["bytes"]))
        if dry_run:
            return Retention(since, gone)
        # Told first: whoever misses a body is to find why.
        await connection.execute(_SINCE, since)
    for each in gone:
        if each.table == REST:
            await _delete_rest(database, since)
        else:
            await _drop(database, each.table, attempts)
        advance(each)
    return Retention(since, gone)


async def retain_daily(database: Database, keep: Keep, stop: asyncio.Event) -> None:
    """Let go of old bytes now and once a day until `stop` is set; what fails is tried again within the hour."""
    while not stop.is_set():
        pause = DAY
        try:
            done = await retain(database, keep)
            for each in done.gone:
                _logger.info("let go of %s: %s events, %s bytes", each.table, each.events, each.bytes)
        except CatalogError as error:
            _logger.warning("old events are let go of later: %s", error.message)
            pause = HOUR
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)


async def _horizon(connection: Connection, keep: Keep) -> datetime:
    """Return the start of the month in which the kept span begins."""
    begin: datetime | None = await connection.fetchval(
        """select case when $1 < 12 * 900 and $2 < 365 * 900
                  then now() - make_interval(months => $1, days => $2) end""",
        keep.months,
        keep.days,
    )
    if begin is None:
        raise InvalidInputError.at("keep", "must be less than 900 years")
    return start_of(month_at(begin))


async def _counted(connection: Connection, table: str) -> LetGo:
    row = await connection.fetchrow(_COUNT.format(name=table), timeout=600)
    return LetGo(table, row["events"] if row else 0, row["bytes"] if row else 0)


async def _drop(database: Database, table: str, attempts: int) -> None:
    """Drop a partition as soon as nobody uses it: writers that come meanwhile wait for less than half a second."""

    async def work(connection: Connection) -> None:
        await connection.execute("set local lock_timeout = '400ms'")
        await connection.execute("select pg_advisory_xact_lock($1)", LOCK_KEY)
        await connection.execute(f"drop table if exists {table}")

    for attempt in range(attempts):
        try:
            await database.transaction(work)
        except asyncpg.LockNotAvailableError:
            await asyncio.sleep(min(0.05 * 2**attempt, 2.0))
        else:
            return
    raise UnavailableError(f"{table} is being read for long; let go of it later by the same command")


async def _delete_rest(database: Database, since: datetime) -> None:
    while True:
        async with database.connection() as connection:
            done = await connection.execute(_DELETE_REST, since, timeout=600)
        if done == "DELETE 0":
            return
