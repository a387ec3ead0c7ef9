"""What people ask of the real schema is answered as graphql-core answers it, by functions of its own."""

from __future__ import annotations

import re

import httpx
import pytest
from graphql import parse
from starlette.applications import Starlette

from service.context import RequestContext
from service.schema.root import schema
from service.selections.executor import Budget, Plans
from service.trusted_documents import shipped
from tests.service.conftest import Ask
from tests.service.test_dataset_doors import FULL, event
from tests.service.test_dataset_doors import post as post_events
from tests.service.test_graphql_assets import made
from tests.service.test_selections import answer

EXAMPLES = shipped()
NOW = re.compile(rb'"(asOf|now)":"[^"]+"')
NOW_IN_CURSORS = re.compile(rb'"(asOf|now|cursor|endCursor)":"[^"]+"')
"""Cursors carry the instants, which are now where a shipped document leaves them out."""

PROVENANCE = "provenance { attribute sourceSystem door } carriedBy { file }"
ASKED = {
    "a page with its edges": '{ customers(first: 2, asOf: "2025-01-01T00:00:00Z") { edges { cursor node { id firstName address { city } birthDate } }'
    " pageInfo { hasNextPage endCursor } basis { knownAt } } }",
    "everything of customers": "{ customers { nodes { id firstName email isDeleted basis { asOf knownAt }"
    f" timeline {{ number validFrom validTo systemFrom {PROVENANCE} }} history {{ version attributes isCurrent }}"
    " beliefs { systemFrom systemTo version { firstName } } members { system key quality { score } }"
    " quality { score } sourceRecords { system key } } } }",
    "golden records of any type": '{ goldenRecords(entityType: "customer") { nodes { id attributes { name value kind } } } }',
    "a graph": '{ lineage(of: {name: "load", kind: JOB}, depth: 4) { basis { knownAt } truncated'
    " nodes { id kind namespace name displayName distance aliases { name } }"
    " edges { from to kind validFrom validTo systemFrom } frontier { upstream downstream } } }",
    "a graph with what is held of its nodes": '{ lineage(of: {name: "load", kind: JOB}) { nodes { name'
    " dataset { columns { path tags { key } } owners { name } columnLineage { column } facets }"
    " job { inputs { dataset { name } isObserved } owners { name } sql { query } } } } }",
    "runs": "{ runs { edges { node { id state startedAt endedAt durationSeconds job { name } inputs { name facets }"
    " outputs { name } facets { name body } events { nodes { id kind eventTime } } } } } }",
    "assets": "{ dataCenters { nodes { __typename name kind capacityTb failsWith { __typename name ... on DataLake {"
    " storageLocation } } versions { number attributes } } } }",
    "changes": "{ changes { nodes { id kind goldenId attributes validFrom knownAt } endCursor hasNextPage } }",
    "what cannot be answered": '{ a: customer(id: "no id") { id } b: customers(first: 1000) { nodes { id } }'
    ' c: lineage(of: {name: "nothing"}) { truncated } d: entityTypes { name attributes { name kind } } }',
    "names of the types": "{ __typename customers { __typename nodes { __typename address { __typename } } } }",
}
SHIPPED = {f"example {number}": text for number, text in enumerate(EXAMPLES, 1)}
EVERY = ASKED | SHIPPED


@pytest.fixture
async def filled(client: httpx.AsyncClient) -> None:
    """Record what the examples ask for."""
    about = {"email": "ann@example.com", "city": "Köln", "street": "Am Dom 1", "birthDate": "1980-05-17"}
    records = [
        {
            "sourceSystem": "crm",
            "key": "1042",
            "validFrom": "2024-01-01T00:00:00Z",
            "firstName": "Ann",
            **about,
        },
        {
            "sourceSystem": "shop",
            "key": "W-7731",
            "validFrom": "2024-05-01T00:00:00Z",
            "firstName": "Anna",
            **about,
        },
        {"sourceSystem": "crm", "key": "2", "validFrom": "2024-01-01T00:00:00Z", "firstName": "Bob"},
    ]
    assert (await client.post("/api/v1/records", json=records)).status_code == 200
    history = ("warehouse.customers_history", FULL)
    await post_events(client, event(1, "load", ["raw"], [history]), event(2, "use", [history[0]], ["report"]))
    center = await made(client, "data-centers")
    lake = await made(client, "lakes")
    hosted = {"kind": "HOSTED_IN", "from": lake, "to": center}
    mutation = "mutation ($kind: RelationKind!, $from: ID!, $to: ID!) { relateAssets(kind: $kind, from: $from, to: $to) { holds } }"
    told = await client.post("/graphql", json={"query": mutation, "variables": hosted})
    assert told.json()["data"] == {"relateAssets": {"holds": True}}


@pytest.mark.usefixtures("filled")
async def test_the_schema_is_answered_as_ever(app: Starlette, ask: Ask) -> None:
    """Each question that the documentation shows and some more: first, while functions are made, and by them."""
    budget = Budget()
    for name, text in EVERY.items():
        document = parse(text)
        plans = Plans(budget)
        before = budget.fields

        async def found(plans: Plans | None = None, *, stock: bool = False) -> bytes:
            context = RequestContext(app.state.services, "test", "1")
            told = await answer(schema, document, {}, plans, stock=stock, context=context)  # noqa: B023
            return (NOW_IN_CURSORS if name in SHIPPED else NOW).sub(b'"now"', told)  # noqa: B023

        expected = await found(stock=True)
        assert [await found(), await found(plans), await found(plans)] == [expected] * 3, name
        assert budget.fields > before or b'"data":null' in expected, f"{name} has nothing that is plain"
    assert (await ask(EVERY["a page with its edges"]))["customers"]["edges"]


def test_the_examples_are_among_them() -> None:
    """Every query of the documentation is asked."""
    assert len(EXAMPLES) >= 7
