"""Events to post, and how many there are."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson

from graph.store.database import Database

JSON = {"Content-Type": "application/json"}
LINEAGE, BATCH = "/api/v1/lineage", "/api/v1/lineage/batch"


def day(number: int) -> str:
    """Return a day of January 2026."""
    return f"2026-01-{number:02d}T00:00:00Z"


def run_event(run: int, kind: str, at: str, **members: Any) -> dict[str, Any]:
    """Return the event of a run that reads one dataset and writes another, as the specification wants it."""
    return {
        "eventTime": at,
        "eventType": kind,
        "producer": "https://example.org/producer",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": str(UUID(int=run))},
        "job": {"namespace": "scheduler", "name": "to.b"},
        "inputs": [{"namespace": "store", "name": "db.a"}],
        "outputs": [{"namespace": "store", "name": "db.b"}],
        **members,
    }


def text(run: int, kind: str = "COMPLETE", at: str = day(1), **members: Any) -> bytes:
    """Return the bytes of an event."""
    return orjson.dumps(run_event(run, kind, at, **members))


async def counted(database: Database) -> tuple[int, int]:
    """Return how many events and dead letters there are."""
    async with database.connection() as connection:
        row = await connection.fetchrow(
            "select (select count(*) from lineage_event) as events, (select count(*) from dead_letter) as letters"
        )
    assert row is not None
    return row["events"], row["letters"]
