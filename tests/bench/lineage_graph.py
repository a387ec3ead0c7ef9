"""A large lineage graph with a history, as events would have told it, or as the rows that the recorder leaves of them.

Argument: the URL of a database, a JSON object of `Shape`. Writes the rows by COPY and prints how many there are, and the ids
of datasets to ask about.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid5

from graph.identity import DatasetName, JobName
from graph.store.copying import FOR_EVER, copy
from graph.store.database import Connection, Database
from lineage.facet_bodies import FacetBody
from lineage.naming import dataset_id, job_id
from lineage.rows import edge_rows

START = datetime(2024, 1, 1, tzinfo=UTC)
_RUNS = UUID("7c0e3b5e-6f0a-4b7c-9a51-0d7f4c3f8a10")
_MOST_INPUTS = 40


@dataclass(frozen=True, slots=True)
class Shape:
    """How large the graph is: of each job an input is another one from some day on, `changes` times in all."""

    datasets: int = 60_000
    jobs: int = 40_000
    changes: int = 75_000
    runs: int = 1_000_000
    levels: int = 30
    days: int = 60
    seed: int = 7


@dataclass(slots=True)
class JobHistory:
    """A job: what it reads, each from a day on until another, what it always writes, and what it says of that."""

    name: str
    inputs: list[tuple[str, int, int | None]]
    outputs: list[str]
    states: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    days: list[int] = field(default_factory=list[int])
    """The days of its runs."""

    def read_on(self, day: int) -> list[str]:
        """Return what it reads on a day."""
        return sorted(
            name for name, since, until in self.inputs if since <= day and (until is None or day < until)
        )


def histories(shape: Shape) -> Iterator[JobHistory]:
    """Yield the jobs: level by level, each reads what the levels before wrote, popular datasets far more often."""
    chance = random.Random(shape.seed)  # noqa: S311 - nothing is kept secret by it
    width = shape.datasets // (shape.levels + 1)
    written = [list(range(width)) for _ in range(shape.levels)]
    for level in written:
        chance.shuffle(level)
    for number in range(shape.jobs):
        level = number * shape.levels // shape.jobs
        inputs: set[str] = set()
        for _ in range(min(_MOST_INPUTS, int(chance.paretovariate(1.5) * 1.35))):
            inputs.add(_read(chance, level, width))
        share = -(-len(written[level]) // _left(number, level, shape))
        outputs = [_dataset(level + 1, written[level].pop()) for _ in range(min(share, len(written[level])))]
        job = JobHistory(
            f"flow.level_{level}.task_{number}", [(one, 0, None) for one in sorted(inputs)], outputs
        )
        for _ in range(_share(shape.changes, number, shape.jobs)):
            _change(job, chance, level, width, shape.days)
        job.days = _days(job, chance, _share(shape.runs, number, shape.jobs), shape.days)
        if len(outputs) > 1 and number % 2:
            job.states = {
                name: _states(sorted(inputs)[place % len(inputs)]) for place, name in enumerate(outputs)
            }
        yield job


def _left(number: int, level: int, shape: Shape) -> int:
    last = -(-(level + 1) * shape.jobs // shape.levels) - 1
    return last - number + 1


def _share(total: int, number: int, of: int) -> int:
    return total * (number + 1) // of - total * number // of


def _read(chance: random.Random, level: int, width: int) -> str:
    back = min(level, int(chance.expovariate(1.4)))
    return _dataset(level - back, int(width * chance.random() ** 2))


def _dataset(level: int, number: int) -> str:
    return f"lake.level_{level}.table_{number}"


def _change(job: JobHistory, chance: random.Random, level: int, width: int, days: int) -> None:
    place = chance.randrange(len(job.inputs))
    name, since, until = job.inputs[place]
    other, day = _read(chance, level, width), chance.randrange(1, days)
    if until is None and since < day and all(other != known for known, _, _ in job.inputs):
        job.inputs[place] = (name, since, day)
        job.inputs.append((other, day, None))


def _days(job: JobHistory, chance: random.Random, runs: int, days: int) -> list[int]:
    needed = {day for _, since, until in job.inputs for day in (since, until) if day is not None}
    others = [day for day in range(days) if day not in needed]
    return sorted([*needed, *chance.sample(others, max(0, min(len(others), runs - len(needed))))])


def _states(source: str) -> dict[str, Any]:
    given = [{"namespace": "lake", "name": source, "field": "id"}]
    return {"fields": {"id": {"inputFields": given}}}


def day(number: int) -> datetime:
    """Return the instant of a day, on either axis."""
    return START + timedelta(days=number)


def run_id(job: str, on: int) -> UUID:
    """Return the id of the run of a job on a day."""
    return uuid5(_RUNS, f"{job} {on}")


def events(shape: Shape) -> list[list[dict[str, Any]]]:
    """Return what would have been sent, day by day."""
    found: list[list[dict[str, Any]]] = [[] for _ in range(shape.days)]
    for job in histories(shape):
        for on in job.days:
            outputs = [
                {
                    "namespace": "lake",
                    "name": name,
                    "facets": {"columnLineage": job.states[name]} if name in job.states else {},
                }
                for name in job.outputs
            ]
            found[on].append({
                "eventTime": day(on).isoformat(),
                "eventType": "COMPLETE",
                "producer": "https://example.com/flow",
                "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
                "run": {"runId": str(run_id(job.name, on)), "facets": {}},
                "job": {"namespace": "flow", "name": job.name, "facets": {}},
                "inputs": [{"namespace": "lake", "name": name} for name in job.read_on(on)],
                "outputs": outputs,
            })  # fmt: skip
    return found


async def write(connection: Connection, shape: Shape) -> dict[str, int]:
    """Write the rows of datasets, jobs, edges, runs and statements, and return how many there are of each."""
    counts: dict[str, int] = {}
    for table, (names, rows) in _tables(shape).items():
        given = list(rows)
        await copy(connection, table, names, given)
        counts[table] = len(given)
    await connection.execute(
        "update clock set last_at = greatest(last_at, $1) where tenant_id = 1", day(shape.days)
    )
    return counts


@cache
def _id(name: str) -> UUID:
    return dataset_id(DatasetName("lake", name))


def _tables(shape: Shape) -> dict[str, tuple[tuple[str, ...], Iterable[tuple[Any, ...]]]]:
    jobs = list(histories(shape))
    first = _first_days(jobs)
    bodies = {id(body): FacetBody.of(body) for job in jobs for body in job.states.values()}
    distinct = {body.digest: body for body in bodies.values()}
    return {
        "dataset": (
            ("tenant_id", "dataset_id", "namespace", "name", "system_from"),
            ((1, _id(name), "lake", name, day(on)) for name, on in first.items()),
        ),
        "job": (
            ("tenant_id", "job_id", "namespace", "name", "system_from"),
            ((1, _job(job), "flow", job.name, day(job.days[0])) for job in jobs),
        ),
        "lineage_edge": (
            ("tenant_id", "job_id", "dataset_id", "direction", "kind",
             "valid_from", "valid_to", "system_from", "system_to"),
            (row for job in jobs for row in _edges(job)),
        ),
        "run": (
            ("tenant_id", "run_id", "job_id", "started_at", "last_at", "last_complete_at", "inputs", "outputs"),
            (row for job in jobs for row in _runs(job)),
        ),
        "facet": (("tenant_id", "digest", "body"), ((1, one.digest, one.value) for one in distinct.values())),
        "column_edge": (
            ("tenant_id", "digest", "input_id", "input_column", "output_column"),
            ((1, *row) for body in distinct.values() for row in edge_rows(body)),
        ),
        "facet_version": (
            ("tenant_id", "subject_id", "name", "role", "job_id", "digest",
             "valid_from", "valid_to", "system_from", "system_to"),
            (
                (1, _id(name), "columnLineage", b"W", _job(job), bodies[id(body)].digest,
                 day(job.days[0]), FOR_EVER, day(job.days[0]), FOR_EVER)
                for job in jobs for name, body in job.states.items()
            ),
        ),
    }  # fmt: skip


def _first_days(jobs: list[JobHistory]) -> dict[str, int]:
    first: dict[str, int] = {}
    for job in jobs:
        for name, since, _ in [*job.inputs, *((name, 0, None) for name in job.outputs)]:
            first[name] = min(since, first.get(name, since))
    return first


@cache
def _job_of(name: str) -> UUID:
    return job_id(JobName("flow", name))


def _job(job: JobHistory) -> UUID:
    return _job_of(job.name)


def _edges(job: JobHistory) -> Iterator[tuple[Any, ...]]:
    """Yield the edges of a job: one that ended was first believed to go on, then to have ended."""
    spans = [(name, b"I", since, until) for name, since, until in job.inputs]
    for name, direction, since, until in [*spans, *((name, b"O", 0, None) for name in job.outputs)]:
        start = (1, _job(job), _id(name), direction, "observed", day(since))
        if until is None:
            yield (*start, FOR_EVER, day(since), FOR_EVER)
        else:
            yield (*start, FOR_EVER, day(since), day(until))
            yield (*start, day(until), day(until), FOR_EVER)


def _runs(job: JobHistory) -> Iterator[tuple[Any, ...]]:
    outputs = sorted(map(_id, job.outputs))
    for on in job.days:
        read = sorted(map(_id, job.read_on(on)))
        yield (1, run_id(job.name, on), _job(job), day(on), day(on), day(on), read, outputs)


async def main(url: str, shape: Shape) -> dict[str, Any]:
    """Write the graph, and return counts and datasets of the last level, whose upstream is all of it."""
    database = await Database.open(url, connections=1)
    try:
        async with database.connection() as connection:
            counts = await write(connection, shape)
            await connection.execute("vacuum analyze")
    finally:
        await database.close()
    last = [name for job in histories(shape) for name in job.outputs if f"level_{shape.levels}." in name]
    return {**counts, "last": [str(_id(name)) for name in last[:400]]}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(sys.argv[1], Shape(**json.loads(sys.argv[2]))))))
