"""The doors that Marquez has for reading: the shapes its clients expect, pages with totals, and refusals that say why."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx
import pytest

from graph.store.database import Database
from service.marquez_query import instants
from tests.service.marquez_cases import JOBS, RUNS, STORE, at, event, fill, path


@pytest.fixture
async def filled(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """Return a client of a catalog in which a chain of two jobs ran."""
    await fill(client)
    return client


async def told(client: httpx.AsyncClient, path: str, **query: Any) -> Any:
    """Return the answer of a door, having seen 200."""
    response = await client.get(f"/api/v1{path}", params=query)
    assert response.status_code == 200, response.text
    return response.json()


async def test_namespaces_and_sources_are_listed(filled: httpx.AsyncClient) -> None:
    """Those of jobs and of datasets by name; a source is what datasets lie in."""
    found = await told(filled, "/namespaces", limit=1, offset=1)
    assert (found["totalCount"], [one["name"] for one in found["namespaces"]]) == (2, [JOBS])
    one = await told(filled, path(STORE))
    assert set(one) == {"name", "createdAt", "updatedAt", "ownerName", "description", "isHidden"}
    assert (one["name"], one["isHidden"]) == (STORE, False)
    sources = await told(filled, "/sources")
    assert [(one["name"], one["type"], one["connectionUrl"]) for one in sources["sources"]] == [
        (STORE, "POSTGRES", STORE)
    ]
    assert await told(filled, "/sources/" + quote(STORE, safe="")) == sources["sources"][0]


async def test_a_job_has_the_shape_of_marquez(filled: httpx.AsyncClient) -> None:
    """With what it reads and writes, its facets, and its latest runs, the last one first."""
    job = await told(filled, path(JOBS, "jobs", "to.b"))
    assert job["id"] == {"namespace": JOBS, "name": "to.b"}
    assert (job["type"], job["name"], job["simpleName"]) == ("BATCH", "to.b", "to.b")
    assert job["inputs"] == [{"namespace": STORE, "name": "raw.a"}]
    assert job["outputs"] == [{"namespace": STORE, "name": "mart.b"}]
    assert (job["location"], job["description"]) == ("https://example.org/b.sql", "copies a to b")
    assert (job["tags"], job["labels"]) == (["tier"], [])
    assert job["facets"]["sql"]["query"] == "insert into b select id from a"
    assert [run["id"] for run in job["latestRuns"]] == [str(RUNS[1]), str(RUNS[0])]
    assert job["latestRun"] == job["latestRuns"][0]
    assert (job["latestRun"]["state"], job["latestRun"]["durationMs"]) == ("FAILED", 3_600_000)
    assert set(job) >= {
        "createdAt",
        "updatedAt",
        "namespace",
        "parentJobName",
        "parentJobUuid",
        "currentVersion",
    }


async def test_jobs_are_paged_and_can_be_asked_for_by_state(filled: httpx.AsyncClient) -> None:
    """Of all namespaces or one; by the state of the last run, several at once."""
    for where in ("/jobs", path(JOBS, "jobs")):
        found = await told(filled, where, limit=1, offset=1)
        assert (found["totalCount"], [job["name"] for job in found["jobs"]]) == (2, ["to.c"])
        assert (await told(filled, where, limit=0)) == {"jobs": [], "totalCount": 2}
        failed = await told(filled, where, lastRunStates="FAILED")
        assert [job["name"] for job in failed["jobs"]] == ["to.b"]
        both = await told(filled, where, lastRunStates=["FAILED", "COMPLETED"])
        assert both["totalCount"] == 2
    assert await told(filled, path("nowhere", "jobs")) == {"jobs": [], "totalCount": 0}


async def test_runs_are_listed_and_shown_with_their_facets(filled: httpx.AsyncClient) -> None:
    """The latest first; the facets of a run and those of its job have a door of their own."""
    runs = await told(filled, path(JOBS, "jobs", "to.b", "runs"), limit=1, offset=1)
    assert (runs["totalCount"], [run["id"] for run in runs["runs"]]) == (2, [str(RUNS[0])])
    run = await told(filled, f"/jobs/runs/{RUNS[0]}")
    assert run == runs["runs"][0]
    assert (run["state"], run["startedAt"], run["endedAt"]) == ("COMPLETED", at(1), at(1, 2))
    assert run["facets"] == {"processing_engine": {"version": "1"}}
    (written,) = run["outputDatasetVersions"]
    assert written["datasetVersionId"]["name"] == "mart.b"
    assert written["facets"] == {"outputStatistics": {"rowCount": 7}}
    of_run = await told(filled, f"/jobs/runs/{RUNS[0]}/facets", type="run")
    assert of_run == {"runId": str(RUNS[0]), "facets": {"processing_engine": {"version": "1"}}}
    of_job = await told(filled, f"/jobs/runs/{RUNS[0]}/facets", type="job")
    assert set(of_job["facets"]) == {"sql", "documentation", "sourceCodeLocation", "tags"}


async def test_a_dataset_has_the_shape_of_marquez(filled: httpx.AsyncClient) -> None:
    """With its fields, tags and column lineage; its versions are those of its schema."""
    shown = await told(filled, path(STORE, "datasets", "mart.b"))
    assert (shown["id"], shown["type"]) == ({"namespace": STORE, "name": "mart.b"}, "DB_TABLE")
    assert shown["fields"] == [
        {"name": "id", "type": "int8", "tags": ["pii"], "description": "the key"},
        {"name": "address", "type": "struct", "tags": [], "description": None},
        {"name": "address.city", "type": "text", "tags": [], "description": None},
    ]
    assert (shown["tags"], shown["description"], shown["deleted"]) == (["gold"], "orders", False)
    source = {"namespace": STORE, "dataset": "raw.a", "field": "key", "transformationDescription": None, "transformationType": "IDENTITY"}  # fmt: skip
    assert shown["columnLineage"] == [
        {"name": "id", "inputFields": [source], "transformationDescription": None, "transformationType": "IDENTITY"}
    ]  # fmt: skip
    assert shown["lastModifiedAt"] == at(1, 2)
    assert set(shown) >= {
        "physicalName",
        "createdAt",
        "updatedAt",
        "sourceName",
        "lastLifecycleState",
        "facets",
    }
    versions = await told(filled, path(STORE, "datasets", "mart.b", "versions"))
    assert versions["totalCount"] == 1
    (version,) = versions["versions"]
    assert (version["createdAt"], version["fields"]) == (at(1), shown["fields"])
    assert version["version"] == version["id"]["version"] == shown["currentVersion"]
    assert await told(filled, path(STORE, "datasets", "mart.b", "versions", version["version"])) == version
    assert (await told(filled, path(STORE, "datasets", "raw.a")))["currentVersion"] is None


async def test_datasets_are_paged(filled: httpx.AsyncClient) -> None:
    """Of all namespaces or one, by name."""
    for where in ("/datasets", path(STORE, "datasets")):
        found = await told(filled, where, limit=2, offset=1)
        assert (found["totalCount"], [one["name"] for one in found["datasets"]]) == (3, ["mart.c", "raw.a"])
        assert await told(filled, where, offset=3) == {"datasets": [], "totalCount": 3}


async def test_a_name_with_slashes_is_found(client: httpx.AsyncClient) -> None:
    """Clients escape them; a prefix of the path does not matter."""
    file = {"namespace": "s3://bucket", "name": "in/2026/orders.csv#1"}
    await client.post("/api/v1/lineage", json=event(3, "COMPLETE", at(1), "load/all", [file], []))
    job = await told(client, path(JOBS, "jobs", "load/all"))
    assert [one["namespace"] for one in job["inputs"]] == ["s3://bucket"]
    (known,) = (await told(client, path("s3://bucket", "datasets")))["datasets"]
    assert (await told(client, path("s3://bucket", "datasets", known["name"])))["id"] == known["id"]


@pytest.mark.parametrize(
    "node", [f"dataset:{STORE}:mart.b", f"job:{JOBS}:to.b", f"job:{JOBS}:to.b#{UUID(int=1)}"]
)
async def test_lineage_around_a_node_is_a_graph_of_marquez(filled: httpx.AsyncClient, node: str) -> None:
    """Nodes have their data and the edges that lead to them and away; names may hold colons."""
    graph = (await told(filled, "/lineage", nodeId=node, depth=20))["graph"]
    nodes = {one["id"]: one for one in graph}
    a, b, c = (f"dataset:{STORE}:{name}" for name in ("raw.a", "mart.b", "mart.c"))
    to_b, to_c = (f"job:{JOBS}:{name}" for name in ("to.b", "to.c"))
    assert list(nodes) == [b, c, a, to_b, to_c]
    assert [nodes[one]["type"] for one in (a, to_b)] == ["DATASET", "JOB"]
    assert nodes[to_b]["inEdges"] == [{"origin": a, "destination": to_b}]
    assert nodes[to_b]["outEdges"] == [{"origin": to_b, "destination": b}]
    assert (nodes[a]["inEdges"], nodes[c]["outEdges"]) == ([], [])
    assert nodes[b]["data"] == await told(filled, path(STORE, "datasets", "mart.b"))
    assert nodes[to_c]["data"]["latestRun"]["id"] == str(RUNS[2])


async def test_our_own_lineage_door_answers_as_ever(filled: httpx.AsyncClient) -> None:
    """Told apart by its parameters: names, and ids that are UUIDs."""
    own = await told(filled, "/lineage", job="to.b", depth=1)
    assert {node["name"] for node in own["nodes"]} == {"raw.a", "to.b", "mart.b"}
    start = own["nodes"][0]["id"]
    assert await told(filled, "/lineage", nodeId=start, depth=1) | {"basis": None} == own | {"basis": None}


async def test_columns_are_followed(filled: httpx.AsyncClient) -> None:
    """Up only or both ways, from a dataset, one of its columns, or the outputs of a job; edges begin at their node."""
    a, b, c = (f"datasetField:{STORE}:{name}" for name in ("raw.a:key", "mart.b:id", "mart.c:key"))
    up = {one["id"]: one for one in (await told(filled, "/column-lineage", nodeId=b, depth=5))["graph"]}
    assert list(up) == [b, a]
    assert up[b]["type"] == "DATASET_FIELD"
    assert up[b]["data"] == {
        "namespace": STORE,
        "dataset": "mart.b",
        "datasetVersion": None,
        "field": "id",
        "fieldType": "int8",
        "transformationDescription": None,
        "transformationType": "IDENTITY",
        "inputFields": [
            {
                "namespace": STORE,
                "dataset": "raw.a",
                "datasetVersion": None,
                "field": "key",
                "transformationDescription": None,
                "transformationType": "IDENTITY",
            }
        ],
    }
    assert up[b]["inEdges"] == [{"origin": b, "destination": a}]
    assert up[a]["outEdges"] == [{"origin": a, "destination": b}]
    everything = f"dataset:{STORE}:mart.b"
    both = await told(filled, "/column-lineage", nodeId=everything, depth=5, withDownstream="true")
    others = [f"datasetField:{STORE}:mart.b:{column}" for column in ("address", "address.city")]
    assert [one["id"] for one in both["graph"]] == [*others, b, c, a]
    of_job = await told(filled, "/column-lineage", nodeId=f"job:{JOBS}:to.c", depth=1)
    assert [one["id"] for one in of_job["graph"]] == [b, c]


async def test_events_come_back_as_they_were_sent(filled: httpx.AsyncClient, database: Database) -> None:
    """By event time, latest first or earliest first, between two instants; what retention left of others is shown."""
    found = await told(filled, "/events/lineage", limit=2)
    assert (found["totalCount"], [one["eventTime"] for one in found["events"]]) == (5, [at(3), at(2, 1)])
    assert found["events"][0]["outputs"][0]["facets"]["columnLineage"]["fields"]
    empty = {"before": "", "after": "", "offset": 1, "sortDirection": "asc", "limit": 1}
    assert [one["eventTime"] for one in (await told(filled, "/events/lineage", **empty))["events"]] == [
        at(1, 2)
    ]
    between = await told(filled, "/events/lineage", after=at(1, 2), before=at(2, 1))
    assert [one["eventTime"] for one in between["events"]] == [at(2), at(1, 2)]
    async with database.connection() as connection:
        await connection.execute("delete from lineage_event_body")
    kept = (await told(filled, "/events/lineage", limit=1))["events"]
    assert kept == [
        {
            "eventTime": at(3),
            "eventType": "COMPLETE",
            "run": {"runId": str(RUNS[2])},
            "job": {"namespace": JOBS, "name": "to.c"},
        }
    ]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"q": "T"}, ["mart.b", "mart.c", "to.b", "to.c"]),
        ({"q": "T", "filter": "job"}, ["to.b", "to.c"]),
        ({"q": "T", "filter": "DATASET", "limit": 1}, ["mart.b"]),
        ({"q": "to_b"}, ["to.b"]),
        ({"q": "m%c"}, ["mart.c"]),
        ({"q": "b", "namespace": JOBS, "sort": "UPDATE_AT"}, ["to.b"]),
        ({"q": "b", "after": "2999-01-01"}, []),
        ({"q": "b", "before": "2000-01-01"}, []),
        ({"q": "\\"}, []),
        ({"q": "nothing"}, []),
    ],
)
async def test_names_are_searched(filled: httpx.AsyncClient, query: dict[str, Any], names: list[str]) -> None:
    """Whatever the case, with the wildcards of SQL; each result leads to its node."""
    found = await told(filled, "/search", **query)
    assert [one["name"] for one in found["results"]] == names
    for one in found["results"]:
        kind = one["type"].lower()
        assert one["nodeId"] == f"{kind}:{one['namespace']}:{one['name']}"
    assert found["totalCount"] == (2 if "limit" in query else len(names))


async def test_tags_are_listed(filled: httpx.AsyncClient) -> None:
    """Those of jobs, datasets and columns, each once."""
    assert (await told(filled, "/tags", limit=2, offset=1)) == {
        "tags": [{"name": "pii", "description": None}, {"name": "tier", "description": None}],
        "totalCount": 3,
    }


async def test_what_happened_is_counted(filled: httpx.AsyncClient) -> None:
    """In 24 hours or seven days up to now; what there is, up to the end of each."""
    await filled.post("/api/v1/lineage", json=event(4, "FAIL", datetime.now(UTC).isoformat(), "to.d", [], []))
    for period, bars in (("DAY", 24), ("WEEK", 7)):
        query = {"period": period, "timezone": "Europe/Berlin"}
        events = await told(filled, "/stats/lineage-events", **query)
        assert (len(events), sum(one["fail"] for one in events), events[-1]["complete"]) == (bars, 1, 0)
        for what, count in (("jobs", 3), ("datasets", 3), ("sources", 1)):
            counts = await told(filled, f"/stats/{what}", **query)
            assert (len(counts), counts[-1]["count"], counts[0]["count"]) == (bars, count, 0)


def test_days_are_those_of_a_time_zone() -> None:
    """Also where the clocks change in between."""
    now = datetime(2026, 3, 30, 1, 30, tzinfo=UTC)
    days = instants({"period": "WEEK", "timezone": "Europe/Berlin"}, now)
    assert [day.hour for day in days] == [23, 23, 23, 23, 23, 23, 22, 22]
    assert days[-2] == datetime(2026, 3, 29, 22, tzinfo=UTC)
