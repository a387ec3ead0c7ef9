"""The case table: what events make of edges and states, in any order."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from graph.store.database import Database
from graph.time import render
from lineage.recorder import Recorder
from tests.lineage.conftest import clear, model, record_all

CASES = {
    path.stem: json.loads(path.read_text())
    for path in sorted((Path(__file__).parent / "cases").glob("*.json"))
}


@pytest.mark.parametrize("name", CASES)
async def test_events_make_these_edges_and_states_in_any_order(
    name: str, database: Database, recorder: Recorder
) -> None:
    """Each case keeps its promise in the order written, backwards, shuffled, at once, one by one and repeated."""
    events: list[Any] = CASES[name]["events"]
    shuffled = random.Random(name).sample(events * 2, len(events) * 2)  # noqa: S311 - no secret
    for order in (events, events[::-1], shuffled):
        for size in (len(order), 1):
            await clear(database)
            for start in range(0, len(order), size):
                await record_all(recorder, order[start : start + size])
            await _compare(name, database)


async def _compare(name: str, database: Database) -> None:
    case, known = CASES[name], await model(database)
    edges = [
        {
            "job": job,
            "dataset": dataset,
            "direction": way,
            "kind": kind,
            "from": render(start),
            "to": end and render(end),
        }
        for job, dataset, way, kind, start, end in known["edges"]
    ]
    assert sorted(edges, key=str) == sorted(case["edges"], key=str), case["promise"]
    assert {row[0]: row[2] for row in known["runs"]} == {
        UUID(key): state for key, state in case["states"].items()
    }
    assert len(known["events"]) == len(case["events"])
