"""The REST door of messages: what became of one, as far as it has come."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graph.errors import InvalidInputError
from graph.store.threads import FilePlace, MessageTrace
from service.context import of
from service.query_string import asked
from service.responses import JSONResponse
from service.schema.threads import message_place


async def show_trace(request: Request) -> Response:
    """Answer what became of the message at an offset; a link that is missing is null or empty."""
    asked(request)
    given = request.path_params
    topic, partition, offset = message_place(
        given["topic"], _number(given["partition"], "$.partition"), _number(given["offset"], "$.offset")
    )
    trace = await of(request).services.threads.trace(topic, partition, offset)
    return JSONResponse({"topic": topic, "partition": partition, "offset": offset, **_trace_json(trace)})


def _number(text: str, path: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise InvalidInputError.at(path, f"must be a whole number, got {text[:60]!r}") from None


def _trace_json(trace: MessageTrace) -> dict[str, Any]:
    told, place = trace.told, trace.place
    return {
        "sourceEvents": [
            {
                "eventId": event.event_id,
                "sourceSystem": event.source_key.system,
                "sourceKey": event.source_key.key,
                "receivedAt": event.received_at,
                "goldenId": event.golden_id,
            }
            for event in trace.events
        ],
        "customerId": None if told is None else told.customer_id,
        "message": None if told is None else {"at": told.at, "knownAt": told.known_at},
        "file": None if place is None else _file_json(place),
        "load": None
        if place is None or place.load is None
        else {"runId": place.load.run_id, "rows": place.load.rows, "loadedAt": place.load.loaded_at},
    }


def _file_json(place: FilePlace) -> dict[str, Any]:
    file = place.file
    return {
        "dataset": file.dataset,
        "path": file.path,
        "row": place.row,
        "rows": file.rows,
        "runId": file.run_id,
        "writtenAt": file.written_at,
    }


routes = [Route("/api/v1/traces/{topic}/{partition}/{offset}", show_trace)]
