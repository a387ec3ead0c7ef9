"""The REST doors of golden records of any type: create, find, change, delete, and their versions in time."""

from __future__ import annotations

import difflib
from datetime import datetime
from itertools import islice
from typing import Any, cast
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graph.errors import InvalidInputError, NotFoundError, Problem
from graph.golden.entity_type import EntityType
from graph.golden.record import MAX_PROBLEMS, snake
from graph.identity import SourceKey
from graph.spelling import camel
from graph.store.golden_records import GoldenRecord
from graph.time import AsOf, instant
from service.context import RequestContext, of
from service.entities import Entity
from service.golden_record_json import entity_json, entity_version_json, event_ids
from service.query_string import asked, instant_of, page_start, size_of
from service.request_body import json_body
from service.responses import JSONResponse
from service.schema.arguments import cursor, search_text, uuid_of

_VALID_FROM = "valid_from"


async def list_golden_records(request: Request) -> Response:
    """Answer a page of golden records of a type, or those that one source record belongs to.

    `after` is the endCursor of the page before and carries its basis; `system` and `key` together name a source record.
    """
    _, entity = await _asked_of(request)
    given = asked(request, "search", "first", "after", "asOf", "knownAt", "system", "key")
    reads = entity.golden_records
    text, size = search_text(given.get("search")), size_of(given)
    key = _source_key(given)
    after, at = await page_start(given, reads.basis)
    if key is not None:
        records, has_next = list((await reads.by_source_key([key], at)).values()), False
    else:
        records, has_next = await reads.page(text, size, after, at)
    return JSONResponse(
        {
            "entityType": entity.type.name,
            "basis": {"asOf": at.valid, "knownAt": at.system},
            "goldenRecords": [entity_json(record, at, entity.type) for record in records],
            "pageInfo": {
                "hasNextPage": has_next,
                "endCursor": cursor(records[-1].id, at) if records else None,
            },
        }
    )


async def create_golden_record(request: Request) -> Response:
    """Record a golden record of our own and answer 201 with it; where it matches a known one, that one is answered."""
    context, entity = await _asked_of(request)
    attributes, valid_from = attributes_given(await json_body(request), entity.type)
    golden_id = await entity.intake.create(attributes, valid_from, context.actor, "rest")
    return await _changed(entity, golden_id, valid_from, 201)


async def show_golden_record(request: Request) -> Response:
    """Answer one golden record as it was at `asOf`, as known at `knownAt`; a deleted one says isDeleted."""
    _, entity = await _asked_of(request)
    golden_id = uuid_of(request.path_params["id"])
    given = asked(request, "asOf", "knownAt")
    at = await entity.golden_records.basis(instant_of(given, "asOf"), instant_of(given, "knownAt"))
    return JSONResponse(entity_json(await _record(entity, golden_id, at), at, entity.type))


async def update_golden_record(request: Request) -> Response:
    """Change the attributes named, from `validFrom` on (default: now); one given as null has no value from then on."""
    context, entity = await _asked_of(request)
    golden_id = uuid_of(request.path_params["id"])
    attributes, valid_from = attributes_given(await json_body(request), entity.type)
    changed_id = await entity.intake.update(golden_id, attributes, valid_from, context.actor, "rest")
    return await _changed(entity, changed_id, valid_from)


async def delete_golden_record(request: Request) -> Response:
    """Delete a golden record from `validFrom` on (default: now); its history stays and it can be re-opened."""
    context, entity = await _asked_of(request)
    golden_id = uuid_of(request.path_params["id"])
    valid_from = instant_of(asked(request, "validFrom"), "validFrom")
    deleted_id = await entity.intake.delete(golden_id, valid_from, context.actor, "rest")
    return await _changed(entity, deleted_id, valid_from)


async def list_versions(request: Request) -> Response:
    """Answer every version of a golden record in valid order, as believed at `knownAt`, each with its provenance."""
    _, entity = await _asked_of(request)
    asked_id = uuid_of(request.path_params["id"])
    reads = entity.golden_records
    at = await reads.basis(None, instant_of(asked(request, "knownAt"), "knownAt"))
    golden_id = (await reads.survivors([asked_id], at.system)).get(asked_id)
    versions = (await reads.timeline([golden_id], at.system))[golden_id] if golden_id else []
    if not versions:
        raise NotFoundError(f"no {entity.type.name} {asked_id} is known then")
    events = await reads.events(event_ids(versions))
    return JSONResponse(
        {
            "entityType": entity.type.name,
            "id": golden_id,
            "knownAt": at.system,
            "versions": [entity_version_json(version, events, entity.type) for version in versions],
        }
    )


async def list_entity_types(request: Request) -> Response:
    """Answer every entity type with the document that defines it now."""
    context = of(request)
    asked(request)
    types = [(await context.entity(name)).type for name in await context.services.entities.names()]
    return JSONResponse({"entityTypes": [kind.document | {"version": kind.policy_version} for kind in types]})


async def put_entity_type(request: Request) -> Response:
    """Define an entity type, or define one anew, by the document in the body; refused with every problem of it."""
    context = of(request)
    document = await json_body(request)
    name = request.path_params["entity_type"]
    if isinstance(document, dict) and cast("dict[str, Any]", document).setdefault("name", name) != name:
        raise InvalidInputError.at("$.name", f"must be {name[:60]}, as the path says")
    kind = await context.services.entities.define(document, context.actor)
    context.services.policies.recomputations.start(kind.name)
    return JSONResponse(kind.document | {"version": kind.policy_version})


async def _asked_of(request: Request) -> tuple[RequestContext, Entity]:
    context = of(request)
    return context, await context.entity(request.path_params["entity_type"])


async def _changed(
    entity: Entity, golden_id: UUID, valid_from: datetime | None, status: int = 200
) -> Response:
    at = await entity.golden_records.basis(valid_from, None)
    body = entity_json(await _record(entity, golden_id, at), at, entity.type)
    place = f"/api/v1/golden/{entity.type.name}/{golden_id}"
    return JSONResponse(body, status, {"Location": place} if status == 201 else None)


async def _record(entity: Entity, golden_id: UUID, at: AsOf) -> GoldenRecord:
    found = await entity.golden_records.by_id([golden_id], at)
    if golden_id not in found:
        raise NotFoundError(f"no {entity.type.name} {golden_id} is known then")
    return found[golden_id]


def _source_key(given: dict[str, str]) -> SourceKey | None:
    if "system" not in given and "key" not in given:
        return None
    if "system" not in given or "key" not in given or given.keys() & {"search", "after"}:
        raise InvalidInputError.at("$", "a source record is named by system and key, without search or after")
    system, key = search_text(given["system"], "$.system"), search_text(given["key"], "$.key")
    return SourceKey(system or "", key or "")


def attributes_given(body: Any, entity_type: EntityType) -> tuple[dict[str, Any], datetime | None]:
    """Return the attributes of a body, and its validFrom; raises InvalidInputError where it names anything else."""
    if not isinstance(body, dict):
        raise InvalidInputError.at("$", f"must be an object with the attributes of the {entity_type.name}")
    fields = cast("dict[str, Any]", body)
    texts = [value for name, value in fields.items() if snake(name) == _VALID_FROM]
    if len(texts) > 1:
        raise InvalidInputError.at("$.validFrom", "is given twice")
    attributes = {name: value for name, value in fields.items() if snake(name) != _VALID_FROM}
    known = {*entity_type.by_name, *entity_type.nested}
    unknown = (name for name in attributes if snake(name) not in known)
    problems = [_unknown(name, known) for name in islice(unknown, MAX_PROBLEMS)]
    if problems:
        raise InvalidInputError(*problems)
    if not texts or texts[0] is None:
        return attributes, None
    if not isinstance(texts[0], str):
        raise InvalidInputError.at("$.validFrom", "must be text such as 2025-01-01T00:00:00Z")
    return attributes, instant(texts[0], "$.validFrom")


def _unknown(name: str, known: set[str]) -> Problem:
    nearest = difflib.get_close_matches(snake(name)[:60], sorted(known), n=1)
    hint = f"; did you mean {camel(nearest[0])}?" if nearest else ""
    return Problem(f"$.{name[:60]}", f"is not known{hint}")


_OF_TYPE = "/api/v1/golden/{entity_type}"

routes = [
    Route("/api/v1/entity-types", list_entity_types, methods=["GET"]),
    Route("/api/v1/entity-types/{entity_type}", put_entity_type, methods=["PUT"]),
    Route(_OF_TYPE, list_golden_records, methods=["GET"]),
    Route(_OF_TYPE, create_golden_record, methods=["POST"]),
    Route(f"{_OF_TYPE}/{{id}}", show_golden_record, methods=["GET"]),
    Route(f"{_OF_TYPE}/{{id}}", update_golden_record, methods=["PUT", "PATCH"]),
    Route(f"{_OF_TYPE}/{{id}}", delete_golden_record, methods=["DELETE"]),
    Route(f"{_OF_TYPE}/{{id}}/versions", list_versions, methods=["GET"]),
]
"""The routes of this module."""
