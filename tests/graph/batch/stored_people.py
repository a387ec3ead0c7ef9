"""Made-up customers stored through intake, and who is held to be whom, by source key."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from graph.golden.record import Origin
from graph.identity import SourceKey
from graph.intake import Intake
from graph.store.database import Database
from tests.conftest import KEPT
from tests.graph.batch.people import people

Grouping = frozenset[frozenset[SourceKey]]


def raw_records(records: int, seed: int) -> list[dict[str, Any]]:
    """Return records of three sources as they arrive, in no particular order."""
    dice = Random(seed)  # noqa: S311
    rows, _ = people(records, seed)
    raw = [
        {
            "sourceSystem": dice.choice(("crm", "shop", "pos")),
            "key": f"{number}",
            "validFrom": "2024-01-01",
            **{name: values[0] for name, values in row.items()},
        }
        for number, row in enumerate(rows)
    ]
    dice.shuffle(raw)
    return raw


async def store(database: Database, raw: Sequence[object], at_once: int = 150) -> None:
    """Take records in, some at a time."""
    intake = Intake(database)
    for start in range(0, len(raw), at_once):
        await intake.take_in(raw[start : start + at_once], Origin("rest"))
    await intake.close()


async def grouping(database: Database) -> Grouping:
    """Return who is held to be one, by source key."""
    async with database.connection() as connection:
        rows = await connection.fetch(
            """select array_agg(source_system) as systems, array_agg(source_key) as keys
                 from (select distinct on (source_record_id) source_record_id, golden_id
                         from crosswalk order by source_record_id, system_from desc) held
                 join source_record using (source_record_id)
                group by golden_id"""
        )
    return frozenset(frozenset(map(SourceKey, row["systems"], row["keys"])) for row in rows)


async def edges(database: Database) -> dict[frozenset[SourceKey], tuple[float, str | None]]:
    """Return the edges that count, by source keys."""
    async with database.connection() as connection:
        rows = await connection.fetch(
            """select x.source_system as xs, x.source_key as xk, y.source_system as ys, y.source_key as yk, weight, rule
                 from (select distinct on (a, b) * from match_edge order by a, b, system_from desc) newest
                 join source_record x on x.source_record_id = a
                 join source_record y on y.source_record_id = b
                where weight is not null"""
        )
    return {
        frozenset((SourceKey(row["xs"], row["xk"]), SourceKey(row["ys"], row["yk"]))): (
            round(row["weight"], 6),
            row["rule"],
        )
        for row in rows
    }


async def empty(database: Database, *kept: str) -> None:
    """Empty every table but the tenants, their clocks and those named."""
    async with database.connection() as connection:
        tables = await connection.fetchval(
            "select string_agg(quote_ident(tablename), ', ') from pg_tables where schemaname = 'public' and tablename <> all ($1::text[])",
            [*KEPT, *kept],
        )
        await connection.execute(f"truncate {tables}")
