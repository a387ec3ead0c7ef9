"""The REST doors of runs and their events: what happened, as it is known, and as it came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graph.errors import InvalidInputError
from graph.identity import DatasetName, JobName
from graph.time import AsOf
from lineage.event_log import Span, StoredEvent
from lineage.naming import job_id
from lineage.run_state import State
from lineage.run_tree import DEEPEST_TREE, TreeNode
from lineage.runs import Run, RunsWanted
from lineage.sent_facets import RunFacet, Side
from service.asset_json import basis_json
from service.context import of
from service.query_string import asked, instant_of, page_start, size_of
from service.responses import JSONResponse
from service.schema.arguments import cursor, uuid_of
from service.schema.runs import run_cursor, run_place

STATES: Final[Mapping[str, State]] = {
    "START": "START",
    "RUNNING": "RUNNING",
    "COMPLETE": "COMPLETE",
    "ABORT": "ABORT",
    "FAIL": "FAIL",
    "OTHER": "OTHER",
    "UNKNOWN": "UNKNOWN",
}
"""The states that can be asked for."""


async def list_runs(request: Request) -> Response:
    """Answer a page of runs, latest start first; of a job, by `job` and `namespace`, or of all jobs (of a namespace)."""
    runs = of(request).services.executions.runs
    given = asked(request, "job", "namespace", "state", "since", "until", "first", "after", "asOf", "knownAt")
    wanted, size = _wanted(given), size_of(given)
    if "after" in given:
        start, at = run_place(given["after"])
    else:
        start, at = None, await _basis(request, given)
    page = await runs.runs(wanted, size, start, at)
    end = page.next or (page.places[-1] if page.places else None)
    return JSONResponse(
        {
            "basis": _basis_json(at),
            "runs": [run_json(run) for run in page.runs],
            "pageInfo": {
                "hasNextPage": page.next is not None,
                "endCursor": run_cursor(end, at) if end else None,
            },
        }
    )


async def show_run(request: Request) -> Response:
    """Answer one run with what it read and wrote and the facets it sent, as best known now or at two instants."""
    reads = of(request).services.executions
    run_id = uuid_of(request.path_params["id"])
    at = await _basis(request, asked(request, "asOf", "knownAt"))
    run = await reads.runs.run(run_id, at)
    sent = (await reads.facets.of_runs([run_id], at))[run_id]
    parts = (await reads.facets.parts([run_id], at))[run_id]
    jobs = (await reads.facets.of_jobs([run_id], at))[run_id]
    return JSONResponse(
        {
            "basis": _basis_json(at),
            **run_json(run),
            "inputs": [_dataset_json("I", name, sent, parts) for name in run.inputs],
            "outputs": [_dataset_json("O", name, sent, parts) for name in run.outputs],
            "facets": _facets(sent, None, None),
            "jobFacets": jobs,
        }
    )


async def show_tree(request: Request) -> Response:
    """Answer a run and those it started, parents before children, down to `depth`."""
    given = asked(request, "depth", "asOf", "knownAt")
    depth = given.get("depth", "3")
    if not (depth.isascii() and depth.isdigit() and len(depth) < 9):
        raise InvalidInputError.at("$.depth", f"must be 0 to {DEEPEST_TREE}, got {depth[:60]!r}")
    at = await _basis(request, given)
    trees = of(request).services.executions.trees
    tree = await trees.tree(uuid_of(request.path_params["id"]), int(depth), at)
    return JSONResponse(
        {
            "basis": _basis_json(at),
            "nodes": [_node_json(node) for node in tree.nodes],
            "truncated": tree.truncated,
        }
    )


async def list_events(request: Request) -> Response:
    """Answer a page of events between two instants of event time, of all runs or of one, latest first."""
    services = of(request).services
    given = asked(request, "run", "since", "until", "first", "after", "knownAt")
    run = uuid_of(given["run"], "$.run") if "run" in given else None
    since, until, size = instant_of(given, "since"), instant_of(given, "until"), size_of(given)
    start, at = await page_start(given, services.lineage.basis)
    span, log = Span(since, until, at.system), services.executions.events
    if run is None:
        found, has_next = await log.events(span, size, start)
    else:
        found, has_next = (await log.of_runs([run], span, size, start))[run]
    return JSONResponse(_page_json("events", found, has_next, at))


async def list_warnings(request: Request) -> Response:
    """Answer a page of the events with something wrong, those recorded last first, of all jobs or of one."""
    services = of(request).services
    given = asked(request, "job", "namespace", "first", "after")
    job, size = _job(given), size_of(given)
    start, at = await page_start(given, services.lineage.basis)
    log = services.executions.events
    found, has_next = await log.warned(size, start, job_id(job) if job else None)
    return JSONResponse(_page_json("events", found, has_next, at))


async def show_event(request: Request) -> Response:
    """Answer one event: `event` holds it byte for byte as it came, null where its retention has ended."""
    asked(request)
    log = of(request).services.executions.events
    event = await log.event(uuid_of(request.path_params["id"]))
    raw = (await log.raws([event.event_id])).get(event.event_id)
    return JSONResponse({**event_json(event), "event": orjson.Fragment(raw) if raw is not None else None})


async def show_raw_event(request: Request) -> Response:
    """Answer one event byte for byte as it came, and nothing else; 404 says so where its retention has ended."""
    asked(request)
    raw = await of(request).services.executions.events.raw(uuid_of(request.path_params["id"]))
    return Response(raw, media_type="application/json")


def run_json(run: Run) -> dict[str, Any]:
    """Return a run as REST shows it."""
    return {
        "runId": run.run_id,
        "givenId": run.given_id,
        "job": _name(run.job),
        "state": run.state,
        "placeholder": run.is_placeholder,
        "isPart": run.is_part,
        "startedAt": run.started_at,
        "endedAt": run.ended_at,
        "durationSeconds": run.duration.total_seconds() if run.duration is not None else None,
        "lastHeardAt": run.last_at,
        "nominalFrom": run.nominal_from,
        "nominalTo": run.nominal_to,
        "parentRunId": run.parent_run_id,
        "rootRunId": run.root_run_id,
        "inputs": [_name(name) for name in run.inputs],
        "outputs": [_name(name) for name in run.outputs],
    }


def event_json(event: StoredEvent) -> dict[str, Any]:
    """Return the header of an event as REST shows it."""
    return {
        "eventId": event.event_id,
        "eventTime": event.event_time,
        "systemFrom": event.system_from,
        "kind": event.kind,
        "eventType": event.event_type,
        "runId": event.run_id,
        "job": _name(event.job) if event.job else None,
        "dataset": _name(event.dataset) if event.dataset else None,
        "warnings": [{"path": one.path, "reason": one.reason} for one in event.warnings],
    }


async def _basis(request: Request, given: dict[str, str]) -> AsOf | None:
    """Return the instants asked about; None: as best known now."""
    if "asOf" not in given and "knownAt" not in given:
        return None
    basis = of(request).services.lineage.basis
    return await basis(instant_of(given, "asOf"), instant_of(given, "knownAt"))


def _wanted(given: dict[str, str]) -> RunsWanted:
    state = given.get("state")
    if state is not None and state.upper() not in STATES:
        raise InvalidInputError.at("$.state", f"must be one of {', '.join(STATES)}, got {state[:60]!r}")
    return RunsWanted(
        _job(given),
        given.get("namespace"),
        STATES[state.upper()] if state else None,
        instant_of(given, "since"),
        instant_of(given, "until"),
    )


def _job(given: dict[str, str]) -> JobName | None:
    if "job" not in given:
        return None
    if "namespace" not in given:
        raise InvalidInputError.at("$.namespace", "is needed together with job")
    return JobName(given["namespace"], given["job"])


def _basis_json(at: AsOf | None) -> dict[str, Any] | None:
    return basis_json(at) if at else None


def _page_json(plural: str, found: Sequence[StoredEvent], has_next: bool, at: AsOf) -> dict[str, Any]:
    end = cursor(found[-1].event_id, at) if found else None
    return {
        "basis": basis_json(at),
        plural: [event_json(event) for event in found],
        "pageInfo": {"hasNextPage": has_next, "endCursor": end},
    }


def _node_json(node: TreeNode) -> dict[str, Any]:
    return {
        "depth": node.depth,
        "parentInTree": node.parent_run_id,
        "childCount": node.children,
        **run_json(node.run),
    }


def _dataset_json(
    role: Literal["I", "O"],
    name: DatasetName,
    sent: Sequence[RunFacet],
    parts: Mapping[Side, list[str]],
) -> dict[str, Any]:
    return {
        **_name(name),
        "facets": _facets(sent, role, name),
        "parts": parts.get((role, name), []),
    }


def _name(name: DatasetName | JobName) -> dict[str, str]:
    return {"namespace": name.namespace, "name": name.name}


def _facets(
    sent: Sequence[RunFacet], role: Literal["I", "O"] | None, dataset: DatasetName | None
) -> dict[str, Any]:
    return {facet.name: facet.body for facet in sent if (facet.role, facet.dataset) == (role, dataset)}


routes = [
    Route("/api/v1/runs", list_runs, methods=["GET"]),
    Route("/api/v1/runs/{id}", show_run, methods=["GET"]),
    Route("/api/v1/runs/{id}/tree", show_tree, methods=["GET"]),
    Route("/api/v1/events", list_events, methods=["GET"]),
    Route("/api/v1/events/warnings", list_warnings, methods=["GET"]),
    Route("/api/v1/events/{id}", show_event, methods=["GET"]),
    Route("/api/v1/events/{id}/raw", show_raw_event, methods=["GET"]),
]
"""The routes of this module."""
