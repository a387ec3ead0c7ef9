"""The REST doors of the runs of pipelines: asked for, shown with their tasks, and called off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graph.catalog.work import STEPS
from graph.errors import InvalidInputError, NotFoundError
from graph.store.pipeline_runs import STATES, PipelineRun, PipelineTask
from service.context import of
from service.query_string import asked, size_of
from service.request_body import json_body, raw_body
from service.responses import JSONResponse
from service.schema.arguments import key_place, opaque, opened, uuid_of
from service.schema.pipeline_runs import seconds

KEY_HEADER = "Idempotency-Key"


async def run_pipeline(request: Request) -> Response:
    """Ask for a run with the `conf` of the body, and answer 202 with it; with the same key again it is the same run."""
    pipeline_id = uuid_of(request.path_params["id"])
    asked(request)
    body = await _object(request)
    unknown = sorted(body.keys() - {"conf", "idempotencyKey"})
    if unknown:
        raise InvalidInputError.at(f"$.{unknown[0][:60]}", "is not known; known are conf, idempotencyKey")
    key = body.get("idempotencyKey")
    if key is not None and not isinstance(key, str):
        raise InvalidInputError.at("$.idempotencyKey", "must be text")
    return await _asked_for(request, str(pipeline_id), body.get("conf"), key)


async def trigger(request: Request) -> Response:
    """Ask for a run of the pipeline of that name or id; the body is its conf."""
    asked(request)
    return await _asked_for(request, request.path_params["pipeline"], await _object(request), None)


async def list_runs(request: Request) -> Response:
    """Answer a page of runs, newest first; of a pipeline by `pipeline` or in the path, in one `state` or in any."""
    runs = of(request).services.pipelines.runs
    in_path = request.path_params.get("id")
    given = asked(request, "state", "first", "after", *(() if in_path else ("pipeline",)))
    named = in_path or given.get("pipeline")
    pipeline_id = None if named is None else uuid_of(named, "$.id" if in_path else "$.pipeline")
    before = opened(given["after"], key_place) if "after" in given else None
    found, has_next = await runs.page(pipeline_id, _states(given.get("state")), size_of(given), before)
    end = opaque(str(found[-1].run_id)) if found else None
    return JSONResponse(
        {
            "runs": [run_json(run) for run in found],
            "pageInfo": {"hasNextPage": has_next, "endCursor": end},
        }
    )


async def show_run(request: Request) -> Response:
    """Answer one run with every try of its tasks."""
    asked(request)
    run_id, runs = uuid_of(request.path_params["id"]), of(request).services.pipelines.runs
    found = (await runs.by_id([run_id])).get(run_id)
    if found is None:
        raise NotFoundError(f"no run of a pipeline has the id {run_id}")
    tries = await runs.tasks([run_id], newest_only=False)
    return JSONResponse({**run_json(found), "tasks": _tasks_json(tries.get(run_id, []))})


async def cancel_run(request: Request) -> Response:
    """Call a run off, and answer it as it stands then."""
    asked(request)
    run_id = uuid_of(request.path_params["id"])
    return JSONResponse(run_json(await of(request).services.pipelines.runs.cancel(run_id)))


async def list_steps(request: Request) -> Response:
    """Answer what the worker can do itself: what `worker:` of a pipeline may name."""
    asked(request)
    return JSONResponse(
        {
            "steps": [
                {
                    "name": step.name,
                    "description": step.description,
                    "conf": [
                        {
                            "name": option.name,
                            "description": option.description,
                            "isRequired": option.is_required,
                            "type": option.type,
                        }
                        for option in step.options
                    ],
                }
                for step in STEPS.values()
            ]
        }
    )


async def _asked_for(request: Request, pipeline: str, conf: object, key: str | None) -> Response:
    context = of(request)
    in_header = request.headers.get(KEY_HEADER)
    if key is not None and in_header is not None and key != in_header:
        raise InvalidInputError.at("$.idempotencyKey", f"is another one than in the header {KEY_HEADER}")
    requests = context.services.pipelines.requests
    run = await requests.run(pipeline, conf, in_header if key is None else key, context.actor)
    return JSONResponse(run_json(run), 202, {"Location": f"/api/v1/pipeline-runs/{run.run_id}"})


async def _object(request: Request) -> dict[str, Any]:
    """Return the body, which may be left out."""
    if "content-type" not in request.headers and not await raw_body(request):
        return {}
    body = await json_body(request)
    if not isinstance(body, dict):
        raise InvalidInputError.at("$", "must be an object")
    return cast("dict[str, Any]", body)


def _states(state: str | None) -> tuple[str, ...] | None:
    if state is None:
        return None
    if state.lower() not in STATES:
        known = ", ".join(name.upper() for name in STATES)
        raise InvalidInputError.at("$.state", f"is not known: {state[:60]!r}; known are {known}")
    return (state.lower(),)


def run_json(run: PipelineRun) -> dict[str, Any]:
    """Return a run, without its tasks."""
    return {
        "id": run.run_id,
        "pipelineId": run.pipeline_id,
        "pipelineName": run.pipeline_name,
        "engine": run.engine.upper(),
        "work": run.work,
        "state": run.state.upper(),
        "stateReason": run.state_reason,
        "error": run.error,
        "conf": run.conf,
        "cause": run.cause.upper(),
        "requestedBy": run.requested_by,
        "idempotencyKey": run.cause_key if run.cause == "request" else None,
        "fileKey": run.file_key,
        "scheduledFor": run.scheduled_for,
        "requestedAt": run.requested_at,
        "startedAt": run.started_at,
        "endedAt": run.ended_at,
        "durationSeconds": seconds(run.started_at, run.ended_at),
        "attempts": run.attempts,
        "nextAttemptAt": run.next_attempt_at if run.state == "waiting" else None,
        "cancelRequestedAt": run.cancel_requested_at,
        "dagRunId": run.dag_run_id,
        "logsUrl": run.logs_url,
        "result": run.result,
    }


def _tasks_json(tasks: Sequence[PipelineTask]) -> list[dict[str, Any]]:
    return [
        {
            "taskId": task.task_id,
            "mapIndex": task.map_index,
            "tryNumber": task.try_number,
            "isNewest": task.is_newest,
            "state": task.state,
            "operator": task.operator,
            "startedAt": task.started_at,
            "endedAt": task.ended_at,
            "durationSeconds": seconds(task.started_at, task.ended_at),
            "error": task.error,
            "logsUrl": task.logs_url,
        }
        for task in tasks
    ]


routes = [
    Route("/api/v1/pipelines/{id}/run", run_pipeline, methods=["POST"]),
    Route("/api/v1/pipelines/{id}/runs", list_runs, methods=["GET"]),
    Route("/api/v1/trigger/{pipeline}", trigger, methods=["POST"]),
    Route("/api/v1/pipeline-runs", list_runs, methods=["GET"]),
    Route("/api/v1/pipeline-runs/{id}", show_run, methods=["GET"]),
    Route("/api/v1/pipeline-runs/{id}/cancel", cancel_run, methods=["POST"]),
    Route("/api/v1/pipeline-steps", list_steps, methods=["GET"]),
]
"""The routes of this module."""
