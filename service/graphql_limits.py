"""How much one GraphQL document may ask for: depth, names, tokens, and a cost counted before anything is fetched."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
)

from service.graphql_scan import MAX_ALIASES, MAX_FIELDS

MAX_DEPTH = 15
"""Levels of selections; introspection does not count, a rule of graphql-core of its own bounds it."""

MAX_REPEATS = 100
"""Fields named twice in one selection, and fragments spread: validation compares them in pairs, 500 take a second."""

MAX_COST = 500_000
"""Nodes an operation may reach, GitHub's bound."""

ASSUMED_LIST = 10
"""How many nodes a list without `first` is taken to hold."""

MAX_VALUES = 20_000
"""Values in the variables of a request, those inside lists and objects included: each is coerced and checked."""


@dataclass(slots=True)
class _Size:
    depth: int = 0
    aliases: int = 0
    fields: int = 0
    repeats: int = 0

    def add(self, other: _Size, levels: int) -> None:
        self.depth = max(self.depth, other.depth + levels)
        self.aliases += other.aliases
        self.fields += other.fields
        self.repeats += other.repeats


def size_errors(document: DocumentNode) -> list[GraphQLError]:
    """Return what is too large about a document, before it is validated; linear in its length.

    Each fragment is measured once and counted as often as it is spread; a cycle of fragments counts as nothing here,
    validation refuses it.
    """
    fragments = _fragments(document)
    measured: dict[str, _Size | None] = {}
    errors: list[GraphQLError] = []
    total = _Size()
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            total.add(_measure(definition.selection_set, fragments, measured), 0)
    for what, found, allowed in (
        ("levels deep", total.depth, MAX_DEPTH),
        ("aliases", total.aliases, MAX_ALIASES),
        ("fields", total.fields, MAX_FIELDS),
        ("repeated fields and fragments", total.repeats, MAX_REPEATS),
    ):
        if found > allowed:
            errors.append(
                GraphQLError(f"the document has {_bounded(found)} {what}; at most {allowed} are allowed")
            )
    return errors


def _measure(
    selections: SelectionSetNode | None,
    fragments: Mapping[str, FragmentDefinitionNode],
    measured: dict[str, _Size | None],
) -> _Size:
    size = _Size()
    names: set[str] = set()
    for selection in selections.selections if selections else ():
        if isinstance(selection, FieldNode):
            name = (selection.alias or selection.name).value
            size.add(_Size(1, 1 if selection.alias else 0, 1, 1 if name in names else 0), 0)
            names.add(name)
            if not selection.name.value.startswith("__"):
                size.add(_measure(selection.selection_set, fragments, measured), 1)
        elif isinstance(selection, InlineFragmentNode):
            size.add(_measure(selection.selection_set, fragments, measured), 0)
        elif isinstance(selection, FragmentSpreadNode):
            size.repeats += 1
            size.add(_spread(selection.name.value, fragments, measured), 0)
    return size


def _spread(
    name: str, fragments: Mapping[str, FragmentDefinitionNode], measured: dict[str, _Size | None]
) -> _Size:
    if name not in measured and name in fragments:
        measured[name] = None
        measured[name] = _measure(fragments[name].selection_set, fragments, measured)
    return measured.get(name) or _Size()


@dataclass(slots=True)
class Cost:
    """Counts the nodes an operation may reach: a page multiplies what is inside it by its `first`, as at GitHub.

    The lists that a page holds directly are its rows, counted once by its size; what else it holds is there once. Any other
    list without `first` counts as ASSUMED_LIST nodes. Fields without a selection cost nothing.
    """

    schema: GraphQLSchema
    document: DocumentNode
    operation: OperationDefinitionNode
    depends_on_variables: bool = False
    _fragments: Mapping[str, FragmentDefinitionNode] = field(init=False)
    _defaults: Mapping[str, int] = field(init=False)
    _known: dict[tuple[str, int], int] = field(default_factory=dict[tuple[str, int], int])

    def __post_init__(self) -> None:
        self._fragments = _fragments(self.document)
        self._defaults = {
            definition.variable.name.value: int(definition.default_value.value)
            for definition in self.operation.variable_definitions or ()
            if isinstance(definition.default_value, IntValueNode)
        }

    def of(self, variables: Mapping[str, Any]) -> int:
        """Return the cost with these variables; where `depends_on_variables` stays False it is always the same."""
        self._known = {}
        variables = {**self._defaults, **variables}
        root = self.schema.get_root_type(self.operation.operation)
        return self._inside(self.operation.selection_set, root, 0, variables)

    def _inside(
        self, selections: SelectionSetNode, parent: object, page: int, variables: Mapping[str, Any]
    ) -> int:
        """Return the cost of what is asked of one object; of a page (0: it is none) but for its rows themselves."""
        total = 0
        for selection in selections.selections:
            if isinstance(selection, FieldNode):
                total += self._field(selection, parent, page, variables)
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                inner = self.schema.get_type(condition.name.value) if condition else parent
                total += self._inside(selection.selection_set, inner, page, variables)
            elif isinstance(selection, FragmentSpreadNode):
                total += self._spread(selection.name.value, page, variables)
        return total

    def _spread(self, name: str, page: int, variables: Mapping[str, Any]) -> int:
        if (name, page) not in self._known:
            fragment = self._fragments[name]
            inner = self.schema.get_type(fragment.type_condition.name.value)
            self._known[name, page] = self._inside(fragment.selection_set, inner, page, variables)
        return self._known[name, page]

    def _field(self, node: FieldNode, parent: object, page: int, variables: Mapping[str, Any]) -> int:
        if (
            node.selection_set is None
            or node.name.value.startswith("__")
            or not isinstance(parent, _COMPOSITE)
        ):
            return 0
        definition = parent.fields[node.name.value]
        size, is_list = self._page_size(node, definition, variables), _is_list(definition.type)
        inside_page = 0 if size is None or is_list else size
        inner = self._inside(node.selection_set, get_named_type(definition.type), inside_page, variables)
        if inside_page:
            return inside_page + inner
        if size is not None:
            return size * (1 + inner)
        if page:
            return page * inner if is_list else inner
        if _is_wrapper(parent):
            return inner
        return (ASSUMED_LIST if is_list else 1) * (1 + inner)

    def _page_size(
        self, node: FieldNode, definition: GraphQLField, variables: Mapping[str, Any]
    ) -> int | None:
        name = next((name for name in _SIZES if name in definition.args), None)
        if name is None:
            return None
        default = definition.args[name].default_value
        size: Any = default if isinstance(default, int) else 1
        for argument in node.arguments or ():
            if argument.name.value == name and isinstance(argument.value, IntValueNode):
                size = int(argument.value.value)
            elif argument.name.value == name and isinstance(argument.value, VariableNode):
                self.depends_on_variables = True
                size = variables.get(argument.value.name.value, size)
        # Coercion refuses what is no 32-bit number, in words that fit better than a cost would.
        return max(size, 1) if isinstance(size, int) and size < 2**31 else 1


_COMPOSITE = (GraphQLObjectType, GraphQLInterfaceType)
_SIZES = ("first", "last", "limit")


def variable_errors(variables: Mapping[str, Any]) -> list[GraphQLError]:
    """Return what is too large about the variables of a request."""
    found = 0
    waiting: list[Any] = [variables]
    while waiting and found <= MAX_VALUES:
        value = waiting.pop()
        inside: Collection[Any] = value.values() if isinstance(value, dict) else value
        found += len(inside)
        waiting += [one for one in inside if isinstance(one, dict | list)]
    if found <= MAX_VALUES:
        return []
    return [GraphQLError(f"the variables hold more than {MAX_VALUES} values")]


def _fragments(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    return {
        definition.name.value: definition
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }


def _is_wrapper(kind: GraphQLObjectType | GraphQLInterfaceType) -> bool:
    """Return whether what an object holds is counted by the page around it: a connection, or one of its edges."""
    return kind.name.endswith("Connection") or (kind.name.endswith("Edge") and "cursor" in kind.fields)


def _is_list(kind: object) -> bool:
    while isinstance(kind, GraphQLNonNull):
        kind = kind.of_type
    return isinstance(kind, GraphQLList)


def _bounded(number: int) -> str:
    return str(number) if number < 10**9 else "more than a billion"
