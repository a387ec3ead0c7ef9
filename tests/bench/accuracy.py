"""How well Goldthread, Splink and GoldenMatch find who is one in labelled populations, all in one go.

Goldthread's thresholds are fixed (see entity_types); of Splink's, the one that the labels show to be best is reported.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from tests.bench import datasets
from tests.bench.entity_types import THRESHOLDS
from tests.bench.environments import REQUIREMENTS, cache, told_by
from tests.bench.scores import Score, score
from tests.bench.sections import Section

SEEDS = (101, 102, 103, 104, 105)
"""Never used while comparisons and policies were chosen."""

PROGRAMS: dict[str, str | None] = {"goldthread": None, "splink": "splink", "goldenmatch": "goldenmatch"}
NAMES = {"goldthread": "Goldthread", "splink": "Splink 5.0.0", "goldenmatch": "GoldenMatch 3.22.0"}


@dataclass(frozen=True, slots=True)
class DataSet:
    """Populations of one kind, one per seed, and whom they are given to."""

    title: str
    kind: str
    seeds: Sequence[int] = (0,)
    records: int = 0
    systems: tuple[str, ...] = ("goldthread", "splink")

    def path(self, seed: int) -> Path:
        """Return the file of a population, made on first use."""
        if self.kind == "customers":
            return datasets.customers(self.records, seed)
        if self.kind == "people":
            return datasets.people(seed)
        return datasets.febrl3() if self.kind == "febrl3" else datasets.febrl4()


@dataclass(frozen=True, slots=True)
class Run:
    """What one system made of one population, and what that cost in seconds and megabytes."""

    title: str
    system: str
    seed: int
    threshold: str
    score: Score
    cost: dict[str, Any]


EVERYONE = ("goldthread", "splink", "goldenmatch")
FULL = (
    DataSet("FEBRL3", "febrl3", systems=EVERYONE),
    DataSet("FEBRL4", "febrl4"),
    DataSet("simulated people, 4 sources", "people", SEEDS),
    DataSet("customers, 20,000", "customers", SEEDS[:1], 20_000, EVERYONE),
    DataSet("customers, 100,000", "customers", SEEDS, 100_000),
    DataSet("customers, 1,000,000", "customers", SEEDS, 1_000_000),
)


def run(plan: Sequence[DataSet] = FULL) -> list[Section]:
    """Measure everything, keep it in the cache as accuracy.json, and return it as a table."""
    runs = [measured(data, system, seed) for data in plan for seed in data.seeds for system in data.systems]
    (cache() / "accuracy.json").write_text(json.dumps([asdict(one) for one in runs], indent=1))
    return [section(plan, runs)]


def measured(data: DataSet, system: str, seed: int) -> Run:
    """Let a system cluster a population, and score it at the threshold that is best, if there are several."""
    path = data.path(seed)
    to = cache() / f"found-{system}.parquet"
    cost = told_by(f"{system}_run", data.kind, path, to, environ=PROGRAMS[system])
    columns: dict[str, str] = cost.pop("columns")
    scores = {column: score(path, to, column) for column in columns}
    best = max(scores, key=lambda column: scores[column].f1)
    return Run(data.title, system, seed, columns[best], scores[best], cost)


def section(plan: Iterable[DataSet], runs: Sequence[Run]) -> Section:
    """Return a row per data set and system, the mean over the seeds."""
    header = (
        "data", "system", "threshold", "precision", "recall", "F1", "B³ F1", "false merges", "wall s", "CPU s", "peak MB",
    )  # fmt: skip
    rows = [
        _row(data, system, [one for one in runs if (one.title, one.system) == (data.title, system)])
        for data in plan
        for system in data.systems
    ]
    return Section("Accuracy", _text(plan), header, rows)


def _row(data: DataSet, system: str, runs: Sequence[Run]) -> list[str]:
    scores = [one.score for one in runs]
    quality = [
        [one.precision for one in scores],
        [one.recall for one in scores],
        [one.f1 for one in scores],
        [one.b3_f1 for one in scores],
    ]
    thresholds = sorted({one.threshold for one in runs})
    return [
        f"{data.title}{f' (mean of {len(runs)})' if len(runs) > 1 else ''}",
        NAMES[system],
        " / ".join(thresholds),
        *(f"{mean(values):.4f}" for values in quality),
        f"{mean(one.false_merges for one in scores):.2f}",
        f"{mean(one.cost['wall'] for one in runs):.1f}",
        f"{mean(one.cost['cpu'] for one in runs):.1f}",
        f"{max(one.cost['peak_mb'] for one in runs):,}",
    ]


def _text(plan: Iterable[DataSet]) -> str:
    seeds = sorted({seed for data in plan for seed in data.seeds if seed})
    policy = ", ".join(f"{name} {bits:g} bits" for name, bits in THRESHOLDS.items())
    packages = ", ".join(package for names in REQUIREMENTS.values() for package in names)
    return (
        "Pairwise precision, recall and F1 over all pairs of records, compared or not; B³ as a mean over records; false "
        "merges: golden records that hold more than one entity, per 1,000 golden records. Training, scoring and clustering "
        "are in the times, reading the file is not. No system sees a label. "
        f"Goldthread keeps one threshold policy everywhere, the default: {policy}. Splink: all fields in the model, connected "
        "components, and of thirteen thresholds the one that the labels show to be best. GoldenMatch configures itself. "
        f"Seeds {', '.join(map(str, seeds))}, unseen while policies were chosen. Packages from PyPI: {packages}."
    )


def main() -> None:
    """Measure what the command line asks for, everything where it asks for nothing, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.accuracy", description=__doc__)
    parser.add_argument("--only", help="only the data sets whose title begins so, e.g. FEBRL or customers")
    parser.add_argument("--seeds", type=int, default=len(SEEDS), help="how many of the five seeds")
    asked = parser.parse_args()
    plan = [
        DataSet(data.title, data.kind, data.seeds[: asked.seeds], data.records, data.systems)
        for data in FULL
        if asked.only is None or data.title.startswith(asked.only)
    ]
    print("\n".join(one.markdown for one in run(plan)))


if __name__ == "__main__":
    main()
