"""How long a look-up by id takes as of an instant on both axes, while the history grows.

Arguments: database URL, number of golden records, versions of each.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from graph.store import facts
from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.time import AsOf

LOOK_UPS = 5_000
BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
HOURS = 3600.0

_SUBJECTS = """
insert into subject (tenant_id, subject_id, kind)
select $1, ('018f0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'bench'
  from generate_series($2::int8, $3::int8) as n
"""

_FACTS = """
insert into fact (tenant_id, subject_id, system_from, seq, valid_from, op, attributes, provenance)
select $1, ('018f0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, $4::timestamptz + v * interval '30 days',
       (n % 2000000000)::int4, $4::timestamptz + v * interval '30 days', 'P',
       jsonb_build_object('first_name', 'Ann ' || n, 'last_name', 'Lee ' || v, 'email', 'ann' || n || '@example.com',
                          'street', v || ' Main Street', 'city', 'Cologne', 'postal_code', '50667'),
       jsonb_build_object('sources', jsonb_build_object('email', gen_random_uuid()))
  from generate_series(1, $5::int4) as v, generate_series($2::int8, $3::int8) as n
"""


async def main(url: str, records: int, versions: int) -> dict[str, Any]:
    """Fill up to a tenth, half and all of the history, and measure look-ups at each."""
    database = await Database.open(url, connections=2)
    found: dict[str, Any] = {}
    try:
        async with database.connection() as connection:
            done = 0
            for name, share in (("a tenth", 10), ("half", 2), ("all", 1)):
                await _fill(connection, done + 1, records // share, versions)
                done = records // share
                found[name] = {
                    "facts": done * versions,
                    "seconds": await _look_ups(connection, done, versions),
                }
    finally:
        await database.close()
    return found


async def _fill(connection: Connection, first: int, last: int, versions: int) -> None:
    await connection.execute(_SUBJECTS, DEFAULT_TENANT, first, last, timeout=HOURS)
    await connection.execute(_FACTS, DEFAULT_TENANT, first, last, BEGIN, versions, timeout=HOURS)
    await connection.execute("vacuum analyze fact", timeout=HOURS)
    await connection.execute("checkpoint", timeout=HOURS)


async def _look_ups(connection: Connection, records: int, versions: int) -> list[float]:
    chance = random.Random(1)  # noqa: S311
    took: list[float] = []
    for number in range(LOOK_UPS + 200):
        subject = UUID(int=UUID("018f0000-0000-7000-8000-000000000000").int + chance.randint(1, records))
        valid = BEGIN + timedelta(days=30 * chance.uniform(1, versions))
        system = max(valid, BEGIN + timedelta(days=30 * chance.uniform(1, versions)))
        began = time.perf_counter()
        answer = await facts.as_of(connection, DEFAULT_TENANT, [subject], AsOf(valid, system))
        seconds = time.perf_counter() - began
        if subject not in answer:
            raise RuntimeError(f"{subject} is not known as of {valid}, {system}")
        if number >= 200:
            took.append(seconds)
    return took


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))))
