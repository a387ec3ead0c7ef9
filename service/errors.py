"""The one place that turns failures into HTTP statuses and GraphQL error codes; what is not expected shows no text."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from typing import Any

from graphql import GraphQLError
from starlette.exceptions import HTTPException
from starlette.requests import Request

from graph.errors import (
    CatalogError,
    ConflictError,
    ErasedError,
    InvalidInputError,
    NotFoundError,
    Problem,
    UnavailableError,
)
from service.responses import JSONResponse

log = logging.getLogger("goldthread.service")

STATUSES = {
    InvalidInputError.code: 400,
    NotFoundError.code: 404,
    ConflictError.code: 409,
    ErasedError.code: 410,
    UnavailableError.code: 503,
}
"""The HTTP status of every expected failure."""

HTTP_CODES = {
    400: "BAD_REQUEST",
    401: "UNAUTHENTICATED",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    406: "NOT_ACCEPTABLE",
    413: "PAYLOAD_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    421: "MISDIRECTED_REQUEST",
}
"""The code of a refusal that HTTP itself has a status for."""

INTERNAL = "INTERNAL"
"""The code of everything unexpected; its text goes to the log alone."""

LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
"""The code of a GraphQL document that is too deep, too long or too costly."""

PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
"""The code of a GraphQL document that is not GraphQL."""

VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
"""The code of a GraphQL document that does not fit the schema."""

NOT_TRUSTED = "DOCUMENT_NOT_TRUSTED"
"""The code of a GraphQL document that is none of those known beforehand, where no other is answered."""

UNKNOWN_DOCUMENT = "DOCUMENT_NOT_FOUND"
"""The code of a GraphQL request by the id of a document that nobody knows."""

_QUOTED = re.compile(r"(?P<before>, found: | represent [a-z -]*value: )(?P<value>.*)", re.DOTALL)

UNEXPECTED = "something went wrong on our side; it has been logged"
"""All that is said of an unexpected error."""

LONGEST_MESSAGE = 1_000
"""Longer messages are cut, so that an error about a megabyte of text is not a megabyte long."""


def problem_list(problems: Sequence[Problem]) -> list[dict[str, str]]:
    """Return problems as every door shows them."""
    return [{"path": problem.path, "reason": shortened(problem.reason)} for problem in problems]


def shortened(text: str) -> str:
    """Return the text, cut where it is longer than LONGEST_MESSAGE."""
    return text if len(text) <= LONGEST_MESSAGE else text[:LONGEST_MESSAGE] + "…"


def error_body(code: str, message: str, problems: Sequence[Problem] = (), **more: Any) -> dict[str, Any]:
    """Return the JSON body of a REST error."""
    return {
        "error": {"code": code, "message": shortened(message), "problems": problem_list(problems), **more},
    }


async def catalog_error(request: Request, error: Exception, **more: Any) -> JSONResponse:
    """Answer an expected failure of the catalog; `more` is told beside its code."""
    if not isinstance(error, CatalogError):
        raise error
    status = STATUSES.get(error.code, 400)
    problems = error.problems if isinstance(error, InvalidInputError) else ()
    request.app.state.metrics.errors.labels(error.code).inc()
    headers = {"Retry-After": "1"} if status == STATUSES[UnavailableError.code] else None
    if isinstance(error, ErasedError):
        more["erasedAt"] = error.erased_at
    return JSONResponse(error_body(error.code, error.message, problems, **more), status, headers)


async def http_error(request: Request, error: Exception) -> JSONResponse:
    """Answer a refusal of HTTP itself: no such path, wrong method, body too long."""
    if not isinstance(error, HTTPException):
        raise error
    code = HTTP_CODES.get(error.status_code, "BAD_REQUEST")
    request.app.state.metrics.errors.labels(code).inc()
    message = error.detail
    if error.status_code == 404 and error.detail == "Not Found":
        message = f"there is nothing at {request.url.path}"
    elif error.status_code == 405 and error.detail == "Method Not Allowed":
        message = f"{request.url.path} does not answer {request.method}"
    return JSONResponse(error_body(code, message), error.status_code, error.headers)


def internal_body(request_id: str) -> dict[str, Any]:
    """Return the JSON body for something unexpected; the request id leads to its traceback in the log."""
    return error_body(INTERNAL, UNEXPECTED, requestId=request_id)


def graphql_error(error: GraphQLError, request_id: str) -> dict[str, Any]:
    """Return an error of a field as GraphQL shows it; one that nobody expected is logged with its traceback."""
    cause = _cause(error)
    shown: dict[str, Any] = _located(error)
    if isinstance(cause, CatalogError):
        shown["message"] = shortened(cause.message)
        shown["extensions"] = extensions(cause)
    else:
        log.error("request %s failed", request_id, exc_info=cause or error)
        shown["message"] = UNEXPECTED
        shown["extensions"] = {"code": INTERNAL, "requestId": request_id}
    return shown


def extensions(error: CatalogError) -> dict[str, Any]:
    """Return the code of an expected failure, and its problems where it has some, as GraphQL shows them."""
    if isinstance(error, InvalidInputError):
        return {"code": error.code, "problems": problem_list(error.problems)}
    if isinstance(error, ErasedError):
        return {"code": error.code, "erasedAt": error.erased_at}
    return {"code": error.code}


def graphql_refusal(error: GraphQLError, code: str) -> dict[str, Any]:
    """Return what is wrong with a document or its variables as GraphQL shows it, quoting only harmless values."""
    shown = _located(error)
    return {**shown, "message": _QUOTED.sub(_harmless, shown["message"]), "extensions": {"code": code}}


def _harmless(quoted: re.Match[str]) -> str:
    # The library quotes whole inputs; an object, a URL or a key=value text may hold a password.
    value = quoted["value"]
    return f"{quoted['before']}…" if value[:1] in "{[" or "://" in value or "=" in value else quoted[0]


def _located(error: GraphQLError) -> dict[str, Any]:
    shown: dict[str, Any] = {"message": shortened(error.message)}
    if error.locations:
        shown["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    if error.path:
        shown["path"] = error.path
    return shown


def _cause(error: GraphQLError) -> BaseException | None:
    cause = error.original_error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return cause
