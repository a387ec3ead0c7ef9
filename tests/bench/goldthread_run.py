"""Trains, scores and clusters a data set as Goldthread does in batch. Arguments: kind, data file, file for the clusters."""

from __future__ import annotations

import json
import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from graph.batch.clusters import BatchClustering, batch_clusters
from graph.batch.population import StoredPopulation
from graph.batch.scoring import score
from graph.batch.training import train
from graph.golden.entity_type import EntityType
from tests.bench.entity_types import KINDS


@dataclass(frozen=True, slots=True)
class Step:
    """How long a step took, in seconds."""

    wall: float
    cpu: float


def population(data: Path, entity_type: EntityType) -> StoredPopulation:
    """Return the records of a data set as the matcher sees them; what is told is compared as it stands there."""
    table = pq.read_table(data)
    columns: dict[str, Any] = {"record": table["record"]}
    for name in entity_type.by_name.keys() & set(table.column_names):
        columns[name] = pa.chunked_array([_lists(table[name].combine_chunks())])
    ids: Any = table["record"].cast(pa.string())
    return StoredPopulation(
        profiles=pa.table(columns),
        ids=ids,
        systems=table["source_system"],
        keys=table["source_key"],
        golden=pa.chunked_array([pa.nulls(table.num_rows, pa.string())]),
    )


def _lists(texts: Any) -> Any:
    """Return each text as a list of one, null where it is null."""
    offsets = pa.array(range(len(texts) + 1), pa.int32())
    lists = pa.ListArray.from_arrays(offsets, texts)
    return pc.if_else(texts.is_valid(), lists, pa.scalar(None, lists.type))


def clustered(people: StoredPopulation, entity_type: EntityType) -> tuple[BatchClustering, dict[str, Step]]:
    """Return the clusters of a population nobody has trained for, and how long each step took."""
    steps: dict[str, Step] = {}

    def took(name: str, since: tuple[float, float]) -> None:
        steps[name] = Step(time.perf_counter() - since[0], time.process_time() - since[1])

    start = (time.perf_counter(), time.process_time())
    model = train(people.profiles, entity_type)
    took("train", start)
    start = (time.perf_counter(), time.process_time())
    scored = score(people.profiles, entity_type, model)
    took("score", start)
    start = (time.perf_counter(), time.process_time())
    found = batch_clusters(people, scored.pairs, [], entity_type.matching)
    took("cluster", start)
    return found, steps


def write(found: BatchClustering, path: Path) -> None:
    """Write the cluster of each record, named after one of its records."""
    groups = pa.array(found.group, pa.int32())
    pq.write_table(pa.table({"record": pa.array(range(len(groups)), pa.int32()), "found": groups}), path)


def main(kind: str, data: Path, to: Path) -> dict[str, Any]:
    """Cluster a data set and return what it cost."""
    entity_type = KINDS[kind]
    people = population(data, entity_type)
    found, steps = clustered(people, entity_type)
    write(found, to)
    asked: dict[str, int] = {}
    for suggestion in found.suggestions:
        asked[suggestion.kind] = asked.get(suggestion.kind, 0) + 1
    return {
        "records": len(people),
        "wall": sum(step.wall for step in steps.values()),
        "cpu": sum(step.cpu for step in steps.values()),
        "steps": {name: step.wall for name, step in steps.items()},
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "suggestions": asked,
        "columns": {"found": "fixed"},
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))))
