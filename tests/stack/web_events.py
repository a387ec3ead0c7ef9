"""OpenLineage events for the tests that look at screens: a small shop whose column `amount` feeds a report."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

Json = dict[str, Any]
STORE, SCHEDULER = "s3://shop", "scheduler"
HOSTILE = "<script>alert(1)</script>\u202e" + "x" * 1_900


def run_id(number: int) -> str:
    """Return the id of the run of that number."""
    return str(UUID(int=number))


def ago(minutes: float) -> str:
    """Return the instant so many minutes before now."""
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()


def event(number: int, kind: str, job: str, at: str, **more: Any) -> Json:
    """Return an event of a run; `inputs` and `outputs` are datasets, `run` and `of_job` facets."""
    return {
        "eventTime": at,
        "eventType": kind,
        "producer": "https://example.org/tests",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json",
        "run": {"runId": run_id(number), "facets": more.get("run", {})},
        "job": {"namespace": SCHEDULER, "name": job, "facets": more.get("of_job", {})},
        "inputs": more.get("inputs", []),
        "outputs": more.get("outputs", []),
    }


def facet(**body: Any) -> Json:
    """Return a facet that is as specified."""
    return {"_producer": "https://example.org/tests", "_schemaURL": "https://example.org/facet", **body}


def dataset(name: str, *columns: str, follows: dict[str, tuple[str, str]] | None = None) -> Json:
    """Return a dataset with text columns; `follows` says from which column of which dataset one of them follows."""
    facets: Json = {
        "schema": facet(fields=[{"name": one, "type": "text"} for one in columns]),
        "ownership": facet(owners=[{"name": "team:shop", "type": "OWNER"}]),
    }
    if follows:
        facets["columnLineage"] = facet(
            fields={
                column: {"inputFields": [{"namespace": STORE, "name": source, "field": field}]}
                for column, (source, field) in follows.items()
            }
        )
    return {"namespace": STORE, "name": name, "facets": facets}


def shop() -> list[Json]:
    """Return the events of two jobs that went well: orders become clean orders, these a report."""
    clean = dataset("clean/orders", "order_id", "amount", follows={"amount": ("raw/orders", "amount")})
    report = dataset("report/revenue", "day", "revenue", follows={"revenue": ("clean/orders", "amount")})
    raw = dataset("raw/orders", "order_id", "amount")
    return [
        event(1, "START", "clean_orders", ago(60), inputs=[raw]),
        event(1, "COMPLETE", "clean_orders", ago(50), inputs=[raw], outputs=[clean]),
        event(2, "START", "daily_revenue", ago(40), inputs=[clean]),
        event(2, "COMPLETE", "daily_revenue", ago(30), inputs=[clean], outputs=[report]),
    ]


async def post(server: str, *events: Json) -> None:
    """Send events one after the other; each has to be taken."""
    async with httpx.AsyncClient(base_url=server) as client:
        for one in events:
            answer = await client.post("/api/v1/lineage", json=one)
            assert answer.status_code == 201, answer.text
