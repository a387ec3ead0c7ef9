"""Answers that stay the same for ever, because everything in them is asked for at given instants on both axes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from importlib.metadata import version
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    StringValueNode,
    ValueNode,
    VariableNode,
    get_named_type,
)

from graph.errors import InvalidInputError
from graph.time import instant
from lineage.rewrites import Past
from service.selections.shapes import attribute_of

IMMUTABLE = "private, max-age=86400, immutable"
"""How long a pinned answer may be kept unasked: a day, after which an erasure is noticed; never by a shared cache."""

REVALIDATED = "private, no-cache"
"""Any other answer may be kept, and is asked for anew each time."""

_INSTANTS = frozenset({"asOf", "knownAt"})
_ROOTS: Mapping[str, frozenset[str]] = {
    "customer": _INSTANTS | {"id", "sourceKey"},
    "lineage": _INSTANTS | {"of", "direction", "depth"},
}
"""The root fields that read nothing but what was known then, and by which arguments."""

_READ_AT_THE_BASIS = frozenset(
    {
        ("Customer", "version"),
        ("Customer", "timeline"),
        ("Customer", "history"),
        ("Customer", "beliefs"),
        ("Customer", "sourceRecords"),
        ("CustomerVersion", "provenance"),
    }
)
"""The fields inside them that read further, likewise; what is an attribute of its object was read with it."""

_RELEASE = version("goldthread")


@dataclass(frozen=True, slots=True)
class Pins:
    """The instants that an operation names for each of its root fields, knownAt and asOf both, one after the other."""

    instants: tuple[ValueNode, ...]
    defaults: Mapping[str, str]

    def known_at(self, variables: Mapping[str, Any]) -> datetime | None:
        """Return the latest system instant that is named; None where one is left open or cannot be read."""
        told = [self._text(node, variables) for node in self.instants]
        try:
            found = [instant(text) for text in told if isinstance(text, str)]
        except InvalidInputError:
            return None
        return max(found[::2]) if found and len(found) == len(told) else None

    def _text(self, node: ValueNode, variables: Mapping[str, Any]) -> Any:
        if isinstance(node, VariableNode):
            name = node.name.value
            return variables.get(name, self.defaults.get(name))
        return node.value if isinstance(node, StringValueNode) else None


def pins_of(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> Pins | None:
    """Return the instants of an operation of a valid document; None where a part of its answer may change later."""
    if operation.operation is not OperationType.QUERY or schema.query_type is None:
        return None
    instants: list[ValueNode] = []
    for field in operation.selection_set.selections:
        if not isinstance(field, FieldNode) or field.name.value not in _ROOTS:
            return None
        given = {argument.name.value: argument.value for argument in field.arguments or ()}
        if not _INSTANTS.issubset(given) or not _ROOTS[field.name.value].issuperset(given):
            return None
        instants += [given["knownAt"], given["asOf"]]
    fragments = {
        one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)
    }
    for field in operation.selection_set.selections:
        assert isinstance(field, FieldNode)  # noqa: S101 - as the loop above has seen
        inner = get_named_type(schema.query_type.fields[field.name.value].type)
        if not _is_pinned(schema, fragments, inner, field.selection_set):
            return None
    return Pins(tuple(instants), _defaults(operation))


def tag(asked: tuple[Any, ...], past: Past) -> str:
    """Return the entity tag of a pinned answer: what was asked, and what has been taken away from the past."""
    said = orjson.dumps((*asked, past.mark, _RELEASE), option=orjson.OPT_SORT_KEYS)
    return f'"{sha256(said).hexdigest()[:40]}"'


def tag_of(content: bytes) -> str:
    """Return the entity tag of any other answer: what it says."""
    return f'"{sha256(content).hexdigest()[:40]}"'


def is_known(if_none_match: str, found: str) -> bool:
    """Whether the client has the answer with the tag."""
    return any(one.strip().removeprefix("W/") in (found, "*") for one in if_none_match.split(","))


def _defaults(operation: OperationDefinitionNode) -> dict[str, str]:
    return {
        one.variable.name.value: one.default_value.value
        for one in operation.variable_definitions or ()
        if isinstance(one.default_value, StringValueNode)
    }


def _is_pinned(
    schema: GraphQLSchema,
    fragments: Mapping[str, FragmentDefinitionNode],
    parent: object,
    selections: SelectionSetNode | None,
) -> bool:
    """Whether what is selected was read with its object, or is read at the basis of the answer."""
    for one in selections.selections if selections else ():
        if isinstance(one, FieldNode):
            if one.name.value == "__typename":
                continue
            if not isinstance(parent, GraphQLObjectType) or not _is_read_then(parent, one):
                return False
            inside, selected = get_named_type(parent.fields[one.name.value].type), one.selection_set
        else:
            inside, selected = _fragment(schema, fragments, parent, one)
        if not _is_pinned(schema, fragments, inside, selected):
            return False
    return True


def _fragment(
    schema: GraphQLSchema,
    fragments: Mapping[str, FragmentDefinitionNode],
    parent: object,
    selection: SelectionNode,
) -> tuple[object, SelectionSetNode]:
    """Return the type that a fragment is for and what it selects."""
    if isinstance(selection, FragmentSpreadNode):
        found = fragments[selection.name.value]
        return schema.get_type(found.type_condition.name.value), found.selection_set
    assert isinstance(selection, InlineFragmentNode)  # noqa: S101 - there is no fourth kind of selection
    condition = selection.type_condition
    return schema.get_type(condition.name.value) if condition else parent, selection.selection_set


def _is_read_then(parent: GraphQLObjectType, node: FieldNode) -> bool:
    name = node.name.value
    return attribute_of(parent.fields[name]) is not None or (parent.name, name) in _READ_AT_THE_BASIS
