"""A small shop whose lineage the tests of questions ask about, and builders of its events."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.service.test_lineage_doors import day, post

ORDERS = {"name": "db.orders", "kind": "DATASET"}
REPORT = {"name": "db.report", "kind": "DATASET"}


def event(
    run: int,
    at: str,
    job: str,
    inputs: dict[str, Any],
    outputs: dict[str, Any],
    kind: str = "COMPLETE",
    facets: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the event of a run; datasets by name, each with its members."""
    return {
        "eventTime": at,
        "eventType": kind,
        "run": {"runId": str(UUID(int=run)), "facets": facets or {}},
        "job": {"namespace": "scheduler", "name": job},
        "inputs": [{"namespace": "store", "name": name, **more} for name, more in inputs.items()],
        "outputs": [{"namespace": "store", "name": name, **more} for name, more in outputs.items()],
    }


def schema(*columns: str) -> dict[str, Any]:
    """Return the members of a dataset with these columns, each as name:type."""
    fields = [dict(zip(("name", "type"), column.split(":"), strict=False)) for column in columns]
    return {"facets": {"schema": {"fields": fields}}}


def follows(**columns: tuple[str, str] | tuple[str, str, dict[str, Any]]) -> dict[str, Any]:
    """Return the members of a dataset whose columns follow from others: column=(dataset, column, transformation)."""
    fields = {
        column: {
            "inputFields": [
                {
                    "namespace": "store",
                    "name": source[0],
                    "field": source[1],
                    "transformations": [source[2]] if len(source) > 2 else [],
                }
            ]
        }
        for column, source in columns.items()
    }
    return {"facets": {"columnLineage": {"fields": fields}}}


@pytest.fixture
async def shop(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """Return a client of a catalog with orders and customers → clean → report, where customers' e-mails are masked."""
    mask = {"type": "DIRECT", "subtype": "TRANSFORMATION", "masking": True, "description": "sha256"}
    owner = {"ownership": {"owners": [{"name": "team:finance", "type": "MAINTAINER"}]}}
    clean = follows(id=("db.orders", "id"), email=("db.customers", "email", mask))
    report = follows(total=("db.clean", "id"))
    report["facets"] |= owner
    events = [
        event(
            1,
            day(1),
            "daily.clean",
            {"db.orders": schema("id:int", "note:text"), "db.customers": {}},
            {"db.clean": clean},
        ),
        event(2, day(2), "daily.report", {"db.clean": {}}, {"db.report": report}),
    ]
    for one in events:
        await post(client, one)
    return client
