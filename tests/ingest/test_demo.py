"""The demo: killed and run again it ends as if it had not been, and run once more it changes nothing."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections import Counter
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from graph.errors import InvalidInputError, UnavailableError
from graph.golden import blocking
from graph.golden.clustering import Edge, Record, cluster
from graph.golden.entity_type import CUSTOMER
from graph.golden.match_model import default_model
from graph.golden.matching import matcher
from graph.golden.profile import profile_of
from graph.golden.record import SourceEvent, parse
from graph.golden.timeline import Member, TimedEvent, golden_timeline, source_timeline
from graph.identity import SourceKey, content_id
from graph.store.database import Database
from graph.store.deliveries import Deliveries
from ingest.deliveries import source_rows
from ingest.demo import Demo
from ingest.demo_state import is_needed
from ingest.generators import BAD_ROWS, deliver, source_files
from ingest.settings import IngestSettings
from ingest.worker import Installation
from tests.ingest.conftest import Listener

CUSTOMERS = 150
Truth = dict[frozenset[SourceKey], list[tuple[Any, ...]]]

TABLES = (
    "source_event", "fact", "crosswalk", "quarantine", "subject", "relation", "delivery", "lake_file", "warehouse_load",
    "warehouse.customers_history",
)  # fmt: skip


def _environment(settings: IngestSettings) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": settings.require_database_url(),
        "GOLDTHREAD_HOME": str(settings.home),
        "GOLDTHREAD_URL": settings.server_url,
    }


async def _start(settings: IngestSettings, *options: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "service.cli", "demo", "--json", "--customers", str(CUSTOMERS), *options),
        env=_environment(settings),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def _counts(database: Database) -> dict[str, int]:
    async with database.connection() as connection:
        return {table: await connection.fetchval(f"select count(*) from {table}") for table in TABLES}


async def _until_taken_in(database: Database, process: asyncio.subprocess.Process, wanted: int) -> None:
    """Wait until the demo has taken so many deliveries in."""
    async with database.connection() as connection:
        for _ in range(12_000):
            taken_in = await connection.fetchval(
                "select count(*) from delivery where taken_in_at is not null"
            )
            if taken_in >= wanted:
                return
            assert process.returncode is None
            await asyncio.sleep(0.005)
    raise TimeoutError


def _truth(landing: Path) -> Truth:
    """Return the versions of every customer, by their source records, worked out from the files without a database."""
    events: dict[SourceKey, list[SourceEvent]] = {}
    files = source_files(CUSTOMERS)
    for file, place in zip(files, deliver(files, landing), strict=True):
        for row in source_rows(place, file.system):
            try:
                event = parse(row, CUSTOMER)
            except InvalidInputError:
                continue
            events.setdefault(event.key, []).append(event)
    keys = {content_id(key.system, key.key): key for key in events}
    kept = {
        i: [e for e in events[key] if not any(o.kind == "retract" for o in events[key])]
        for i, key in keys.items()
    }
    profiles = {
        i: profile_of(source_timeline(map(_timed, found)), CUSTOMER) for i, found in sorted(kept.items())
    }
    alike: dict[int, list[UUID]] = {}
    for i, profile in profiles.items():
        for key in blocking.keys(profile, CUSTOMER):
            alike.setdefault(key, []).append(i)
    pairs = {pair for found in alike.values() for pair in combinations(found, 2)}
    decided = matcher(CUSTOMER, default_model(CUSTOMER)).decide
    edges = [Edge(a, b, decided(profiles[a], profiles[b]).weight) for a, b in pairs]
    records = {i: Record(i, keys[i], profile) for i, profile in profiles.items()}
    groups = cluster(records, edges, [], CUSTOMER.matching).groups
    return {
        frozenset(keys[i] for i in group): versions
        for group in groups
        if (versions := _versions([(keys[i], kept[i]) for i in group]))
    }


def _versions(members: list[tuple[SourceKey, list[SourceEvent]]]) -> list[tuple[Any, ...]]:
    timelines = [Member(key, source_timeline(map(_timed, events))) for key, events in members]
    return [
        (stretch.period.start, stretch.period.end, stretch.op == "D", stretch.attributes)
        for stretch in golden_timeline(timelines, CUSTOMER)
    ]


def _timed(event: SourceEvent) -> TimedEvent:
    assert event.valid_from is not None
    return TimedEvent(
        event_id=event.identity("customer"),
        kind=event.kind,
        valid_from=event.valid_from,
        valid_to=event.valid_to,
        sequence=event.sequence,
        attributes=event.attributes,
        digest=event.digest,
    )


async def _stored(database: Database) -> Truth:
    """Return the versions of every customer in the warehouse, by their source records."""
    async with database.connection() as connection:
        links = await connection.fetch(
            """select distinct on (source_record_id) golden_id, source_system, source_key
                 from crosswalk join source_record using (tenant_id, source_record_id)
                order by source_record_id, crosswalk.system_from desc"""
        )
        rows = await connection.fetch(
            "select * from warehouse.customers_history order by customer_id, version"
        )
    members: dict[UUID, set[SourceKey]] = {}
    for link in links:
        members.setdefault(link["golden_id"], set()).add(SourceKey(link["source_system"], link["source_key"]))
    found: Truth = {}
    for row in rows:
        attributes = None if row["is_deleted"] else row["attributes"]
        version = (row["valid_from"], row["valid_to"], row["is_deleted"], attributes)
        found.setdefault(frozenset(members[row["customer_id"]]), []).append(version)
    return found


async def _check(database: Database, settings: IngestSettings, listener: Listener) -> None:
    """Require that everything the files say is there exactly once, in the warehouse and in lineage."""
    assert await _stored(database) == _truth(settings.landing_folder)
    async with database.connection() as connection:
        refused = await connection.fetch(
            "select file, origin_position from quarantine join origin using (tenant_id, origin_id)"
        )
        counted = await connection.fetchrow(
            "select sum(accepted) as accepted, sum(unchanged) as unchanged, sum(rejected) as rejected from delivery"
        )
        files = await connection.fetchval("select count(*) from lake_file where status = 'written'")
        on_disk = [path.name for path in (settings.lake_folder / "customers").iterdir()]
        assert sorted(on_disk) == [
            r[0] for r in await connection.fetch("select path from lake_file order by path")
        ]
        events = await connection.fetchval("select count(*) from source_event")
    assert len({tuple(row.values()) for row in refused}) == len(refused) == BAD_ROWS
    rows = sum(file.rows for file in source_files(CUSTOMERS))
    assert counted is not None
    assert tuple(counted.values()) == (rows - BAD_ROWS, 0, BAD_ROWS)
    assert events == rows - BAD_ROWS
    completed = Counter(job for job, kind in listener.told() if kind == "COMPLETE")
    assert completed == {
        "crm_to_golden_records": 4,
        "shop_to_golden_records": 3,
        "golden_records_to_lake": files,
        "lake_to_warehouse": files,
    }


async def test_the_demo_loads_everything_once(
    database: Database, settings: IngestSettings, installation: Installation, listener: Listener
) -> None:
    """Every delivery is a file of the lake of its own, progress adds up to all rows, and the demo again changes nothing."""
    assert await is_needed(settings.require_database_url())
    progress: Counter[str] = Counter()
    demo = Demo(installation, settings, CUSTOMERS, 7)
    result = await demo.load(await demo.files(), lambda path, rows: progress.update({path: rows}))
    await _check(database, settings, listener)
    assert progress == {file.path: file.rows for file in source_files(CUSTOMERS)}
    assert (result.files, result.lake_files, result.customers) == (7, 7, CUSTOMERS)
    assert (result.rows, result.rejected, result.is_lineage_told) == (sum(progress.values()), BAD_ROWS, True)
    before, heard = await _counts(database), len(listener.heard)
    again = await Demo(installation, settings, CUSTOMERS, 7).load(await demo.files(), lambda path, rows: None)
    assert replace(again, seconds=0) == replace(result, seconds=0)
    assert not await is_needed(settings.require_database_url())
    assert await _counts(database) == before
    assert len(listener.heard) == heard


async def test_a_demo_that_was_ended_goes_on_where_it_stopped(
    database: Database, settings: IngestSettings, listener: Listener
) -> None:
    """Ended by SIGTERM, then killed during a delivery, and run again, it ends as if it had run through."""
    for wanted, wait, number, code in ((1, 0.0, signal.SIGTERM, 143), (3, 0.02, signal.SIGKILL, -9)):
        process = await _start(settings, "--if-empty")
        await _until_taken_in(database, process, wanted)
        await asyncio.sleep(wait)
        process.send_signal(number)
        await process.communicate()
        assert process.returncode == code
        assert await is_needed(settings.require_database_url())
    process = await _start(settings, "--if-empty")
    out, told = await process.communicate()
    assert process.returncode == 0, told.decode()
    assert not json.loads(out)["skipped"]
    await _check(database, settings, listener)


async def test_a_demo_with_other_people_takes_the_place_of_an_interrupted_one(
    settings: IngestSettings, installation: Installation, database: Database
) -> None:
    """Deliveries announced and never taken in, whose files are no more, do not make the demo needed for ever."""
    folder = settings.landing_folder / "crm"
    old = await Deliveries(database).announce("crm", str(folder), "2023-customers.csv", bytes(32), "demo")
    foreign = await Deliveries(database).announce("erp", "/elsewhere", "customers.csv", bytes(32), "somebody")
    demo = Demo(installation, settings, 20, 7)
    await demo.load(await demo.files(), lambda path, rows: None)
    assert old.delivery_id not in {
        delivery.delivery_id for delivery in await Deliveries(database).unfinished()
    }
    assert await Deliveries(database).unfinished() == [foreign]
    assert not await is_needed(settings.require_database_url())


async def test_a_folder_that_cannot_be_written_is_told_with_the_remedy(
    settings: IngestSettings, installation: Installation, database: Database
) -> None:
    """Nothing is recorded, and the one line says what to do."""
    settings.home.write_bytes(b"a file where the folder belongs")
    demo = Demo(installation, settings, 5, 7)
    with pytest.raises(UnavailableError, match=r"cannot write to .*: make it writable .* GOLDTHREAD_LAKE"):
        await demo.load(await demo.files(), lambda path, rows: None)
    assert set((await _counts(database)).values()) == {0}
