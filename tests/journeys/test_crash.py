"""Killed in the middle of a load and started again: all that was acknowledged is there, exactly once."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator
from typing import Any

import asyncpg
import httpx
import pytest

from graph.store.embedded import EmbeddedPostgres
from tests.journeys.conftest import SECONDS, Installation

pytestmark = pytest.mark.journey

RECORDS, EVENTS = 7_000, 3_000
RECORDS_AT_ONCE, EVENTS_AT_ONCE = 100, 25
KILLED_AFTER = 0.4
"""What part of the load is acknowledged when everything is killed."""


def record(number: int) -> dict[str, str]:
    """Return a customer that nobody else is."""
    return {
        "sourceSystem": "crm",
        "key": str(number),
        "firstName": f"Customer {number}",
        "email": f"customer{number}@example.org",
        "validFrom": "2024-01-01T00:00:00Z",
    }


def event(number: int) -> dict[str, Any]:
    """Return the end of a run of one of 50 jobs."""
    return {
        "eventType": "COMPLETE",
        "eventTime": f"2024-01-01T00:{number % 60:02}:00Z",
        "producer": "https://example.org/load",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": str(uuid.UUID(int=number))},
        "job": {"namespace": "load", "name": f"job{number % 50}"},
        "inputs": [{"namespace": "load", "name": f"in{number % 50}"}],
        "outputs": [{"namespace": "load", "name": f"out{number % 50}"}],
    }


def batches(count: int, size: int) -> Iterator[range]:
    """Yield the numbers below `count`, some at a time."""
    return (range(start, min(start + size, count)) for start in range(0, count, size))


class Load:
    """Sends every record and event once, several requests at a time, and notes what was acknowledged."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.records: set[int] = set()
        self.events: set[int] = set()
        self.halfway = asyncio.Event()

    async def run(self) -> None:
        """Send everything; what fails because the server is gone is not acknowledged."""
        records = batches(RECORDS, RECORDS_AT_ONCE)
        events = batches(EVENTS, EVENTS_AT_ONCE)
        async with httpx.AsyncClient(base_url=self.url, timeout=60) as client:
            await asyncio.gather(
                *(self._send(client, "/api/v1/records", record, records, self.records) for _ in range(3)),
                *(self._send(client, "/api/v1/lineage/batch", event, events, self.events) for _ in range(3)),
            )

    async def _send(
        self, client: httpx.AsyncClient, door: str, made: Any, waiting: Any, acknowledged: set[int]
    ) -> None:
        for numbers in waiting:
            try:
                answer = await client.post(door, json=[made(number) for number in numbers])
            except httpx.TransportError:
                return
            told = answer.json()
            assert answer.status_code == 200, told
            assert (told.get("rejected") or told.get("summary", {}).get("failed") or 0) == 0, told
            acknowledged.update(numbers)
            if len(self.records) + len(self.events) > KILLED_AFTER * (RECORDS + EVENTS):
                self.halfway.set()


async def test_everything_acknowledged_survives_kill_9_exactly_once(installation: Installation) -> None:
    """Server, worker and PostgreSQL are killed during a load of 10,000; a second load fills the gaps and doubles nothing."""
    first = installation.begin()
    installation.wait_until_ready(first)
    load = Load(installation.url)
    sending = asyncio.create_task(load.run())
    await asyncio.wait_for(load.halfway.wait(), SECONDS)
    for process in installation.processes():
        process.kill()
    await sending
    first.communicate()
    assert 0 < len(load.records) < RECORDS
    assert 0 < len(load.events) < EVENTS

    second = installation.begin()
    installation.wait_until_ready(second)
    keys, events = await stored(installation)
    assert load.records <= keys.keys()
    assert load.events <= events.keys()
    assert set(keys.values()) == set(events.values()) == {1}

    again = Load(installation.url)
    await again.run()
    keys, events = await stored(installation)
    assert keys == dict.fromkeys(range(RECORDS), 1)
    assert events == dict.fromkeys(range(EVENTS), 1)
    await whole(installation)


async def stored(installation: Installation) -> tuple[dict[int, int], dict[int, int]]:
    """Return how often each record and event is stored, by its number."""
    connection = await opened(installation)
    try:
        records = await connection.fetch(
            "select source_key, count(*) from source_record join source_event using (tenant_id, source_record_id) group by 1"
        )
        events = await connection.fetch(
            "select run_id, count(*) from lineage_event join job using (tenant_id, job_id)"
            " where namespace = 'load' group by 1"
        )
    finally:
        await connection.close()
    return {int(key): n for key, n in records}, {run_id.int: n for run_id, n in events}


async def whole(installation: Installation) -> None:
    """Assert that the model follows from what is stored: a customer, a version and a run for each, edges for each job."""
    connection = await opened(installation)
    try:
        counts = await connection.fetchrow(
            "select (select count(*) from subject where kind = 'customer') as customers,"
            " (select count(*) from customers_history where is_current) as versions,"
            " (select count(*) from crosswalk) as links,"
            " (select count(*) from run join job using (tenant_id, job_id) where namespace = 'load') as runs,"
            " (select count(*) from lineage_edge join job using (tenant_id, job_id)"
            "   where namespace = 'load' and system_to = 'infinity') as edges"
        )
    finally:
        await connection.close()
    assert counts is not None
    assert dict(counts) == {
        "customers": RECORDS,
        "versions": RECORDS,
        "links": RECORDS,
        "runs": EVENTS,
        "edges": 100,
    }


async def opened(installation: Installation) -> asyncpg.Connection[asyncpg.Record]:
    """Connect to the installation's database."""
    url = EmbeddedPostgres(installation.home).url()
    assert url is not None
    return await asyncpg.connect(url)
