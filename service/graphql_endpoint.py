"""GraphQL over HTTP: one endpoint, quick for what is known, with limits, both media types and validators for caches."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from inspect import isawaitable
from typing import Any

import strawberry
from graphql import ExecutionResult, GraphQLError, OperationType, subscribe
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from strawberry.execution import optimized_is_awaitable

from graph.errors import CatalogError, InvalidInputError
from lineage.rewrites import Rewrites
from service.context import RequestContext, of
from service.errors import (
    LIMIT_EXCEEDED,
    VALIDATION_FAILED,
    extensions,
    graphql_error,
    graphql_refusal,
    shortened,
)
from service.event_stream import EventStream, sent_event
from service.graphql_documents import Document, Documents, Operation
from service.graphql_limits import MAX_COST, variable_errors
from service.graphql_request import LEGACY, MODERN, STREAM, GraphQLRequest, asked, negotiated
from service.pinned_answers import IMMUTABLE, REVALIDATED, is_known, tag, tag_of
from service.responses import JSONResponse, encoded
from service.selections.executor import CompiledExecutor
from service.trusted_documents import TrustedDocuments

_VARY = "Accept, Authorization, X-API-Key"


class GraphQLEndpoint:
    """Answers GET and POST at /graphql on a strawberry schema."""

    def __init__(self, schema: strawberry.Schema, trusted: TrustedDocuments | None = None) -> None:
        self._documents = Documents(schema, trusted)

    async def answer(self, request: Request) -> Response:
        """Answer one request; raises HTTPException 405, 406, 413 and 415 for what is no GraphQL request at all."""
        media_type = negotiated(request.headers.get("accept", ""))
        context = of(request)
        try:
            wanted = await asked(request)
        except InvalidInputError as error:
            context.services.metrics.errors.labels(error.code).inc()
            shown = {"message": shortened(error.message), "extensions": extensions(error)}
            return JSONResponse({"errors": [shown]}, 400, media_type=media_type)
        document, operation = self._documents.asked(wanted)
        kind = operation.node.operation if operation else OperationType.QUERY
        if operation is not None:
            request.scope["goldthread.operation"] = operation.label
        if request.method == "GET" and kind is OperationType.MUTATION:
            raise HTTPException(405, "a GET carries queries only; send mutations by POST", {"Allow": "POST"})
        if media_type == STREAM and not document.errors and operation is not None:
            return EventStream(self._sent(wanted, context))
        if kind is OperationType.SUBSCRIPTION:
            raise HTTPException(406, f"a subscription answers as {STREAM}, or over a WebSocket")
        if media_type == STREAM:
            media_type = LEGACY
        if request.method == "GET" and operation is not None:
            return await self._kept(request, wanted, document, operation, context, media_type)
        body, is_request_error = await self._answer(wanted, document, operation, context)
        return _response(body, is_request_error, media_type, context)

    async def answers(
        self, wanted: GraphQLRequest, context: RequestContext
    ) -> AsyncGenerator[tuple[dict[str, Any], bool]]:
        """Yield everything an operation answers, each with whether it refuses the request as a whole.

        A query or mutation has one answer; a subscription has one for each event, and ends with an error.
        """
        document, operation = self._documents.asked(wanted)
        if operation is None or operation.node.operation is not OperationType.SUBSCRIPTION:
            yield await self._answer(wanted, document, operation, context)
            return
        refused, told = _refusal(wanted, document, operation)
        if refused is not None:
            yield refused, True
            return
        assert document.node is not None  # noqa: S101 - a document without errors has its node
        try:
            source = subscribe(
                self._documents.schema,
                document.node,
                context_value=context,
                variable_values=wanted.variables,
                operation_name=wanted.operation_name,
                executor_class=CompiledExecutor,
                max_coercion_errors=20,
                operation_extensions=None,
                plans=self._documents.plans(document),
            )
            found = await source if isawaitable(source) else source
            if isinstance(found, ExecutionResult):
                yield _shown(found, told, context)
                return
            async for result in found:
                yield _shown(result, told, context)
        except CatalogError as error:
            shown = graphql_error(GraphQLError(error.message, original_error=error), context.request_id)
            yield {"data": None, "errors": [shown]}, False

    async def _sent(self, wanted: GraphQLRequest, context: RequestContext) -> AsyncGenerator[bytes]:
        """Yield the answers as server-sent events, as GraphQL over SSE (distinct connections) names them."""
        async for body, _ in self.answers(wanted, context):
            yield sent_event(body, "next")
        yield sent_event("", "complete")

    async def _kept(
        self,
        request: Request,
        wanted: GraphQLRequest,
        document: Document,
        operation: Operation,
        context: RequestContext,
        media_type: str,
    ) -> Response:
        """Answer a query that came by GET, with what tells caches how long the answer is good."""
        known = request.headers.get("if-none-match", "")
        known_at = operation.pins.known_at(wanted.variables) if operation.pins else None
        pinned = None
        if known_at is not None:
            past = await Rewrites(context.services.database).past()
            if known_at <= past.newest:
                said = document.text, wanted.operation_name, wanted.variables, media_type
                pinned = tag(said, past)
        if pinned is not None and is_known(known, pinned):
            return Response(None, 304, _validators(pinned, IMMUTABLE))
        body, is_request_error = await self._answer(wanted, document, operation, context)
        response = _response(body, is_request_error, media_type, context)
        if "errors" in body:
            response.headers["Cache-Control"] = "no-store"
            return response
        headers = (
            _validators(pinned, IMMUTABLE)
            if pinned
            else _validators(tag_of(bytes(response.body)), REVALIDATED)
        )
        if pinned is None and is_known(known, headers["ETag"]):
            return Response(None, 304, headers)
        response.headers.update(headers)
        return response

    async def _answer(
        self, wanted: GraphQLRequest, document: Document, operation: Operation | None, context: RequestContext
    ) -> tuple[dict[str, Any], bool]:
        refused, told = _refusal(wanted, document, operation)
        if refused is not None:
            return refused, True
        return _shown(await self._executed(wanted, document, context), told, context)

    async def _executed(
        self, wanted: GraphQLRequest, document: Document, context: RequestContext
    ) -> ExecutionResult:
        assert document.node is not None  # noqa: S101 - a document without errors has its node
        try:
            executor = CompiledExecutor.build(
                self._documents.schema,
                document.node,
                context_value=context,
                raw_variable_values=wanted.variables,
                operation_name=wanted.operation_name,
                is_awaitable=optimized_is_awaitable,  # pyright: ignore[reportArgumentType] - a TypeGuard in all but name
                max_coercion_errors=20,
                operation_extensions=None,
                plans=self._documents.plans(document),
            )
            if isinstance(executor, list):
                return ExecutionResult(None, executor)
            result: Any = executor.execute_operation()
            return await result if optimized_is_awaitable(result) else result
        except RecursionError:
            return ExecutionResult(None, [GraphQLError("the variables are nested too deeply")])


def _refusal(
    wanted: GraphQLRequest, document: Document, operation: Operation | None
) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """Return the refusal of an operation that cannot be carried out or costs too much, and what to tell of its cost."""
    if document.errors:
        return _refused(document.errors, document.code), {}
    if operation is None:
        what = (
            f"has no operation {wanted.operation_name[:60]!r}"
            if wanted.operation_name
            else ("has several operations; say which by operationName")
        )
        return _refused([GraphQLError(f"the document {what}")], VALIDATION_FAILED), {}
    too_large = variable_errors(wanted.variables)
    if too_large:
        return _refused(too_large, LIMIT_EXCEEDED), {}
    requested = operation.fixed_cost
    if requested is None:
        requested = operation.cost.of(wanted.variables)
    told = {"cost": {"requested": min(requested, 10**12), "maximum": MAX_COST}}
    if requested > MAX_COST:
        error = GraphQLError(
            f"the operation may reach {min(requested, 10**12)} nodes; at most {MAX_COST} are allowed"
        )
        return {**_refused([error], LIMIT_EXCEEDED), "extensions": told}, told
    return None, told


def _shown(
    result: ExecutionResult, told: dict[str, Any], context: RequestContext
) -> tuple[dict[str, Any], bool]:
    """Return a result as it is answered, and whether it refuses the request as a whole."""
    errors = result.errors or []
    if result.data is None and errors and all(error.path is None for error in errors):
        return _refused(errors, InvalidInputError.code), True
    body: dict[str, Any] = {"data": result.data, "extensions": told}
    if errors:
        body["errors"] = [graphql_error(error, context.request_id) for error in errors]
    return body, False


def _refused(errors: list[GraphQLError], code: str) -> dict[str, Any]:
    return {"errors": [graphql_refusal(error, code) for error in errors]}


def _response(
    body: dict[str, Any], is_request_error: bool, media_type: str, context: RequestContext
) -> Response:
    for error in body.get("errors", ()):
        context.services.metrics.errors.labels(error["extensions"]["code"]).inc()
    status = 400 if is_request_error and media_type == MODERN else 200
    return Response(encoded(body), status, media_type=media_type)


def _validators(found: str, how_long: str) -> dict[str, str]:
    return {"ETag": found, "Cache-Control": how_long, "Vary": _VARY}
