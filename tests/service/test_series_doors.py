"""The volume and quality of a dataset over time, in GraphQL."""

from __future__ import annotations

import httpx

from tests.service.conftest import Ask
from tests.service.test_run_doors import day, facet, post, run_event, run_id


async def test_a_dataset_shows_its_volume_and_quality_over_time(client: httpx.AsyncClient, ask: Ask) -> None:
    """Of each run what it said last, with the run; up to the instant of the dataset."""
    for n in (1, 2, 3):
        event = run_event(n, "COMPLETE", day(n))
        tested = facet(assertions=[{"assertion": "not_null", "success": n == 2, "column": "id"}])
        measured = facet(rowCount=n, columnMetrics={"id": {"nullCount": 0, "quantiles": {"0.5": 2}}})
        event["outputs"] = [
            {
                "namespace": "store",
                "name": "db.b",
                "outputFacets": {"outputStatistics": facet(rowCount=n * 10, size=5)},
                "facets": {"dataQualityMetrics": measured, "dataQualityAssertions": tested},
            }
        ]
        await post(client, event)
    query = """query ($asOf: DateTime, $after: String) { dataset(namespace: "store", name: "db.b", asOf: $asOf) {
      volume(first: 2, after: $after) { nodes { eventTime runId isOutput volume { rowCount bytes } run { state } }
        pageInfo { hasNextPage endCursor } }
      quality { nodes { runId failures metrics { rowCount columns { column nullCount quantiles } }
        assertions { assertion success column } } } } }"""
    found = (await ask(query))["dataset"]
    assert found["volume"]["nodes"] == [
        {
            "eventTime": day(n),
            "runId": run_id(n),
            "isOutput": True,
            "volume": {"rowCount": n * 10, "bytes": 5},
            "run": {"state": "COMPLETE"},
        }
        for n in (3, 2)
    ]
    assert found["quality"]["nodes"][0] == {
        "runId": run_id(3),
        "failures": 1,
        "metrics": {"rowCount": 3, "columns": [{"column": "id", "nullCount": 0, "quantiles": {"0.5": 2.0}}]},
        "assertions": [{"assertion": "not_null", "success": False, "column": "id"}],
    }
    rest = (await ask(query, after=found["volume"]["pageInfo"]["endCursor"]))["dataset"]["volume"]
    assert ([node["runId"] for node in rest["nodes"]], rest["pageInfo"]["hasNextPage"]) == (
        [run_id(1)],
        False,
    )
    then = (await ask(query, asOf=day(2)))["dataset"]
    assert [node["runId"] for node in then["quality"]["nodes"]] == [run_id(2), run_id(1)]
