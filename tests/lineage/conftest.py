"""What the tests of lineage share: builders of OpenLineage events, and the model as it can be compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
import pytest

from graph.store.database import Database
from lineage.recorder import Recorded, Recorder

RUN_EVENT = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
JOB_EVENT = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/JobEvent"
DATASET_EVENT = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/DatasetEvent"

MODEL = {
    "runs": """
      select r.run_id, j.name as job, r.state, r.started_at, r.ended_at, r.last_at, r.nominal_from, r.nominal_to,
             r.parent_run_id, r.root_run_id, r.inputs, r.outputs, r.heard, r.is_part, r.given_id,
             r.last_start_at, r.last_running_at, r.last_complete_at, r.last_abort_at, r.last_fail_at
        from run r join job j using (tenant_id, job_id) order by 1""",
    "edges": """
      select j.name as job, d.name as dataset, e.direction::text, e.kind, e.valid_from,
             nullif(e.valid_to, 'infinity') as valid_to
        from lineage_edge e
        join job j using (tenant_id, job_id)
        join dataset d using (tenant_id, dataset_id)
       where e.system_to = 'infinity'
       order by 1, 2, 3, 4, 5""",
    "jobs": "select job_id, namespace, name, part_of from job order by 1",
    "datasets": "select dataset_id, namespace, name from dataset order by 1",
    "links": "select dataset_id, other_id, kind, valid_from from dataset_link order by 1, 2, 3",
    "facet bodies": "select digest, body::text from facet order by 1",
    "column edges": "select digest, input_id, input_column, output_column from column_edge order by 1, 2, 3, 4",
    "facet versions": """
      select subject_id, name, role::text, job_id, digest, valid_from, nullif(valid_to, 'infinity') as valid_to
        from facet_version where system_to = 'infinity' order by 1, 2, 3, 4, 6""",
    "mentions": """
      select m.digest, f.subject_id, f.role::text, f.name, f.job_id, f.digest, f.is_inferred
        from mention m join mention_facet f using (tenant_id, mention_id) order by 1, 2, 3, 4, 5, 6""",
    "waiting": """
      select m.digest, c.status from column_inference c join mention m using (tenant_id, mention_id) order by 1""",
    "events": """
      select e.event_id, e.event_time, e.kind::text, e.event_type, e.run_id, e.job_id, e.dataset_id, m.digest,
             e.facets::text, e.warnings::text, encode(e.origins, 'hex')
        from lineage_event e join mention m using (tenant_id, mention_id) order by 1""",
    "bodies": "select event_id from lineage_event_body order by 1",
    "declarations": "select job_id, valid_from, event_id, inputs, outputs from job_declaration order by 1, 2, 3",
}
"""Everything that must not depend on the order of arrival: all but the system times."""


@pytest.fixture
def recorder(database: Database) -> Recorder:
    """Return a recorder on the test database."""
    return Recorder(database)


def dataset(name: str, namespace: str = "store", **members: Any) -> dict[str, Any]:
    """Return a dataset as an event mentions it."""
    return {"namespace": namespace, "name": name, **members}


def run_event(
    run: int | UUID,
    kind: str | None,
    at: str,
    inputs: Iterable[str] = (),
    outputs: Iterable[str] = (),
    job: str = "job",
    **members: Any,
) -> dict[str, Any]:
    """Return a RunEvent; a run given as a number has the UUID of that number."""
    event = {
        "eventTime": at,
        "eventType": kind,
        "producer": "https://example.com/tests",
        "schemaURL": RUN_EVENT,
        "run": {"runId": str(UUID(int=run) if isinstance(run, int) else run), "facets": {}},
        "job": {"namespace": "scheduler", "name": job, "facets": {}},
        "inputs": [dataset(name) for name in inputs],
        "outputs": [dataset(name) for name in outputs],
        **members,
    }
    return {name: value for name, value in event.items() if value is not None}


def job_event(
    at: str, inputs: Sequence[str] | None, outputs: Sequence[str] | None, job: str = "job"
) -> dict[str, Any]:
    """Return a JobEvent; None leaves the list out."""
    event: dict[str, Any] = {
        "eventTime": at,
        "producer": "https://example.com/tests",
        "schemaURL": JOB_EVENT,
        "job": {"namespace": "scheduler", "name": job},
    }
    for side, names in (("inputs", inputs), ("outputs", outputs)):
        if names is not None:
            event[side] = [dataset(name) for name in names]
    return event


def dataset_event(at: str, name: str, facets: Mapping[str, Any]) -> dict[str, Any]:
    """Return a DatasetEvent."""
    return {
        "eventTime": at,
        "producer": "https://example.com/tests",
        "schemaURL": DATASET_EVENT,
        "dataset": dataset(name, facets=facets),
    }


async def record_all(recorder: Recorder, events: Iterable[Any]) -> list[Recorded]:
    """Record events in one batch and return the results, having seen no refusal."""
    results = await recorder.record_batch([orjson.dumps(event) for event in events])
    recorded = [result for result in results if isinstance(result, Recorded)]
    assert len(recorded) == len(results), [result for result in results if not isinstance(result, Recorded)]
    return recorded


async def model(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Return the model as known now, without system times."""
    async with database.connection() as connection:
        return {name: [tuple(row) for row in await connection.fetch(query)] for name, query in MODEL.items()}


async def clear(database: Database) -> None:
    """Empty the tables of lineage, for tests that try many histories."""
    async with database.connection() as connection:
        await connection.execute(
            "truncate dataset, job, dataset_link, facet, column_edge, mention, mention_facet, column_inference, run,"
            " lineage_event, lineage_event_body, job_declaration, facet_version, lineage_edge, lineage_head"
        )
