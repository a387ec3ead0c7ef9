"""Runs and edges as they are recorded: over WebSocket and as server-sent events, in order, and without a gap."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

from graph.store.database import Database
from graph.time import render
from lineage.feed import MOST_EDGES, Feed, RunPosition
from service.schema.arguments import opaque
from service.settings import Settings
from tests.service import servers
from tests.service.test_run_doors import day, post, run_event, run_id
from tests.service.test_subscriptions import Client, Talk, talk, talking

RUNS = """subscription ($job: JobInput, $states: [RunState!], $after: String) {
  runChanged(job: $job, states: $states, after: $after) {
    id job { name } state lastHeardAt basis { asOf knownAt } cursor run { state } } }"""
EDGES = """subscription ($of: LineageNodeInput, $after: String) { lineageChanged(of: $of, after: $after) {
  added { from to kind validFrom validTo } removed { from to validTo } addedCount removedCount basis { knownAt } cursor } }"""
__all__ = ["talk"]  # a fixture
LAST = str(UUID(int=2**128 - 1))
START = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture
async def server(database: Database, database_url: str) -> AsyncGenerator[str]:
    """Run a server, and return its address."""
    async with servers.served(Settings(database_url=database_url, infer_columns=False)) as running:
        yield running.url


@asynccontextmanager
async def following(
    database: Database, server: str, query: str, **variables: Any
) -> AsyncGenerator[tuple[Client, httpx.AsyncClient]]:
    """Give a client that has subscribed, and one that posts."""
    async with (
        talking(f"{server.replace('http', 'ws', 1)}/graphql") as client,
        httpx.AsyncClient(base_url=server) as posting,
    ):
        await client.subscribe("1", query, after=await now(database, query), **variables)
        yield client, posting


async def now(database: Database, query: str) -> str:
    """Return the cursor after everything that is recorded until now."""
    end = render(await Feed(database).end())
    return opaque(end) if query == EDGES else opaque(end, LAST)


async def heard(client: Client) -> dict[str, Any]:
    """Return what is told next."""
    message = await client.hear()
    assert message["type"] == "next", message
    (told,) = message["payload"]["data"].values()
    return told


def written(
    number: int, kind: str, at: str, job: str, inputs: list[str], outputs: list[str]
) -> dict[str, Any]:
    """Return the event of a run that reads and writes datasets."""
    return run_event(
        number,
        kind,
        at,
        job,
        inputs=[{"namespace": "store", "name": name} for name in inputs],
        outputs=[{"namespace": "store", "name": name} for name in outputs],
    )


async def test_runs_are_told_as_they_go_on(database: Database, server: str) -> None:
    """Each commit tells of each of its runs once, as it stands then; the basis gives the same for ever."""
    async with following(database, server, RUNS) as (client, posting):
        await post(posting, run_event(1, "START", day(1)))
        first = await heard(client)
        assert (first["id"], first["state"], first["job"]["name"]) == (run_id(1), "START", "task")
        await post(posting, run_event(1, "RUNNING", day(2)), run_event(1, "FAIL", day(3)))
        second = await heard(client)
        assert (second["state"], second["run"]["state"], second["lastHeardAt"]) == ("FAIL", "FAIL", day(3))
        assert second["basis"]["knownAt"] > first["basis"]["knownAt"]
        query = "query ($id: ID!, $asOf: DateTime, $knownAt: DateTime) { run(id: $id, asOf: $asOf, knownAt: $knownAt) { state } }"
        asked = {"query": query, "variables": {"id": first["id"], **first["basis"]}}
        assert (await posting.post("/graphql", json=asked)).json()["data"] == {"run": {"state": "START"}}


async def test_runs_of_one_job_or_in_some_states_can_be_followed_alone(
    database: Database, server: str
) -> None:
    """Others are passed over."""
    wanted = {"job": {"namespace": "scheduler", "name": "b"}, "states": ["COMPLETE", "FAIL"]}
    async with following(database, server, RUNS, **wanted) as (client, posting):
        for number, kind, job in ((1, "COMPLETE", "a"), (2, "START", "b"), (3, "FAIL", "b")):
            await post(posting, run_event(number, kind, day(number), job))
        assert (await heard(client))["id"] == run_id(3)


async def test_whoever_comes_back_misses_no_run(talk: Talk, client: httpx.AsyncClient) -> None:
    """Going on after any cursor gives everything since, each change once, in the middle of a commit too."""
    await post(client, *(run_event(number, "COMPLETE", day(1)) for number in range(1, 251)))
    await post(client, run_event(300, "START", day(1)))
    seen: list[str] = []
    after = opaque(render(START), run_id(0))
    for count in (1, 99, 100, 51):
        async with talk() as socket:
            await socket.subscribe("1", RUNS.replace("run { state }", ""), after=after)
            for _ in range(count):
                told = await heard(socket)
                seen.append(told["id"])
                after = told["cursor"]
            socket.socket.transport.abort()
    assert sorted(seen[:250]) == sorted(run_id(number) for number in range(1, 251))
    assert seen[250:] == [run_id(300)]


async def test_without_a_cursor_it_begins_now(database: Database, server: str) -> None:
    """What was recorded before is not told again."""
    async with httpx.AsyncClient(base_url=server) as posting:
        await post(posting, run_event(1, "START", day(1)))
        async with talking(f"{server.replace('http', 'ws', 1)}/graphql") as client:
            await client.subscribe("1", RUNS)
            await client.subscribe("2", RUNS, after=await now(database, RUNS))
            seen: set[str] = set()
            for number in range(2, 60):  # until the first has read where the clock is
                await post(posting, run_event(number, "START", day(1)))
                message = await client.hear()
                seen.add(message["id"])
                assert message["payload"]["data"]["runChanged"]["id"] != run_id(1)
                if "1" in seen:
                    break
            assert "1" in seen


async def test_edges_are_told_as_they_begin_and_cease(database: Database, server: str) -> None:
    """A commit tells which edges are believed from then on, and which not any more."""
    async with following(database, server, EDGES) as (client, posting):
        await post(posting, written(1, "COMPLETE", day(1), "load", ["raw"], ["mart"]))
        first = await heard(client)
        assert (first["addedCount"], first["removedCount"], first["removed"]) == (2, 0, [])
        assert {edge["kind"] for edge in first["added"]} == {"OBSERVED"}
        await post(posting, written(2, "COMPLETE", day(2), "load", ["raw"], ["other"]))
        second = await heard(client)
        ended = [edge["validTo"] for edge in second["added"] if edge["validTo"]]
        assert (second["removedCount"], ended) == (1, [day(2)])
        assert second["removed"][0]["validTo"] is None
        lineage = '{ lineage(of: {name: "load", kind: JOB}, depth: 1, knownAt: "%s", asOf: "%s") { nodes { name } } }'
        for change, names in ((first, {"load", "raw", "mart"}), (second, {"load", "raw", "other"})):
            query = lineage % (change["basis"]["knownAt"], day(3))
            found = (await posting.post("/graphql", json={"query": query})).json()["data"]["lineage"]["nodes"]
            assert {node["name"] for node in found} == names


async def test_edges_of_one_node_can_be_followed_alone(database: Database, server: str) -> None:
    """By the name of a dataset or job; a name that nobody has is an error, and ends the subscription."""
    async with httpx.AsyncClient(base_url=server) as posting:
        await post(posting, written(1, "COMPLETE", day(1), "load", ["raw"], ["mart"]))
    async with following(database, server, EDGES, of={"name": "mart", "kind": "DATASET"}) as (
        client,
        posting,
    ):
        await post(posting, written(2, "COMPLETE", day(2), "else", ["raw"], ["other"]))
        await post(posting, written(3, "COMPLETE", day(3), "use", ["mart"], []))
        told = await heard(client)
        assert (told["addedCount"], told["removedCount"]) == (1, 0)
        await client.subscribe("2", EDGES, of={"name": "nothing"})
        failed = await client.hear()
        assert failed["payload"]["errors"][0]["extensions"]["code"] == "NOT_FOUND"


async def test_changes_come_as_server_sent_events_too(database: Database, server: str) -> None:
    """The same subscription by POST with Accept: text/event-stream."""
    async with httpx.AsyncClient(base_url=server, timeout=10) as client:
        body = {"query": RUNS, "variables": {"states": ["START"], "after": await now(database, RUNS)}}
        headers = {"Accept": "text/event-stream"}
        async with client.stream("POST", "/graphql", json=body, headers=headers) as response:
            lines = response.aiter_lines()
            assert await anext(lines) == ":"
            async with httpx.AsyncClient(base_url=server) as posting:
                await post(posting, run_event(1, "START", day(1)))
            async for line in lines:
                if line.startswith("data: {"):
                    told = json.loads(line.removeprefix("data: "))["data"]["runChanged"]
                    assert told["id"] == run_id(1)
                    break


@pytest.mark.parametrize("after", ["x", "WzFd", "WyJub3ciLCJ4Il0"])
async def test_a_cursor_of_another_list_is_refused(server: str, after: str) -> None:
    """Both subscriptions say which argument is wrong."""
    async with talking(f"{server.replace('http', 'ws', 1)}/graphql") as client:
        for name, query in (("1", RUNS), ("2", EDGES)):
            await client.subscribe(name, query, after=after)
            message = await client.hear()
            assert message["payload"]["errors"][0]["extensions"]["problems"][0]["path"] == "$.after"
            assert (await client.hear())["type"] == "complete"


async def test_a_commit_with_very_many_edges_names_some_and_counts_all(
    database: Database, client: httpx.AsyncClient
) -> None:
    """What is left out is told by the counts; the next page goes on after the commit."""
    names = [f"t{n}" for n in range(MOST_EDGES + 20)]
    await post(client, written(1, "COMPLETE", day(1), "load", [], names))
    await post(client, written(2, "COMPLETE", day(2), "next", ["t1"], []))
    (first, second), end, has_more = await Feed(database).edges(START)
    assert (len(first.added), first.added_count, first.removed_count) == (MOST_EDGES, MOST_EDGES + 20, 0)
    assert (len(second.added), has_more) == (1, False)
    assert end >= second.basis.system
    assert await Feed(database).edges(end) == ([], end, False)


async def test_many_commits_are_read_page_by_page(database: Database, client: httpx.AsyncClient) -> None:
    """Pages give what one reading gives, for runs and edges alike."""
    for number in range(1, 26):
        await post(client, written(number, "COMPLETE", day(1), f"job_{number}", [], [f"t{number}"]))
    feed = Feed(database)
    changes, end, has_more = await feed.edges(START)
    rest, last, ended = await feed.edges(end)
    assert (len(changes), has_more, len(rest), ended) == (20, True, 5, False)
    assert last == await feed.end()
    instants = [change.basis.system for change in (*changes, *rest)]
    assert instants == sorted(set(instants))
    place, found = RunPosition(START), list[UUID]()
    more = True
    while more:
        runs, place, more = await feed.runs(place, 10)
        found += [run.run_id for run in runs]
    assert found == [UUID(run_id(number)) for number in range(1, 26)]
