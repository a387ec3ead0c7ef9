"""What may be kept of answers over GET, documents that are known beforehand, and the functions kept with documents."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from graph.store.database import Database
from service.app import create_app
from service.graphql_documents import Documents
from service.graphql_request import LEGACY, MODERN
from service.pinned_answers import IMMUTABLE, REVALIDATED
from service.schema.root import schema
from service.settings import Settings, SettingsError
from service.trusted_documents import TrustedDocuments, document_id, shipped, texts_in
from tests.service.conftest import Ask

WHO = """query ($id: ID!, $asOf: DateTime!, $knownAt: DateTime!) {
  customer(id: $id, asOf: $asOf, knownAt: $knownAt) { ...C timeline { number provenance { attribute } } }
}
fragment C on Customer { id firstName basis { knownAt } ... on Customer { sourceRecords { key } } }"""
EPOCH = """insert into lineage_head (tenant_id, epoch) values (1, 1)
           on conflict (tenant_id) do update set epoch = lineage_head.epoch + 1"""
AS_OF = "2024-06-01T00:00:00Z"
RECORD = {"sourceSystem": "crm", "key": "1", "firstName": "Ann", "validFrom": "2024-01-01T00:00:00Z"}


async def recorded(client: httpx.AsyncClient, **more: Any) -> dict[str, str]:
    """Record a customer, and return the variables that pin it to what is known by then."""
    told = (await client.post("/api/v1/records", json=[RECORD | more])).json()["results"][0]["customerId"]
    shown = await client.post(
        "/graphql", json={"query": f'{{ customer(id: "{told}") {{ basis {{ knownAt }} }} }}'}
    )
    return {"id": told, "asOf": AS_OF, "knownAt": shown.json()["data"]["customer"]["basis"]["knownAt"]}


async def got(
    client: httpx.AsyncClient,
    query: str,
    variables: dict[str, Any],
    tag: str | None = None,
    accept: str = MODERN,
) -> httpx.Response:
    """Ask by GET, with the tag of an answer that is there already."""
    headers = {"Accept": accept} | ({"If-None-Match": tag} if tag else {})
    asked = {"query": query, "variables": json.dumps(variables)}
    return await client.get("/graphql", params=asked, headers=headers)


async def test_an_answer_pinned_on_both_axes_is_immutable(client: httpx.AsyncClient) -> None:
    """It may be kept by its reader alone, has a tag, and is not answered again to whoever has it."""
    variables = await recorded(client)
    first = await got(client, WHO, variables)
    assert (first.status_code, first.headers["cache-control"]) == (200, IMMUTABLE)
    assert "private" in IMMUTABLE
    assert first.headers["vary"] == "Accept, Authorization, X-API-Key"
    assert first.json()["data"]["customer"]["firstName"] == "Ann"
    await recorded(client, firstName="Anna")
    again = await got(client, WHO, variables, first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert (again.headers["etag"], again.headers["cache-control"]) == (first.headers["etag"], IMMUTABLE)
    assert (await got(client, WHO, variables)).content == first.content
    weak = await got(client, WHO, variables, f'"other", W/{first.headers["etag"]}')
    assert weak.status_code == 304
    other_type = await got(client, WHO, variables, first.headers["etag"], LEGACY)
    assert other_type.status_code == 200
    other_instant = await got(
        client, WHO, variables | {"asOf": "2024-07-01T00:00:00Z"}, first.headers["etag"]
    )
    assert other_instant.status_code == 200


@pytest.mark.parametrize("erasing", [EPOCH, None])
async def test_an_erasure_changes_the_tag(app: Starlette, database: Database, erasing: str | None) -> None:
    """What was erased is not confirmed to be the same, be it a person or what lineage said."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
        variables, other = await recorded(client), await recorded(client, key="2", firstName="Bob")
        pinned = variables | {"knownAt": other["knownAt"]}
        first = await got(client, WHO, pinned)
        async with database.connection() as connection:
            await connection.execute(
                erasing
                or f"""insert into erasure (tenant_id, erasure_id, entity_type, golden_id, actor, reason, requested_at)
                       values (1, gen_random_uuid(), 'customer', '{other["id"]}', 'ann', 'asked', now())"""
            )
        again = await got(client, WHO, pinned, first.headers["etag"])
    assert again.status_code == 200
    assert again.headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize(
    "query",
    [
        "query ($id: ID!, $asOf: DateTime!) { customer(id: $id, asOf: $asOf) { id } }",
        "query ($id: ID!, $knownAt: DateTime!) { customer(id: $id, knownAt: $knownAt) { id } }",
        "query ($id: ID!, $asOf: DateTime, $knownAt: DateTime) {"
        " customer(id: $id, asOf: $asOf, knownAt: $knownAt) { quality { score } } }",
        "query ($id: ID!, $asOf: DateTime, $knownAt: DateTime) {"
        " customer(id: $id, asOf: $asOf, knownAt: $knownAt) { version { carriedBy { file } } } }",
        "query ($id: ID!, $asOf: DateTime, $knownAt: DateTime) {"
        " customer(id: $id, asOf: $asOf, knownAt: $knownAt) { id } entityTypes { name } }",
        "query ($id: ID!, $asOf: DateTime, $knownAt: DateTime) {"
        " ...Q } fragment Q on Query { customer(id: $id, asOf: $asOf, knownAt: $knownAt) { id } }",
        "{ __typename }",
    ],
)
async def test_any_other_answer_is_asked_for_anew(client: httpx.AsyncClient, query: str) -> None:
    """What may change later has a tag of what it says, and is the reader's own."""
    variables = await recorded(client)
    query = query.replace("{ file }", "{ __typename }")
    first = await got(client, query, variables)
    assert (first.status_code, first.headers["cache-control"]) == (200, REVALIDATED), first.text
    again = await got(client, query, variables, first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")


async def test_what_lies_ahead_of_the_clock_is_not_pinned(client: httpx.AsyncClient) -> None:
    """With a knownAt that is still to come the answer may change; with none at all as well."""
    variables = await recorded(client)
    for known_at in ("2100-01-01T00:00:00Z", None):
        query = WHO.replace("$knownAt: DateTime!", "$knownAt: DateTime")
        response = await got(client, query, variables | {"knownAt": known_at})
        assert (response.status_code, response.headers["cache-control"]) == (200, REVALIDATED)


async def test_errors_are_kept_by_nobody(client: httpx.AsyncClient) -> None:
    """An answer with errors, and a refusal, are not stored."""
    variables = await recorded(client)
    failing = await got(client, WHO, variables | {"id": "no id"})
    assert (failing.status_code, failing.headers["cache-control"]) == (200, "no-store")
    refused = await got(client, WHO, {})
    assert (refused.status_code, refused.headers["cache-control"]) == (400, "no-store")
    posted = await client.post("/graphql", json={"query": "{ __typename }"})
    assert "etag" not in posted.headers


@asynccontextmanager
async def serving(database_url: str, **settings: Any) -> AsyncGenerator[httpx.AsyncClient]:
    """Give a client of an application with settings of its own."""
    app = create_app(Settings(database_url=database_url, infer_columns=False, **settings))
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            yield client


@pytest.mark.usefixtures("database")
async def test_known_documents_are_asked_by_their_id(database_url: str, tmp_path: Path) -> None:
    """By POST and GET; an unknown id, and an id beside a text, are refused."""
    text = "query Kind { __typename }\n"
    (tmp_path / "kind.graphql").write_text(text)
    async with serving(database_url, trusted_documents=tmp_path) as client:
        for known in (
            document_id(text),
            document_id(text.strip()),
            document_id(text).removeprefix("sha256:"),
        ):
            told = await client.post("/graphql", json={"documentId": known})
            assert told.json()["data"] == {"__typename": "Query"}
            got = await client.get("/graphql", params={"documentId": known, "operationName": "Kind"})
            assert got.json()["data"] == {"__typename": "Query"}
        for body, code in (
            ({"documentId": "sha256:" + "0" * 64}, "DOCUMENT_NOT_FOUND"),
            ({"documentId": document_id(text), "query": text}, "INVALID_INPUT"),
            ({"documentId": 5}, "INVALID_INPUT"),
            ({"documentId": ""}, "INVALID_INPUT"),
        ):
            refused = await client.post("/graphql", json=body)
            assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (400, code)
        assert (await client.post("/graphql", json={"query": "{ a: __typename }"})).status_code == 200


@pytest.mark.usefixtures("database")
async def test_where_only_known_documents_are_answered_the_playground_still_works(
    database_url: str, tmp_path: Path
) -> None:
    """Its examples and the introspection that tools send are answered, anything else is refused unseen."""
    (tmp_path / "kind.graphql").write_text("{ __typename ... on Query { entityTypes { name } } }")
    async with serving(database_url, trusted_documents=tmp_path, only_trusted_documents=True) as client:

        async def code_of(query: str) -> str | None:
            errors = (await client.post("/graphql", json={"query": query})).json().get("errors")
            return errors[0]["extensions"]["code"] if errors else None

        assert len(shipped()) >= 7
        for text in shipped():
            asked = text.rstrip() + "\n"  # as the playground sends it
            assert await code_of(asked) != "DOCUMENT_NOT_TRUSTED"
        for text in (
            "{ __typename ... on Query { entityTypes { name } } }",
            "query IntrospectionQuery { __schema { queryType { name } } }",
            '{ __type(name: "Customer") { name } __typename }',
        ):
            assert await code_of(text) is None
        for text in (
            "{ customers { nodes { id } } }",
            "{ __typename customers { nodes { id } } }",
            "{ __typename ...F } fragment F on Query { customers { nodes { id } } }",
            "{ __typename",
            "nonsense",
        ):
            assert await code_of(text) == "DOCUMENT_NOT_TRUSTED"


def test_documents_come_from_folders_and_manifests(tmp_path: Path) -> None:
    """Files of GraphQL, objects from ids to documents, and Apollo's manifests; variables beside them are left aside."""
    one, two, three = "{ a }", "{ b }", "{ c }"
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "one.gql").write_text(one)
    (tmp_path / "one.variables.json").write_text("{}")
    plain, apollo = tmp_path / "plain.json", tmp_path / "apollo.json"
    plain.write_text(json.dumps({document_id(two): two}))
    bare = document_id(three).removeprefix("sha256:")
    apollo.write_text(json.dumps({"format": "x", "operations": [{"id": bare, "name": "c", "body": three}]}))
    assert sorted(texts_in(tmp_path)) == [one, two, three]
    assert texts_in(plain) == [two]
    trusted = TrustedDocuments(texts_in(tmp_path), only=True)
    assert trusted.ids == {document_id(text) for text in (one, two, three)}
    assert trusted.text(bare.upper()) == three
    assert trusted.admits(f"\n{one} ")
    assert not trusted.admits("{ d }")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"[1]", "is no manifest"),
        (b"{", "is no JSON"),
        (b'{"sha256:00": "{ a }"}', "is not the SHA-256 of its document"),
        (b'{"operations": [5]}', "is no manifest"),
        (b'{"operations": [{"id": "x", "body": null}]}', "is no manifest"),
        (b"\xff", "cannot be read"),
        (None, "cannot be read"),
    ],
)
def test_what_is_no_manifest_is_told_in_one_line(tmp_path: Path, content: bytes | None, reason: str) -> None:
    """The setting is named, and what is wrong with the file."""
    manifest = tmp_path / "manifest.json"
    if content is not None:
        manifest.write_bytes(content)
    with pytest.raises(SettingsError, match=f"GOLDTHREAD_TRUSTED_DOCUMENTS: .*{reason}"):
        TrustedDocuments.configured(manifest, only=True)


async def test_functions_are_made_for_documents_that_come_again(ask: Ask) -> None:
    """Not for the first time, not for long documents, and within a budget over all of them."""
    documents = Documents(schema, most_planned=10)
    document = documents.document("{ entityTypes { name } }")
    assert documents.plans(document) is None
    plans = documents.plans(document)
    assert plans is not None
    assert plans is document.plans
    plans.budget.fields += 11
    assert documents.plans(document) is plans
    assert (await ask("{ entityTypes { name } }")) == (await ask("{ entityTypes { name } }"))
