"""GraphQL over HTTP: one endpoint with caches for parsing and validation, limits, and both media types."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from inspect import isawaitable
from typing import Any

import strawberry
from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    StringValueNode,
    Visitor,
    execute,
    get_operation_ast,
    parse,
    specified_rules,
    subscribe,
    validate,
    visit,
)
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from strawberry.execution import optimized_is_awaitable

from graph.errors import CatalogError, InvalidInputError, refuse_nul
from service.context import RequestContext, of
from service.errors import (
    LIMIT_EXCEEDED,
    PARSE_FAILED,
    VALIDATION_FAILED,
    extensions,
    graphql_error,
    graphql_refusal,
    shortened,
)
from service.event_stream import EventStream, sent_event
from service.graphql_limits import MAX_COST, MAX_TOKENS, Cost, size_errors
from service.request_body import JSON_TYPES, SMALL, parsed_json, raw_body, require_media_type
from service.responses import JSONResponse

LEGACY = "application/json"
"""The media type that answers a well-formed request with 200 whatever became of it."""

STREAM = "text/event-stream"
"""The media type that answers with one event for each result, until there are no more."""

MODERN = "application/graphql-response+json"
"""The media type whose status tells: 400 where the document or the variables are at fault."""

CACHED_DOCUMENTS = 1_000
"""How many documents are kept parsed and validated."""

LONGEST_CACHED = 20_000
"""Longer documents are not kept: they hold their data written out and will not come again."""

_REQUEST_FIELDS = frozenset({"query", "variables", "operationName", "extensions"})


@dataclass(slots=True)
class Document:
    """A parsed document with what validation found; `operations` holds what was worked out per operation name."""

    node: DocumentNode | None
    errors: list[GraphQLError]
    code: str = ""
    operations: dict[str | None, Operation | None] = field(
        default_factory=dict[str | None, "Operation | None"]
    )


@dataclass(slots=True)
class Operation:
    """One operation of a document; `fixed_cost` is None where the cost depends on the variables."""

    node: OperationDefinitionNode
    label: str
    cost: Cost
    fixed_cost: int | None


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """What a client asks for."""

    query: str
    variables: dict[str, Any]
    operation_name: str | None

    @classmethod
    def of(cls, value: Any) -> GraphQLRequest:
        """Return the request in a parsed JSON body; raises InvalidInputError where a part has the wrong type."""
        if not isinstance(value, dict):
            raise InvalidInputError.at("$", "must be an object with query, variables and operationName")
        unknown = sorted(name for name in value if name not in _REQUEST_FIELDS)
        if unknown:
            raise InvalidInputError.at(f"$.{unknown[0][:60]}", "is no part of a GraphQL request")
        query, variables, name = value.get("query"), value.get("variables"), value.get("operationName")
        if not isinstance(query, str) or not query.strip():
            raise InvalidInputError.at("$.query", "must be the text of a GraphQL document")
        if not isinstance(variables, dict | None):
            raise InvalidInputError.at("$.variables", "must be an object")
        if not isinstance(name, str | None):
            raise InvalidInputError.at("$.operationName", "must be text")
        return cls(query, variables or {}, name or None)


class GraphQLEndpoint:
    """Answers GET and POST at /graphql on a strawberry schema."""

    def __init__(self, schema: strawberry.Schema, most_cached: int = CACHED_DOCUMENTS) -> None:
        self._most_cached = most_cached
        self._schema = schema
        self._core = schema._schema  # pyright: ignore[reportPrivateUsage] - strawberry has no public way to it
        self._documents: OrderedDict[str, Document] = OrderedDict()

    async def answer(self, request: Request) -> Response:
        """Answer one request; raises HTTPException 405, 406, 413 and 415 for what is no GraphQL request at all."""
        media_type = negotiated(request.headers.get("accept", ""))
        context = of(request)
        try:
            asked = await _asked(request)
        except InvalidInputError as error:
            context.services.metrics.errors.labels(error.code).inc()
            shown = {"message": shortened(error.message), "extensions": extensions(error)}
            return JSONResponse({"errors": [shown]}, 400, media_type=media_type)
        document, operation = self.prepared(asked)
        kind = operation.node.operation if operation else OperationType.QUERY
        if operation is not None:
            request.scope["goldthread.operation"] = operation.label
        if request.method == "GET" and kind is OperationType.MUTATION:
            raise HTTPException(405, "a GET carries queries only; send mutations by POST", {"Allow": "POST"})
        if media_type == STREAM and not document.errors and operation is not None:
            return EventStream(self._sent(asked, context))
        if kind is OperationType.SUBSCRIPTION:
            raise HTTPException(406, f"a subscription answers as {STREAM}, or over a WebSocket")
        if media_type == STREAM:
            media_type = LEGACY
        body, is_request_error = await self._answer(asked, document, operation, context)
        for error in body.get("errors", ()):
            context.services.metrics.errors.labels(error["extensions"]["code"]).inc()
        return JSONResponse(
            body, 400 if is_request_error and media_type == MODERN else 200, media_type=media_type
        )

    async def _sent(self, asked: GraphQLRequest, context: RequestContext) -> AsyncGenerator[bytes]:
        """Yield the answers as server-sent events, as GraphQL over SSE (distinct connections) names them."""
        async for body, _ in self.answers(asked, context):
            yield sent_event(body, "next")
        yield sent_event("", "complete")

    def document(self, text: str) -> Document:
        """Return the document parsed and validated, from the cache where it was asked before."""
        known = self._documents.get(text)
        if known is not None:
            self._documents.move_to_end(text)
            return known
        document = self._checked(text)
        if len(text) <= LONGEST_CACHED:
            self._documents[text] = document
            if len(self._documents) > self._most_cached:
                self._documents.popitem(last=False)
        return document

    @property
    def cached(self) -> int:
        """How many documents are kept."""
        return len(self._documents)

    def prepared(self, asked: GraphQLRequest) -> tuple[Document, Operation | None]:
        """Return the document of a request, and the operation that it names, where there is one."""
        document = self.document(asked.query)
        return document, self._operation(document, asked.operation_name)

    async def answers(
        self, asked: GraphQLRequest, context: RequestContext
    ) -> AsyncGenerator[tuple[dict[str, Any], bool]]:
        """Yield everything an operation answers, each with whether it refuses the request as a whole.

        A query or mutation has one answer; a subscription has one for each event, and ends with an error.
        """
        document, operation = self.prepared(asked)
        if operation is None or operation.node.operation is not OperationType.SUBSCRIPTION:
            yield await self._answer(asked, document, operation, context)
            return
        refused, told = self._refusal(asked, document, operation)
        if refused is not None:
            yield refused, True
            return
        assert document.node is not None  # noqa: S101 - a document without errors has its node
        try:
            source = subscribe(
                self._core,
                document.node,
                context_value=context,
                variable_values=asked.variables,
                operation_name=asked.operation_name,
                executor_class=self._schema.execution_context_class,
                max_coercion_errors=20,
                operation_extensions=None,
            )
            found = await source if isawaitable(source) else source
            if isinstance(found, ExecutionResult):
                yield self._shown(found, told, context)
                return
            async for result in found:
                yield self._shown(result, told, context)
        except CatalogError as error:
            shown = graphql_error(GraphQLError(error.message, original_error=error), context.request_id)
            yield {"data": None, "errors": [shown]}, False

    def _refusal(
        self, asked: GraphQLRequest, document: Document, operation: Operation | None
    ) -> tuple[dict[str, Any] | None, dict[str, Any]]:
        """Return the refusal of an operation that cannot be carried out or costs too much, and what to tell of its cost."""
        if document.errors:
            return _refused(document.errors, document.code), {}
        if operation is None:
            what = (
                f"has no operation {asked.operation_name[:60]!r}"
                if asked.operation_name
                else ("has several operations; say which by operationName")
            )
            return _refused([GraphQLError(f"the document {what}")], VALIDATION_FAILED), {}
        requested = operation.fixed_cost
        if requested is None:
            requested = operation.cost.of(asked.variables)
        told = {"cost": {"requested": min(requested, 10**12), "maximum": MAX_COST}}
        if requested > MAX_COST:
            error = GraphQLError(
                f"the operation may reach {min(requested, 10**12)} nodes; at most {MAX_COST} are allowed"
            )
            return {**_refused([error], LIMIT_EXCEEDED), "extensions": told}, told
        return None, told

    async def _answer(
        self, asked: GraphQLRequest, document: Document, operation: Operation | None, context: RequestContext
    ) -> tuple[dict[str, Any], bool]:
        refused, told = self._refusal(asked, document, operation)
        if refused is not None:
            return refused, True
        return self._shown(await self._executed(asked, document, context), told, context)

    def _shown(
        self, result: ExecutionResult, told: dict[str, Any], context: RequestContext
    ) -> tuple[dict[str, Any], bool]:
        """Return a result as it is answered, and whether it refuses the request as a whole."""
        errors = result.errors or []
        if result.data is None and errors and all(error.path is None for error in errors):
            return _refused(errors, InvalidInputError.code), True
        body: dict[str, Any] = {"data": result.data, "extensions": told}
        if errors:
            body["errors"] = [graphql_error(error, context.request_id) for error in errors]
        return body, False

    async def _executed(
        self, asked: GraphQLRequest, document: Document, context: RequestContext
    ) -> ExecutionResult:
        assert document.node is not None  # noqa: S101 - a document without errors has its node
        try:
            result = execute(
                self._core,
                document.node,
                context_value=context,
                variable_values=asked.variables,
                operation_name=asked.operation_name,
                executor_class=self._schema.execution_context_class,
                is_awaitable=optimized_is_awaitable,  # pyright: ignore[reportArgumentType] - a TypeGuard in all but name
                max_coercion_errors=20,
                operation_extensions=None,
            )
            return await result if optimized_is_awaitable(result) else result  # pyright: ignore
        except RecursionError:
            return ExecutionResult(None, [GraphQLError("the variables are nested too deeply")])

    def _checked(self, text: str) -> Document:
        try:
            node = parse(text, max_tokens=MAX_TOKENS)
            errors, code = size_errors(node), LIMIT_EXCEEDED
            if not errors:
                errors, code = validate(self._core, node, specified_rules, max_errors=20), VALIDATION_FAILED
            if not errors and "\\u" in text:
                errors = _nul_errors(node)
        except GraphQLError as error:
            code = LIMIT_EXCEEDED if "tokens" in error.message else PARSE_FAILED
            return Document(None, [error], code)
        except RecursionError:
            return Document(None, [GraphQLError("the document is nested too deeply")], LIMIT_EXCEEDED)
        return Document(node, errors, code)

    def _operation(self, document: Document, name: str | None) -> Operation | None:
        if document.node is None or document.errors:
            return None
        if name not in document.operations:
            node = get_operation_ast(document.node, name)
            if node is None:
                return None
            cost = Cost(self._core, document.node, node)
            fixed = cost.of({})
            document.operations[name] = Operation(
                node, _label(node), cost, None if cost.depends_on_variables else fixed
            )
        return document.operations[name]


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


async def _asked(request: Request) -> GraphQLRequest:
    if request.method == "GET":
        parts: dict[str, Any] = dict(request.query_params)
        if parts.get("variables"):
            parts["variables"] = parsed_json(parts["variables"])
        if parts.get("extensions"):
            parts["extensions"] = parsed_json(parts["extensions"])
        value: Any = parts
    else:
        require_media_type(request, JSON_TYPES)
        value = parsed_json(await raw_body(request, SMALL))
    refuse_nul(value)
    return GraphQLRequest.of(value)


def _refused(errors: list[GraphQLError], code: str) -> dict[str, Any]:
    return {"errors": [graphql_refusal(error, code) for error in errors]}


def _label(operation: OperationDefinitionNode) -> str:
    selections = operation.selection_set.selections
    names = {selection.name.value if isinstance(selection, FieldNode) else "…" for selection in selections}
    return f"{operation.operation.value} {names.pop() if len(names) == 1 else 'several'}"


class _NulFinder(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.errors: list[GraphQLError] = []

    def enter_string_value(self, node: StringValueNode, *_: Any) -> None:
        if "\0" in node.value:
            self.errors.append(GraphQLError("a text holds a NUL character (\\u0000)", [node]))


def _nul_errors(document: DocumentNode) -> list[GraphQLError]:
    finder = _NulFinder()
    visit(document, finder)
    return finder.errors
