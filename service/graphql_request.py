"""What a GraphQL request over HTTP says: document or its id, variables, operation, and the media type it wants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request

from graph.errors import InvalidInputError, refuse_nul
from service.request_body import json_body, parsed_json

LEGACY = "application/json"
"""The media type that answers a well-formed request with 200 whatever became of it."""

STREAM = "text/event-stream"
"""The media type that answers with one event for each result, until there are no more."""

MODERN = "application/graphql-response+json"
"""The media type whose status tells: 400 where the document or the variables are at fault."""

LONGEST_ID = 200
"""How many characters the id of a document may have."""

_FIELDS = frozenset({"query", "documentId", "variables", "operationName", "extensions"})


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """What a client asks for: `query` is the text of a document, `document_id` the id of one that is known; one of them."""

    query: str | None
    variables: dict[str, Any]
    operation_name: str | None
    document_id: str | None = None

    @classmethod
    def of(cls, value: Any) -> GraphQLRequest:
        """Return the request in a parsed JSON body; raises InvalidInputError where a part has the wrong type."""
        if not isinstance(value, dict):
            raise InvalidInputError.at("$", "must be an object with query, variables and operationName")
        unknown = sorted(name for name in value if name not in _FIELDS)
        if unknown:
            raise InvalidInputError.at(f"$.{unknown[0][:60]}", "is no part of a GraphQL request")
        variables, name = value.get("variables"), value.get("operationName")
        query, document_id = _document(value.get("query"), value.get("documentId"))
        if not isinstance(variables, dict | None):
            raise InvalidInputError.at("$.variables", "must be an object")
        if not isinstance(name, str | None):
            raise InvalidInputError.at("$.operationName", "must be text")
        return cls(query, variables or {}, name or None, document_id)


def _document(query: object, document_id: object) -> tuple[str | None, str | None]:
    if document_id is None:
        if not isinstance(query, str) or not query.strip():
            raise InvalidInputError.at("$.query", "must be the text of a GraphQL document")
        return query, None
    if query is not None:
        raise InvalidInputError.at("$.documentId", "stands for a document: send either it or query")
    if not isinstance(document_id, str) or not 0 < len(document_id) <= LONGEST_ID:
        raise InvalidInputError.at("$.documentId", "must be an id such as sha256:…")
    return None, document_id


async def asked(request: Request) -> GraphQLRequest:
    """Return what a GET or POST asks for; raises InvalidInputError, and HTTPException for what is no JSON body at all."""
    if request.method != "GET":
        return GraphQLRequest.of(await json_body(request))
    parts: dict[str, Any] = dict(request.query_params)
    if parts.get("variables"):
        parts["variables"] = parsed_json(parts["variables"])
    if parts.get("extensions"):
        parts["extensions"] = parsed_json(parts["extensions"])
    refuse_nul(parts)
    return GraphQLRequest.of(parts)


def negotiated(accept: str) -> str:
    """Return the media type to answer with; raises HTTPException 406 where none of the three is accepted.

    Where a client has no preference it gets the modern one.
    """
    qualities: dict[str, float] = {}
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                quality = float(parameter[2:]) if parameter[2:].replace(".", "", 1).isdecimal() else 0.0
        qualities[name] = max(quality, qualities.get(name, 0.0))
    anything = qualities.get("*/*", 0.0) if accept.strip() else 1.0
    if qualities.get(STREAM, 0.0) > 0:
        return STREAM
    family = qualities.get("application/*", anything)
    modern, legacy = qualities.get(MODERN, family), qualities.get(LEGACY, family)
    if max(modern, legacy) <= 0:
        raise HTTPException(406, f"answers come as {MODERN}, {LEGACY} or {STREAM}")
    return MODERN if modern >= legacy else LEGACY
