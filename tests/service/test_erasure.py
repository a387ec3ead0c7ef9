"""The doors of erasure: GraphQL, REST and the command line, and what every door says of somebody erased."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from graph.store.database import Database
from service.app import create_app
from service.settings import Settings
from tests.service.conftest import Ask

ERASE = """mutation ($type: String! = "customer", $id: ID!, $reason: String! = "asked") {
  eraseGoldenRecord(entityType: $type, id: $id, reason: $reason) {
    id entityType goldenId status actor reason requestedAt erasedAt scrubbedAt report } }"""
LIFT = 'mutation ($id: ID!) { liftSuppression(erasureId: $id, reason: "came back") { status report } }'
ANN = {"firstName": "Ann", "email": "ann@example.com", "phone": "+49 221 9876543"}


@pytest.fixture
async def app(database: Database, database_url: str) -> AsyncIterator[Starlette]:
    """Return the application with a key under which erased people are kept out."""
    application = create_app(
        Settings(database_url=database_url, suppression_key=SecretStr("a key for tests alone"))
    )
    async with application.router.lifespan_context(application):
        yield application


@pytest.fixture
async def ann(client: httpx.AsyncClient) -> str:
    """Return the id of a customer."""
    return (await client.post("/api/v1/customers", json=ANN)).json()["id"]


async def test_a_mutation_erases_at_once(ask: Ask, ann: str, database: Database) -> None:
    """The answer says what was removed; what the worker has to do still is told by the status."""
    erasure = (await ask(ERASE, id=ann))["eraseGoldenRecord"]

    assert (erasure["goldenId"], erasure["status"], erasure["erasedAt"]) == (ann, "REQUESTED", None)
    assert set(erasure["report"]["steps"]) == {"database", "lineage"}
    assert erasure["report"]["removed"]["tables"]["source_event"] == 1
    assert (await ask("query ($id: ID!) { erasure(id: $id) { id } }", id=erasure["id"]))["erasure"] == {
        "id": erasure["id"]
    }
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from source_event") == 0


async def test_every_door_says_that_somebody_was_erased(
    ask: Ask, client: httpx.AsyncClient, ann: str
) -> None:
    """An erased id is not unknown: each door answers ERASED with the instant, whatever instant is asked about."""
    before = (await client.get(f"/api/v1/customers/{ann}")).json()["basis"]
    await ask(ERASE, id=ann)
    for at in ({}, before):
        for path in ("", "/versions"):
            shown = {name: value for name, value in at.items() if not path or name == "knownAt"}
            response = await client.get(f"/api/v1/customers/{ann}{path}", params=shown)
            assert (response.status_code, response.json()["error"]["code"]) == (410, "ERASED")
            assert response.json()["error"]["erasedAt"].endswith("Z")
        query = "query ($id: ID!, $knownAt: DateTime) { customer(id: $id, knownAt: $knownAt) { id } }"
        asked = {"query": query, "variables": {"id": ann, "knownAt": at.get("knownAt")}}
        body = (await client.post("/graphql", json=asked)).json()
        assert body["data"] == {"customer": None}
        assert body["errors"][0]["extensions"]["code"] == "ERASED"
        assert body["errors"][0]["extensions"]["erasedAt"].endswith("Z")
        crosswalk = (
            "query ($id: ID!, $knownAt: DateTime) { crosswalk(id: $id, knownAt: $knownAt) { goldenId } }"
        )
        body = (await client.post("/graphql", json=asked | {"query": crosswalk})).json()
        assert (body["data"], body["errors"][0]["extensions"]["code"]) == ({"crosswalk": None}, "ERASED")
    assert (await client.get("/api/v1/customers")).json()["customers"] == []


async def test_nobody_erased_can_be_changed(
    ask: Ask, client: httpx.AsyncClient, ann: str, database: Database
) -> None:
    """A change or deletion of an erased id answers ERASED too, and stores nothing."""
    await ask(ERASE, id=ann)
    changed = await client.patch(f"/api/v1/customers/{ann}", json={"firstName": "Anna"})
    deleted = await client.delete(f"/api/v1/customers/{ann}")
    assert [r.json()["error"]["code"] for r in (changed, deleted)] == ["ERASED", "ERASED"]
    assert [r.status_code for r in (changed, deleted)] == [410, 410]
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from source_event") == 0


async def test_rest_erases_too(client: httpx.AsyncClient, ann: str) -> None:
    """DELETE of the personal data answers where to look how far it is; asked again, it is the same erasure."""
    path = f"/api/v1/golden/customer/{ann}/personal-data"
    first = await client.delete(path, params={"reason": "asked"})
    again = await client.delete(path, params={"reason": "asked once more"})

    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    shown = await client.get(first.headers["Location"])
    assert (shown.status_code, shown.json()) == (200, first.json())
    assert shown.json()["reason"] == "asked"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/v1/golden/customer/{ann}/personal-data", 400, "INVALID_INPUT"),
        ("/api/v1/golden/product/{ann}/personal-data?reason=x", 404, "NOT_FOUND"),
        ("/api/v1/golden/customer/nobody/personal-data?reason=x", 400, "INVALID_INPUT"),
        ("/api/v1/erasures/0198f2a1-1111-7222-8333-123456789abc/suppression?reason=x", 404, "NOT_FOUND"),
    ],
)
async def test_what_cannot_be_erased_is_refused(
    client: httpx.AsyncClient,
    ann: str,
    written: Callable[[], Awaitable[dict[str, int]]],
    path: str,
    status: int,
    code: str,
) -> None:
    """Without a reason, of another type or of nobody: refused, and nothing is written."""
    before = await written()
    response = await client.delete(path.format(ann=ann))
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)
    assert await written() == before


async def test_the_person_does_not_come_back(
    ask: Ask, client: httpx.AsyncClient, ann: str, written: Callable[[], Awaitable[dict[str, int]]]
) -> None:
    """Every door that takes records in refuses the person, in words, and keeps nothing of it."""
    await ask(ERASE, id=ann)
    before = await written()
    for again in (ANN, {"firstName": "A.", "email": "ANN@example.com"}):
        response = await client.post("/api/v1/customers", json=again)
        assert response.status_code == 400
        problem = response.json()["error"]["problems"][0]
        assert problem["path"] == "$.email"
        assert "was erased" in problem["reason"]
    after = await written()
    assert {name: after[name] for name in after if name != "origin"} == {
        name: before[name] for name in before if name != "origin"
    }


async def test_a_suppression_is_lifted_once_the_erasure_is_done(
    ask: Ask, client: httpx.AsyncClient, app: Starlette, ann: str
) -> None:
    """Before that it is a conflict; after it the person may come back, under another id."""
    erasure = (await ask(ERASE, id=ann))["eraseGoldenRecord"]
    early = await client.post("/graphql", json={"query": LIFT, "variables": {"id": erasure["id"]}})
    assert early.json()["errors"][0]["extensions"]["code"] == "CONFLICT"
    erasures = app.state.services.erasures
    await erasures.finish(await erasures.one(UUID(erasure["id"])), "erased")

    lifted = (await ask(LIFT, id=erasure["id"]))["liftSuppression"]

    assert (lifted["status"], lifted["report"]["lifted"]["reason"]) == ("ERASED", "came back")
    back = await client.post("/api/v1/customers", json=ANN)
    assert back.status_code == 201
    assert back.json()["id"] != ann


async def test_the_command_erases_everywhere_and_prints_the_proof(
    ask: Ask, ann: str, database_url: str, tmp_path: Path
) -> None:
    """`goldthread erase` does all of it in one go, files included."""
    environment = {
        "DATABASE_URL": database_url,
        "GOLDTHREAD_HOME": str(tmp_path),
        "GOLDTHREAD_URL": "http://127.0.0.1:1",
    }
    code, told, _ = await command(environment, "--id", ann, "--reason", "asked", "--scrub", "--json")
    assert code == 0
    (erasure,) = json.loads(told)
    assert (erasure["golden_id"], erasure["status"]) == (ann, "scrubbed")
    assert "ann@example.com" not in told
    shown = await ask("query ($id: ID!) { erasure(id: $id) { status } }", id=erasure["erasure_id"])
    assert shown == {"erasure": {"status": "SCRUBBED"}}
    assert (tmp_path / "suppression.key").exists()

    code, told, _ = await command(environment, "--id", ann, "--reason", "again")
    assert (code, told.splitlines()[0]) == (0, f"customer {ann}: scrubbed")
    code, told, failure = await command(environment, "--id", ann)
    assert (code, told, failure) == (1, "", "goldthread: --reason: is missing: why\n")


async def command(environment: dict[str, str], *arguments: str) -> tuple[int | None, str, str]:
    """Run `goldthread erase` and return its exit code and what it printed on both streams."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "service.cli",
        "erase",
        *arguments,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    told, failure = await process.communicate()
    return process.returncode, told.decode(), failure.decode()
