"""Whether the demo is there, found out without loading what makes it."""

from __future__ import annotations

from dataclasses import dataclass

from graph.golden.entity_type import CUSTOMER
from graph.store.database import DEFAULT_TENANT, Database
from graph.store.deliveries import Deliveries

ACTOR = "demo"
"""Who did it, in everything that the demo records."""


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What the demo left behind; where it was skipped, nothing is counted."""

    skipped: bool
    customers: int = 0
    files: int = 0
    rows: int = 0
    accepted: int = 0
    unchanged: int = 0
    rejected: int = 0
    lake_files: int = 0
    warehouse_rows: int = 0
    is_lineage_told: bool = True
    seconds: float = 0.0


async def is_needed(url: str) -> bool:
    """Whether the catalog at the URL holds no customers, or a demo was interrupted there."""
    database = await Database.open(url, connections=1)
    try:
        if any(delivery.actor == ACTOR for delivery in await Deliveries(database).unfinished()):
            return True
        async with database.connection() as connection:
            return not await connection.fetchval(
                "select exists (select from subject where tenant_id = $1 and kind = $2)",
                DEFAULT_TENANT,
                CUSTOMER.name,
            )
    finally:
        await database.close()
