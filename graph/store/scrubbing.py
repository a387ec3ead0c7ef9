"""Rewrites the files of the database, so that no byte of removed rows is left in them, and judges what the WAL holds."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from graph.errors import UnavailableError
from graph.store.database import Connection, Database

LONGEST = 6 * 3600.0
"""Seconds that rewriting one table may take."""

PATIENCE = 30.0
"""Seconds for which to wait until transactions have ended that still see removed rows."""

MOST_SWITCHES = 256
"""How many segments of WAL are filled up at most, so that recycled ones are overwritten."""

_TABLES = """
select format('%I.%I', n.nspname, c.relname) as name
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
 where c.relkind = 'r'
   and (n.nspname = 'public' or n.nspname like 'warehouse%')
   and exists (select
                 from pg_attribute a
                where a.attrelid = c.oid
                  and a.attnum > 0
                  and a.atttypid in ('text'::regtype, 'jsonb'::regtype, 'bytea'::regtype))
 order by 1
"""

# Whoever still sees removed rows keeps them alive through a rewriting.
_WATCHERS = """
select pid, coalesce(application_name, '') as name
  from pg_stat_activity
 where datname = current_database()
   and pid <> pg_backend_pid()
   and backend_xmin is not null
   and age(backend_xmin) >= age($1::text::xid)
 limit 1
"""

_OLD_SEGMENTS = "select count(*) from pg_ls_waldir() where modification <= $1"


_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Scrubbing:
    """What was rewritten, and what the write-ahead log may still hold; None where the server does not tell us."""

    tables: int
    lsn: str
    old_segments: int | None
    is_archived: bool
    how_judged: str


async def scrub(database: Database) -> Scrubbing:
    """Rewrite every table that may have held texts, with its indexes and statistics, then fill the WAL up anew.

    Nobody can use a table while it is rewritten. Raises UnavailableError where old transactions keep removed rows
    alive, or a table stays locked.
    """
    async with database.connection() as connection:
        await _wait_for_others(connection)
        tables = [row["name"] for row in await connection.fetch(_TABLES)]
        await connection.execute("set lock_timeout = '60s'")
        try:
            for table in tables:
                await connection.execute(f"vacuum (full, analyze) {table}", timeout=LONGEST)
        except asyncpg.LockNotAvailableError as error:
            raise UnavailableError(
                "a table stays locked by others; scrub again when they are done"
            ) from error
        finally:
            await connection.execute("reset lock_timeout")
        await _allowed(connection, "vacuum full pg_catalog.pg_statistic")
        # What was written until now is to end with its segment, so that none is half old and half new.
        await _allowed(connection, "select pg_switch_wal()")
        since: datetime = await connection.fetchval("select clock_timestamp()")
        await _overwrite_wal(connection, since)
        return await _judged(connection, since, len(tables))


async def wal_of(database: Database) -> Scrubbing:
    """Return what the write-ahead log may hold of what was removed until now."""
    async with database.connection() as connection:
        return await _judged(connection, await connection.fetchval("select clock_timestamp()"), 0)


async def _wait_for_others(connection: Connection) -> None:
    xid = await connection.fetchval("select pg_current_xact_id()::xid::text")
    for attempt in range(int(PATIENCE / 0.2)):
        other = await connection.fetchrow(_WATCHERS, xid)
        if other is None:
            return
        if attempt == 0:
            _logger.info("waiting for the transaction of process %s", other["pid"])
        await asyncio.sleep(0.2)
    other = await connection.fetchrow(_WATCHERS, xid)
    if other is None:
        return
    raise UnavailableError(
        f"the transaction of process {other['pid']} ({other['name']}) keeps removed rows alive; "
        "scrub again when it has ended"
    )


async def _overwrite_wal(connection: Connection, since: datetime) -> None:
    """Fill segments up until none is left that was last written before; only where we may."""
    for _ in range(MOST_SWITCHES):
        old = await _old_segments(connection, since)
        if not old:
            return
        if not await _allowed(connection, "checkpoint") or not await _allowed(
            connection, "select pg_switch_wal()"
        ):
            return


async def _old_segments(connection: Connection, since: datetime) -> int | None:
    try:
        return await connection.fetchval(_OLD_SEGMENTS, since)
    except asyncpg.InsufficientPrivilegeError:
        return None


async def _allowed(connection: Connection, sql: str) -> bool:
    try:
        await connection.execute(sql, timeout=LONGEST)
    except asyncpg.InsufficientPrivilegeError:
        return False
    return True


async def _judged(connection: Connection, since: datetime, tables: int) -> Scrubbing:
    row = await connection.fetchrow(
        "select pg_current_wal_insert_lsn()::text as lsn, current_setting('archive_mode') as archive"
    )
    old = await _old_segments(connection, since)
    how = (
        "files of pg_wal last written before the removal; a checkpoint lets the server reuse or delete them, and they hold "
        "old bytes until they are overwritten"
        if old is not None
        else "the server does not let this account list pg_wal (pg_monitor may): removed rows are in it until it is recycled"
    )
    return Scrubbing(
        tables, "" if row is None else row["lsn"], old, bool(row and row["archive"] != "off"), how
    )
