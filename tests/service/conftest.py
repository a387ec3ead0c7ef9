"""What the tests of the doors share: the application on the test database, and a client that speaks to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from graph.store.database import Database
from service.app import create_app
from service.settings import Settings

Ask = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
async def app(database: Database, database_url: str) -> AsyncIterator[Starlette]:
    """Return the application, started, on the worker's database."""
    # What runs in the background would be counted among the statements of a door.
    settings = Settings(
        database_url=database_url, infer_columns=False, index_assets=False, lineage_edges_in_memory=0
    )
    application = create_app(settings)
    async with application.router.lifespan_context(application):
        yield application


@pytest.fixture
async def client(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client whose requests reach the application without a network."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        yield client


@pytest.fixture
def ask(client: httpx.AsyncClient) -> Ask:
    """Return a function that asks a GraphQL query with variables and returns its data, having seen no error."""

    async def answer(query: str, **variables: Any) -> dict[str, Any]:
        response = await client.post("/graphql", json={"query": query, "variables": variables})
        body = response.json()
        assert "errors" not in body, body["errors"]
        assert response.status_code == 200
        return body["data"]

    return answer


@pytest.fixture
def written(database: Database) -> Callable[[], Awaitable[dict[str, int]]]:
    """Return a function that counts the rows of every table that has some, but for what the tests start with."""

    async def counts() -> dict[str, int]:
        async with database.connection() as connection:
            tables = await connection.fetch(
                "select quote_ident(tablename) as name from pg_tables"
                " where schemaname = 'public' and tablename <> all ($1::text[])",
                ["tenant", "clock", "alembic_version", "lineage_head"],
            )
            query = " union all ".join(
                f"select '{row['name']}' as name, count(*) as n from {row['name']}" for row in tables
            )
            return {row["name"]: row["n"] for row in await connection.fetch(query) if row["n"]}

    return counts
