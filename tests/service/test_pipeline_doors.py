"""Running pipelines by REST and GraphQL: asked for once, shown with their tasks, called off, followed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx
import pytest

from graph.store.database import Database
from graph.store.pipeline_queue import Observed, PipelineQueue
from graph.store.pipeline_runs import PipelineRuns, PipelineTask
from service.pipelines import Pipelines
from tests.service.conftest import Ask

WAITS = "waits for a worker: none runs"
MADE = {"source": "lake", "destination": "warehouse", "validFrom": "2020-01-01T00:00:00Z"}
RUN = "id pipelineName engine work state stateReason conf cause requestedBy idempotencyKey attempts taskCount"


async def _made(client: httpx.AsyncClient, name: str = "etl", **more: Any) -> str:
    body = {"name": name, "runsAs": "airflow:etl"} | MADE | more
    response = await client.post("/api/v1/pipelines", json=body)
    assert response.status_code == 201, response.text
    return response.json()["id"]


async def test_a_run_is_asked_for_by_rest_and_shown_by_both(client: httpx.AsyncClient, ask: Ask) -> None:
    """A request answers 202 with the run and where it is; REST and GraphQL show the same of it."""
    pipeline = await _made(client)
    body = {"conf": {"day": "monday"}, "idempotencyKey": "k"}
    response = await client.post(f"/api/v1/pipelines/{pipeline}/run", json=body)
    assert response.status_code == 202
    told = response.json()
    assert response.headers["Location"] == f"/api/v1/pipeline-runs/{told['id']}"
    assert (await client.get(response.headers["Location"])).json() == told | {"tasks": []}
    assert await ask(f'{{ pipelineRun(id: "{told["id"]}") {{ {RUN} tasks {{ state }} }} }}') == {
        "pipelineRun": {
            "id": told["id"],
            "pipelineName": "etl",
            "engine": "AIRFLOW",
            "work": "etl",
            "state": "WAITING",
            "stateReason": WAITS,
            "conf": {"day": "monday"},
            "cause": "REQUEST",
            "requestedBy": "anonymous",
            "idempotencyKey": "k",
            "attempts": 0,
            "taskCount": 0,
            "tasks": [],
        }
    }


async def test_the_same_key_is_the_same_run_at_every_door(client: httpx.AsyncClient, ask: Ask) -> None:
    """The key counts for the pipeline, given in the body, the header, or as an argument."""
    pipeline = await _made(client)
    other = await _made(client, "other")
    answers = [
        await client.post(f"/api/v1/pipelines/{pipeline}/run", json={"idempotencyKey": "k"}),
        await client.post(f"/api/v1/pipelines/{pipeline}/run", json={}, headers={"Idempotency-Key": "k"}),
        await client.post("/api/v1/trigger/etl", headers={"Idempotency-Key": "k"}),
        await client.post(f"/api/v1/trigger/{pipeline}", json={}, headers={"Idempotency-Key": "k"}),
    ]
    assert {answer.status_code for answer in answers} == {202}
    (run_id,) = {answer.json()["id"] for answer in answers}
    again = f'mutation {{ runPipeline(id: "{pipeline}", idempotencyKey: "k") {{ id }} }}'
    assert await ask(again) == {"runPipeline": {"id": run_id}}
    elsewhere = await client.post(f"/api/v1/pipelines/{other}/run", json={"idempotencyKey": "k"})
    assert elsewhere.json()["id"] != run_id
    clash = await client.post(
        f"/api/v1/pipelines/{pipeline}/run", json={"idempotencyKey": "k", "conf": {"a": 1}}
    )
    assert clash.status_code == 409
    listed = (await client.get(f"/api/v1/pipelines/{pipeline}/runs")).json()
    assert [run["id"] for run in listed["runs"]] == [run_id]


async def test_a_trigger_takes_its_body_as_the_conf(client: httpx.AsyncClient) -> None:
    """What a webhook posts is what the run is given."""
    await _made(client, "on hook")
    told = await client.post("/api/v1/trigger/on%20hook", json={"file_key": "s3://lake/x.parquet"})
    assert (told.status_code, told.json()["conf"]) == (202, {"file_key": "s3://lake/x.parquet"})


@pytest.mark.parametrize(
    ("path", "body", "status", "told"),
    [
        ("pipelines/{load}/run", {"conf": []}, 400, "$.conf"),
        ("pipelines/{load}/run", {"conf": {"rows": 1}}, 400, "$.conf.rows"),
        ("pipelines/{load}/run", {"config": {}}, 400, "$.config"),
        ("pipelines/{load}/run", {"idempotencyKey": 7}, 400, "$.idempotencyKey"),
        ("pipelines/{load}/run", {"idempotencyKey": ""}, 400, "$.idempotencyKey"),
        ("pipelines/{load}/run", [], 400, "$"),
        ("pipelines/{etl}/run", {"conf": {"openlineage": {}}}, 400, "$.conf.openlineage"),
        ("pipelines/{etl}/run", {"conf": {"a": "\0"}}, 400, "NUL"),
        ("pipelines/{etl}/run", {"conf": {"a": "x" * 100_000}}, 400, "at most 100,000"),
        ("pipelines/{still}/run", {}, 409, "set its runsAs"),
        ("pipelines/load/run", {}, 400, "is not a UUID"),
        ("pipelines/01a20012-745d-70a8-a4ac-a3bdb31a5a48/run", {}, 404, "no data pipeline"),
        ("trigger/nobody", {}, 404, "no data pipeline nobody"),
        ("pipeline-runs/01a20012-745d-70a8-a4ac-a3bdb31a5a48/cancel", None, 404, "no run of a pipeline"),
    ],
)
async def test_a_request_that_cannot_be_is_refused(
    client: httpx.AsyncClient,
    written: Callable[[], Awaitable[dict[str, int]]],
    path: str,
    body: Any,
    status: int,
    told: str,
) -> None:
    """Each wrong request is told with its path and reason, and starts nothing."""
    ids = {
        "load": await _made(client, "load", runsAs="worker:load_orders"),
        "etl": await _made(client),
        "still": await _made(client, "still", runsAs=None),
    }
    response = await client.post(f"/api/v1/{path.format(**ids)}", json=body)
    assert response.status_code == status, response.text
    assert told in response.text
    assert "pipeline_run" not in await written()


async def test_a_retired_pipeline_is_not_run(client: httpx.AsyncClient) -> None:
    """Once it is retired nobody runs it, until it is re-opened."""
    pipeline = await _made(client)
    await client.delete(f"/api/v1/pipelines/{pipeline}")
    refused = await client.post(f"/api/v1/pipelines/{pipeline}/run", json={})
    assert (refused.status_code, "is retired" in refused.text) == (409, True)


async def test_runs_are_listed_by_page_state_and_pipeline(client: httpx.AsyncClient, ask: Ask) -> None:
    """The newest comes first; a page goes on where the one before ended, here as on the pipeline itself."""
    pipeline, _ = await _made(client), await _made(client, "other")
    ids = [(await client.post("/api/v1/trigger/etl", json={"n": n})).json()["id"] for n in range(3)]
    await client.post("/api/v1/trigger/other")
    await client.post(f"/api/v1/pipeline-runs/{ids[1]}/cancel")
    query = """query ($id: ID!, $states: [PipelineRunState!], $after: String) {
      pipelineRuns(pipeline: $id, states: $states, first: 2, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } }
      dataPipeline(id: $id) { lastRun { id } runs(states: $states, first: 2, after: $after) {
        nodes { id } pageInfo { hasNextPage endCursor } } } }"""
    page = await ask(query, id=pipeline)
    assert page["pipelineRuns"] == page["dataPipeline"]["runs"]
    assert [node["id"] for node in page["pipelineRuns"]["nodes"]] == [ids[2], ids[1]]
    assert page["dataPipeline"]["lastRun"] == {"id": ids[2]}
    rest = await ask(query, id=pipeline, after=page["pipelineRuns"]["pageInfo"]["endCursor"])
    assert rest["pipelineRuns"] == rest["dataPipeline"]["runs"]
    assert rest["pipelineRuns"]["nodes"] == [{"id": ids[0]}]
    assert rest["pipelineRuns"]["pageInfo"]["hasNextPage"] is False
    cancelled = await ask(query, id=pipeline, states=["CANCELLED"])
    assert cancelled["pipelineRuns"]["nodes"] == [{"id": ids[1]}]
    by_rest = (await client.get("/api/v1/pipeline-runs", params={"state": "waiting", "first": "1"})).json()
    assert (by_rest["runs"][0]["pipelineName"], by_rest["pageInfo"]["hasNextPage"]) == ("other", True)
    assert (await client.get("/api/v1/pipeline-runs?state=done")).status_code == 400


async def test_what_airflow_tells_shows_with_every_try(
    client: httpx.AsyncClient, ask: Ask, database: Database
) -> None:
    """States, tries, durations, errors and links of tasks are those recorded, the newest try of each first asked for."""
    await _made(client)
    run_id = UUID((await client.post("/api/v1/trigger/etl")).json()["id"])
    now = await PipelineRuns(database).now()
    tries = [
        PipelineTask(
            run_id, "load", 0, 1, False, "failed", "@task", now, now, "ValueError: no", "http://a/1"
        ),
        PipelineTask(run_id, "load", 0, 2, True, "success", "@task", now, now, None, "http://a/2"),
        PipelineTask(run_id, "after", -1, 0, True, None),
    ]
    seen = Observed("running", dag_run_id="d", logs_url="http://a", started_at=now, tasks=tries)
    await PipelineQueue(database).observe(run_id, seen)
    fields = "taskId mapIndex tryNumber isNewest state durationSeconds error logsUrl"
    told = await ask(
        f"""{{ pipelineRun(id: "{run_id}") {{ state dagRunId logsUrl taskCount
          tasks {{ taskId tryNumber state }} taskTries {{ {fields} }} }} }}"""
    )
    shown = [tuple(task.values()) for task in told["pipelineRun"].pop("taskTries")]
    assert shown == [
        ("load", 0, 1, False, "failed", 0.0, "ValueError: no", "http://a/1"),
        ("load", 0, 2, True, "success", 0.0, None, "http://a/2"),
        ("after", -1, 0, True, None, None, None, None),
    ]
    assert told["pipelineRun"] == {
        "state": "RUNNING",
        "dagRunId": "d",
        "logsUrl": "http://a",
        "taskCount": 2,
        "tasks": [
            {"taskId": "load", "tryNumber": 2, "state": "success"},
            {"taskId": "after", "tryNumber": 0, "state": None},
        ],
    }
    by_rest = (await client.get(f"/api/v1/pipeline-runs/{run_id}")).json()["tasks"]
    assert [tuple(task[name] for name in fields.split()) for task in by_rest] == shown


async def test_the_next_run_is_told_in_the_zone_of_the_schedule(client: httpx.AsyncClient, ask: Ask) -> None:
    """It is the first tick after the instant asked about; a retired pipeline has none."""
    more = {"schedule": "0 3 * * *", "timeZone": "Europe/Berlin"}
    pipeline = await _made(client, **more)
    query = "query ($id: ID!, $at: DateTime) { dataPipeline(id: $id, asOf: $at) { nextRunAt } }"
    told = [
        (await ask(query, id=pipeline, at=at))["dataPipeline"]["nextRunAt"]
        for at in ("2026-01-10T00:00:00Z", "2026-07-10T00:00:00Z")
    ]
    assert told == ["2026-01-10T02:00:00Z", "2026-07-10T01:00:00Z"]
    await client.delete(f"/api/v1/pipelines/{pipeline}?validFrom=2026-01-01T00:00:00Z")
    assert (await ask(query, id=pipeline, at="2026-01-10T00:00:00Z"))["dataPipeline"] == {"nextRunAt": None}


async def test_changes_of_runs_are_followed(client: httpx.AsyncClient, database: Database) -> None:
    """Who follows a pipeline is told of each state that its runs come to, and not of others'."""
    pipeline, _ = await _made(client), await _made(client, "other")
    following = Pipelines.of(database).following(UUID(pipeline), lambda: False)
    told = asyncio.ensure_future(anext(following))
    await asyncio.sleep(0.1)
    await client.post("/api/v1/trigger/other")
    run_id = (await client.post("/api/v1/trigger/etl")).json()["id"]
    assert (str((run := await told).run_id), run.state) == (run_id, "waiting")
    told = asyncio.ensure_future(anext(following))
    await client.post(f"/api/v1/pipeline-runs/{run_id}/cancel")
    assert (str((run := await told).run_id), run.state) == (run_id, "cancelled")
    await following.aclose()


async def test_the_steps_that_can_be_named_are_told(client: httpx.AsyncClient, ask: Ask) -> None:
    """REST and GraphQL tell the same steps with what each may be given."""
    told = await ask("{ pipelineSteps { name description conf { name description isRequired type } } }")
    assert (await client.get("/api/v1/pipeline-steps")).json() == {"steps": told["pipelineSteps"]}
    assert {step["name"] for step in told["pipelineSteps"]} >= {"load_customers", "load_orders"}
