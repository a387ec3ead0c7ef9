"""How far the workers are with the streams, as Prometheus scrapes it from the server."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx

from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.store.stream_positions import Advance, Partition, StreamPositions, advance

LABELS = '{consumer="group",partition="2",topic="source.crm.customers"}'


async def test_the_metrics_tell_lag_throughput_age_and_dead_letters(
    client: httpx.AsyncClient, database: Database
) -> None:
    """What workers wrote into the database shows for each partition, as it is now, and goes with the partition."""
    (claim,) = await StreamPositions(database).claim("group", [Partition("source.crm.customers", 2, 0, 10)])
    step = Advance(claim, 0, 4, 10, 4, 1, datetime(2024, 1, 1, tzinfo=UTC))

    async def work(connection: Connection) -> None:
        await advance(connection, DEFAULT_TENANT, "group", step)

    await database.transaction(work)
    told = (await client.get("/metrics")).text.splitlines()
    assert f"goldthread_stream_messages{LABELS} 4.0" in told
    assert f"goldthread_stream_dead_letters{LABELS} 1.0" in told
    assert f"goldthread_stream_lag{LABELS} 6.0" in told
    (age,) = [line for line in told if line.startswith(f"goldthread_stream_age_seconds{LABELS}")]
    assert float(age.rpartition(" ")[2]) > 1_000_000
    assert any(line.startswith(f"goldthread_stream_silent_seconds{LABELS}") for line in told)
    async with database.connection() as connection:
        await connection.execute("delete from stream_position")
    assert "goldthread_stream_messages{" not in (await client.get("/metrics")).text
