"""The REST doors of entity types, and of golden records of any type."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graph.errors import InvalidInputError
from service.context import RequestContext, of
from service.golden_record_doors import GoldenRecordDoors, View
from service.golden_record_json import entity_json, entity_version_json
from service.query_string import asked
from service.request_body import json_body
from service.responses import JSONResponse

_PATH = "/api/v1/golden/{entity_type}"


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


async def _view_of(context: RequestContext, request: Request) -> View:
    """Return how golden records of the type that the path names are shown."""
    entity = await context.entity(request.path_params["entity_type"])
    return View(
        entity,
        _PATH.format(entity_type=entity.type.name),
        partial(entity_json, entity_type=entity.type),
        partial(entity_version_json, entity_type=entity.type),
        head={"entityType": entity.type.name},
        many="goldenRecords",
        id_name="id",
        lookups=("system", "key"),
    )


routes = [
    Route("/api/v1/entity-types", list_entity_types, methods=["GET"]),
    Route("/api/v1/entity-types/{entity_type}", put_entity_type, methods=["PUT"]),
    *GoldenRecordDoors(_PATH, _view_of).routes,
]
"""The routes of this module."""
