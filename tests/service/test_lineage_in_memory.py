"""Lineage answered from memory by the service, and what is told of that memory."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from graph.store.database import DEFAULT_TENANT, Database
from lineage.recorder import Recorder
from service.app import create_app
from service.settings import Settings
from tests.lineage.conftest import record_all, run_event

DOORS = (
    "/api/v1/lineage?dataset=c&direction=upstream&depth=9&first=2",
    "/api/v1/lineage?dataset=a&depth=4&asOf=2026-01-02T00:00:00Z",
    "/api/v1/lineage?job=second&depth=1",
)


@pytest.mark.parametrize("most", [0, 1_000])
async def test_doors_answer_the_same_with_and_without_memory(
    database: Database, database_url: str, most: int
) -> None:
    """What was posted before is in the answer; `/metrics` tells what is in memory."""
    steps = [run_event(1, "COMPLETE", "2026-01-01T00:00:00Z", ["a"], ["b"], "first")]
    await record_all(Recorder(database), steps)
    settings = Settings(database_url=database_url, infer_columns=False, lineage_edges_in_memory=most)
    application = create_app(settings)
    async with (
        application.router.lifespan_context(application),
        httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://localhost") as client,
    ):
        if most:
            reads = application.state.services.lineage
            await reads.memory.ready(DEFAULT_TENANT, (await reads.basis()).system)
        event = run_event(2, "COMPLETE", "2026-01-01T01:00:00Z", ["b"], ["c"], "second")
        posted = await client.post("/api/v1/lineage", json=event)
        assert posted.status_code == 201
        shown = [_shown((await client.get(door)).json()) for door in DOORS]
        metrics = (await client.get("/metrics")).text
    assert shown == [
        ([("c", 0), ("second", 1)], 1, True, {"upstream": 1, "downstream": 0}, {"upstream": 4, "downstream": 0}),
        (
            [("a", 0), ("first", 1), ("b", 2), ("second", 3), ("c", 4)],
            4, False, {"upstream": 0, "downstream": 0}, {"upstream": 0, "downstream": 4},
        ),
        (
            [("second", 0), ("b", 1), ("c", 1)],
            2, False, {"upstream": 1, "downstream": 0}, {"upstream": 1, "downstream": 1},
        ),
    ]  # fmt: skip
    held = 4.0 if most else 0.0
    assert f'goldthread_lineage_in_memory{{what="edges"}} {held}' in metrics


def _shown(answer: dict[str, Any]) -> tuple[Any, ...]:
    nodes = [(node["name"], node["distance"]) for node in answer["nodes"]]
    return nodes, len(answer["edges"]), answer["truncated"], answer["frontier"], answer["reached"]
