"""The REST doors of lineage: OpenLineage events in, one or many; lineage, runs and events out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graph.errors import CatalogError, InvalidInputError, UnavailableError
from graph.identity import DatasetName, JobName
from lineage.naming import NodeKind
from lineage.recorder import Recorded
from lineage.store import DEEPEST, Direction, LineageGraph, RunFacet
from service.context import of
from service.errors import shortened
from service.query_string import asked, instant_of
from service.request_body import BULK, EVENT, JSON_TYPES, raw_body, require_media_type
from service.responses import JSONResponse
from service.schema.arguments import uuid_of
from service.schema.lineage import named

MOST_EVENTS = 10_000
"""How many events one batch may hold."""

_DIRECTIONS: dict[str, Direction] = {"upstream": "up", "downstream": "down", "both": "both"}


async def post_event(request: Request) -> Response:
    """Record one OpenLineage event and answer 201 once it is durable; 400 with path and reason where it is malformed."""
    context = of(request)
    require_media_type(request, JSON_TYPES)
    events = context.services.metrics.events
    try:
        recorded = await context.services.recorder.record(await raw_body(request, EVENT))
    except InvalidInputError:
        events.labels("rejected").inc()
        raise
    events.labels(_outcome(recorded)).inc()
    return JSONResponse({"eventId": recorded.event_id, "duplicate": recorded.duplicate}, 201)


async def post_batch(request: Request) -> Response:
    """Record a JSON array of OpenLineage events, each of which stands or falls alone; 200 says which failed and why."""
    context = of(request)
    require_media_type(request, JSON_TYPES)
    raws = _items(await raw_body(request, BULK))
    results = await context.services.recorder.record_batch(raws)
    context.services.metrics.outcomes(context.services.metrics.events, map(_outcome, results))
    return JSONResponse(batch_answer(results))


async def show_lineage(request: Request) -> Response:
    """Answer the lineage of the dataset, job or nodeId named, as the GraphQL field of that name does."""
    reads = of(request).services.lineage
    given = asked(
        request, "nodeId", "dataset", "job", "name", "namespace", "direction", "depth", "asOf", "knownAt"
    )
    kinds: dict[str, NodeKind | None] = {"dataset": "dataset", "job": "job", "name": None}
    ways = [name for name in ("nodeId", *kinds) if name in given]
    if len(ways) != 1:
        raise InvalidInputError.at("$", "needs exactly one of nodeId, dataset, job and name")
    (how,) = ways
    name = given.get(how) if how in kinds else None
    node = named(given.get("nodeId"), name, given.get("namespace"), kinds.get(how), "$")
    direction = given.get("direction", "both").lower()
    if direction not in _DIRECTIONS:
        raise InvalidInputError.at("$.direction", f"must be one of {', '.join(_DIRECTIONS)}")
    depth = given.get("depth", "3")
    if not (depth.isascii() and depth.isdigit() and len(depth) < 9):
        raise InvalidInputError.at("$.depth", f"must be 1 to {DEEPEST}, got {depth[:60]!r}")
    at = await reads.basis(instant_of(given, "asOf"), instant_of(given, "knownAt"))
    return JSONResponse(lineage_json(await reads.lineage(node, _DIRECTIONS[direction], int(depth), at)))


async def show_run(request: Request) -> Response:
    """Answer one run with what it read and wrote and the facets it sent."""
    reads = of(request).services.lineage
    asked(request)
    run = await reads.run(uuid_of(request.path_params["id"]))
    sent = (await reads.run_facets([run.run_id]))[run.run_id]
    return JSONResponse(
        {
            "runId": run.run_id,
            "job": _name(run.job),
            "state": run.state,
            "startedAt": run.started_at,
            "endedAt": run.ended_at,
            "nominalFrom": run.nominal_from,
            "nominalTo": run.nominal_to,
            "parentRunId": run.parent_run_id,
            "rootRunId": run.root_run_id,
            "inputs": [{**_name(name), "facets": _facets(sent, "I", name)} for name in run.inputs],
            "outputs": [{**_name(name), "facets": _facets(sent, "O", name)} for name in run.outputs],
            "facets": _facets(sent, None, None),
        }
    )


async def show_event(request: Request) -> Response:
    """Answer one event: `event` holds it byte for byte as it came."""
    asked(request)
    event = await of(request).services.lineage.event(uuid_of(request.path_params["id"]))
    return JSONResponse(
        {
            "eventId": event.event_id,
            "eventTime": event.event_time,
            "systemFrom": event.system_from,
            "kind": event.kind,
            "eventType": event.event_type,
            "runId": event.run_id,
            "event": orjson.Fragment(event.raw),
        }
    )


def batch_answer(results: Sequence[Recorded | CatalogError]) -> dict[str, Any]:
    """Return the answer to a batch in the shape of the OpenLineage specification; UNAVAILABLE can be tried again."""
    failed = [
        {
            "index": index,
            "reason": shortened(result.message),
            "retriable": isinstance(result, UnavailableError),
        }
        for index, result in enumerate(results)
        if isinstance(result, CatalogError)
    ]
    retriable = sum(1 for one in failed if one["retriable"])
    status = "success" if not failed else "partial_success" if len(failed) < len(results) else "failure"
    return {
        "status": status,
        "summary": {
            "received": len(results),
            "successful": len(results) - len(failed),
            "failed": len(failed),
            "retriable": retriable,
            "non_retriable": len(failed) - retriable,
        },
        "failed_events": failed,
    }


def lineage_json(graph: LineageGraph) -> dict[str, Any]:
    """Return a lineage graph as REST shows it."""
    return {
        "basis": {"asOf": graph.basis.valid, "knownAt": graph.basis.system},
        "nodes": [
            {
                "id": node.id,
                "kind": node.kind,
                **_name(node.name),
                "displayName": node.display_name,
                "distance": node.distance,
            }
            for node in graph.nodes
        ],
        "edges": [
            {
                "from": edge.origin,
                "to": edge.target,
                "kind": edge.kind,
                "validFrom": edge.valid_from,
                "validTo": edge.valid_to,
                "systemFrom": edge.system_from,
            }
            for edge in graph.edges
        ],
        "truncated": graph.truncated,
        "frontier": {"upstream": graph.frontier.upstream, "downstream": graph.frontier.downstream},
    }


def _items(body: bytes) -> list[bytes]:
    """Return the members of a JSON array byte for byte."""
    try:
        items = msgspec.json.decode(body, type=list[msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInputError.at("$", f"must be a JSON array of events: {error}") from None
    if len(items) > MOST_EVENTS:
        raise InvalidInputError.at(
            "$", f"holds {len(items)} events; at most {MOST_EVENTS} are allowed in a batch"
        )
    return [bytes(item) for item in items]


def _outcome(result: Recorded | CatalogError) -> str:
    if isinstance(result, Recorded):
        return "duplicate" if result.duplicate else "recorded"
    return "rejected" if isinstance(result, InvalidInputError) else "failed"


def _name(name: DatasetName | JobName) -> dict[str, str]:
    return {"namespace": name.namespace, "name": name.name}


def _facets(
    sent: Sequence[RunFacet], role: Literal["I", "O"] | None, dataset: DatasetName | None
) -> dict[str, Any]:
    return {facet.name: facet.body for facet in sent if (facet.role, facet.dataset) == (role, dataset)}


routes = [
    Route("/api/v1/lineage", post_event, methods=["POST"]),
    Route("/api/v1/lineage", show_lineage, methods=["GET"]),
    Route("/api/v1/lineage/batch", post_batch, methods=["POST"]),
    Route("/api/v1/runs/{id}", show_run, methods=["GET"]),
    Route("/api/v1/events/{id}", show_event, methods=["GET"]),
]
"""The routes of this module."""
