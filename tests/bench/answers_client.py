"""Builds the lineage graph in memory in a process of its own, asks it, and changes it. Arguments: URL, ids of datasets as JSON."""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import numpy as np
import psutil

from graph.store.database import Database
from graph.time import AsOf
from lineage.snapshot.graph import Snapshot
from lineage.snapshot.instants import FOREVER, micros
from lineage.snapshot.loading import Told, applied
from lineage.snapshot.memory import Snapshots
from lineage.store import Lineage
from tests.bench.lineage_graph import START
from tests.lineage.temporal_graphs import copied_rows

TEN_THOUSAND = (8_000, 12_000)
"""How many nodes a walk reaches that counts as one of about ten thousand."""

_BATCH, _BATCHES = 500, 10


def seconds(act: Callable[[], object]) -> float:
    """Return how long something takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def spread(times: list[float]) -> tuple[float, float]:
    """Return the middle and the 99th percentile, in milliseconds."""
    p50, p99 = np.percentile(np.array(times) * 1000, (50, 99))
    return float(p50), float(p99)


async def main(url: str, nodes: list[UUID]) -> dict[str, Any]:
    """Return what was measured, in milliseconds, bytes and numbers."""
    database = await Database.open(url, connections=2)
    reads = Lineage(database, memory=Snapshots(database))
    at = await reads.basis()
    gc.collect()
    before = psutil.Process().memory_info().rss
    began = time.perf_counter()
    snapshot = await reads.snapshot(at)
    built = time.perf_counter() - began
    grown = psutil.Process().memory_info().rss - before
    half = START + timedelta(days=30)
    told: dict[str, Any] = {"built": built, "size": snapshot.size()._asdict(), "grown": grown}
    for name, basis in (("now", at), ("then", AsOf(half, half))):
        told[name] = {depth: _walks(snapshot, nodes, depth, basis) for depth in (5, 20, 100)}
    earlier = AsOf(START + timedelta(days=5), START + timedelta(days=5))
    told["difference"] = spread([seconds(lambda: snapshot.difference(earlier, at)) for _ in range(15)])
    differs = snapshot.difference(earlier, at)
    told["differs"] = [len(some) for some in differs.edges.values()]
    told["change"] = _change(snapshot)
    await database.close()
    return told


def _walks(snapshot: Snapshot, nodes: list[UUID], depth: int, at: AsOf) -> dict[str, Any]:
    """Walk and count without naming any but the first node: what is shown takes as long however deep it is."""
    reached: list[int] = []
    times: list[float] = []
    for node in nodes:
        began = time.perf_counter()
        walked = snapshot.walk(node, "dataset", "up", depth, at, 1)
        times.append(time.perf_counter() - began)
        reached.append(walked.reached.upstream)
    near = [number for number in range(len(nodes)) if TEN_THOUSAND[0] <= reached[number] <= TEN_THOUSAND[1]]
    return {
        "times": spread(times),
        "reached": [int(np.median(reached)), max(reached)],
        "near": {
            "times": spread([times[number] for number in near]),
            "reached": [
                int(np.median([reached[number] for number in near])),
                max(reached[number] for number in near),
            ],
        }
        if near
        else None,
    }


def _change(snapshot: Snapshot) -> float:
    """Return the microseconds that a changed edge takes, told of in batches: one that ends, and one in its place."""
    spans, nodes = snapshot.edges.spans, snapshot.nodes
    now = micros(snapshot.known_at)
    still = np.flatnonzero(spans.times("system_to") == FOREVER)
    times: list[float] = []
    for batch in range(_BATCHES):
        rows: list[tuple[Any, ...]] = []
        for row in still[batch * _BATCH : (batch + 1) * _BATCH].tolist():
            ends = (nodes.id(int(spans.numbers(name)[row])).bytes for name in ("job", "dataset"))
            flags = (bool(spans.flags(name)[row]) for name in ("is_output", "is_declared"))
            edge = (*ends, *flags, int(spans.times("valid_from")[row]), FOREVER)
            rows += [(*edge, int(spans.times("system_from")[row]), now + 1), (*edge, now + 1, FOREVER)]
        told = Told(copied_rows(rows), copied_rows([]), [], [])
        times.append(seconds(lambda told=told: applied(snapshot, told)))
    return 1e6 * float(np.median(times)) / (2 * _BATCH)


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(sys.argv[1], [UUID(one) for one in json.loads(sys.argv[2])]))))
