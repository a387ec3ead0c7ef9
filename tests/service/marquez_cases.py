"""What the doors of Marquez are tried on: the events of a chain of two jobs."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

STORE, JOBS = "postgres://db:5432", "scheduler"
RUNS = [UUID(int=0x018F_0000_0000_7000_8000_0000_0000_0000 + number) for number in range(1, 9)]


def at(day: int, hour: int = 0) -> str:
    """Return an instant of January 2026."""
    return f"2026-01-{day:02d}T{hour:02d}:00:00Z"


def dataset(name: str, **facets: Any) -> dict[str, Any]:
    """Return a dataset as an event names it."""
    return {"namespace": STORE, "name": name, "facets": facets}


def event(
    run: int, kind: str, when: str, job: str, reads: list[Any], writes: list[Any], **facets: Any
) -> dict[str, Any]:
    """Return an event of a run."""
    return {
        "eventTime": when,
        "eventType": kind,
        "producer": "https://example.org/producer",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": str(RUNS[run]), "facets": {"processing_engine": {"version": "1"}}},
        "job": {"namespace": JOBS, "name": job, "facets": facets},
        "inputs": reads,
        "outputs": writes,
    }


SCHEMA = {
    "fields": [
        {"name": "id", "type": "int8", "description": "the key"},
        {"name": "address", "type": "struct", "fields": [{"name": "city", "type": "text"}]},
    ]
}


def from_column(source: str, column: str, target: str) -> dict[str, Any]:
    """Return column lineage: one column of a target follows from one of a source."""
    given = {"namespace": STORE, "name": source, "field": column}
    return {
        "fields": {
            target: {
                "inputFields": [{**given, "transformations": [{"type": "DIRECT", "subtype": "IDENTITY"}]}]
            }
        }
    }


def path(*parts: str) -> str:
    """Return a path below the namespaces, each part escaped as the clients do."""
    return "/namespaces/" + "/".join(quote(part, safe="") for part in parts)


async def fill(client: httpx.AsyncClient) -> None:
    """Post the events of a chain of two jobs: raw.a -> to.b -> mart.b -> to.c -> mart.c."""
    known: dict[str, Any] = {
        "sql": {"query": "insert into b select id from a"},
        "documentation": {"description": "copies a to b"},
        "sourceCodeLocation": {"type": "git", "url": "https://example.org/b.sql"},
        "tags": {"tags": [{"key": "tier", "value": "1"}]},
    }
    target = dataset(
        "mart.b",
        schema=SCHEMA,
        documentation={"description": "orders"},
        columnLineage=from_column("raw.a", "key", "id"),
        tags={"tags": [{"key": "pii", "value": "yes", "field": "id"}, {"key": "gold", "value": "true"}]},
    )
    target["outputFacets"] = {"outputStatistics": {"rowCount": 7}}
    events = [
        event(0, "START", at(1), "to.b", [dataset("raw.a")], [target], **known),
        event(0, "COMPLETE", at(1, 2), "to.b", [dataset("raw.a")], [target], **known),
        event(1, "START", at(2), "to.b", [dataset("raw.a")], [target], **known),
        event(1, "FAIL", at(2, 1), "to.b", [dataset("raw.a")], [target], **known),
        event(2, "COMPLETE", at(3), "to.c", [dataset("mart.b")], [dataset("mart.c", columnLineage=from_column("mart.b", "id", "key"))]),
    ]  # fmt: skip
    answer = await client.post("/api/v1/lineage/batch", json=events)
    assert answer.json()["summary"]["successful"] == len(events)
