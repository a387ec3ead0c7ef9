"""What surrounds the doors: keys, names, headers, request ids, health, metrics, the pages."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from graph.errors import UnavailableError
from graph.store.database import Database
from service.app import create_app
from service.pages import STATIC
from service.settings import Settings

KEY = "s3cret-key"
GUARDED = [
    ("GET", "/graphql"),
    ("POST", "/graphql"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
    ("POST", "/api/v1/records"),
    ("GET", "/api/v1/customers"),
    ("POST", "/api/v1/customers"),
    ("DELETE", "/api/v1/customers/01890000-0000-7000-8000-000000000000"),
    ("GET", "/api/v1/pipelines"),
    ("POST", "/api/v1/lineage"),
    ("GET", "/nowhere"),
    ("GET", "/healthz/../graphql"),
]


@asynccontextmanager
async def _keyed(database_url: str) -> AsyncGenerator[httpx.AsyncClient]:
    application = create_app(Settings(database_url=database_url, api_key=SecretStr(KEY), host="0.0.0.0"))  # noqa: S104
    async with application.router.lifespan_context(application):
        transport = httpx.ASGITransport(application)
        async with httpx.AsyncClient(transport=transport, base_url="http://catalog.example") as client:
            yield client


async def test_every_door_demands_the_key(database: Database, database_url: str) -> None:
    """With an API key set, no door answers without it or with another; what is open holds no data."""
    async with _keyed(database_url) as client:
        presented: list[list[tuple[bytes, bytes]]] = [
            [],
            [(b"x-api-key", b"s3cret")],
            [(b"authorization", f"Basic {KEY}".encode())],
            [(b"authorization", b"Bearer")],
            [(b"x-api-key", b"\xff\xd0\xba")],
        ]
        for headers in presented:
            for method, path in GUARDED:
                response = await client.request(method, path, headers=headers)
                assert (method, path, response.status_code) == (method, path, 401)
                assert response.json()["error"]["code"] == "UNAUTHENTICATED"
                assert response.headers["www-authenticate"] == 'Bearer realm="goldthread"'
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/")).status_code == 200


@pytest.mark.parametrize(
    "headers", [{"X-API-Key": KEY}, {"Authorization": f"Bearer {KEY}"}, {"Authorization": f"bearer {KEY}"}]
)
async def test_the_key_opens_every_door(
    database: Database, database_url: str, headers: dict[str, str]
) -> None:
    """The key may come in either header; the actor of what it writes is told in the provenance."""
    async with _keyed(database_url) as client:
        created = await client.post("/api/v1/customers", json={"firstName": "Ann"}, headers=headers)
        versions = await client.get(f"{created.headers['location']}/versions", headers=headers)
        assert {source["actor"] for source in versions.json()["versions"][0]["provenance"]} == {"api-key"}


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8000", 200),
        ("127.0.0.1", 200),
        ("[::1]:8000", 200),
        ("[::1]", 200),
        ("evil.example", 421),
        ("localhost.evil.example:8000", 421),
        ("127.0.0.1.evil.example", 421),
    ],
)
async def test_without_a_key_only_loopback_names_are_answered(
    client: httpx.AsyncClient, host: str, status: int
) -> None:
    """A page of another site cannot reach the catalog by a name of its own that resolves to this machine."""
    response = await client.get("/api/v1/customers", headers={"Host": host})
    assert response.status_code == status


@pytest.mark.parametrize("path", ["/", "/healthz", "/nowhere", "/api/v1/customers/nonsense"])
async def test_every_answer_has_the_security_headers(client: httpx.AsyncClient, path: str) -> None:
    """Pages, answers and errors alike allow nothing from outside and are not sniffed, framed or referred."""
    headers = (await client.get(path)).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "access-control-allow-origin" not in headers


async def test_a_request_id_is_kept_where_it_is_one_and_made_where_not(client: httpx.AsyncClient) -> None:
    """An id that could be anything else but an id is replaced."""
    assert (await client.get("/healthz", headers={"X-Request-Id": "trace-42"})).headers[
        "x-request-id"
    ] == "trace-42"
    for given in ("", "a b", "x" * 65, "a;b"):
        made = (await client.get("/healthz", headers={"X-Request-Id": given})).headers["x-request-id"]
        assert len(made) == 32


async def test_paths_and_methods_nobody_answers_are_told_as_json(client: httpx.AsyncClient) -> None:
    """404 and 405 come in the form of every other error."""
    nowhere = await client.get("/api/v1/nothing")
    assert (nowhere.status_code, nowhere.json()) == (
        404,
        {"error": {"code": "NOT_FOUND", "message": "there is nothing at /api/v1/nothing", "problems": []}},
    )
    wrong = await client.patch("/api/v1/records")
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert wrong.headers["allow"] == "POST"


async def test_the_process_is_healthy_and_ready(client: httpx.AsyncClient) -> None:
    """Health needs nobody; readiness tells the versions of database and schema."""
    assert (await client.get("/healthz")).json()["status"] == "alive"
    ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    assert ready.json()["versions"].keys() == {"goldthread", "python", "postgresql", "schema"}


async def test_a_database_of_another_schema_is_not_ready(
    client: httpx.AsyncClient, database: Database
) -> None:
    """Where migrations are missing, readiness names the command that brings them."""
    async with database.connection() as connection:
        before = await connection.fetchval(
            "update alembic_version set version_num = '0000' returning old.version_num"
        )
    try:
        response = await client.get("/readyz")
    finally:
        async with database.connection() as connection:
            await connection.execute("update alembic_version set version_num = $1", before)
    assert (response.status_code, response.json()["status"]) == (503, "unready")
    assert response.json()["problem"].endswith("run `goldthread migrate`")


async def test_a_lost_database_is_alive_but_not_ready(app: Starlette, client: httpx.AsyncClient) -> None:
    """Liveness does not depend on the database, readiness does."""
    await app.state.services.database.close()
    assert (await client.get("/healthz")).status_code == 200
    response = await client.get("/readyz")
    assert (response.status_code, response.json()["problem"]) == (
        503,
        "the database does not answer: UnavailableError",
    )


async def test_the_pages_of_a_browser_are_served_with_their_caching(client: httpx.AsyncClient) -> None:
    """The front page and the playground are asked for anew each time, their hashed assets never again."""
    for path in ("/", "/playground/"):
        page = await client.get(path)
        assert (page.status_code, page.headers["cache-control"]) == (200, "no-cache")
        assert page.headers["content-type"].startswith("text/html")
    asset = min((STATIC / "assets").glob("*.js"))
    served = await client.get(f"/assets/{asset.name}")
    assert served.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert (await client.get("/assets/../../settings.py")).status_code == 404
    assert (await client.get("/assets/%2e%2e/%2e%2e/settings.py")).status_code == 404


async def test_the_application_does_not_start_without_a_database() -> None:
    """A start without a configured database says what to do."""
    application = create_app(Settings(database_url=None))
    with pytest.raises(UnavailableError, match="set DATABASE_URL"):
        async with application.router.lifespan_context(application):
            pass


async def test_requests_are_counted_by_route_operation_and_status(client: httpx.AsyncClient) -> None:
    """Labels come from routes and the schema, so a caller cannot make new ones up."""
    await client.get("/api/v1/customers/01890000-0000-7000-8000-000000000000")
    await client.get("/made/up/1")
    await client.request("BREW", "/made/up/2")
    await client.post("/graphql", json={"query": "query MadeUp { a: __typename }"})
    await client.post("/graphql", json={"query": "{ customer(id: 7) { id } }"})
    told = (await client.get("/metrics")).text
    assert (
        'goldthread_requests_total{method="GET",operation="",route="/api/v1/customers/{id}",status="404"} 1.0'
        in told
    )
    assert 'goldthread_requests_total{method="GET",operation="",route="unmatched",status="404"} 1.0' in told
    assert 'goldthread_requests_total{method="other",operation="",route="unmatched",status="404"} 1.0' in told
    assert 'operation="query __typename",route="/graphql",status="200"' in told
    assert 'operation="query customer",route="/graphql",status="200"' in told
    assert 'goldthread_errors_total{code="INVALID_INPUT"} 1.0' in told
    assert 'goldthread_request_seconds_count{operation="",route="unmatched"} 2.0' in told
    assert 'goldthread_pool_connections{state="most"} 10.0' in told
    assert 'goldthread_waiting_writes{queue="records"} 0.0' in told
    assert "MadeUp" not in told
    assert "made" not in told


async def test_two_applications_count_apart(database: Database, database_url: str) -> None:
    """Each application has a registry of its own."""
    async with _keyed(database_url) as first, _keyed(database_url) as second:
        await first.get("/healthz")
        headers = {"X-API-Key": KEY}
        assert 'route="/healthz"' in (await first.get("/metrics", headers=headers)).text
        assert 'route="/healthz"' not in (await second.get("/metrics", headers=headers)).text
