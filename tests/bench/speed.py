"""How fast Goldthread and its peers are: whole populations, files, single records, look-ups in history."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench import datasets, stored
from tests.bench.environments import REQUIREMENTS, cache, told_by
from tests.bench.sections import Section

SEED = 101
GOLDENMATCH_SECONDS = 180.0
"""Longer than this GoldenMatch is not waited for."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured: records of whole populations, of loaded files, of single ones, of the history."""

    batch: int = 1_000_000
    goldenmatch: int = 50_000
    loads: tuple[int, ...] = (100_000, 1_000_000)
    singles: int = 2_000
    seconds: float = 60.0
    new: int = 80_000
    peer_singles: int = 10
    history: int = 1_000_000
    versions: int = 5


FULL = Sizes()
QUICK = Sizes(20_000, 5_000, (5_000, 10_000), 200, 5.0, 10_000, 5, 10_000)


def run(sizes: Sizes = FULL) -> list[Section]:
    """Measure everything, one after the other, on a PostgreSQL of its own."""
    return [batch(sizes), *_stored(sizes), history(sizes)]


def batch(sizes: Sizes) -> Section:
    """Train, score and cluster a whole population: Goldthread, Splink, GoldenMatch."""
    data, to = datasets.customers(sizes.batch, SEED), cache() / "found-speed.parquet"
    ours = told_by("goldthread_run", "customers", data, to)
    splink = told_by("splink_speed", "batch", data, environ="splink")
    rows = [
        _batch_row("Goldthread", sizes.batch, ours, ours),
        _batch_row("Splink 5.0.0", sizes.batch, splink, ours),
    ]
    rows.append(_goldenmatch(sizes, to))
    return Section(
        "Whole populations",
        f"{sizes.batch:,} generated customers of four sources are trained on, scored and clustered, each system in a "
        "process of its own, two threads. Splink keeps pairs from 0.9 and clusters from 0.95, connected components; "
        "Goldthread clusters with vetoes and says what stewards should look at. The ratio is Goldthread's time to the "
        "peer's; at most 1.5 to Splink's is what we hold ourselves to.",
        (
            "system",
            "records",
            "wall s",
            "CPU s",
            "peak MB",
            "train, score, cluster s",
            "Goldthread / it, wall",
            "CPU",
        ),
        rows,
    )


def _batch_row(name: str, records: int, cost: Mapping[str, Any], ours: Mapping[str, Any]) -> list[str]:
    steps = ", ".join(f"{seconds:.1f}" for seconds in cost.get("steps", {}).values()) or "-"
    ratios = (
        [f"{ours[clock] / cost[clock]:.2f}" for clock in ("wall", "cpu")] if cost is not ours else ["1", "1"]
    )
    costs = (f"{cost['wall']:.1f}", f"{cost['cpu']:.1f}", f"{cost['peak_mb']:,}")
    return [name, f"{records:,}", *costs, steps, *ratios]


def _goldenmatch(sizes: Sizes, to: Path) -> list[str]:
    name = REQUIREMENTS["goldenmatch"][0].replace("goldenmatch==", "GoldenMatch ")
    data = datasets.customers(sizes.goldenmatch, SEED)
    ours = told_by("goldthread_run", "customers", data, to)
    try:
        cost = told_by(
            "goldenmatch_run", "customers", data, to, environ="goldenmatch", seconds=GOLDENMATCH_SECONDS
        )
    except subprocess.TimeoutExpired:
        late = f"not done after {GOLDENMATCH_SECONDS:.0f} s"
        return [f"{name}, zero-config", f"{sizes.goldenmatch:,}", late, "-", "-", "-", "-", "-"]
    return _batch_row(f"{name}, zero-config", sizes.goldenmatch, cost, ours)


def _stored(sizes: Sizes) -> list[Section]:
    """Load files, each into an empty catalog, and send single records beside what the largest brought."""
    folder = Path(tempfile.mkdtemp(prefix="goldthread-bench-files-"))
    try:
        rows: list[list[str]] = []
        for records in sizes.loads[:-1]:
            with stored.server() as url:
                rows.append(_load_row(stored.loaded(url, stored.file_of(records, SEED, folder))))
        with stored.server() as url:
            rows.append(_load_row(stored.loaded(url, stored.file_of(sizes.loads[-1], SEED, folder))))
            new = stored.new_records(sizes.loads[-1], SEED, sizes.new, folder)
            return [_loads(rows), _online(sizes, url, new)]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _load_row(result: Mapping[str, Any]) -> list[str]:
    golden = f"{result['golden_records_new']:,}"
    rate = f"{result['rows_per_second']:,.0f}"
    costs = (
        f"{result['seconds']:.1f}",
        rate,
        f"{result['cpu']:.1f}",
        f"{result['server_cpu']:.1f}",
        f"{result['peak_mb']:,}",
    )
    return [f"{result['rows']:,}", golden, *costs]


def _loads(rows: Sequence[Sequence[str]]) -> Section:
    return Section(
        "Files",
        "`goldthread load` of a Parquet file into an empty catalog, the full path: read, check, normalise, match, "
        "cluster, write versions on both time axes, change feed, review tasks, commit; durable PostgreSQL on the same "
        "machine. Typing errors make about five e-mails and phones of a hundred none; these rows are refused and kept. At least 5,000 records a second is what we hold ourselves to.",
        (
            "records",
            "golden records",
            "wall s",
            "records/s",
            "CPU s of the command",
            "of PostgreSQL",
            "peak MB",
        ),
        rows,
    )


def _online(sizes: Sizes, url: str, new: Path) -> Section:
    many = f"{sizes.loads[-1]:,}"
    ours = told_by("online", url, new, str(sizes.singles), str(sizes.seconds))
    data = datasets.customers(sizes.loads[-1], SEED)
    peer = told_by("splink_speed", "online", data, new, str(sizes.peer_singles), environ="splink")["seconds"]
    rate = len(ours["together"]) / ours["seconds"]
    return Section(
        "Single records",
        f"New records beside {many} stored ones; four of ten are of somebody stored. Goldthread matches, merges, writes "
        "on both time axes and commits; Splink compares the record with the stored ones (`predict_between`) and stores "
        "nothing. p95 below 20 ms and at least 300 records a second from eight clients is what we hold ourselves to.",
        ("what", "records", "p50 ms", "p95 ms", "p99 ms", "records/s"),
        [
            [
                "Goldthread, one client",
                *_percentiles(ours["alone"]),
                f"{len(ours['alone']) / sum(ours['alone']):,.0f}",
            ],
            [
                f"Goldthread, eight clients, {ours['seconds']:.0f} s",
                *_percentiles(ours["together"]),
                f"{rate:,.0f}",
            ],
            ["Splink 5.0.0, one client, pairs alone", *_percentiles(peer), f"{len(peer) / sum(peer):,.1f}"],
        ],
    )


def history(sizes: Sizes) -> Section:
    """Look golden records up as of instants on both axes, while the history grows."""
    with stored.server() as url:
        found = told_by("as_of", url, str(sizes.history), str(sizes.versions))
    rows = [
        [f"{name}: {told['facts']:,} versions", *_percentiles(told["seconds"])]
        for name, told in found.items()
    ]
    return Section(
        "Look-ups in history",
        f"One golden record by its id, as of random instants on both axes, {sizes.history:,} golden records with "
        f"{sizes.versions} versions each; from Python over loopback, so with the way there and back. p99 below 2 ms, and "
        "flat, is what we hold ourselves to.",
        ("history", "look-ups", "p50 ms", "p95 ms", "p99 ms"),
        rows,
    )


def _percentiles(seconds: Sequence[float]) -> list[str]:
    ordered = sorted(seconds)
    chosen = [ordered[min(len(ordered) - 1, int(share * len(ordered)))] for share in (0.5, 0.95, 0.99)]
    return [f"{len(ordered):,}", *(f"{1000 * one:.2f}" for one in chosen)]


def load_average() -> str:
    """Return how many processes wanted a core, on average over the last minute."""
    return f"{os.getloadavg()[0]:.1f}"
