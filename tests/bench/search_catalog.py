"""Fills a database with assets to be searched and indexes them. Arguments: its URL, datasets, jobs, customers.

Prints how many assets were indexed in how many seconds, and the bytes of the index, of texts and of words.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

import orjson

from graph.store.copying import FOR_EVER
from graph.store.database import DEFAULT_TENANT, Connection, Database
from lineage.indexing import Indexing
from tests.bench.search_names import Made, customers, datasets, jobs

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
_VERSION = (
    "tenant_id", "subject_id", "role", "name", "job_id", "digest", "valid_from", "valid_to", "system_from", "system_to",
)  # fmt: skip
_AT_ONCE = 1_000


async def main(url: str, *counts: int) -> dict[str, Any]:
    """Fill the catalog, index it, and return what that took."""
    database = await Database.open(url, connections=3)
    try:
        async with database.connection() as connection:
            await _fill(connection, *counts)
            await connection.execute("vacuum analyze", timeout=600)
        began = time.perf_counter()
        indexed = await Indexing(database).catch_up()
        seconds = time.perf_counter() - began
        async with database.connection() as connection:
            await connection.execute("vacuum analyze search_entry, search_word", timeout=600)
            sizes = await connection.fetchrow(
                """select pg_total_relation_size('search_entry') as entries, pg_relation_size('search_entry_words') as postings,
                          pg_total_relation_size('search_word') as words, (select count(*) from search_word) as distinct_words"""
            )
        return {"indexed": indexed, "seconds": seconds, **dict(sizes or {})}
    finally:
        await database.close()


async def _fill(connection: Connection, of_datasets: int, of_jobs: int, of_customers: int) -> None:
    at = BEGIN
    for one in (datasets(of_datasets), jobs(of_jobs)):
        while some := list(islice(one, _AT_ONCE)):
            at += timedelta(milliseconds=1)
            await _nodes(connection, some, at)
    people = customers(of_customers)
    while some := list(islice(people, _AT_ONCE)):
        at += timedelta(milliseconds=1)
        await _people(connection, some, at)
    await connection.execute("update clock set last_at = $2 where tenant_id = $1", DEFAULT_TENANT, at)


async def _nodes(connection: Connection, some: list[Made], at: datetime) -> None:
    kind = some[0].kind
    names = [(DEFAULT_TENANT, one.id, one.namespace, one.name, at) for one in some]
    await _copy(connection, kind, ("tenant_id", f"{kind}_id", "namespace", "name", "system_from"), names)
    said = [(one.id, name, body) for one in some for name, body in _facets(one)]
    bodies = {hashlib.md5(body, usedforsecurity=False).digest(): body for _, _, body in said}
    known = {
        row["digest"]
        for row in await connection.fetch("select digest from facet where digest = any ($1)", list(bodies))
    }
    new = [(DEFAULT_TENANT, key, body) for key, body in bodies.items() if key not in known]
    await _copy(connection, "facet", ("tenant_id", "digest", "body"), new)
    role = b"J" if kind == "job" else b"W"
    versions = [
        (DEFAULT_TENANT, key, role, name, UUID(int=0), hashlib.md5(body, usedforsecurity=False).digest(), at, FOR_EVER, at, FOR_EVER)
        for key, name, body in said
    ]  # fmt: skip
    await _copy(connection, "facet_version", _VERSION, versions)


def _facets(one: Made) -> Iterable[tuple[str, bytes]]:
    if one.columns:
        fields = [{"name": column, "type": "text"} for column in one.columns]
        yield "schema", orjson.dumps({"fields": fields})
    if one.sql:
        yield "sql", orjson.dumps({"query": one.sql})
    if one.description:
        yield "documentation", orjson.dumps({"description": one.description})
    team = f"team-{one.id.int % 40}"
    yield "ownership", orjson.dumps({"owners": [{"name": team}]})
    yield "tags", orjson.dumps({"tags": [{"key": f"tag{one.id.int % 25}"}]})


async def _people(connection: Connection, some: list[Made], at: datetime) -> None:
    subjects = [(DEFAULT_TENANT, one.id, "customer") for one in some]
    await _copy(connection, "subject", ("tenant_id", "subject_id", "kind"), subjects)
    told = []
    for number, one in enumerate(some, 1):
        first, last = one.name.split(" ", 1)
        held = {
            "first_name": first,
            "last_name": last,
            "email": one.email,
            "phone": one.phone,
            "city": "Cologne",
        }
        told.append((DEFAULT_TENANT, one.id, at, number, at, FOR_EVER, b"P", held, {}))
    columns = (
        "tenant_id",
        "subject_id",
        "system_from",
        "seq",
        "valid_from",
        "valid_to",
        "op",
        "attributes",
        "provenance",
    )
    await _copy(connection, "fact", columns, told)


async def _copy(connection: Connection, table: str, columns: Iterable[str], rows: list[Any]) -> None:
    await connection.copy_records_to_table(table, records=rows, columns=list(columns))


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(sys.argv[1], *map(int, sys.argv[2:])))))
