"""The doors of lineage: events in over REST, lineage, runs, datasets and events out over REST and GraphQL alike."""

from __future__ import annotations

import gzip
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest

from graph.store.database import Database
from tests.service.conftest import Ask

JSON = {"Content-Type": "application/json"}
LINEAGE = """
query ($of: LineageNodeInput!, $direction: LineageDirection! = BOTH, $depth: Int! = 3, $asOf: DateTime, $knownAt: DateTime) {
  lineage(of: $of, direction: $direction, depth: $depth, asOf: $asOf, knownAt: $knownAt) {
    basis { asOf knownAt }
    nodes { id kind namespace name displayName distance }
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


async def test_an_event_is_recorded_once_and_can_be_read_back(
    client: httpx.AsyncClient, database: Database
) -> None:
    """201 both times, the second time as a duplicate; the event comes back as it was sent."""
    event = run_event(1, "COMPLETE", day(1), "a", "b")
    first = await post(client, event)
    assert first["duplicate"] is False
    before = await rows(database)
    assert await post(client, event) == {"eventId": first["eventId"], "duplicate": True}
    assert await rows(database) == before
    stored = (await client.get(f"/api/v1/events/{first['eventId']}")).json()
    assert (stored["event"], stored["eventTime"], stored["kind"]) == (event, day(1), "run")
    assert (stored["eventType"], stored["runId"]) == ("COMPLETE", str(UUID(int=1)))


async def test_a_packed_event_with_a_charset_is_taken(client: httpx.AsyncClient) -> None:
    """Clients of OpenLineage pack their events and name the charset."""
    body = gzip.compress(orjson.dumps(run_event(1, "START", day(1), "a", "b")))
    headers = {"Content-Type": "application/json; charset=utf-8", "Content-Encoding": "gzip"}
    response = await client.post("/api/v1/lineage", content=body, headers=headers)
    assert response.status_code == 201


@pytest.mark.parametrize(
    ("body", "path", "reason"),
    [
        (b"", "$", "is not JSON"),
        (b'{"eventTime": ', "$", "is not JSON"),
        (b'{"a": "\xff"}', "$", "UTF-8"),
        (b'{"eventTime": "2026-01-01T00:00:00Z", "run": {"runId": "x"}, "job": {"namespace": "n", "name": "j"}}', "$.run.runId", "is not a UUID"),
        (b'{"eventTime": "2026-01-01T00:00:00", "run": {}, "job": {}}', "$.eventTime", "no time zone"),
        (b'{"eventTime": "0000-01-01T00:00:00Z", "run": {}, "job": {}}', "$.eventTime", "is not an ISO 8601 instant"),
        (b'{"eventTime": "9999-01-01T00:00:00Z", "run": {}, "job": {}}', "$.eventTime", "lies outside"),
        (b'{"producer": "\\u0000"}', "$.producer", "NUL"),
        (b"[" * 50_000, "$", "is not JSON"),
    ],
)  # fmt: skip
async def test_a_malformed_event_is_refused_with_path_and_reason(
    client: httpx.AsyncClient, database: Database, body: bytes, path: str, reason: str
) -> None:
    """400 says where and why, and nothing of the event is in the model."""
    response = await client.post("/api/v1/lineage", content=body, headers=JSON)
    assert response.status_code == 400
    error = response.json()["error"]
    assert (error["code"], error["problems"][0]["path"]) == ("INVALID_INPUT", path)
    assert reason in error["problems"][0]["reason"]
    assert await rows(database) == 0


async def test_what_is_no_json_or_too_long_is_refused_by_its_status(
    client: httpx.AsyncClient, database: Database
) -> None:
    """A form is 415, so that no other site can post through a browser; ten megabytes are 413."""
    event = orjson.dumps(run_event(1, "START", day(1), "a", "b"))
    assert (await client.post("/api/v1/lineage", content=event)).status_code == 415
    long = event + b" " * 10_000_000
    assert (await client.post("/api/v1/lineage", content=long, headers=JSON)).status_code == 413
    assert await rows(database) == 0


async def test_each_event_of_a_batch_stands_or_falls_alone(
    client: httpx.AsyncClient, database: Database
) -> None:
    """200 with the counts and the reason for each that failed, by its index; the others are recorded."""
    good = run_event(1, "COMPLETE", day(1), "a", "b")
    body = [good, {"eventTime": day(1)}, 7, good, {**good, "eventTime": "now"}]
    response = await client.post("/api/v1/lineage/batch", json=body)
    assert response.status_code == 200
    answer = response.json()
    assert answer["status"] == "partial_success"
    assert answer["summary"] == {
        "received": 5,
        "successful": 2,
        "failed": 3,
        "retriable": 0,
        "non_retriable": 3,
    }
    assert [(one["index"], one["retriable"]) for one in answer["failed_events"]] == [
        (1, False),
        (2, False),
        (4, False),
    ]
    assert answer["failed_events"][0]["reason"].startswith("$.run: is missing")
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from lineage_event") == 1
    for body, status in (([good], "success"), ([], "success"), ([7], "failure")):
        answer = (await client.post("/api/v1/lineage/batch", json=body)).json()
        assert (answer["status"], answer["summary"]["received"]) == (status, len(body))


@pytest.mark.parametrize("body", [b"", b"{}", b"[1", b"[" * 50_000, b"\xff", b"[]x"])
async def test_a_batch_that_is_no_array_is_refused_as_a_whole(
    client: httpx.AsyncClient, database: Database, body: bytes
) -> None:
    """400 where the batch itself cannot be read."""
    response = await client.post("/api/v1/lineage/batch", content=body, headers=JSON)
    assert response.status_code == 400
    assert response.json()["error"]["problems"][0]["path"] == "$"
    assert await rows(database) == 0


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


async def test_a_run_shows_what_it_read_wrote_and_said(client: httpx.AsyncClient, ask: Ask) -> None:
    """REST and GraphQL alike; facets of its datasets lie with them."""
    event = run_event(1, "FAIL", day(1), "a", "b")
    event["outputs"][0]["outputFacets"] = {"outputStatistics": {"rowCount": 7}}
    await post(client, event)
    rest = (await client.get(f"/api/v1/runs/{UUID(int=1)}")).json()
    assert rest == {
        "runId": str(UUID(int=1)),
        "job": {"namespace": "scheduler", "name": "to.b"},
        "state": "FAIL",
        "startedAt": day(1),
        "endedAt": day(1),
        "nominalFrom": None,
        "nominalTo": None,
        "parentRunId": None,
        "rootRunId": None,
        "inputs": [{"namespace": "store", "name": "db.a", "facets": {}}],
        "outputs": [{"namespace": "store", "name": "db.b", "facets": {"outputStatistics": {"rowCount": 7}}}],
        "facets": {"processing_engine": {"version": "1"}},
    }
    query = """query ($id: ID!) { run(id: $id) {
        id state startedAt job { namespace name displayName } inputs { name } outputs { name }
        facets { name isOutput dataset { name } body } } }"""
    run = (await ask(query, id=str(UUID(int=1))))["run"]
    assert run == {
        "id": str(UUID(int=1)),
        "state": "FAIL",
        "startedAt": day(1),
        "job": {"namespace": "scheduler", "name": "to.b", "displayName": "to.b"},
        "inputs": [{"name": "db.a"}],
        "outputs": [{"name": "db.b"}],
        "facets": [
            {"name": "processing_engine", "isOutput": None, "dataset": None, "body": {"version": "1"}},
            {
                "name": "outputStatistics",
                "isOutput": True,
                "dataset": {"name": "db.b"},
                "body": {"rowCount": 7},
            },
        ],
    }


async def test_runs_of_a_job_are_paged_with_their_facets(client: httpx.AsyncClient, ask: Ask) -> None:
    """Latest first; the cursor leads on."""
    events = [run_event(n, "START", day(n), "a", "b") for n in range(1, 4)]
    assert (await client.post("/api/v1/lineage/batch", json=events)).json()["status"] == "success"
    query = """query ($after: String) { runs(job: {namespace: "scheduler", name: "to.b"}, first: 2, after: $after) {
        nodes { startedAt state facets { name } } pageInfo { hasNextPage endCursor } } }"""
    first = (await ask(query))["runs"]
    assert [node["startedAt"] for node in first["nodes"]] == [day(3), day(2)]
    assert [node["facets"] for node in first["nodes"]] == [[{"name": "processing_engine"}]] * 2
    assert first["pageInfo"]["hasNextPage"] is True
    last = (await ask(query, after=first["pageInfo"]["endCursor"]))["runs"]
    assert [node["startedAt"] for node in last["nodes"]] == [day(1)]
    assert last["pageInfo"]["hasNextPage"] is False


async def test_a_dataset_shows_its_columns_at_an_instant(client: httpx.AsyncClient, ask: Ask) -> None:
    """Columns, column lineage and facets are those of the instant asked about."""
    source = {"namespace": "store", "name": "db.a", "field": "key", "transformations": [{"type": "DIRECT"}]}
    for number, names in ((1, ["id"]), (3, ["id", "email"])):
        event = run_event(number, "COMPLETE", day(number), "a", "b")
        event["outputs"][0]["facets"] = {
            "schema": {"fields": [{"name": name, "type": "text"} for name in names]},
            "columnLineage": {"fields": {"id": {"inputFields": [source]}}},
        }
        await post(client, event)
    query = """query ($asOf: DateTime) { dataset(namespace: "store", name: "db.b", asOf: $asOf) {
        displayName schemaSince columns { path type } facets
        columnLineage { column fromColumn fromDataset { name } transformations { type subtype masking } } } }"""
    now = (await ask(query))["dataset"]
    assert [column["path"] for column in now["columns"]] == ["id", "email"]
    assert (now["displayName"], now["schemaSince"]) == ("db.b", day(3))
    assert sorted(now["facets"]) == ["columnLineage", "schema"]
    assert now["columnLineage"] == [
        {
            "column": "id",
            "fromColumn": "key",
            "fromDataset": {"name": "db.a"},
            "transformations": [{"type": "DIRECT", "subtype": None, "masking": False}],
        }
    ]
    past = (await ask(query, asOf=day(2)))["dataset"]
    assert past["columns"] == [{"path": "id", "type": "text"}]
