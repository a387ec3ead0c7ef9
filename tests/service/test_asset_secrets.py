"""A secret given to a door never comes out of one."""

from __future__ import annotations

import logging
from typing import Any

import httpx
import pytest

SECRET = "hunter2"


WAREHOUSE = f"postgresql://u:{SECRET}@h/db"
MASKED = "postgresql://u:***@h/db"
NAMED = {"name": "third", "connection": WAREHOUSE}
CREATE = "mutation ($input: DataWarehouseInput!) { createDataWarehouse(input: $input) { connection } }"
WHOLE = "query ($id: ID!) { asset(id: $id) { ... on DataWarehouse { connection } versions { attributes } } }"


@pytest.fixture
async def warehouse(client: httpx.AsyncClient) -> str:
    """Return the id of a warehouse with a secret in its connection."""
    created = await client.post("/api/v1/warehouses", json={"name": "dwh", "connection": WAREHOUSE})
    assert created.status_code == 201
    assert created.json()["connection"] == MASKED
    return created.json()["id"]


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what the product logged; the client of the test logs the addresses it asks."""
    return [record.getMessage() for record in caplog.records if not record.name.startswith("httpx")]


async def test_no_rest_door_shows_a_secret(
    client: httpx.AsyncClient, warehouse: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in answers, versions, lists, refusals or logs; a masked connection that comes back is kept."""
    one = f"/api/v1/warehouses/{warehouse}"
    requests: list[tuple[str, str, Any, int]] = [
        ("GET", one, None, 200),
        ("GET", "/api/v1/warehouses", None, 200),
        ("GET", f"/api/v1/warehouses?search={SECRET}", None, 200),
        ("PATCH", one, {"connection": MASKED, "description": "x"}, 200),
        ("PATCH", one, {"connection": MASKED.replace("@h", "@evil")}, 400),
        ("PATCH", one, {"connection": f"host=h password={SECRET}", "nmae": "x"}, 400),
        ("POST", "/api/v1/warehouses", {"name": "dwh", "connection": WAREHOUSE}, 409),
        ("POST", "/api/v1/warehouses", {"name": "other", "connection": WAREHOUSE, "validFrom": "never"}, 400),
        ("POST", "/api/v1/lakes", {"name": "l", "storageLocation": f"s3://k:{SECRET}@raw"}, 201),
        (
            "POST",
            "/api/v1/pipelines",
            {"name": "p", "source": WAREHOUSE, "destination": f"?token={SECRET}"},
            400,
        ),
        ("PATCH", one, {"connection": f"Server=h;Pwd={SECRET} x;Uid=u"}, 200),
        ("DELETE", one, None, 200),
        ("GET", f"{one}/versions", None, 200),
    ]
    with caplog.at_level(logging.DEBUG):
        for method, url, body, status in requests:
            response = await client.request(method, url, json=body)
            assert response.status_code == status
            assert SECRET not in response.text
    assert [message for message in logged(caplog) if SECRET in message] == []


async def test_graphql_shows_no_secret(
    client: httpx.AsyncClient, warehouse: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even in a refusal of a whole input, which the library would quote."""
    literal = f'{{name: "x", connection: {{u: "{WAREHOUSE}"}}}}'
    requests: list[tuple[str, Any, str]] = [
        (WHOLE, {"id": warehouse}, MASKED),
        (CREATE, {"input": NAMED}, MASKED),
        (CREATE, {"input": NAMED}, "CONFLICT"),
        (CREATE, {"input": NAMED | {"unknown": 1}}, "unknown field 'unknown', found: …"),
        (CREATE, {"input": {"name": "x", "connection": {"url": WAREHOUSE}}}, "a non string value: …"),
        (CREATE, {"input": {"connection": WAREHOUSE}}, "'name'"),
        (CREATE, {"input": WAREHOUSE}, "to be an object, found: …"),
        (f'mutation {{ createDataWarehouse(input: ["{WAREHOUSE}"]) {{ id }} }}', {}, "found: …"),
        (f"mutation {{ createDataWarehouse(input: {literal}) {{ id }} }}", {}, "a non string value: …"),
    ]
    with caplog.at_level(logging.DEBUG):
        for query, variables, expected in requests:
            response = await client.post("/graphql", json={"query": query, "variables": variables})
            assert expected in response.text
            assert SECRET not in response.text
    assert [message for message in logged(caplog) if SECRET in message] == []
