"""What the doors of Marquez refuse and why, and that long lists cost as little as short ones."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID

import httpx
import pytest
from starlette.applications import Starlette

from tests.service.marquez_cases import JOBS, RUNS, STORE, at, dataset, event, fill, from_column, path


@pytest.fixture
async def filled(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """Return a client of a catalog in which a chain of two jobs ran."""
    await fill(client)
    return client


@pytest.mark.parametrize(
    ("where", "status", "reason"),
    [
        ("/namespaces?limit=-1", 400, "$.limit: must be 0 to 1000"),
        ("/namespaces?limit=1001", 400, "$.limit: must be 0 to 1000"),
        ("/namespaces?limit=%D9%A3", 400, "$.limit: must be 0 to 1000"),
        ("/jobs?offset=x", 400, "$.offset: must be 0 to"),
        ("/jobs?lastRunStates=DONE", 400, "$.lastRunStates: must be among"),
        ("/datasets?since=1", 400, "$.since: is not known"),
        ("/events/lineage?limit=101", 400, "$.limit: must be 0 to 100"),
        ("/events/lineage?before=yesterday", 400, "$.before: is not an ISO 8601 instant"),
        ("/search", 400, "$.q: must be 1 to 1000 characters long"),
        ("/search?q=%00", 400, "$.q: holds a NUL character"),
        ("/search?q=a&filter=run", 400, "$.filter: must be dataset or job"),
        ("/search?q=a&before=x", 400, "$.before: must be a day such as"),
        ("/lineage?nodeId=dataset:a:b", 404, "no dataset 'a:b' is known"),
        ("/lineage?nodeId=job:a", 404, "no job 'a' is known"),
        ("/lineage?nodeId=dataset::", 404, "no dataset ':' is known"),
        ("/lineage?nodeId=dataset:a:%00", 400, "$.nodeId: holds a NUL character"),
        ("/lineage?nodeId=dataset:a:b&depth=51", 400, "$.depth: must be 0 to 50"),
        (f"/lineage?nodeId=dataset:{'a' * 6000}", 400, "$.nodeId: is 6008 characters long"),
        ("/lineage?nodeId=run:a", 400, "is not a UUID"),
        ("/column-lineage", 400, "$.nodeId: must begin with"),
        ("/column-lineage?nodeId=datasetField:a:b:c", 404, "no dataset 'a:b' is known"),
        (f"/column-lineage?nodeId=datasetField:{STORE}:mart.b:none", 404, "has no column 'none'"),
        ("/namespaces/none", 404, "no namespace 'none' is known"),
        ("/namespaces/a%00", 400, "$.path: holds a NUL character"),
        ("/namespaces/a/tables", 404, "there is nothing at"),
        ("/namespaces/a/jobs/b", 404, "is known"),
        ("/namespaces/a/jobs/b/runs", 404, "is known"),
        ("/namespaces/a/datasets/b/versions", 404, "is known"),
        (f"{path(STORE, 'datasets', 'mart.b')}/versions/x", 400, "is not a UUID"),
        (f"{path(STORE, 'datasets', 'mart.b')}/versions/{UUID(int=1)}", 404, "has no version"),
        ("/sources/none", 404, "no source 'none' is known"),
        ("/jobs/runs/x", 400, "is not a UUID"),
        (f"/jobs/runs/{UUID(int=1)}", 404, "is known"),
        (f"/jobs/runs/{UUID(int=1)}/facets?type=run", 404, "is known"),
        (f"/jobs/runs/{RUNS[0]}/facets", 400, "$.type: must be run or job"),
        ("/stats/jobs?period=YEAR", 400, "$.period: must be DAY or WEEK"),
        ("/stats/jobs?timezone=Mars/North", 400, "$.timezone: is no time zone"),
        ("/stats/jobs?timezone=%2Fetc%2Fpasswd", 400, "$.timezone: is no time zone"),
        ("/stats/users", 404, "there is nothing at"),
    ],
)
async def test_questions_that_cannot_be_answered_say_why(
    filled: httpx.AsyncClient, where: str, status: int, reason: str
) -> None:
    """400 for what makes no sense, 404 for what is not known."""
    response = await filled.get(f"/api/v1{where}")
    assert response.status_code == status, response.text
    assert reason in response.json()["error"]["message"], response.text


async def test_a_long_list_takes_no_more_statements_than_a_short_one(
    app: Starlette, client: httpx.AsyncClient
) -> None:
    """However many jobs, datasets, runs or nodes there are in it."""
    made: list[str] = []

    def note(record: Any) -> None:
        if "tenant_id" in record.query:  # not what the driver asks for itself
            made.append(record.query)

    pool = app.state.services.database.pool
    async with AsyncExitStack() as stack:
        for _ in range(pool.get_max_size()):
            connection = await stack.enter_async_context(pool.acquire())
            connection.add_query_logger(note)
    doors = [
        "/jobs",
        "/datasets",
        path(JOBS, "jobs", "to.1", "runs"),
        "/events/lineage",
        f"/lineage?nodeId=dataset:{STORE}:t0&depth=2",
        f"/column-lineage?nodeId=dataset:{STORE}:t1&depth=1",
    ]
    counts: list[list[int]] = []
    for jobs in ((1, 2), (3, 4, 5, 6)):
        for number in jobs:
            for run in range(2):
                columns = from_column("t0", "id", "id")
                one = event(
                    0,
                    "COMPLETE",
                    at(number, run),
                    f"to.{number}",
                    [dataset("t0")],
                    [dataset(f"t{number}", columnLineage=columns)],
                )
                one["run"]["runId"] = str(UUID(int=number * 10 + run))
                assert (await client.post("/api/v1/lineage", json=one)).status_code == 201
        counts.append([])
        for door in doors:
            made.clear()
            assert (await client.get(f"/api/v1{door}")).status_code == 200
            counts[-1].append(len(made))
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 40
