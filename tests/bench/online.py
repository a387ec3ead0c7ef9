"""How fast single records come in beside many stored ones: match, merge, write, commit.

Arguments: database URL, file of new records, how many one client sends, seconds that eight clients send.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import duckdb

from graph.errors import InvalidInputError
from graph.golden.entity_type import CUSTOMER
from graph.golden.record import Origin, parse
from graph.intake import Intake
from graph.store.database import Database

CLIENTS = 8
WARM_UP = 100
FIELDS = (
    "source_key",
    "first_name",
    "last_name",
    "birth_date",
    "street",
    "postal_code",
    "city",
    "email",
    "phone",
)


def records(path: str) -> Iterator[dict[str, Any]]:
    """Yield the records of a file as the REST door gets them, without those it would refuse."""
    query = f"select {', '.join(FIELDS)} from '{path}' order by md5(source_key)"
    with duckdb.connect() as connection:
        rows = connection.execute(query).fetchall()
    for row in rows:
        told = {name: value for name, value in zip(FIELDS, row, strict=True) if value is not None}
        record = {"source_system": "online", "key": told.pop("source_key"), **told}
        with suppress(InvalidInputError):
            parse(record, CUSTOMER)
            yield record


async def main(url: str, path: str, singles: int, seconds: float) -> dict[str, Any]:
    """Send records one by one, then from eight clients, and return the seconds that each took."""
    database = await Database.open(url, connections=10)
    intake = Intake(database)
    waiting = records(path)
    for _ in range(WARM_UP):
        await _send(intake, waiting)
    alone = [await _send(intake, waiting) for _ in range(singles)]
    took: list[float] = []
    ends = time.perf_counter() + seconds

    async def client() -> None:
        while time.perf_counter() < ends:
            took.append(await _send(intake, waiting))

    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    elapsed, cpu = time.perf_counter() - began, time.process_time() - cpu
    await intake.close()
    await database.close()
    return {"alone": alone, "together": took, "seconds": elapsed, "cpu": cpu}


async def _send(intake: Intake, waiting: Iterator[dict[str, Any]]) -> float:
    record = next(waiting)
    began = time.perf_counter()
    (outcome,) = await intake.take_in([record], Origin("rest"))
    if outcome.status != "accepted":
        raise RuntimeError(f"{outcome.status}: {outcome.problems}")
    return time.perf_counter() - began


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])))))
