"""The doors by which OpenLineage events come in, one or many in a request; they answer ahead of the router."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from graph.errors import CatalogError, InvalidInputError, UnavailableError
from lineage.dead_letters import DeadLetters
from lineage.recorder import Recorded, Recorder
from service.context import Services
from service.errors import catalog_error, http_error, problem_list, shortened
from service.request_body import BULK, media_type, received_body
from service.responses import encoded, send_json

EVENT, BATCH = "/api/v1/lineage", "/api/v1/lineage/batch"
"""Where events are posted to, as the specification has it."""

MOST_EVENTS = 10_000
"""How many events one batch may hold."""


class EventDoor:
    """Takes one OpenLineage event and answers 201 once it is durable; 400 with path and reason where it is malformed."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request; what is refused is kept as a dead letter, whose id the answer tells."""
        services: Services = scope["app"].state.services
        require_json(scope)
        raw = await received_body(scope, receive, services.settings.largest_event)
        try:
            recorded = await services.recorder.record(raw)
        except InvalidInputError as error:
            services.metrics.event("rejected")
            letter = await kept(services.dead_letters, EVENT, raw, error)
            await (await catalog_error(Request(scope), error, **letter))(scope, receive, send)
            return
        services.metrics.event(_outcome(recorded))
        answer = {
            "eventId": recorded.event_id,
            "duplicate": recorded.duplicate,
            "warnings": problem_list(recorded.warnings),
        }
        await send_json(send, 201, encoded(answer))


class BatchDoor:
    """Takes a JSON array of OpenLineage events, each of which stands or falls alone; 200 says which failed and why."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request; what is refused is kept as dead letters, whose ids the answer tells."""
        services: Services = scope["app"].state.services
        require_json(scope)
        largest = services.settings.largest_event
        raws = items(await received_body(scope, receive, max(BULK, largest)))
        results = await recorded_or_refused(services.recorder, raws, largest)
        for result in results:
            services.metrics.event(_outcome(result))
        refused = [
            (index, error)
            for index, error in enumerate(results)
            if isinstance(error, InvalidInputError) and len(raws[index]) <= largest
        ]
        letters = await asyncio.gather(
            *(kept(services.dead_letters, BATCH, raws[index], error) for index, error in refused)
        )
        told = {index: letter for (index, _), letter in zip(refused, letters, strict=True)}
        await send_json(send, 200, encoded(batch_answer(results, told)))


class EventDoors:
    """Answers the doors of this module before the router is asked: it would cost as much as recording an event."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._routes = {path: route for route in routes for path in (route.path, f"{route.path}/")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a POST to one of the doors, with a slash at the end or not, and pass on everything else."""
        route = None
        if scope["type"] == "http" and scope["method"] == "POST":
            route = self._routes.get(scope["path"])
        if route is None:
            await self.app(scope, receive, send)
            return
        scope["route"] = route
        scope["goldthread.is_for_programs"] = True
        try:
            await route.app(scope, receive, send)
        except CatalogError as error:
            response = await catalog_error(Request(scope), error)
        except HTTPException as error:
            response = await http_error(Request(scope), error)
        else:
            return
        await response(scope, receive, send)


async def recorded_or_refused(
    recorder: Recorder, raws: Sequence[bytes], largest: int
) -> list[Recorded | CatalogError]:
    """Record what is no longer than `largest`, and return for each event, in order, what became of it."""
    results = iter(await recorder.record_batch([raw for raw in raws if len(raw) <= largest]))
    return [
        next(results)
        if len(raw) <= largest
        else InvalidInputError.at("$", f"is {len(raw)} bytes long; an event may have {largest}")
        for raw in raws
    ]


async def kept(letters: DeadLetters, source: str, raw: bytes, error: InvalidInputError) -> dict[str, Any]:
    """Keep what was refused, and return what an answer says of the letter: nothing where there was nothing to keep."""
    if not raw:
        return {}
    letter = await letters.keep(f"POST {source}", raw, error.problems)
    return {"deadLetter": {"id": letter, "url": f"/api/v1/dead-letters/{letter}"}}


def batch_answer(
    results: Sequence[Recorded | CatalogError], letters: Mapping[int, Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the answer to a batch in the shape of the OpenLineage specification; UNAVAILABLE can be tried again.

    `letters`: what to say of the dead letters, by the index of the event.
    """
    failed = [
        {
            "index": index,
            "reason": shortened(result.message),
            "retriable": isinstance(result, UnavailableError),
            **letters.get(index, {}),
        }
        for index, result in enumerate(results)
        if isinstance(result, CatalogError)
    ]
    retriable = sum(1 for one in failed if one["retriable"])
    return {
        "status": "partial_success" if failed else "success",
        "summary": {
            "received": len(results),
            "successful": len(results) - len(failed),
            "failed": len(failed),
            "retriable": retriable,
            "non_retriable": len(failed) - retriable,
        },
        "failed_events": failed,
    }


def require_json(scope: Scope) -> None:
    """Raise HTTPException 415 where the body is not said to be JSON, be it of a vendor such as application/vnd.x+json.

    A browser sends other types than these to any server, for any page, without asking.
    """
    given = media_type(scope)
    if given != "application/json" and not (given.startswith("application/") and given.endswith("+json")):
        raise HTTPException(415, f"Content-Type must be application/json, got {given[:60] or 'none'}")


def items(body: bytes) -> list[bytes]:
    """Return the members of a JSON array byte for byte."""
    try:
        members = msgspec.json.decode(body, type=list[msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInputError.at("$", f"must be a JSON array of events: {error}") from None
    if len(members) > MOST_EVENTS:
        raise InvalidInputError.at(
            "$", f"holds {len(members)} events; at most {MOST_EVENTS} are allowed in a batch"
        )
    return [bytes(member) for member in members]


def _outcome(result: Recorded | CatalogError) -> str:
    if isinstance(result, Recorded):
        return "duplicate" if result.duplicate else "recorded"
    return "rejected" if isinstance(result, InvalidInputError) else "failed"


routes = [
    Route(EVENT, EventDoor(), methods=["POST"]),
    Route(BATCH, BatchDoor(), methods=["POST"]),
]
"""The routes of this module."""
