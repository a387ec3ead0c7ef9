"""The doors of the log of events: GraphQL and REST alike, byte for byte, with what was wrong."""

from __future__ import annotations

import httpx
import orjson

from graph.store.database import Database
from tests.service.conftest import Ask
from tests.service.test_run_doors import day, post, run_event, run_id


async def test_events_are_listed_and_come_back_as_they_were_sent(client: httpx.AsyncClient, ask: Ask) -> None:
    """By time, by run, byte for byte; the header tells what they are about."""
    await post(client, *(run_event(n, "START", day(n)) for n in range(1, 4)))
    query = """query ($first: Int!, $after: String, $runId: ID, $since: DateTime, $until: DateTime) {
      events(first: $first, after: $after, runId: $runId, since: $since, until: $until) {
        nodes { id eventTime runId raw body producer job { name } dataset { name } warnings { path } }
        pageInfo { hasNextPage endCursor } } }"""
    first = (await ask(query, first=2))["events"]
    assert [node["eventTime"] for node in first["nodes"]] == [day(3), day(2)]
    last = (await ask(query, first=2, after=first["pageInfo"]["endCursor"]))["events"]
    (event,) = last["nodes"]
    sent = run_event(1, "START", day(1))
    assert (event["body"], orjson.loads(event["raw"]), event["producer"]) == (sent, sent, sent["producer"])
    assert (event["runId"], event["job"], event["dataset"], event["warnings"]) == (
        run_id(1),
        {"name": "task"},
        None,
        [],
    )
    assert last["pageInfo"]["hasNextPage"] is False
    of_run = (await ask(query, first=9, runId=run_id(2)))["events"]
    assert [node["runId"] for node in of_run["nodes"]] == [run_id(2)]
    rest = (await client.get("/api/v1/events", params={"since": day(2), "until": day(3)})).json()
    assert [one["runId"] for one in rest["events"]] == [run_id(2)]
    rest = (await client.get("/api/v1/events", params={"run": run_id(3)})).json()
    assert [one["eventTime"] for one in rest["events"]] == [day(3)]
    shown = (await client.get(f"/api/v1/events/{event['id']}")).json()
    assert (shown["event"], shown["kind"], shown["job"]["name"]) == (sent, "run", "task")
    raw = await client.get(f"/api/v1/events/{event['id']}/raw")
    assert (raw.text, raw.headers["content-type"]) == (event["raw"], "application/json")


async def test_an_event_without_its_bytes_says_why(
    client: httpx.AsyncClient, ask: Ask, database: Database
) -> None:
    """Where retention let go of them: its header stays, its text is an error that says so."""
    await post(client, run_event(1, "START", day(1)))
    async with database.connection() as connection:
        await connection.execute("delete from lineage_event_body")
    (event,) = (await client.get("/api/v1/events")).json()["events"]
    query = "query ($id: ID!) { event(id: $id) { eventTime body producer } }"
    assert (await ask(query, id=event["eventId"]))["event"] == {
        "eventTime": day(1),
        "body": None,
        "producer": None,
    }
    text = {"query": "query ($id: ID!) { event(id: $id) { raw } }", "variables": {"id": event["eventId"]}}
    answer = (await client.post("/graphql", json=text)).json()
    assert answer["data"] == {"event": {"raw": None}}
    assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    assert "retention" in answer["errors"][0]["message"]
    assert (await client.get(f"/api/v1/events/{event['eventId']}")).json()["event"] is None
    assert (await client.get(f"/api/v1/events/{event['eventId']}/raw")).status_code == 404


async def test_what_was_wrong_with_events_can_be_asked_for(client: httpx.AsyncClient, ask: Ask) -> None:
    """By event with its producer, and counted."""
    odd = [run_event(n, "START", f"2026-01-01T00:0{n}:00", job=f"job {n}") for n in (1, 2)]
    await post(client, run_event(3, "START", day(1)), *odd)
    query = """query ($after: String, $job: JobInput) { eventWarnings(first: 1, after: $after, job: $job) {
      nodes { eventTime producer job { name } warnings { path reason } } pageInfo { hasNextPage endCursor } }
      eventWarningCounts { path reason events } }"""
    first = await ask(query)
    (node,) = first["eventWarnings"]["nodes"]
    assert (node["producer"], node["warnings"][0]["path"]) == ("https://example.com/tests", "$.eventTime")
    assert [(one["path"], one["events"]) for one in first["eventWarningCounts"]] == [("$.eventTime", 2)]
    second = (await ask(query, after=first["eventWarnings"]["pageInfo"]["endCursor"]))["eventWarnings"]
    assert {node["job"]["name"], second["nodes"][0]["job"]["name"]} == {"job 1", "job 2"}
    assert second["pageInfo"]["hasNextPage"] is False
    of_job = (await ask(query, job={"namespace": "scheduler", "name": "job 2"}))["eventWarnings"]
    assert [one["job"]["name"] for one in of_job["nodes"]] == ["job 2"]
    rest = await client.get("/api/v1/events/warnings", params={"namespace": "scheduler", "job": "job 1"})
    assert [one["job"]["name"] for one in rest.json()["events"]] == ["job 1"]
