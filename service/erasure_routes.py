"""The REST doors of erasure."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graph.spelling import camel
from graph.store.erasures import Erasure
from service.context import of
from service.query_string import asked
from service.responses import JSONResponse
from service.schema.arguments import uuid_of
from service.schema.erasure import erased


async def erase(request: Request) -> Response:
    """Remove a person for good, with `reason` in the query string; answers 202 with how far it is."""
    reason = asked(request, "reason").get("reason", "")
    path = request.path_params
    erasure = await erased(of(request), path["entity_type"], path["id"], reason)
    headers = {"Location": f"/api/v1/erasures/{erasure.erasure_id}"}
    return JSONResponse(_json(erasure), 202, headers)


async def show_erasure(request: Request) -> Response:
    """Answer an erasure, as far as it is done now."""
    asked(request)
    erasure = await of(request).services.erasures.one(uuid_of(request.path_params["id"]))
    return JSONResponse(_json(erasure))


async def lift_suppression(request: Request) -> Response:
    """Let somebody who was erased come back, with `reason` in the query string."""
    reason = asked(request, "reason").get("reason", "")
    context = of(request)
    erasure_id = uuid_of(request.path_params["id"])
    return JSONResponse(_json(await context.services.erasures.lift(erasure_id, context.actor, reason)))


def _json(erasure: Erasure) -> dict[str, Any]:
    told = asdict(erasure)
    return {camel(name): value for name, value in told.items()}


routes = [
    Route("/api/v1/golden/{entity_type}/{id}/personal-data", erase, methods=["DELETE"]),
    Route("/api/v1/erasures/{id}", show_erasure, methods=["GET"]),
    Route("/api/v1/erasures/{id}/suppression", lift_suppression, methods=["DELETE"]),
]
"""The routes of this module."""
