"""The REST doors of dead letters of streams: messages that could not be used, and asking for them to be sent once more."""

from __future__ import annotations

from typing import Any, cast

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graph.errors import InvalidInputError
from graph.store.stream_letters import StreamLetter
from service.context import of
from service.query_string import asked, is_asked, size_of
from service.request_body import json_body
from service.responses import JSONResponse
from service.schema.arguments import opened, search_text, uuid_of, uuids_of
from service.schema.stream_letters import stream_letter_cursor, stream_letter_place


async def list_letters(request: Request) -> Response:
    """Answer a page of dead letters of streams, latest first; those never replayed, or with `open=false` all."""
    letters = of(request).services.stream_letters
    given = asked(request, "topic", "first", "after", "open")
    start = opened(given["after"], stream_letter_place) if "after" in given else None
    topic = search_text(given.get("topic"), "$.topic")
    found, has_next = await letters.listed(
        size_of(given), start, topic, open_only=is_asked({"open": "true"} | given, "open")
    )
    return JSONResponse(
        {
            "deadLetters": [_letter_json(one.letter, one.size) for one in found],
            "pageInfo": {
                "hasNextPage": has_next,
                "endCursor": stream_letter_cursor(found[-1].letter) if found else None,
            },
            "topics": [
                {"topic": one.topic, "letters": one.letters, "waiting": one.waiting}
                for one in await letters.tally()
            ],
        }
    )


async def show_letter(request: Request) -> Response:
    """Answer the value of the message, byte for byte; what is known of it is in the list."""
    asked(request)
    (letter,) = await of(request).services.stream_letters.some([uuid_of(request.path_params["id"])])
    return Response(letter.value or b"", media_type="application/octet-stream")


async def replay_letters(request: Request) -> Response:
    """Ask for the dead letters of `ids` to be sent to their topics once more, and answer them; a worker sends them."""
    asked(request)
    wanted = uuids_of(_ids(await json_body(request)))
    letters = await of(request).services.stream_letters.ask_replay(wanted)
    return JSONResponse(
        {"deadLetters": [_letter_json(one, len(one.value or b"")) for one in letters]}, status_code=202
    )


def _ids(body: Any) -> list[str]:
    given = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
    ids = given.get("ids")
    if given.keys() != {"ids"} or not isinstance(ids, list):
        raise InvalidInputError.at("$", 'must be {"ids": [...]}')
    if not all(isinstance(one, str) for one in cast("list[object]", ids)):
        raise InvalidInputError.at("$.ids", "must be an array of ids")
    return cast("list[str]", ids)


def _letter_json(letter: StreamLetter, size: int) -> dict[str, Any]:
    return {
        "id": letter.dead_letter_id,
        "topic": letter.topic,
        "partition": letter.partition,
        "offset": letter.offset,
        "consumer": letter.consumer,
        "messageAt": letter.message_at,
        "receivedAt": letter.received_at,
        "size": size,
        "problems": [{"path": one.path, "reason": one.reason} for one in letter.problems],
        "publishedAt": letter.published_at,
        "replayAskedAt": letter.replay_asked_at,
        "replayedAt": letter.replayed_at,
    }


routes = [
    Route("/api/v1/streams/dead-letters", list_letters, methods=["GET"]),
    Route("/api/v1/streams/dead-letters/replay", replay_letters, methods=["POST"]),
    Route("/api/v1/streams/dead-letters/{id}", show_letter, methods=["GET"]),
]
"""The routes of this module."""
