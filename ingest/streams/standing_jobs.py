"""What the streams carry from where to where, as OpenLineage job events: jobs that have no run that anybody waits for. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import orjson

from graph.identity import DatasetName, JobName
from graph.time import render
from ingest import datasets
from ingest.streams.topics import GOLDEN
from lineage.emitter import PRODUCER
from lineage.golden_datasets import NAMESPACE, golden_dataset

_JOB_EVENT = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/JobEvent"
_JOB_TYPE = "https://openlineage.io/spec/facets/2-0-4/JobTypeJobFacet.json#/$defs/JobTypeJobFacet"


def publishing(table: DatasetName, broker: str, topic: str, at: datetime) -> bytes:
    """Return that a table of a source system is published to a topic."""
    job = JobName(NAMESPACE, f"publish_{topic}")
    return _event(job, [table], [DatasetName(broker, topic)], at)


def taking_in(broker: str, topic: str, system: str, at: datetime) -> bytes:
    """Return that the messages of a source system's topic become part of the golden records."""
    return _event(datasets.taking_in(system), [DatasetName(broker, topic)], [golden_dataset()], at)


def telling(broker: str, at: datetime) -> bytes:
    """Return that every change of the golden records is told in a topic."""
    job = JobName(NAMESPACE, f"golden_records_to_{GOLDEN}")
    return _event(job, [golden_dataset()], [DatasetName(broker, GOLDEN)], at)


def _event(
    job: JobName, inputs: Sequence[DatasetName], outputs: Sequence[DatasetName], at: datetime
) -> bytes:
    kind = {"processingType": "STREAMING", "integration": "GOLDTHREAD", "jobType": "JOB"}
    facets = {"jobType": {"_producer": PRODUCER, "_schemaURL": _JOB_TYPE, **kind}}
    return orjson.dumps(
        {
            "eventTime": render(at),
            "producer": PRODUCER,
            "schemaURL": _JOB_EVENT,
            "job": {"namespace": job.namespace, "name": job.name, "facets": facets},
            "inputs": [{"namespace": one.namespace, "name": one.name} for one in inputs],
            "outputs": [{"namespace": one.namespace, "name": one.name} for one in outputs],
        }
    )
