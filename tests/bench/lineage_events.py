"""OpenLineage events of a warehouse made up of layers: jobs that read tables of the layer below and write one of their own.

Every run sends START and COMPLETE, about 7 and 12 kB: schemas of twenty columns, SQL, column lineage, statistics. What
repeats from run to run is written once; an event is then a matter of putting a run id and instants in between.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

PRODUCER = "https://github.com/OpenLineage/OpenLineage/tree/1.52.0/integration/spark"
SPECIFICATION = "https://openlineage.io/spec"
NAMESPACE, STORE = "bench", "postgres://db:5432"
LAYERS, WINDOW = 10, 100
COLUMNS = [
    ("id", "long"),
    ("customer_id", "long"),
    ("order_id", "long"),
    ("amount", "decimal(18,2)"),
    ("currency", "string"),
    ("created_at", "timestamp"),
    ("updated_at", "timestamp"),
    ("status", "string"),
    ("country", "string"),
    ("city", "string"),
    ("email", "string"),
    ("phone", "string"),
    ("quantity", "int"),
    ("unit_price", "double"),
    ("discount", "double"),
    ("tax", "double"),
    ("channel", "string"),
    ("segment", "string"),
    ("is_active", "boolean"),
    ("load_date", "date"),
]
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)

IdVersion = Literal[4, 7]

_RUN, _AT, _FROM, _TO, _ROWS = "@run@", "@at@", "@from@", "@to@", "@rows@"


@dataclass(frozen=True, slots=True)
class Job:
    """A job by its number, the tables it reads and the one it writes."""

    name: str
    inputs: tuple[str, ...]
    output: str


def jobs(count: int, seed: int = 42) -> list[Job]:
    """Return jobs in layers; a few tables are read by many, and one input of seven comes from further below."""
    rng = random.Random(seed)  # noqa: S311 - reproducible
    tables = [[f"wh.src.table_{number:05d}" for number in range(max(10, count // 4))]]
    made: list[Job] = []
    for layer in range(LAYERS):
        written: list[str] = []
        for number in range(count * layer // LAYERS, count * (layer + 1) // LAYERS):
            below = [
                tables[layer if layer == 0 or rng.random() > 0.15 else rng.randint(0, layer)]
                for _ in range(rng.randint(1, 3))
            ]
            inputs = dict.fromkeys(pool[int(len(pool) * rng.random() ** 1.5)] for pool in below)
            written.append(f"wh.l{layer + 1:02d}.table_{number:05d}")
            made.append(Job(f"domain.job_{number:05d}", tuple(inputs), written[-1]))
        tables.append(written)
    return made


class Events:
    """The events of jobs, run after run, in the order of time; the same for the same arguments."""

    def __init__(self, of: list[Job], ids: IdVersion = 7, seed: int = 1) -> None:
        self._count = len(of)
        self._ids = ids
        self._seed = seed
        self._templates = [(_template(job, "START"), _template(job, "COMPLETE")) for job in of]

    def __iter__(self) -> Iterator[bytes]:
        """Yield events without end: the jobs in windows of a hundred, their STARTs and then their COMPLETEs."""
        rng, day = random.Random(self._seed), 0  # noqa: S311 - reproducible
        while True:
            for first in range(0, self._count, WINDOW):
                window = range(first, min(first + WINDOW, self._count))
                starts = [BEGINNING + timedelta(days=day, seconds=30 * job) for job in window]
                ids = [self._run_id(at, rng) for at in starts]
                for ended in (0, 1):
                    for job, start, run_id in zip(window, starts, ids, strict=True):
                        at = start + timedelta(seconds=rng.randint(20, 900)) if ended else start
                        hour = start.replace(minute=0, second=0)
                        yield _filled(self._templates[job][ended], run_id, at, hour, rng.randrange(10**6))
            day += 1

    def _run_id(self, at: datetime, rng: random.Random) -> str:
        noise = rng.getrandbits(128)
        if self._ids == 4:
            return str(UUID(int=noise, version=4))
        ahead = int(at.timestamp() * 1000) << 80
        return str(
            UUID(int=ahead | 7 << 76 | (noise >> 64 & 0xFFF) << 64 | 2 << 62 | noise & ((1 << 62) - 1))
        )


def _filled(template: _Template, run_id: str, at: datetime, hour: datetime, rows: int) -> bytes:
    given = {
        _RUN: run_id,
        _AT: _text(at),
        _FROM: _text(hour),
        _TO: _text(hour + timedelta(hours=1)),
        _ROWS: str(rows),
    }
    parts = template.parts.copy()
    for place, name in template.places:
        parts[place] = given[name].encode()
    return b"".join(parts)


@dataclass(frozen=True, slots=True)
class _Template:
    """The text of an event in parts, and which of them are values of a run."""

    parts: list[bytes]
    places: list[tuple[int, str]]


def _template(job: Job, kind: str) -> _Template:
    text = json.dumps(_event(job, kind), separators=(",", ":")).replace(f'"{_ROWS}"', _ROWS)
    parts = re.split(f"({'|'.join((_RUN, _AT, _FROM, _TO, _ROWS))})", text)
    places = [(place, part) for place, part in enumerate(parts) if place % 2]
    return _Template([part.encode() for part in parts], places)


def _event(job: Job, kind: str) -> dict[str, Any]:
    complete = kind == "COMPLETE"
    query = f"INSERT INTO {job.output} SELECT {', '.join(name for name, _ in COLUMNS)} FROM {' JOIN '.join(job.inputs)}"
    output = _dataset(job.output)
    if complete:
        output["facets"]["columnLineage"] = _column_lineage(job)
        output["outputFacets"] = {
            "outputStatistics": _facet("1-0-2/OutputStatisticsOutputDatasetFacet", rowCount=_ROWS, size=_ROWS)
        }
    return {
        "eventType": kind,
        "eventTime": _AT,
        "run": {
            "runId": _RUN,
            "facets": {
                "nominalTime": _facet(
                    "1-0-1/NominalTimeRunFacet", nominalStartTime=_FROM, nominalEndTime=_TO
                ),
                "processing_engine": _facet(
                    "1-1-1/ProcessingEngineRunFacet",
                    name="spark",
                    version="3.5.1",
                    openlineageAdapterVersion="1.52.0",
                ),
            },
        },
        "job": {
            "namespace": NAMESPACE,
            "name": job.name,
            "facets": {
                "jobType": _facet(
                    "2-0-3/JobTypeJobFacet", processingType="BATCH", integration="SPARK", jobType="JOB"
                ),
                "sql": _facet("1-1-0/SQLJobFacet", query=query, dialect="spark"),
            },
        },
        "inputs": [_dataset(name) for name in job.inputs],
        "outputs": [output],
        "producer": PRODUCER,
        "schemaURL": f"{SPECIFICATION}/2-0-2/OpenLineage.json#/$defs/RunEvent",
    }


def _dataset(name: str) -> dict[str, Any]:
    fields = [{"name": column, "type": kind, "description": f"{column} of it"} for column, kind in COLUMNS]
    return {
        "namespace": STORE,
        "name": name,
        "facets": {
            "dataSource": _facet("1-0-1/DatasourceDatasetFacet", name=STORE, uri=STORE),
            "schema": _facet("1-1-1/SchemaDatasetFacet", fields=fields),
        },
    }


def _column_lineage(job: Job) -> dict[str, Any]:
    def source(table: str, column: str, subtype: str) -> dict[str, Any]:
        how = {"type": "DIRECT", "subtype": subtype}
        return {"namespace": STORE, "name": table, "field": column, "transformations": [how]}

    fields = {
        column: {
            "inputFields": [
                source(
                    job.inputs[index % len(job.inputs)],
                    column if step == 0 else COLUMNS[index // 2][0],
                    ("IDENTITY", "TRANSFORMATION")[step],
                )
                for step in range(1 + index % 2)
            ]
        }
        for index, (column, _) in enumerate(COLUMNS)
    }
    return _facet("1-2-0/ColumnLineageDatasetFacet", fields=fields)


def _facet(schema: str, **values: Any) -> dict[str, Any]:
    name = schema.partition("/")[2]
    return {
        "_producer": PRODUCER,
        "_schemaURL": f"{SPECIFICATION}/facets/{schema}.json#/$defs/{name}",
        **values,
    }


def _text(at: datetime) -> str:
    return f"{at.isoformat()[:19]}.000Z"
