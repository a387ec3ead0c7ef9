"""The doors of lineage as it is read: lineage, runs, datasets and events over REST and GraphQL alike."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx
import pytest

from graph.store.database import Database
from tests.service.conftest import Ask

JSON = {"Content-Type": "application/json"}
LINEAGE = """
query ($of: LineageNodeInput!, $direction: LineageDirection! = BOTH, $depth: Int! = 3, $asOf: DateTime, $knownAt: DateTime) {
  lineage(of: $of, direction: $direction, depth: $depth, asOf: $asOf, knownAt: $knownAt) {
    basis { asOf knownAt }
    nodes { id kind namespace name displayName distance aliases { namespace name } }
    edges { from to kind validFrom validTo systemFrom }
    truncated
    frontier { upstream downstream }
  }
}
"""


def day(number: int) -> str:
    """Return a day of January 2026."""
    return f"2026-01-{number:02d}T00:00:00Z"


def run_event(run: int, kind: str, at: str, source: str, target: str, **members: Any) -> dict[str, Any]:
    """Return the event of a run that reads one dataset and writes another."""
    return {
        "eventTime": at,
        "eventType": kind,
        "run": {"runId": str(UUID(int=run)), "facets": {"processing_engine": {"version": "1"}}},
        "job": {"namespace": "scheduler", "name": f"to.{target}"},
        "inputs": [{"namespace": "store", "name": f"db.{source}"}],
        "outputs": [{"namespace": "store", "name": f"db.{target}"}],
        **members,
    }


async def post(client: httpx.AsyncClient, event: Any) -> dict[str, Any]:
    """Post one event and return the answer, having seen 201."""
    response = await client.post("/api/v1/lineage", json=event)
    assert response.status_code == 201, response.text
    return response.json()


async def rows(database: Database) -> int:
    """Return how many rows the tables of lineage hold."""
    async with database.connection() as connection:
        return await connection.fetchval(
            "select (select count(*) from lineage_event) + (select count(*) from run) + (select count(*) from job)"
            " + (select count(*) from dataset) + (select count(*) from facet)"
        )


async def test_lineage_is_the_same_through_both_doors_and_at_both_instants(
    client: httpx.AsyncClient, ask: Ask
) -> None:
    """A late event changes the past as known now; asked with the old basis, the old answer comes back."""
    await post(client, run_event(1, "COMPLETE", day(1), "a", "b"))
    old = (await ask(LINEAGE, of={"name": "b", "kind": "DATASET"}, direction="UPSTREAM", asOf=day(5)))[
        "lineage"
    ]
    assert [(n["name"], n["displayName"], n["kind"], n["distance"]) for n in old["nodes"]] == [
        ("db.b", "db.b", "DATASET", 0),
        ("to.b", "to.b", "JOB", 1),
        ("db.a", "db.a", "DATASET", 2),
    ]
    ids = {node["name"]: node["id"] for node in old["nodes"]}
    assert sorted(
        (e["from"], e["to"], e["kind"], e["validFrom"], e["validTo"]) for e in old["edges"]
    ) == sorted(
        [
            (ids["db.a"], ids["to.b"], "OBSERVED", day(1), None),
            (ids["to.b"], ids["db.b"], "OBSERVED", day(1), None),
        ]
    )
    assert (old["truncated"], old["frontier"]) == (False, {"upstream": 0, "downstream": 0})
    await post(client, run_event(2, "COMPLETE", day(3), "c", "b"))
    new = (await ask(LINEAGE, of={"id": ids["db.b"]}, direction="UPSTREAM", asOf=day(5)))["lineage"]
    assert [node["name"] for node in new["nodes"]] == ["db.b", "to.b", "db.c"]
    again = (await ask(LINEAGE, of={"name": "b", "kind": "DATASET"}, direction="UPSTREAM", **old["basis"]))[
        "lineage"
    ]
    assert [node["name"] for node in again["nodes"]] == ["db.b", "to.b", "db.a"]
    query = {"dataset": "db.b", "namespace": "store", "direction": "upstream", "depth": 3, **old["basis"]}
    rest = (await client.get("/api/v1/lineage", params=query)).json()
    assert rest["basis"] == old["basis"]
    assert [{**node, "kind": node["kind"].upper()} for node in rest["nodes"]] == again["nodes"]
    assert [{**edge, "kind": edge["kind"].upper()} for edge in rest["edges"]] == again["edges"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({}, 400),
        ({"name": "b", "job": "b"}, 400),
        ({"name": "b", "nodeId": str(UUID(int=1))}, 400),
        ({"nodeId": "b"}, 400),
        ({"name": ""}, 400),
        ({"name": "b\0"}, 400),
        ({"name": "x" * 3_000}, 400),
        ({"name": "b", "depth": "0"}, 400),
        ({"name": "b", "depth": "many"}, 400),
        ({"name": "b", "direction": "sideways"}, 400),
        ({"name": "b", "asOf": "2026-01-01T00:00:00"}, 400),
        ({"name": "b", "deep": "3"}, 400),
        ({"name": "nothing"}, 404),
        ({"job": "a"}, 404),
        ({"dataset": "b", "namespace": "elsewhere"}, 404),
        ({"nodeId": str(UUID(int=1))}, 404),
        ({"name": "b"}, 409),
        ({"dataset": "b", "namespace": "store"}, 200),
    ],
)
async def test_questions_that_cannot_be_answered_say_why(
    client: httpx.AsyncClient, query: dict[str, str], status: int
) -> None:
    """400 for a question that makes no sense, 404 for a node that is not known, 409 for a name that means several."""
    event = run_event(1, "COMPLETE", day(1), "a", "b")
    event["outputs"].append({"namespace": "other", "name": "dw.b"})
    await post(client, event)
    response = await client.get("/api/v1/lineage", params=query)
    assert response.status_code == status, response.text
    for path in ("/api/v1/runs/x", "/api/v1/events/x", f"/api/v1/runs/{UUID(int=5)}?facets=all"):
        assert (await client.get(path)).status_code == 400
    for path in (f"/api/v1/runs/{UUID(int=5)}", f"/api/v1/events/{UUID(int=5)}"):
        assert (await client.get(path)).status_code == 404


async def test_graphql_says_what_is_wrong_with_a_question(client: httpx.AsyncClient) -> None:
    """The codes are those of REST; an unknown run or dataset is null."""
    for of, code in (({}, "INVALID_INPUT"), ({"name": "none"}, "NOT_FOUND"), ({"id": "x"}, "INVALID_INPUT")):
        answer = (await client.post("/graphql", json={"query": LINEAGE, "variables": {"of": of}})).json()
        assert answer["errors"][0]["extensions"]["code"] == code
    query = '{ run(id: "00000000-0000-0000-0000-000000000005") { id } dataset(name: "none") { id } }'
    answer = (await client.post("/graphql", json={"query": query})).json()
    assert answer["data"] == {"run": None, "dataset": None}
    assert "errors" not in answer
