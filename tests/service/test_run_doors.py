"""The doors of runs, events and dead letters: GraphQL and REST alike, as of two instants, in few statements."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.service.conftest import Ask
from tests.service.test_graphql_customers import statements

STATEMENT = """query ($id: ID!, $asOf: DateTime, $knownAt: DateTime) { run(id: $id, asOf: $asOf, knownAt: $knownAt) {
  id givenId state placeholder isPart isStreaming startedAt endedAt durationSeconds lastHeardAt nominalFrom nominalTo
  parentRunId rootRunId mapIndex job { namespace name displayName }
  inputs { namespace name displayName facets parts volume { rowCount bytes fileCount } subset { locations partitions } }
  outputs { name facets parts volume { rowCount bytes } }
  facets { name isOutput dataset { name } body } jobFacets
  sql { query dialect } sourceCodeLocation { url version repoUrl }
  error { message language stackTrace } processingEngine { name version adapterVersion }
  parent { id state placeholder } root { id } children { count nodes { id isPart job { name } } pageInfo { hasNextPage } }
  events { nodes { id eventType kind eventTime } pageInfo { hasNextPage endCursor } }
} }"""


def day(number: int) -> str:
    """Return a day of January 2026."""
    return f"2026-01-{number:02d}T00:00:00Z"


def run_id(number: int) -> str:
    """Return the id of a run."""
    return str(UUID(int=number))


def run_event(run: int, kind: str, at: str, job: str = "task", **members: Any) -> dict[str, Any]:
    """Return the event of a run without fault."""
    return {
        "eventTime": at,
        "eventType": kind,
        "producer": "https://example.com/tests",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": run_id(run), "facets": {}},
        "job": {"namespace": "scheduler", "name": job, "facets": {}},
        "inputs": [],
        "outputs": [],
        **members,
    }


def facet(**members: Any) -> dict[str, Any]:
    """Return a facet without fault."""
    return {
        "_producer": "https://example.com/tests",
        "_schemaURL": "https://example.com/facet.json",
        **members,
    }


def parent(run: int, job: str, root: int, root_job: str) -> dict[str, Any]:
    """Return a parent facet."""
    return facet(
        run={"runId": run_id(run)},
        job={"namespace": "scheduler", "name": job},
        root={"run": {"runId": run_id(root)}, "job": {"namespace": "scheduler", "name": root_job}},
    )


async def post(client: httpx.AsyncClient, *events: dict[str, Any]) -> None:
    """Post some events, having seen that all are taken."""
    answer = (await client.post("/api/v1/lineage/batch", json=events)).json()
    assert answer["summary"]["failed"] == 0, answer


STATISTICS = facet(rowCount=3, size=4, fileCount=1)
SUBSET = facet(inputCondition={"type": "location", "locations": ["s3://lake/sales/x"]})
JOB_FACETS = {
    "sql": facet(query="select 1", dialect="postgres"),
    "sourceCodeLocation": facet(type="git", url="https://example.com/x", version="abc"),
    "jobType": facet(processingType="BATCH", integration="AIRFLOW"),
}
HEADER = {
    "id": run_id(1),
    "givenId": None,
    "state": "FAIL",
    "placeholder": False,
    "isPart": False,
    "isStreaming": False,
    "startedAt": day(1),
    "endedAt": day(3),
    "durationSeconds": 172_800.0,
    "lastHeardAt": day(3),
    "nominalFrom": day(1),
    "nominalTo": day(2),
    "parentRunId": run_id(9),
    "rootRunId": run_id(9),
    "mapIndex": 4,
}
"""What is told of the task in `post_task`."""


async def post_task(client: httpx.AsyncClient) -> None:
    """Post a task of a DAG that fails, with a statement that is part of it."""
    start = run_event(1, "START", day(1), "dag.task")
    start["run"]["facets"] = {
        "parent": parent(9, "dag", 9, "dag"),
        "nominalTime": facet(nominalStartTime=day(1), nominalEndTime=day(2)),
        "processing_engine": facet(name="Airflow", version="3", openlineageAdapterVersion="2"),
        "airflow_mappedTask": facet(mapIndex=4),
    }
    start["job"]["facets"] = JOB_FACETS
    start["inputs"] = [
        {
            "namespace": "s3://lake",
            "name": "sales/dt=2026-01-01",
            "inputFacets": {"inputStatistics": STATISTICS, "subset": SUBSET},
        }
    ]
    end = run_event(1, "FAIL", day(3), "dag.task")
    end["run"]["facets"] = {
        "parent": parent(9, "dag", 9, "dag"),
        "errorMessage": facet(message="no", programmingLanguage="PYTHON", stackTrace="at x"),
    }
    part = run_event(2, "COMPLETE", day(2), "dag.task.query.1")
    part["run"]["facets"] = {"parent": parent(1, "dag.task", 9, "dag")}
    part["outputs"] = [
        {"namespace": "store", "name": "db.b", "outputFacets": {"outputStatistics": facet(rowCount=7)}}
    ]
    await post(client, start, part, end)


async def test_a_run_shows_its_state_times_and_relatives(client: httpx.AsyncClient, ask: Ask) -> None:
    """Its parents and parts, and its events."""
    await post_task(client)
    run = (await ask(STATEMENT, id=run_id(1)))["run"]
    assert {name: run[name] for name in run if name in HEADER} == HEADER
    assert run["job"] == {"namespace": "scheduler", "name": "dag.task", "displayName": "dag.task"}
    assert run["parent"] == {"id": run_id(9), "state": "UNKNOWN", "placeholder": True}
    assert run["root"] == {"id": run_id(9)}
    assert run["children"] == {
        "count": 1,
        "nodes": [{"id": run_id(2), "isPart": True, "job": {"name": "dag.task.query.1"}}],
        "pageInfo": {"hasNextPage": False},
    }
    assert [(one["eventType"], one["kind"], one["eventTime"]) for one in run["events"]["nodes"]] == [
        ("FAIL", "RUN", day(3)),
        ("START", "RUN", day(1)),
    ]


async def test_a_run_shows_what_it_read_and_wrote(client: httpx.AsyncClient, ask: Ask) -> None:
    """With how much, which files and partitions, and what else it said of them."""
    await post_task(client)
    run = (await ask(STATEMENT, id=run_id(1)))["run"]
    assert run["inputs"] == [
        {
            "namespace": "s3://lake",
            "name": "sales",
            "displayName": "sales",
            "facets": {"inputStatistics": STATISTICS, "subset": SUBSET},
            "parts": ["dt=2026-01-01"],
            "volume": {"rowCount": 3, "bytes": 4, "fileCount": 1},
            "subset": {"locations": ["s3://lake/sales/x"], "partitions": []},
        }
    ]
    assert run["outputs"] == [
        {
            "name": "db.b",
            "facets": {"outputStatistics": facet(rowCount=7)},
            "parts": [],
            "volume": {"rowCount": 7, "bytes": None},
        }
    ]


async def test_a_run_shows_what_it_said_of_itself_and_its_job(client: httpx.AsyncClient, ask: Ask) -> None:
    """In fields of their own, and as it was sent."""
    await post_task(client)
    run = (await ask(STATEMENT, id=run_id(1)))["run"]
    assert run["jobFacets"] == JOB_FACETS
    assert run["sql"] == {"query": "select 1", "dialect": "postgres"}
    assert run["sourceCodeLocation"] == {"url": "https://example.com/x", "version": "abc", "repoUrl": None}
    assert run["error"] == {"message": "no", "language": "PYTHON", "stackTrace": "at x"}
    assert run["processingEngine"] == {"name": "Airflow", "version": "3", "adapterVersion": "2"}
    assert [(one["name"], one["isOutput"], one["dataset"]) for one in run["facets"]] == [
        ("airflow_mappedTask", None, None),
        ("errorMessage", None, None),
        ("nominalTime", None, None),
        ("parent", None, None),
        ("processing_engine", None, None),
        ("inputStatistics", False, {"name": "sales"}),
        ("subset", False, {"name": "sales"}),
        ("outputStatistics", True, {"name": "db.b"}),
    ]


async def test_rest_shows_a_run_as_graphql_does(client: httpx.AsyncClient, ask: Ask) -> None:
    """The same under the same names."""
    await post_task(client)
    run = (await ask(STATEMENT, id=run_id(1)))["run"]
    rest = (await client.get(f"/api/v1/runs/{run_id(1)}")).json()
    (sales,), (written,) = rest.pop("inputs"), rest.pop("outputs")
    assert sales == {
        "namespace": "s3://lake",
        "name": "sales",
        "facets": {"inputStatistics": STATISTICS, "subset": SUBSET},
        "parts": ["dt=2026-01-01"],
    }
    assert (written["name"], written["facets"], written["parts"]) == (
        "db.b",
        {"outputStatistics": facet(rowCount=7)},
        [],
    )
    graphql_only = {"id", "isStreaming", "mapIndex"}
    assert rest == {
        "basis": None,
        "runId": run_id(1),
        **{name: value for name, value in HEADER.items() if name not in graphql_only},
        "job": {"namespace": "scheduler", "name": "dag.task"},
        "facets": {one["name"]: one["body"] for one in run["facets"] if one["isOutput"] is None},
        "jobFacets": JOB_FACETS,
    }


async def test_a_run_is_shown_as_of_two_instants(client: httpx.AsyncClient, ask: Ask) -> None:
    """Everything that is asked of it further is of the same instants."""
    await post_task(client)
    run = (await ask(STATEMENT, id=run_id(1), asOf=day(1)))["run"]
    assert (run["state"], run["endedAt"], run["durationSeconds"], run["lastHeardAt"]) == (
        "START",
        None,
        None,
        day(1),
    )
    assert (run["error"], run["outputs"], run["children"]["nodes"]) == (None, [], [])
    assert [event["eventType"] for event in run["events"]["nodes"]] == ["START"]
    rest = (await client.get(f"/api/v1/runs/{run_id(1)}", params={"asOf": day(1)})).json()
    assert (rest["state"], rest["outputs"], rest["basis"]["asOf"]) == ("START", [], day(1))
    before = "2020-01-01T00:00:00Z"
    assert (await ask(STATEMENT, id=run_id(1), knownAt=before))["run"] is None
    assert (await client.get(f"/api/v1/runs/{run_id(1)}", params={"knownAt": before})).status_code == 404


async def test_a_streaming_run_is_told_from_one_that_hangs(client: httpx.AsyncClient, ask: Ask) -> None:
    """It runs, was last heard of, and is not expected to end."""
    event = run_event(1, "RUNNING", day(1))
    event["job"]["facets"] = {"jobType": facet(processingType="STREAMING", integration="FLINK")}
    await post(client, event, run_event(1, "OTHER", day(5)))
    query = "{ runs(state: RUNNING) { nodes { state isStreaming lastHeardAt endedAt } } }"
    assert (await ask(query))["runs"]["nodes"] == [
        {"state": "RUNNING", "isStreaming": True, "lastHeardAt": day(5), "endedAt": None}
    ]


async def test_runs_are_listed_across_jobs_and_page_by_page(client: httpx.AsyncClient, ask: Ask) -> None:
    """Over both doors the same, with the same cursors; the basis of the first page holds on."""
    await post(client, *(run_event(n, "START", day(n), job=f"job {n % 2}") for n in range(1, 6)))
    query = """query ($first: Int!, $after: String, $asOf: DateTime, $job: JobInput) {
      runs(first: $first, after: $after, asOf: $asOf, job: $job) {
        nodes { id } edges { cursor } pageInfo { hasNextPage endCursor } basis { asOf } } }"""
    first = (await ask(query, first=2, asOf=day(4)))["runs"]
    assert [node["id"] for node in first["nodes"]] == [run_id(4), run_id(3)]
    assert (first["basis"]["asOf"], first["pageInfo"]["hasNextPage"]) == (day(4), True)
    await post(client, run_event(7, "START", day(2), job="late"))
    after = first["edges"][0]["cursor"]
    second = (await ask(query, first=9, after=after))["runs"]
    assert [node["id"] for node in second["nodes"]] == [run_id(3), run_id(2), run_id(1)]
    assert second["basis"] == first["basis"]
    rest = (await client.get("/api/v1/runs", params={"first": 9, "after": after})).json()
    assert [run["runId"] for run in rest["runs"]] == [run_id(3), run_id(2), run_id(1)]
    assert rest["pageInfo"]["hasNextPage"] is False
    now = (await ask(query, first=9))["runs"]
    assert [node["id"] for node in now["nodes"]] == [run_id(n) for n in (5, 4, 3, 7, 2, 1)]
    of_job = await ask(query, first=9, job={"namespace": "scheduler", "name": "job 1"})
    assert [node["id"] for node in of_job["runs"]["nodes"]] == [run_id(n) for n in (5, 3, 1)]
    asked = {"job": "job 1", "namespace": "scheduler", "since": day(2), "until": day(5), "state": "start"}
    rest = (await client.get("/api/v1/runs", params=asked)).json()
    assert [run["runId"] for run in rest["runs"]] == [run_id(3)]


async def test_lists_make_a_constant_number_of_statements(client: httpx.AsyncClient, ask: Ask) -> None:
    """Two runs or twelve, with all that is around them: the same statements."""
    query = """query ($first: Int!) { runs(first: $first) { nodes {
      isStreaming mapIndex sql { query } error { message } facets { name } jobFacets
      inputs { facets parts volume { rowCount } } parent { id children { count nodes { id } } } root { id state }
      children { nodes { id facets { name } } } events { nodes { id producer body } } } } }"""
    for n in range(1, 13):
        event = run_event(n, "COMPLETE", day(n), "task")
        event["run"]["facets"] = {"parent": parent(100 + n, "dag", 100 + n, "dag")}
        event["inputs"] = [{"namespace": "store", "name": f"db.{n}"}]
        await post(client, event)
    counts: list[int] = []
    for first in (2, 24):
        with statements() as seen:
            answer = await ask(query, first=first)
        assert len(answer["runs"]["nodes"]) == first
        # A new connection looks up types; our own statements begin with what they do.
        counts.append(sum(1 for one in seen if one.startswith("--")))
    assert counts == [12, 12]


async def test_a_tree_is_shown_over_both_doors(client: httpx.AsyncClient, ask: Ask) -> None:
    """The run at the top first, with what each started."""
    await post_task(client)
    query = """query ($id: ID!, $depth: Int!) { runTree(runId: $id, depth: $depth) {
      truncated nodes { depth parentRunId childCount run { id state isPart } } } }"""
    tree = (await ask(query, id=run_id(9), depth=5))["runTree"]
    assert tree == {
        "truncated": False,
        "nodes": [
            {"depth": 0, "parentRunId": None, "childCount": 1, "run": {"id": run_id(9), "state": "UNKNOWN", "isPart": False}},
            {"depth": 1, "parentRunId": run_id(9), "childCount": 1, "run": {"id": run_id(1), "state": "FAIL", "isPart": False}},
            {"depth": 2, "parentRunId": run_id(1), "childCount": 0, "run": {"id": run_id(2), "state": "COMPLETE", "isPart": True}},
        ],
    }  # fmt: skip
    rest = (await client.get(f"/api/v1/runs/{run_id(9)}/tree", params={"depth": 1})).json()
    assert [(node["runId"], node["depth"], node["childCount"]) for node in rest["nodes"]] == [
        (run_id(9), 0, 1),
        (run_id(1), 1, 1),
    ]
    assert (await ask(query, id=run_id(77), depth=1))["runTree"] is None


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/runs?first=101", 400),
        ("GET", "/api/v1/runs?job=task", 400),
        ("GET", "/api/v1/runs?state=GONE", 400),
        ("GET", "/api/v1/runs?after=x", 400),
        ("GET", "/api/v1/runs?since=yesterday", 400),
        ("GET", "/api/v1/runs?jobs=x", 400),
        ("GET", "/api/v1/runs/x", 400),
        ("GET", f"/api/v1/runs/{UUID(int=5)}", 404),
        ("GET", f"/api/v1/runs/{UUID(int=5)}/tree", 404),
        ("GET", f"/api/v1/runs/{UUID(int=5)}/tree?depth=21", 400),
        ("GET", "/api/v1/events?first=0", 400),
        ("GET", "/api/v1/events?run=x", 400),
        ("GET", "/api/v1/events/x", 400),
        ("GET", f"/api/v1/events/{UUID(int=5)}", 404),
        ("GET", f"/api/v1/events/{UUID(int=5)}/raw", 404),
        ("GET", "/api/v1/events/warnings?after=x", 400),
        ("GET", "/api/v1/dead-letters?open=perhaps", 400),
        ("GET", "/api/v1/dead-letters?after=x", 400),
        ("GET", f"/api/v1/dead-letters/{UUID(int=5)}", 404),
        ("DELETE", f"/api/v1/dead-letters/{UUID(int=5)}", 404),
    ],
)
async def test_questions_that_cannot_be_answered_say_why(
    client: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    """400 for a question that makes no sense, 404 for what is not known."""
    response = await client.request(method, path)
    assert response.status_code == status, response.text


@pytest.mark.parametrize(
    "query",
    [
        "{ runs(first: 101) { nodes { id } } }",
        "{ events(first: 0) { nodes { id } } }",
        '{ events(after: "x") { nodes { id } } }',
        '{ runs(after: "x") { nodes { id } } }',
        '{ run(id: "x") { id } }',
        '{ runTree(runId: "00000000-0000-0000-0000-000000000005", depth: 99) { truncated } }',
        "{ eventWarnings(first: 101) { nodes { id } } }",
        "{ eventWarningCounts(first: 101) { path } }",
        "{ deadLetters(first: 101) { nodes { id } } }",
        "mutation { replayDeadLetters { failed } }",
        'mutation { discardDeadLetters(ids: ["x"]) }',
    ],
)
async def test_graphql_refuses_what_makes_no_sense(client: httpx.AsyncClient, query: str) -> None:
    """INVALID_INPUT, with the place."""
    answer = (await client.post("/graphql", json={"query": query})).json()
    assert answer["errors"][0]["extensions"]["code"] == "INVALID_INPUT", answer
    assert answer["errors"][0]["extensions"]["problems"]
