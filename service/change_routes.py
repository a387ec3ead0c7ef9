"""The REST doors of the change feed: a page as JSON, everything to come as server-sent events, and acknowledgements."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graph.errors import CatalogError, InvalidInputError
from graph.store.change_feed import START, ChangeEvent, Position
from service.context import Services, of
from service.errors import error_body
from service.event_stream import EventStream, sent_event
from service.query_string import asked, size_of
from service.request_body import json_body
from service.responses import JSONResponse
from service.schema.arguments import uuid_of
from service.schema.changes import PAGE, change_cursor, following, position_of, require_entity_type, start_of

_STREAM = "text/event-stream"


async def list_changes(request: Request) -> Response:
    """Answer a page of changes from the start or a cursor on; asked for an event stream, those to come as well.

    A stream begins after `Last-Event-ID`, `after`, or where `consumer` stands; without any of them, now.
    """
    given = asked(request, "entityType", "goldenId", "after", "first", "consumer")
    services = of(request).services
    await require_entity_type(services, given.get("entityType"))
    is_stream = _STREAM in request.headers.get("accept", "")
    after = (request.headers.get("last-event-id") or None if is_stream else None) or given.get("after")
    start = await start_of(services, after, given.get("consumer"))
    golden_ids = [uuid_of(given["goldenId"], "$.goldenId")] if "goldenId" in given else None
    if is_stream:
        start = start or await services.change_feed.end()
        return EventStream(_events(services, start, given.get("entityType"), golden_ids))
    page = await services.change_feed.page(
        start or START, size_of(given, PAGE), given.get("entityType"), golden_ids
    )
    return JSONResponse(
        {
            "changes": [change_json(event) for event in page.events],
            "pageInfo": {"hasNextPage": page.has_more, "endCursor": change_cursor(page.end)},
        }
    )


async def acknowledge(request: Request) -> Response:
    """Remember that a consumer is done with everything up to a cursor, and answer where it stands."""
    body = await json_body(request)
    if not isinstance(body, dict) or not isinstance(body.get("cursor"), str):
        raise InvalidInputError.at("$.cursor", "must be the cursor of the last change that was dealt with")
    feed = of(request).services.change_feed
    consumer = request.path_params["consumer"]
    await feed.acknowledge(consumer, position_of(body["cursor"], "$.cursor"))
    return JSONResponse({"consumer": consumer, "cursor": change_cursor(await feed.position(consumer))})


def change_json(event: ChangeEvent) -> dict[str, Any]:
    """Return a change as REST shows it."""
    change = event.change
    return {
        "id": event.change_id,
        "cursor": change_cursor(event.position),
        "entityType": event.entity_type,
        "kind": change.kind,
        "goldenId": change.golden_id,
        "otherId": change.other_id,
        "attributes": change.attributes,
        "validFrom": change.valid_from,
        "knownAt": event.position.system_from,
    }


async def _events(
    services: Services, start: Position, entity_type: str | None, golden_ids: list[Any] | None
) -> AsyncGenerator[bytes]:
    try:
        async for event in following(services, start, entity_type, golden_ids):
            yield sent_event(change_json(event), "change", change_cursor(event.position))
    except CatalogError as error:
        # The status is sent long since; the client comes back by itself, with the last event it has seen.
        yield sent_event(error_body(error.code, error.message), "error")


routes = [
    Route("/api/v1/changes", list_changes, methods=["GET"]),
    Route("/api/v1/changes/consumers/{consumer}", acknowledge, methods=["PUT"]),
]
"""The routes of this module."""
