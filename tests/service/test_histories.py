"""What became of datasets and jobs, and what lineage may lack, at both doors."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.service.test_dataset_doors import day, post
from tests.service.test_graphql_customers import statements
from tests.service.test_known_asset_lists import own

Ask = Callable[..., Awaitable[dict[str, Any]]]

DATASET = """query ($name: String!, $a: DateTime, $k: DateTime, $first: Int! = 20, $after: String) {
  dataset(name: $name, asOf: $a, knownAt: $k) { basis { asOf knownAt }
    freshness { lastWrittenAt usualIntervalSeconds expectedBy isOverdue }
    dataVersions(first: $first, after: $after) { pageInfo { hasNextPage endCursor }
      nodes { version isStated runId job { name } writtenAt lifecycle schemaSince run { state } } } } }"""
GAPS = """query ($kind: LineageGapKind!, $first: Int! = 20, $after: String, $a: DateTime) {
  lineageGaps(asOf: $a) { counts { kind count }
    gaps(kind: $kind, first: $first, after: $after) { count pageInfo { hasNextPage endCursor }
      nodes { asset { name kind } dataset { name } runId since seconds detail } } } }"""


def at(number: int, hour: int = 0, minute: int = 0) -> str:
    """Return an instant of January 2026."""
    return f"2026-01-{number:02d}T{hour:02d}:{minute:02d}:00Z"


def sent(
    number: int, kind: str, when: str, job: str = "load", outputs: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    """Return an event of a run that reads `raw`; outputs are names with their facets."""
    return {
        "eventTime": when,
        "eventType": kind,
        "run": {"runId": str(UUID(int=number)), "facets": more.get("run", {})},
        "job": {"namespace": "scheduler", "name": job, "facets": more.get("of_job", {})},
        "inputs": [{"namespace": "store", "name": name} for name in more.get("inputs", ["raw"])],
        "outputs": [
            {"namespace": "store", "name": name, "facets": facets} for name, facets in (outputs or {}).items()
        ],
    }


@pytest.fixture
async def daily(client: httpx.AsyncClient) -> None:
    """Let a job write a table on five days, fail on the sixth and begin on the seventh; each run takes `day` minutes."""
    events: list[Any] = []
    for n in range(1, 6):
        fields = [{"name": "id", "type": "int"}] if n < 3 else [{"name": "id", "type": "bigint"}]
        facets: dict[str, Any] = {"schema": {"fields": fields}}
        if n == 4:
            facets["version"] = {"datasetVersion": "snapshot-4"}
            facets["lifecycleStateChange"] = {"lifecycleStateChange": "OVERWRITE"}
        events += [sent(n, "START", at(n)), sent(n, "COMPLETE", at(n, 0, n), outputs={"t": facets})]
    events += [sent(6, "START", at(6)), sent(6, "FAIL", at(6, 1), outputs={"t": {}}), sent(7, "START", at(7))]
    await post(client, *events)


@pytest.mark.usefixtures("daily")
async def test_a_dataset_tells_how_fresh_it_is(ask: Ask, client: httpx.AsyncClient) -> None:
    """Failed runs and such that go on wrote nothing; as of an instant, and only what was known then."""
    usual = 86_460.0
    found = (await ask(DATASET, name="t", a=at(6, 11)))["dataset"]
    fresh = {
        "lastWrittenAt": at(5, 0, 5),
        "usualIntervalSeconds": usual,
        "expectedBy": "2026-01-06T12:06:30Z",
        "isOverdue": False,
    }
    assert found["freshness"] == fresh
    rest = (await client.get("/api/v1/dataset/freshness", params={"name": "t", **found["basis"]})).json()
    assert {name: rest[name] for name in fresh} == fresh
    late = (await ask(DATASET, name="t", a=at(9)))["dataset"]["freshness"]
    assert late == {**fresh, "isOverdue": True}
    early = (await ask(DATASET, name="t", a=at(2)))["dataset"]["freshness"]
    assert (early["lastWrittenAt"], early["isOverdue"]) == (at(1, 0, 1), None)
    before = (await ask(DATASET, name="raw", a=at(9)))["dataset"]["freshness"]
    assert set(before.values()) == {None}
    await post(client, sent(8, "COMPLETE", at(8), outputs={"t": {}}))
    assert (await ask(DATASET, name="t", a=at(9)))["dataset"]["freshness"]["lastWrittenAt"] == at(8)
    again = (await ask(DATASET, name="t", a=at(9), k=found["basis"]["knownAt"]))["dataset"]
    assert again["freshness"] == late


@pytest.mark.usefixtures("daily")
async def test_a_dataset_has_one_list_of_versions(ask: Ask, client: httpx.AsyncClient) -> None:
    """What its store calls a version, else the run; with job, end, life cycle and schema of that time; page by page."""
    about = {
        "eventTime": at(6, 12),
        "dataset": {
            "namespace": "store",
            "name": "t",
            "facets": {"version": {"datasetVersion": "vacuumed"}},
        },
    }
    await post(client, about)
    whole = (await ask(DATASET, name="t", a=at(9)))["dataset"]["dataVersions"]["nodes"]
    assert [(one["version"], one["isStated"], one["writtenAt"]) for one in whole] == [
        ("vacuumed", True, at(6, 12)),
        (str(UUID(int=5)), False, at(5, 0, 5)),
        ("snapshot-4", True, at(4, 0, 4)),
        (str(UUID(int=3)), False, at(3, 0, 3)),
        (str(UUID(int=2)), False, at(2, 0, 2)),
        (str(UUID(int=1)), False, at(1, 0, 1)),
    ]
    assert (whole[0]["runId"], whole[0]["job"]) == (None, None)
    assert (whole[2]["lifecycle"], whole[2]["job"], whole[2]["run"]) == (
        "OVERWRITE",
        {"name": "load"},
        {"state": "COMPLETE"},
    )
    assert [one["schemaSince"] for one in whole[1:]] == [at(3, 0, 3)] * 3 + [at(1, 0, 1)] * 2
    pages: list[Any] = []
    after: str | None = None
    while True:
        page = (await ask(DATASET, name="t", a=at(9), first=2, after=after))["dataset"]["dataVersions"]
        pages += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert pages == whole
    given = {"name": "t", "asOf": at(9), "first": "2"}
    rest = (await client.get("/api/v1/dataset/versions", params=given)).json()
    assert [one["version"] for one in rest["versions"]] == ["vacuumed", str(UUID(int=5))]
    assert rest["pageInfo"]["hasNextPage"] is True
    assert "runKey" not in rest["versions"][0]


@pytest.mark.usefixtures("daily")
async def test_quality_is_paged_through_rest_as_through_graphql(ask: Ask, client: httpx.AsyncClient) -> None:
    """What was measured and tested, latest first; the same points at both doors."""
    for n, success in ((8, True), (9, False)):
        tested: dict[str, Any] = {
            "dataQualityMetrics": {"rowCount": n, "columnMetrics": {"id": {"nullCount": 0}}},
            "dataQualityAssertions": {
                "assertions": [{"assertion": "unique", "success": success, "column": "id"}]
            },
        }
        event = sent(n, "COMPLETE", at(n), "check", {}, inputs=[])
        event["inputs"] = [{"namespace": "store", "name": "t", "inputFacets": tested}]
        await post(client, event)
    query = """{ dataset(name: "t", asOf: "2026-01-10T00:00:00Z") { quality { nodes { eventTime eventId runId isOutput failures
      job { namespace name displayName } dataset { namespace name displayName }
      metrics { rowCount bytes fileCount lastUpdated columns { column nullCount distinctCount count sum min max quantiles } }
      assertions { assertion success column severity name description expected actual } } } } }"""
    points = (await ask(query))["dataset"]["quality"]["nodes"]
    assert [(one["eventTime"], one["failures"]) for one in points] == [(at(9), 1), (at(8), 0)]
    given = {"name": "t", "asOf": at(10), "first": "1"}
    first = (await client.get("/api/v1/dataset/quality", params=given)).json()
    after = first["pageInfo"]["endCursor"]
    second = (await client.get("/api/v1/dataset/quality", params={**given, "after": after})).json()
    assert [*first["points"], *second["points"]] == points
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)
    since = await client.get("/api/v1/dataset/quality", params={**given, "since": at(9)})
    assert [one["eventTime"] for one in since.json()["points"]] == [at(9)]


@pytest.mark.usefixtures("daily")
async def test_a_job_tells_how_its_runs_went_day_by_day(ask: Ask, client: httpx.AsyncClient) -> None:
    """States and durations of each day and of all; a run that ended later went on then."""
    query = """query ($a: DateTime, $days: Int!) { job(name: "load", asOf: $a) { runHistory(days: $days) {
      total { runs complete failed aborted goingOn medianSeconds p90Seconds p99Seconds longestSeconds }
      days { day counts { runs complete failed goingOn medianSeconds } } } } }"""
    found = (await ask(query, a=at(8), days=30))["job"]["runHistory"]
    assert found["total"] == {
        "runs": 7,
        "complete": 5,
        "failed": 1,
        "aborted": 0,
        "goingOn": 1,
        "medianSeconds": 180.0,
        "p90Seconds": 276.0,
        "p99Seconds": 297.6,
        "longestSeconds": 300.0,
    }
    assert [one["day"] for one in found["days"]] == [f"2026-01-0{n}" for n in range(7, 0, -1)]
    assert found["days"][1]["counts"] == {
        "runs": 1, "complete": 0, "failed": 1, "goingOn": 0, "medianSeconds": None,
    }  # fmt: skip
    then = (await ask(query, a=at(6, 0, 30), days=2))["job"]["runHistory"]
    assert (then["total"]["runs"], then["total"]["goingOn"], then["total"]["failed"]) == (2, 1, 0)
    rest = (await client.get("/api/v1/job/run-history", params={"name": "load", "asOf": at(8)})).json()
    assert {"total": rest["total"], "days": len(rest["days"])} == {"total": found["total"], "days": 7}
    for days in ("0", "367", "x"):
        bad = await client.get("/api/v1/job/run-history", params={"name": "load", "days": days})
        assert (bad.status_code, bad.json()["error"]["problems"][0]["path"]) == (400, "$.days")


@pytest.fixture
async def gaps(client: httpx.AsyncClient) -> None:
    """Record a lineage that lacks something in every way."""
    error = {"extractionError": {"totalTasks": 1, "failedTasks": 1, "errors": [{"errorMessage": "no idea"}]}}
    await post(
        client,
        *(sent(n, "COMPLETE", at(n), "daily", {"mid": {}}) for n in range(1, 5)),
        sent(10, "COMPLETE", at(9), "sink", {}, inputs=["mid"], run=error),
        sent(11, "COMPLETE", at(9), "source", {"out": {}}, inputs=[]),
        sent(12, "START", at(8), "hangs", {"mid": {}}),
        sent(13, "START", at(8), "streams", {"mid": {}}, of_job={"jobType": {"processingType": "STREAMING"}}),
        sent(14, "COMPLETE", at(9), "dag", {}, inputs=[]),
        sent(
            15,
            "COMPLETE",
            at(9),
            "dag.task",
            {"mid": {}},
            run={
                "parent": {
                    "run": {"runId": str(UUID(int=14))},
                    "job": {"namespace": "scheduler", "name": "dag"},
                }
            },
        ),
    )


@pytest.mark.usefixtures("gaps")
async def test_every_kind_of_gap_is_found_and_nothing_else(ask: Ask, client: httpx.AsyncClient) -> None:
    """Streaming jobs may go on, a DAG only starts others; the rest is told with since when and how long."""
    expected: dict[str, list[tuple[Any, ...]]] = {
        "UNWRITTEN_DATASET": [("raw", None, None, None)],
        "UNREAD_DATASET": [("out", None, None, None)],
        "JOB_WITHOUT_INPUTS": [("source", None, None, None)],
        "JOB_WITHOUT_OUTPUTS": [("sink", None, None, None)],
        "UNFINISHED_RUN": [("hangs", None, 2 * 86_400.0, "START")],
        "EXTRACTION_ERROR": [("sink", None, None, "no idea")],
        "STALE_EDGE": [("daily", "mid", 86_400.0, "writes"), ("daily", "raw", 86_400.0, "reads")],
    }
    for kind, gaps in expected.items():
        found = (await ask(GAPS, kind=kind, a=at(10)))["lineageGaps"]
        nodes = found["gaps"]["nodes"]
        told = [
            (one["asset"]["name"], one["dataset"] and one["dataset"]["name"], one["seconds"], one["detail"])
            for one in nodes
        ]
        assert sorted(told, key=str) == sorted(gaps, key=str), kind
        assert found["gaps"]["count"] == len(gaps)
        assert {one["kind"]: one["count"] for one in found["counts"]} == {
            k: len(v) for k, v in expected.items()
        }
        rest = await client.get("/api/v1/lineage-gaps", params={"kind": kind.lower(), "asOf": at(10)})
        assert [one["asset"]["name"] for one in rest.json()["gaps"]] == [
            one["asset"]["name"] for one in nodes
        ]
    stale = (await ask(GAPS, kind="STALE_EDGE", a=at(10)))["lineageGaps"]["gaps"]["nodes"]
    assert {one["since"] for one in stale} == {at(4)}
    counts = (await client.get("/api/v1/lineage-gaps", params={"asOf": at(10)})).json()["counts"]
    assert counts == {kind.lower(): len(found) for kind, found in expected.items()}


@pytest.mark.usefixtures("gaps")
async def test_gaps_hold_as_of_an_instant_and_with_the_patience_asked_for(
    ask: Ask, client: httpx.AsyncClient
) -> None:
    """A run that had just begun is no gap, nor an edge confirmed not long ago; bounds that are none are refused."""
    assert (await ask(GAPS, kind="UNFINISHED_RUN", a=at(8, 12)))["lineageGaps"]["gaps"]["count"] == 0
    assert (await ask(GAPS, kind="STALE_EDGE", a=at(6)))["lineageGaps"]["gaps"]["count"] == 0
    given = {"kind": "unfinished_run", "asOf": at(10), "unfinishedDays": "3"}
    assert (await client.get("/api/v1/lineage-gaps", params=given)).json()["count"] == 0
    for name, value in (
        ("unfinishedDays", "-1"),
        ("errorDays", "nan"),
        ("staleIntervals", "x"),
        ("kind", "all"),
    ):
        bad = await client.get("/api/v1/lineage-gaps", params={name: value})
        assert (bad.status_code, bad.json()["error"]["problems"][0]["path"]) == (400, f"$.{name}"), bad.text


async def test_gaps_are_paged_in_the_same_number_of_statements(ask: Ask, client: httpx.AsyncClient) -> None:
    """One dataset that nobody writes or seven; all pages together are the whole list."""
    counts: list[int] = []
    for numbers in (range(1), range(1, 7)):
        await post(
            client,
            *(sent(n + 1, "COMPLETE", day(1), f"job {n}", {"t": {}}, inputs=[f"in {n}"]) for n in numbers),
        )
        with statements() as seen:
            whole = (await ask(GAPS, kind="UNWRITTEN_DATASET", first=100))["lineageGaps"]["gaps"]
        counts.append(own(seen))
        assert (whole["count"], len(whole["nodes"])) == (numbers.stop, numbers.stop)
    assert counts[0] == counts[1]
    pages: list[Any] = []
    after: str | None = None
    while True:
        page = (await ask(GAPS, kind="UNWRITTEN_DATASET", first=3, after=after))["lineageGaps"]["gaps"]
        pages += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert pages == whole["nodes"]
