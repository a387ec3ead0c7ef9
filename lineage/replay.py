"""Records events anew that were stored by a release before this one, until none of them waits any more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import zstandard

from graph.errors import CatalogError, InvalidInputError
from graph.store.database import DEFAULT_TENANT, Connection, Database
from lineage.dead_letters import DeadLetters
from lineage.recorder import Recorded, Recorder

AT_ONCE = 1_000
"""How many events are recorded before they are struck off the list."""

SOURCE = "events of an earlier release"
"""Where dead letters say that they came from, whose events could once be read and cannot any more."""

_LOCK_KEY = 0x676F6C72000000
"""The advisory lock of whoever replays, plus the tenant."""


@dataclass(frozen=True, slots=True)
class Replay:
    """What a replay did; `is_elsewhere` where another process is at it."""

    recorded: int = 0
    refused: int = 0
    is_elsewhere: bool = False


async def waiting(database: Database, tenant: int = DEFAULT_TENANT) -> int:
    """Return how many events wait to be recorded anew; none where the schema is not the newest yet."""
    async with database.connection() as connection:
        if await connection.fetchval("select to_regclass('lineage_replay') is null"):
            return 0
        return await connection.fetchval("select count(*) from lineage_replay where tenant_id = $1", tenant)


async def replay(
    database: Database,
    recorder: Recorder,
    tenant: int = DEFAULT_TENANT,
    advance: Callable[[int], bool | None] = lambda done: None,
    at_once: int = AT_ONCE,
) -> Replay:
    """Record all events that wait, in the order of their time; tells `advance` each time how many more are done.

    Ends early where `advance` answers True. An event is struck off only when it is recorded, and recording it twice
    changes nothing: broken off at any point, the next call goes on where this one ended. One that cannot be read any
    more becomes a dead letter.
    """
    async with database.connection() as connection:
        if not await connection.fetchval("select pg_try_advisory_lock($1)", _LOCK_KEY + tenant):
            return Replay(is_elsewhere=True)
        try:
            return await _replayed(database, connection, tenant, recorder, advance, at_once)
        finally:
            await connection.execute("select pg_advisory_unlock($1)", _LOCK_KEY + tenant)


async def _replayed(
    database: Database,
    connection: Connection,
    tenant: int,
    recorder: Recorder,
    advance: Callable[[int], bool | None],
    at_once: int,
) -> Replay:
    letters = DeadLetters(database, tenant)
    recorded = refused = 0
    while rows := await connection.fetch(
        "select event_id, body from lineage_replay where tenant_id = $1 order by event_id limit $2",
        tenant,
        at_once,
    ):
        raws = [zstandard.ZstdDecompressor().decompress(row["body"]) for row in rows]
        results = await recorder.record_batch(raws)
        failed = [
            (raw, result)
            for raw, result in zip(raws, results, strict=True)
            if not isinstance(result, Recorded)
        ]
        await _keep(letters, failed)
        ids: list[UUID] = [row["event_id"] for row in rows]
        await connection.execute(
            "delete from lineage_replay where tenant_id = $1 and event_id = any ($2)", tenant, ids
        )
        recorded, refused = recorded + len(rows) - len(failed), refused + len(failed)
        if advance(len(rows)):
            break
    return Replay(recorded, refused)


async def _keep(letters: DeadLetters, failed: list[tuple[bytes, CatalogError]]) -> None:
    """Keep what is refused; raises what failed for any other reason, before anything is struck off."""
    for raw, error in failed:
        if not isinstance(error, InvalidInputError):
            raise error
        await letters.keep(SOURCE, raw, error.problems)
