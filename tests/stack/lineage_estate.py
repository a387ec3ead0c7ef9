"""A small estate with a past, told by OpenLineage events: what the journeys through the lineage screen look at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import httpx

from graph.identity import new_id
from lineage.naming import LONGEST_NAME

WAREHOUSE = "snowflake://acme"
LAKE = "s3://acme-lake"
REPORTS = "looker://acme"
HOSTILE = ("<img src=x onerror=\"document.title='hacked'\">\u202eelif" + " very long name" * 140)[
    :LONGEST_NAME
]
"""A name as long as a name may be."""

_Dataset: TypeAlias = tuple[str, str]

_SCHEMAS = {
    "raw/orders": ("order_id", "amount", "currency"),
    "SALES.ORDERS": ("order_id", "amount", "amount_eur"),
    "SALES.REVENUE": ("day", "revenue_eur"),
}


def run(
    job: str,
    inputs: list[_Dataset],
    outputs: list[_Dataset],
    at: datetime,
    columns: dict[str, list[tuple[str, str, str]]] | None = None,
) -> dict[str, Any]:
    """Return the event of a run that went well; `columns` names the input columns each output column follows from."""
    return {
        "eventType": "COMPLETE",
        "eventTime": at.isoformat(),
        "producer": "https://github.com/apache/airflow",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/definitions/RunEvent",
        "run": {"runId": str(new_id())},
        "job": {"namespace": "airflow", "name": job},
        "inputs": [_dataset(one, None) for one in inputs],
        "outputs": [_dataset(one, columns) for one in outputs],
    }


def _dataset(named: _Dataset, columns: dict[str, list[tuple[str, str, str]]] | None) -> dict[str, Any]:
    namespace, name = named
    facets: dict[str, Any] = {}
    if name in _SCHEMAS:
        facets["schema"] = {
            "_producer": "https://example.com",
            "_schemaURL": "https://openlineage.io/spec/facets/1-1-1/SchemaDatasetFacet.json",
            "fields": [{"name": column, "type": "text"} for column in _SCHEMAS[name]],
        }
    if columns is not None:
        facets["columnLineage"] = {
            "_producer": "https://example.com",
            "_schemaURL": "https://openlineage.io/spec/facets/1-2-0/ColumnLineageDatasetFacet.json",
            "fields": {
                column: {
                    "inputFields": [
                        {"namespace": namespace, "name": name, "field": field}
                        for namespace, name, field in sources
                    ]
                }
                for column, sources in columns.items()
            },
        }
    return {"namespace": namespace, "name": name, "facets": facets}


def estate(now: datetime | None = None) -> list[dict[str, Any]]:
    """Return events of sixty days: after thirty a job is replaced, later reports are added, one of a hostile name."""
    today = now or datetime.now(UTC)
    orders, revenue = (WAREHOUSE, "SALES.ORDERS"), (WAREHOUSE, "SALES.REVENUE")
    events: list[dict[str, Any]] = []
    for day in range(60, 0, -5):
        at = today - timedelta(days=day)
        events.append(
            run(
                "load_orders",
                [(LAKE, "raw/orders")],
                [orders],
                at,
                {"amount_eur": [(LAKE, "raw/orders", "amount"), (LAKE, "raw/orders", "currency")]},
            )
        )
        inputs = [orders, (WAREHOUSE, "SALES.FX_OLD" if day > 30 else "SALES.RATES")]
        events.append(
            run(
                "build_revenue",
                inputs,
                [revenue],
                at + timedelta(minutes=5),
                {"revenue_eur": [(*orders, "amount_eur")]},
            )
        )
        if day <= 20:
            events.append(
                run(
                    "refresh_dashboards",
                    [revenue],
                    [(REPORTS, "executive.revenue")],
                    at + timedelta(minutes=9),
                )
            )
    events.append(run("publish", [revenue], [(REPORTS, HOSTILE)], today - timedelta(days=2)))
    return events


async def tell(server: str, events: list[dict[str, Any]]) -> None:
    """Send events to a server."""
    async with httpx.AsyncClient(base_url=server, timeout=60) as client:
        answer = await client.post("/api/v1/lineage/batch", json=events)
        assert answer.is_success, answer.text


async def node_id(server: str, namespace: str, name: str) -> str:
    """Return the id of a dataset."""
    async with httpx.AsyncClient(base_url=server) as client:
        query = "query($name: String!, $namespace: String!) { dataset(name: $name, namespace: $namespace) { id } }"
        answer = await client.post(
            "/graphql", json={"query": query, "variables": {"name": name, "namespace": namespace}}
        )
        return str(answer.json()["data"]["dataset"]["id"])
