"""What the tests of keeping events share: bytes of events at instants, stored as a recorder stores them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from uuid import UUID

import orjson

from graph.store.database import DEFAULT_TENANT, Database
from lineage.bodies import Bodies, keep
from lineage.dictionaries import trained

COLUMNS = [
    f"{left}_{right}"
    for left in ("order", "customer", "store", "item")
    for right in ("id", "name", "date", "sum")
]


def event_id(at: datetime, raw: bytes) -> UUID:
    """Return an id that begins with the milliseconds of the instant, and ends with a digest of the bytes."""
    milliseconds = int(at.timestamp() * 1000) & ((1 << 48) - 1)
    return UUID(int=milliseconds << 80 | int.from_bytes(blake2b(raw, digest_size=10).digest(), "big"))


def raws(count: int, seed: int = 0) -> list[bytes]:
    """Return events that are as alike as those of one tool are."""
    chance = random.Random(seed)  # noqa: S311
    return [
        orjson.dumps(
            {
                "eventTime": "2026-01-01T00:00:00Z",
                "run": {"runId": str(UUID(int=chance.getrandbits(128))), "rows": chance.randrange(10**6)},
                "job": {"namespace": "bench", "name": f"job_{chance.randrange(50)}"},
                "schema": [
                    {
                        "name": column,
                        "type": chance.choice(("text", "int8", "date")),
                        "description": f"{column} of {seed}",
                    }
                    for column in chance.sample(COLUMNS, 12)
                ],
            }
        )
        for _ in range(count)
    ]


async def store(
    database: Database, events: Sequence[tuple[datetime, bytes]], bodies: Bodies, tenant: int = DEFAULT_TENANT
) -> list[UUID]:
    """Store bodies and headers in one transaction, by the dictionary of the moment, and return the ids of the events."""
    ids = [event_id(at, raw) for at, raw in events]
    await bodies.open_months(ids)
    async with database.connection() as connection, connection.transaction():
        await bodies.refresh(connection)
        await connection.executemany(
            "insert into lineage_event_body (tenant_id, event_id, body) values ($1, $2, $3)",
            [(tenant, key, bodies.compress(raw)) for key, (_, raw) in zip(ids, events, strict=True)],
        )
        await connection.executemany(
            """insert into lineage_event (tenant_id, event_id, event_time, system_from, mention_id, dataset_id, kind)
               values ($1, $2, $3, now(), 1, $2, 'D')""",
            [(tenant, key, at) for key, (at, _) in zip(ids, events, strict=True)],
        )
    return ids


async def tables_of(database: Database, ids: Sequence[UUID]) -> list[str | None]:
    """Return the table that each event's body lies in, None where it is gone."""
    async with database.connection() as connection:
        rows = await connection.fetch(
            "select event_id, tableoid::regclass::text as name from lineage_event_body where event_id = any ($1)",
            list(ids),
        )
    found = {row["event_id"]: row["name"] for row in rows}
    return [found.get(key) for key in ids]


async def months_away(database: Database, months: int) -> datetime:
    """Return the middle of the month so many months from now."""
    async with database.connection() as connection:
        return await connection.fetchval(
            "select date_trunc('month', now()) + make_interval(months => $1, days => 14)", months
        )


async def drop_partitions(database: Database) -> None:
    """Drop the partitions that other tests made, so that each begins with the rest alone."""
    async with database.connection() as connection:
        names = await connection.fetch(
            "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'lineage_event_body'::regclass"
        )
        for row in names:
            if row["name"] != "lineage_event_body_rest":
                await connection.execute(f"drop table {row['name']}")


AT = datetime(2026, 1, 1, tzinfo=UTC)
"""An instant to store at where it does not matter."""


async def learn(database: Database, text: str) -> int:
    """Store a dictionary that was trained on events with a text in them and holds it, and return its id."""
    samples = [
        raw.replace(b'"job"', orjson.dumps(f"asked by {text} for a copy of") + b':1,"job"')
        for raw in raws(400)
    ]
    made = trained(samples, len(samples))
    assert made is not None
    assert text.encode() in made.body
    async with database.connection() as connection, connection.transaction():
        await keep(connection, DEFAULT_TENANT, made)
    return made.dictionary_id
