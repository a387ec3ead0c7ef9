"""The REST doors of dead letters: what could not be read as an event, and replaying it after a fix."""

from __future__ import annotations

from typing import Any, cast

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graph.errors import InvalidInputError
from lineage.dead_letters import DeadLetter, Replayed
from service.context import of
from service.query_string import asked, is_asked, size_of
from service.request_body import json_body
from service.responses import JSONResponse
from service.schema.arguments import key_place, opaque, opened, uuid_of
from service.schema.dead_letters import wanted_letters


async def list_letters(request: Request) -> Response:
    """Answer a page of dead letters, latest first; those that wait to be replayed, or with `open=false` all."""
    letters = of(request).services.dead_letters
    given = asked(request, "first", "after", "open")
    start = opened(given["after"], key_place) if "after" in given else None
    found, has_next = await letters.page(
        size_of(given), start, open_only=is_asked({"open": "true"} | given, "open")
    )
    tally = await letters.tally()
    return JSONResponse(
        {
            "deadLetters": [_letter_json(letter) for letter in found],
            "pageInfo": {
                "hasNextPage": has_next,
                "endCursor": opaque(str(found[-1].dead_letter_id)) if found else None,
            },
            "tally": {"letters": tally.letters, "waiting": tally.waiting, "letGo": tally.let_go},
        }
    )


async def show_letter(request: Request) -> Response:
    """Answer what came, byte for byte; what is known of it is in the list."""
    asked(request)
    _, raw = await of(request).services.dead_letters.show(uuid_of(request.path_params["id"]))
    return Response(raw, media_type="application/octet-stream")


async def replay_letters(request: Request) -> Response:
    """Record dead letters as events: those of `ids`, or with `all` those that wait; answer what became of each."""
    services = of(request).services
    asked(request)
    told = await services.dead_letters.replay(_wanted(await json_body(request)), services.recorder)
    failed = [one for one in told if one.event_id is None]
    return JSONResponse(
        {
            "recorded": len(told) - len(failed),
            "failed": len(failed),
            "results": [_replayed_json(one) for one in told],
        }
    )


async def discard_letter(request: Request) -> Response:
    """Delete one dead letter for good."""
    asked(request)
    await of(request).services.dead_letters.discard([uuid_of(request.path_params["id"])])
    return Response(status_code=204)


def _wanted(body: Any) -> Any:
    if not isinstance(body, dict):
        raise InvalidInputError.at("$", 'must be {"ids": [...]} or {"all": true}')
    given = cast("dict[str, Any]", body)
    unknown = sorted(given.keys() - {"ids", "all"})
    if unknown:
        raise InvalidInputError.at(f"$.{unknown[0][:60]}", "is not known; known are ids, all")
    ids, every = given.get("ids"), given.get("all", False)
    if not isinstance(every, bool):
        raise InvalidInputError.at("$.all", "must be true or false")
    if ids is not None and not (
        isinstance(ids, list) and all(isinstance(one, str) for one in cast("list[object]", ids))
    ):
        raise InvalidInputError.at("$.ids", "must be an array of ids")
    return wanted_letters(ids, every=every)


def _letter_json(letter: DeadLetter) -> dict[str, Any]:
    return {
        "id": letter.dead_letter_id,
        "receivedAt": letter.received_at,
        "lastReceivedAt": letter.last_received_at,
        "times": letter.times,
        "source": letter.source,
        "size": letter.size,
        "problems": [{"path": one.path, "reason": one.reason} for one in letter.problems],
        "replayedAt": letter.replayed_at,
        "eventId": letter.event_id,
    }


def _replayed_json(replayed: Replayed) -> dict[str, Any]:
    return {
        "id": replayed.dead_letter_id,
        "eventId": replayed.event_id,
        "problems": [{"path": one.path, "reason": one.reason} for one in replayed.problems],
    }


routes = [
    Route("/api/v1/dead-letters", list_letters, methods=["GET"]),
    Route("/api/v1/dead-letters/replay", replay_letters, methods=["POST"]),
    Route("/api/v1/dead-letters/{id}", show_letter, methods=["GET"]),
    Route("/api/v1/dead-letters/{id}", discard_letter, methods=["DELETE"]),
]
"""The routes of this module."""
