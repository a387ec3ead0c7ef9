"""The REST doors of uploads: hand a file in, see what it would change, and have it taken in or forget it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graph.errors import InvalidInputError
from graph.golden.entity_type import CUSTOMER
from graph.store.uploads import Upload, Uploads
from service.context import of
from service.query_string import asked
from service.request_body import raw_body
from service.responses import JSONResponse
from service.schema.arguments import search_text, uuid_of

MOST_BYTES = 32 << 20
"""How large an uploaded file may be; `goldthread load` takes files of any size."""

_NAME = re.compile(r"^[^/\\\x00-\x1f]{1,120}$")
_ENDING = re.compile(r"\.(csv|tsv|txt|ndjson|jsonl|json|parquet)(\.(gz|zst))?$", re.IGNORECASE)


async def upload(request: Request) -> Response:
    """Keep the file in the body; answers 202 with the upload, whose preview a worker works out."""
    given = asked(request, "name", "source", "entityType", "columns", "ignoreUnknown")
    context = of(request)
    kind = search_text(given.get("entityType"), "$.entityType") or CUSTOMER.name
    await context.entity(kind)
    name, source = _name(given.get("name", "")), _source(given.get("source", ""))
    reading = {
        "columns": _columns(given.get("columns")),
        "ignoreUnknown": given.get("ignoreUnknown") == "true",
    }
    content = await raw_body(request, MOST_BYTES)
    if not content:
        raise InvalidInputError.at("$", "the file is empty")
    kept = await _uploads(request).add(kind, source, name, reading, content, context.actor)
    return JSONResponse(_json(kept), 202, {"Location": f"/api/v1/uploads/{kept.id}"})


async def show_upload(request: Request) -> Response:
    """Answer an upload as it is now: what it would change, or what became of it."""
    asked(request)
    return JSONResponse(_json(await _uploads(request).one(uuid_of(request.path_params["id"]))))


async def accept_upload(request: Request) -> Response:
    """Have an upload taken in; answers 202, a worker does it."""
    asked(request)
    found = await _uploads(request).accept(uuid_of(request.path_params["id"]))
    return JSONResponse(_json(found), 202)


async def discard_upload(request: Request) -> Response:
    """Forget an upload."""
    asked(request)
    return JSONResponse(_json(await _uploads(request).discard(uuid_of(request.path_params["id"]))))


def _uploads(request: Request) -> Uploads:
    return Uploads(of(request).services.database)


def _name(name: str) -> str:
    if not _NAME.match(name) or name.startswith(".") or len(name.encode()) > 200:
        raise InvalidInputError.at("$.name", "must be a file's name of 1 to 120 characters, without folders")
    if not _ENDING.search(name):
        raise InvalidInputError.at(
            "$.name",
            f"{name[:60]!r} does not end in .csv, .ndjson or .parquet, packed with .gz or .zst or not",
        )
    return name


def _source(source: str) -> str:
    if source != source.strip() or not 0 < len(source) <= 100:
        raise InvalidInputError.at("$.source", "must name the source system, in 1 to 100 characters")
    return search_text(source, "$.source") or ""


def _columns(text: str | None) -> dict[str, str]:
    if text is None:
        return {}
    try:
        found: object = orjson.loads(text)
    except ValueError:
        found = None
    names = cast("Mapping[object, object]", found) if isinstance(found, dict) else None
    if names is None or not all(isinstance(one, str) for one in names.values()) or len(names) > 1_000:
        raise InvalidInputError.at(
            "$.columns", 'must be a JSON object from columns to attributes: {"mail": "email"}'
        )
    return cast("dict[str, str]", dict(names))


def _json(found: Upload) -> dict[str, Any]:
    return {
        "id": found.id,
        "entityType": found.entity_type,
        "source": found.source_system,
        "name": found.name,
        "size": found.size,
        "state": found.state,
        "told": found.told,
        "actor": found.actor,
        "uploadedAt": found.uploaded_at,
        "settledAt": found.settled_at,
    }


routes = [
    Route("/api/v1/uploads", upload, methods=["POST"]),
    Route("/api/v1/uploads/{id}", show_upload, methods=["GET"]),
    Route("/api/v1/uploads/{id}", discard_upload, methods=["DELETE"]),
    Route("/api/v1/uploads/{id}/acceptance", accept_upload, methods=["POST"]),
]
"""The routes of this module."""
