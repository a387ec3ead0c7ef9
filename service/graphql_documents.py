"""GraphQL documents parsed, measured and validated once, and kept with all that was worked out for them."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

import strawberry
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    StringValueNode,
    Visitor,
    get_operation_ast,
    parse,
    specified_rules,
    validate,
    visit,
)

from service.errors import (
    LIMIT_EXCEEDED,
    NOT_TRUSTED,
    PARSE_FAILED,
    UNKNOWN_DOCUMENT,
    VALIDATION_FAILED,
)
from service.graphql_limits import Cost, size_errors
from service.graphql_request import GraphQLRequest
from service.graphql_scan import MAX_TOKENS, scan_errors
from service.pinned_answers import Pins, pins_of
from service.selections.executor import Budget, Plans
from service.trusted_documents import TrustedDocuments

MOST_DOCUMENTS = 1_000
"""How many documents are kept."""

LONGEST_KEPT = 20_000
"""Longer documents are not kept: they hold their data written out and will not come again."""

MOST_CHARACTERS = 400_000
"""How many characters all kept documents have; each takes some 110 bytes when parsed, 44 MB in all."""

MOST_PLANNED_FIELDS = 30_000
"""How many fields are read by functions made for them, over all documents; each takes about a kilobyte."""


MOST_ERRORS = 10
"""How many errors of a document are told; each is looked for what may have been meant."""


LONGEST_ADVISED = 5_000
"""Longer documents are not told what may have been meant: of ten mistakes that takes as long as all the rest."""


@dataclass(slots=True)
class Document:
    """A parsed document with what validation found; `operations` holds what was worked out per operation name."""

    text: str
    node: DocumentNode | None
    errors: list[GraphQLError]
    plans: Plans
    code: str = ""
    operations: dict[str | None, Operation | None] = field(
        default_factory=dict[str | None, "Operation | None"]
    )
    uses: int = 0


@dataclass(slots=True)
class Operation:
    """One operation of a document; `fixed_cost` is None where the cost depends on the variables."""

    node: OperationDefinitionNode
    label: str
    cost: Cost
    fixed_cost: int | None
    pins: Pins | None


class Documents:
    """The documents of one schema that were asked last."""

    def __init__(
        self,
        schema: strawberry.Schema,
        trusted: TrustedDocuments | None = None,
        most: int = MOST_DOCUMENTS,
        most_characters: int = MOST_CHARACTERS,
        most_planned: int = MOST_PLANNED_FIELDS,
    ) -> None:
        self.schema: GraphQLSchema = schema._schema  # pyright: ignore[reportPrivateUsage] - there is no public way
        self._trusted = trusted or TrustedDocuments()
        self._most = most
        self._most_characters = most_characters
        self._most_planned = most_planned
        self._budget = Budget()
        self._characters = 0
        self._kept: OrderedDict[str, Document] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def asked(self, asked: GraphQLRequest) -> tuple[Document, Operation | None]:
        """Return the document of a request, and the operation that it names, where there is one."""
        document = self._named(asked.document_id) if asked.query is None else self.document(asked.query)
        return document, self._operation(document, asked.operation_name)

    def document(self, text: str) -> Document:
        """Return the document of a text, kept where it was asked before."""
        known = self._kept.get(text)
        if known is not None:
            self._kept.move_to_end(text)
            return known
        is_known = self._trusted.admits(text)
        document = self._checked(text) if is_known or "__" in text else None
        if document is None or not (is_known or _asks_the_schema_alone(document)):
            return self._refused("only documents that are known beforehand are answered here", NOT_TRUSTED)
        if len(text) <= LONGEST_KEPT:
            self._keep(text, document)
        return document

    def plans(self, document: Document) -> Plans | None:
        """Return where the functions that answer a document are kept; None where it is executed for the first time."""
        document.uses += 1
        if document.uses == 1 or len(document.text) > LONGEST_KEPT:
            return None
        if self._budget.fields > self._most_planned:
            for old in self._kept.values():
                if self._budget.fields <= self._most_planned // 2:
                    break
                old.plans.clear()
        return document.plans

    @property
    def planned_fields(self) -> int:
        """How many fields are read by functions made for them."""
        return self._budget.fields

    def _keep(self, text: str, document: Document) -> None:
        self._kept[text] = document
        self._characters += len(text)
        while len(self._kept) > self._most or self._characters > self._most_characters:
            old, gone = self._kept.popitem(last=False)
            self._characters -= len(old)
            gone.plans.clear()

    def _named(self, identifier: str | None) -> Document:
        text = self._trusted.text(identifier or "")
        if text is None:
            return self._refused("no document with this documentId is known", UNKNOWN_DOCUMENT)
        return self.document(text)

    def _refused(self, message: str, code: str) -> Document:
        return Document("", None, [GraphQLError(message)], Plans(self._budget), code)

    def _checked(self, text: str) -> Document:
        too_large = scan_errors(text)
        if too_large:
            return Document(text, None, too_large, Plans(self._budget), LIMIT_EXCEEDED)
        try:
            node = parse(text, max_tokens=MAX_TOKENS)
            errors, code = size_errors(node), LIMIT_EXCEEDED
            if not errors:
                errors, code = self._validated(text, node), VALIDATION_FAILED
        except GraphQLError as error:
            code = LIMIT_EXCEEDED if "tokens" in error.message else PARSE_FAILED
            return Document(text, None, [error], Plans(self._budget), code)
        except RecursionError:
            error = GraphQLError("the document is nested too deeply")
            return Document(text, None, [error], Plans(self._budget), LIMIT_EXCEEDED)
        return Document(text, node, errors, Plans(self._budget), code)

    def _validated(self, text: str, node: DocumentNode) -> list[GraphQLError]:
        errors = validate(
            self.schema,
            node,
            specified_rules,
            max_errors=MOST_ERRORS,
            hide_suggestions=len(text) > LONGEST_ADVISED,
        )
        return _nul_errors(node) if not errors and "\\u" in text else errors

    def _operation(self, document: Document, name: str | None) -> Operation | None:
        if document.node is None or document.errors:
            return None
        if name not in document.operations:
            node = get_operation_ast(document.node, name)
            if node is None:
                return None
            cost = Cost(self.schema, document.node, node)
            fixed = cost.of({})
            document.operations[name] = Operation(
                node,
                _label(node),
                cost,
                None if cost.depends_on_variables else fixed,
                pins_of(self.schema, document.node, node),
            )
        return document.operations[name]


def _asks_the_schema_alone(document: Document) -> bool:
    """Whether a document is about the schema and nothing else, as the query is that tools send first."""
    operations = [
        one
        for one in (document.node.definitions if document.node else ())
        if isinstance(one, OperationDefinitionNode)
    ]
    return not document.errors and all(
        isinstance(field, FieldNode) and field.name.value.startswith("__")
        for operation in operations
        for field in operation.selection_set.selections
    )


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
