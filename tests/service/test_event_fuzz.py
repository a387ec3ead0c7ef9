"""Whatever is sent to the doors of OpenLineage events: never an error of ours, never half an event, nothing lost.

FUZZ_EVENTS says how many events to try beyond the few of every run, FUZZ_SEED where to begin; `make fuzz` sets both.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
from collections.abc import Sequence
from typing import Any

import httpx
import orjson
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.store.database import Database
from lineage.bodies import Bodies
from lineage.recorder import Recorder
from service.app import create_app
from service.settings import Settings
from tests.lineage.conformance import cases, clear, differing
from tests.lineage.conftest import model
from tests.lineage.corpora import recorded_events
from tests.lineage.hostile_events import broken, oversized, spec_events

JSON = {"Content-Type": "application/json"}
EVENTS = int(os.environ.get("FUZZ_EVENTS", "300"))
SEED = int(os.environ.get("FUZZ_SEED", "0"))
AT_ONCE = 150 if EVENTS < 1000 else 500
SECONDS = 60
"""After so long a round counts as hanging."""

MODELS = [json.loads(raw) for case in cases().values() for raw in case.events if case.area != "Refusals"] + [
    event for folder in recorded_events().values() for event in folder
]
"""Good events, which are then broken."""


@pytest.mark.parametrize("start", range(SEED, SEED + EVENTS, AT_ONCE))
async def test_broken_events_do_no_harm(database: Database, database_url: str, start: int) -> None:
    """Real events with members dropped, doubled, retyped, deepened, cut … are recorded whole or refused and kept."""
    bodies: list[bytes] = []
    for seed in range(start, start + AT_ONCE):
        dice = random.Random(seed)  # noqa: S311 - no secret
        bodies.append(broken(dice.choice(MODELS), MODELS, dice))
    await harmless(database, database_url, bodies, in_batches=start // AT_ONCE % 2 > 0)


@settings(
    max_examples=max(20, EVENTS // 200),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(events=st.lists(spec_events(), min_size=1, max_size=10), in_batches=st.booleans())
async def test_events_of_every_shape_do_no_harm(
    database: Database, database_url: str, events: Sequence[Any], in_batches: bool
) -> None:
    """Events in the shapes of the specification, odd values among them, are recorded whole or refused and kept."""
    await harmless(
        database, database_url, [json.dumps(event).encode() for event in events], in_batches=in_batches
    )


@pytest.mark.parametrize("in_batches", [False, True])
async def test_oversized_parts_do_no_harm(database: Database, database_url: str, in_batches: bool) -> None:
    """Names and lists that no index and no column was made for neither fail nor take the events beside them along."""
    dice = random.Random(SEED)  # noqa: S311 - no secret
    bodies = [json.dumps(event).encode() for event in oversized(dice)]
    await harmless(database, database_url, bodies, in_batches=in_batches)


async def harmless(
    database: Database, database_url: str, bodies: Sequence[bytes], *, in_batches: bool
) -> None:
    """Send the bodies and assert that each is stored whole or a dead letter, and that the model follows from those stored."""
    await clear(database)
    application = create_app(Settings(database_url=database_url))
    async with (
        asyncio.timeout(SECONDS),
        application.router.lifespan_context(application),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(application), base_url="http://localhost:8000"
        ) as client,
    ):
        told = await (_sent_as_batch if in_batches else _sent_one_by_one)(client, bodies)
    accepted = {body for body, is_taken in told if is_taken}
    refused = {body for body, is_taken in told if not is_taken}
    assert not accepted & refused
    same(await stored(database), accepted)
    async with database.connection() as connection:
        letters = await connection.fetch("select body, size from dead_letter")
    unpacked = {
        zstandard.ZstdDecompressor().decompress(row["body"], max_output_size=row["size"]) for row in letters
    }
    same(unpacked, refused - {b""})  # of nothing there is nothing to keep
    await rebuilt_alike(database, accepted)


def same(found: set[bytes], wanted: set[bytes]) -> None:
    """Assert that two sets of bodies are equal, and tell of a few only where they are not."""
    assert sorted(found - wanted, key=len)[:3] == []
    assert sorted(wanted - found, key=len)[:3] == []


async def _sent_one_by_one(client: httpx.AsyncClient, bodies: Sequence[bytes]) -> list[tuple[bytes, bool]]:
    answers = await asyncio.gather(
        *(client.post("/api/v1/lineage", content=body, headers=JSON) for body in bodies)
    )
    told: list[tuple[bytes, bool]] = []
    for body, answer in zip(bodies, answers, strict=True):
        assert answer.status_code in {201, 400}, (body, answer.text[:500])
        if answer.status_code == 400:
            assert answer.json()["error"]["code"] == "INVALID_INPUT"
            assert answer.json()["error"]["problems"], body
        told.append((body, answer.status_code == 201))
    return told


async def _sent_as_batch(client: httpx.AsyncClient, bodies: Sequence[bytes]) -> list[tuple[bytes, bool]]:
    """Send those that are JSON at all as one array, the others one by one."""
    members = [body.strip() for body in bodies if _is_json(body)]
    told = await _sent_one_by_one(client, [body for body in bodies if not _is_json(body)])
    answer = await client.post(
        "/api/v1/lineage/batch", content=b"[" + b",".join(members) + b"]", headers=JSON
    )
    assert answer.status_code == 200, answer.text[:500]
    failed = {one["index"] for one in answer.json()["failed_events"]}
    assert answer.json()["summary"]["failed"] == len(failed)
    assert not any(one["retriable"] for one in answer.json()["failed_events"])
    return told + [(body, index not in failed) for index, body in enumerate(members)]


def _is_json(body: bytes) -> bool:
    try:
        orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    return True


async def stored(database: Database) -> set[bytes]:
    """Return the bytes of every event stored, having seen that each has its header and its body."""
    async with database.connection() as connection:
        rows = await connection.fetch(
            "select e.event_id as header, b.event_id, b.body from lineage_event e full join lineage_event_body b using (tenant_id, event_id)"
        )
        assert all(row["header"] == row["event_id"] for row in rows)
        bodies = await Bodies(database).decompress(connection, [row["body"] for row in rows])
    return set(bodies)


async def rebuilt_alike(database: Database, events: set[bytes]) -> None:
    """Assert that recording the events once more from nothing, in another order, makes the same model."""
    before = await model(database)
    await clear(database)
    recorder = Recorder(database)
    results = await recorder.record_batch(sorted(events))
    await recorder.close()
    assert [result for result in results if isinstance(result, Exception)] == []
    assert differing(await model(database), before) == {}
