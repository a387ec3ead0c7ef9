"""The GraphQL endpoint: media types, methods, caches, limits, cost, masking, introspection."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from graphql import get_introspection_query
from starlette.applications import Starlette

from graph.store.database import Database
from service.graphql_documents import LONGEST_KEPT, Documents
from service.graphql_limits import MAX_COST, MAX_DEPTH
from service.graphql_request import LEGACY, MODERN
from service.schema.root import schema
from tests.service.conftest import Ask

HEALTHY = {"query": "{ customers(first: 3) { nodes { id } } }"}


async def _post(client: httpx.AsyncClient, body: dict[str, Any], accept: str | None = None) -> httpx.Response:
    return await client.post("/graphql", json=body, headers={"Accept": accept} if accept else {})


def _code(response: httpx.Response) -> str:
    [error] = response.json()["errors"]
    return error["extensions"]["code"]


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("*/*", MODERN),
        (MODERN, MODERN),
        (LEGACY, LEGACY),
        ("application/json, multipart/mixed", LEGACY),
        (f"{LEGACY}, {MODERN};q=0.5", LEGACY),
        (f"{MODERN}, {LEGACY};q=0.9", MODERN),
        ("application/*;q=0.1", MODERN),
        ("text/html, */*;q=0.1", MODERN),
    ],
)
async def test_the_media_type_is_negotiated(client: httpx.AsyncClient, accept: str, expected: str) -> None:
    """The answer comes in the type the client likes best, the modern one where it has no preference."""
    response = await _post(client, HEALTHY, accept)
    assert (response.status_code, response.headers["content-type"]) == (200, expected)
    assert response.json()["data"] == {"customers": {"nodes": []}}


async def test_other_media_types_are_not_acceptable(client: httpx.AsyncClient) -> None:
    """A client that accepts neither type is told so."""
    response = await _post(client, HEALTHY, "text/html")
    assert (response.status_code, response.json()["error"]["code"]) == (406, "NOT_ACCEPTABLE")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"query": "{ customers("}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "query A { __typename } query B { __typename }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "query A { __typename }", "operationName": "B"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "query ($n: Int!) { customers(first: $n) { nodes { id } } }"}, "INVALID_INPUT"),
        (
            {"query": "query ($n: Int!) { customers(first: $n) { nodes { id } } }", "variables": {"n": "3"}},
            "INVALID_INPUT",
        ),
        ({"query": "fragment F on Customer { id }"}, "GRAPHQL_VALIDATION_FAILED"),
    ],
)
async def test_a_refused_document_is_400_for_the_modern_type_and_200_for_the_legacy_one(
    client: httpx.AsyncClient, body: dict[str, Any], code: str
) -> None:
    """The status tells only where the media type says that it does; there is no data either way."""
    for accept, status in ((MODERN, 400), (LEGACY, 200)):
        response = await _post(client, body, accept)
        assert (response.status_code, _code(response)) == (status, code)
        assert "data" not in response.json()


async def test_get_carries_queries_only(client: httpx.AsyncClient) -> None:
    """A query may come by GET with its variables as JSON; a mutation by GET is refused and changes nothing."""
    query = "query Q($first: Int) { customers(first: $first) { nodes { id } } }"
    found = await client.get(
        "/graphql", params={"query": query, "variables": '{"first": 1}', "operationName": "Q"}
    )
    assert found.json()["data"] == {"customers": {"nodes": []}}
    mutation = 'mutation { createCustomer(input: {firstName: "X"}) { id } }'
    refused = await client.get("/graphql", params={"query": mutation})
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
    assert refused.json()["error"] == {
        "code": "METHOD_NOT_ALLOWED",
        "message": "a GET carries queries only; send mutations by POST",
        "problems": [],
    }
    assert (await client.get("/graphql", params={"query": query})).json()["data"] == {
        "customers": {"nodes": []}
    }


async def test_the_whole_schema_can_be_introspected(ask: Ask) -> None:
    """The query that tools send is answered, defaults and descriptions included."""
    query = get_introspection_query(
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
    )
    types = {type_["name"] for type_ in (await ask(query))["__schema"]["types"]}
    assert {"Customer", "CustomerVersion", "DateTime", "Query", "Mutation"} <= types


async def test_the_cost_of_an_operation_is_told(client: httpx.AsyncClient) -> None:
    """A page multiplies what is inside it; the cost is counted with the variables and their defaults."""
    paged = "query ($n: Int = 7) { customers(first: $n) { nodes { id timeline { number provenance { door } } } } }"

    async def cost(variables: dict[str, Any]) -> dict[str, int]:
        return (await _post(client, {"query": paged, "variables": variables})).json()["extensions"]["cost"]

    of_one_customer = 1 + 10 * (1 + 10)
    assert await cost({}) == {"requested": 7 * of_one_customer, "maximum": MAX_COST}
    assert await cost({"n": 2}) == {"requested": 2 * of_one_customer, "maximum": MAX_COST}
    assert (await _post(client, {"query": "{ __typename }"})).json()["extensions"]["cost"]["requested"] == 0


async def test_only_the_lists_of_a_page_are_multiplied_by_its_size(client: httpx.AsyncClient) -> None:
    """What a lineage graph has beside its nodes and edges is there once; all of it at once, by default, is allowed."""
    around = 'lineage(of: {name: "db.none"}, first: 30)'
    many = """nodes { aliases { name } hidden { upstream } dataset { columns { path } } job { name } }
      edges { through { name } }"""
    once = """frontier { upstream } columns(first: 40) { edges { dataset { name } transformations { type } } }
      groups { groups { name { container } nodes { name } } edges { from { container } to { container } } }
      insights { cycles { name } singlePoints { name } ranking { node { name } } longestChain { name } }"""

    async def cost(fields: str, of: str = around) -> int:
        answer = (await _post(client, {"query": f"{{ {of} {{ {fields} }} }}"})).json()
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["NOT_FOUND"], answer
        return answer["extensions"]["cost"]["requested"]

    assert await cost("truncated") == 30
    assert await cost(many) == 30 + 30 * (10 + 1 + (1 + 10) + 1 + 10)
    beside = 40 + 40 * (1 + 10) + 10 * (1 + 1 + 10) + 10 * (1 + 2) + 10 + 10 + 10 * (1 + 1) + 10
    assert await cost(once) == 30 + beside
    assert await cost(f"{many} {once}") == await cost(many) + beside
    of_all = await cost(f"{many} {once.replace('(first: 40)', '')}", 'lineage(of: {name: "db.none"})')
    assert of_all < MAX_COST // 4


async def test_an_operation_that_may_reach_too_many_nodes_is_refused_before_it_runs(
    client: httpx.AsyncClient,
) -> None:
    """Above MAX_COST the answer is LIMIT_EXCEEDED with the cost counted."""
    inner = "nodes { timeline { provenance { door } } history { version } beliefs { systemFrom } }"
    query = "{" + " ".join(f"a{n}: customers(first: 100) {{ {inner} }}" for n in range(40)) + "}"
    response = await _post(client, {"query": query})
    assert (response.status_code, _code(response)) == (400, "LIMIT_EXCEEDED")
    requested = 40 * 100 * (1 + 10 * (1 + 10) + 10 + 10)
    assert response.json()["extensions"]["cost"] == {"requested": requested, "maximum": MAX_COST}


def _fragment_bomb() -> str:
    doubled = " ".join(f"fragment F{n} on Customer {{ ...F{n + 1} ...F{n + 1} }}" for n in range(40))
    return f"{{ customers {{ nodes {{ ...F0 }} }} }} {doubled} fragment F40 on Customer {{ id }}"


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (
            "{ customers " * (MAX_DEPTH + 1) + "{ id }" + " }" * (MAX_DEPTH + 1),
            f"{MAX_DEPTH + 2} levels deep",
        ),
        ("{" + " ".join(f"a{n}: __typename" for n in range(51)) + "}", "51 aliases"),
        ("{" + " __typename" * 6_001 + "}", "more than 6000 tokens"),
        ("{" + " __typename" * 102 + "}", "101 repeated fields"),
        (_fragment_bomb(), "more than a billion fields"),
        ("{ a" * 1_000, None),
        ("{ customers(search: " + "[" * 1_000, None),
    ],
)
async def test_a_document_that_is_too_large_is_refused(
    client: httpx.AsyncClient, document: str, reason: str | None
) -> None:
    """Depth, aliases, tokens, repetition and nesting have limits; breaking one is told without validating."""
    response = await _post(client, {"query": document})
    assert response.status_code == 400
    errors = response.json()["errors"]
    if reason is None:
        assert errors[0]["extensions"]["code"] == "GRAPHQL_PARSE_FAILED"
    else:
        assert reason in errors[0]["message"]
        assert errors[0]["extensions"]["code"] == "LIMIT_EXCEEDED"


async def test_introspection_has_a_limit_of_its_own(client: httpx.AsyncClient) -> None:
    """Introspection that goes round in circles is refused."""
    query = "{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }"
    response = await _post(client, {"query": query})
    assert (response.status_code, _code(response)) == (400, "GRAPHQL_VALIDATION_FAILED")


def test_a_cycle_of_fragments_is_refused() -> None:
    """Fragments that spread each other neither hang the measuring nor pass validation."""
    document = Documents(schema).document(
        "{ customers { nodes { ...A } } } fragment A on Customer { ...B } fragment B on Customer { ...A }"
    )
    assert [error.message for error in document.errors] == [
        "Cannot spread fragment 'A' within itself via 'B'."
    ]


def test_documents_are_parsed_and_validated_once() -> None:
    """The same text gives the same document, also where it was refused; the longest unused ones are forgotten."""
    documents = Documents(schema, most=20)
    first = documents.document("{ __typename }")
    assert documents.document("{ __typename }") is first
    assert documents.document("{ nothing }") is documents.document("{ nothing }")
    for n in range(20):
        documents.document(f"# {n}\n{{ nothing }}")
    assert len(documents) == 20
    assert documents.document("{ __typename }") is not first


def test_a_document_that_holds_its_data_is_not_kept() -> None:
    """A text longer than LONGEST_KEPT is parsed each time it comes."""
    documents = Documents(schema)
    documents.document("{ __typename }" + " " * LONGEST_KEPT)
    assert len(documents) == 0


def test_all_kept_documents_together_are_bounded_in_length() -> None:
    """The longest unused ones go as soon as all have more characters than allowed."""
    documents = Documents(schema, most_characters=100)
    for n in range(10):
        documents.document(f"# {n}" + "." * 15 + "\n{ __typename }")
    assert len(documents) == 3


async def test_an_unexpected_failure_shows_nothing_but_the_id_in_the_log(
    client: httpx.AsyncClient, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """What nobody foresaw is INTERNAL without its text at both doors; the log has it under the request id."""
    async with database.connection() as connection:
        await connection.execute("alter table subject rename to lost")
    try:
        told = await client.post("/graphql", json=HEALTHY, headers={"X-Request-Id": "abc-1"})
        rest = await client.get("/api/v1/customers", headers={"X-Request-Id": "abc-2"})
    finally:
        async with database.connection() as connection:
            await connection.execute("alter table lost rename to subject")
    assert told.status_code == 200
    assert told.json()["data"] is None
    assert told.json()["errors"] == [
        {
            "message": "something went wrong on our side; it has been logged",
            "locations": [{"line": 1, "column": 3}],
            "path": ["customers"],
            "extensions": {"code": "INTERNAL", "requestId": "abc-1"},
        }
    ]
    assert (rest.status_code, rest.json()["error"]["code"]) == (500, "INTERNAL")
    assert rest.json()["error"]["requestId"] == "abc-2"
    assert "subject" not in told.text + rest.text
    logged = {record.getMessage(): record.exc_info for record in caplog.records}
    assert all(logged[f"request {name} failed"] for name in ("abc-1", "abc-2"))


async def test_an_unreachable_database_is_unavailable(app: Starlette, client: httpx.AsyncClient) -> None:
    """Without a database the doors say UNAVAILABLE, by status 503 and by GraphQL code, and nothing is logged."""
    await app.state.services.database.close()
    told = await client.post("/graphql", json=HEALTHY)
    assert told.json()["errors"][0]["extensions"] == {"code": "UNAVAILABLE"}
    for response in (
        await client.get("/api/v1/customers"),
        await client.post("/api/v1/records", json=[{"sourceSystem": "crm", "key": "1", "firstName": "A"}]),
        await client.post("/api/v1/customers", json={"firstName": "A"}),
    ):
        assert (response.status_code, response.json()["error"]["code"]) == (503, "UNAVAILABLE")
        assert response.headers["retry-after"] == "1"
