"""What a selection asks of an object, as far as the schema and the document tell before any object is seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLLeafType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    SelectionNode,
    SelectionSetNode,
    is_leaf_type,
)
from graphql.execution import Executor
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField

MOST_FIELDS = 300
"""How many fields one function reads at most: to make one takes some 15 µs for each."""

_DEFINITION = GraphQLCoreConverter.DEFINITION_BACKREF


@dataclass(frozen=True, slots=True)
class Value:
    """What an attribute holds: exactly one of a leaf, an object and a list of items."""

    is_nullable: bool
    leaf: GraphQLLeafType | None = None
    shape: Shape | None = None
    item: Value | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """A field that is the attribute of its object."""

    attribute: str
    value: Value


@dataclass(frozen=True, slots=True)
class Constant:
    """A field that is the same for every object: `__typename`."""

    text: str


Entry: TypeAlias = Read | Constant | None
"""How a field is answered; None: by graphql-core."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields that a selection asks of an object of a type, in the order of the answer."""

    type: GraphQLObjectType
    entries: dict[str, Entry]
    fields: GroupedFieldSet

    @property
    def is_plain(self) -> bool:
        """Whether no field is left to graphql-core."""
        return None not in self.entries.values()

    @property
    def size(self) -> int:
        """How many fields are read, those of objects inside included."""
        inside = (_inner(entry.value) for entry in self.entries.values() if isinstance(entry, Read))
        return len(self.entries) + sum(shape.size for shape in inside if shape is not None)

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attributes that are read of the object itself."""
        return tuple(entry.attribute for entry in self.entries.values() if isinstance(entry, Read))

    def runs(self) -> Iterator[tuple[bool, Shape]]:
        """Yield the fields in order, those that follow each other and are answered alike together; true: plain ones."""
        run: list[str] = []
        for key, entry in self.entries.items():
            if run and (entry is None) != (self.entries[run[0]] is None):
                yield self._part(run)
                run = []
            run.append(key)
        if run:
            yield self._part(run)

    def _part(self, keys: list[str]) -> tuple[bool, Shape]:
        entries = {key: self.entries[key] for key in keys}
        part = Shape(self.type, entries, {key: self.fields[key] for key in keys})
        return part.is_plain, part


def shape_of(executor: Executor[Any], type_: GraphQLObjectType, details: FieldDetailsList) -> Shape | None:
    """Return what the fields' selections ask of an object of the type.

    None: it depends on more than the document (directives, variables of fragments) or on more than the object's class, or
    nothing of it is plain.
    """
    if not _is_tested_by_class(type_) or any(
        _may_vary(executor, one.node.selection_set) or one.fragment_variable_values for one in details
    ):
        return None
    fields, defer_usages, forbidden = executor.collect_subfields(type_, details)
    if defer_usages or forbidden:
        return None
    entries = {key: _entry(executor, type_, found) for key, found in fields.items()}
    shape = Shape(type_, entries, fields)
    return shape if any(entries.values()) and len(entries) <= MOST_FIELDS else None


def _may_vary(executor: Executor[Any], selections: SelectionSetNode | None) -> bool:
    """Whether a directive stands on a field or fragment of this level."""
    return selections is None or any(_varies(executor, one) for one in selections.selections)


def _varies(executor: Executor[Any], selection: SelectionNode) -> bool:
    if selection.directives:
        return True
    if isinstance(selection, FieldNode):
        return False
    if isinstance(selection, FragmentSpreadNode):
        fragment = executor.fragment_definitions[selection.name.value]
        return bool(fragment.directives or fragment.variable_definitions or selection.arguments) or _may_vary(
            executor, fragment.selection_set
        )
    return _may_vary(executor, getattr(selection, "selection_set", None))


def _entry(executor: Executor[Any], type_: GraphQLObjectType, details: FieldDetailsList) -> Entry:
    node = details[0].node
    if node.name.value == "__typename":
        return Constant(type_.name)
    field = type_.fields.get(node.name.value)
    attribute = attribute_of(field) if field is not None and not node.arguments else None
    if field is None or attribute is None:
        return None
    value = _value(executor, field.type, details)
    return None if value is None else Read(attribute, value)


def attribute_of(field: GraphQLField) -> str | None:
    """Return the attribute that the field's resolver does nothing but read."""
    definition = (field.extensions or {}).get(_DEFINITION)
    if (
        field.args
        or not isinstance(definition, StrawberryField)
        or not getattr(field.resolve, "_is_default", False)
        or not definition.is_basic_field
        or definition.default_resolver is not getattr
    ):
        return None
    name = definition.python_name
    return name if name.isidentifier() and not name.startswith("__") else None


def _value(executor: Executor[Any], type_: Any, details: FieldDetailsList) -> Value | None:
    is_nullable = not isinstance(type_, GraphQLNonNull)
    if isinstance(type_, GraphQLNonNull):
        type_ = type_.of_type
    if is_leaf_type(type_):
        return Value(is_nullable, leaf=type_)
    if isinstance(type_, GraphQLList):
        item = _value(executor, type_.of_type, details)
        return None if item is None else Value(is_nullable, item=item)
    if not isinstance(type_, GraphQLObjectType):
        return None
    shape = shape_of(executor, type_, details)
    if shape is None or not shape.is_plain or shape.size > MOST_FIELDS:
        return None
    return Value(is_nullable, shape=shape)


def _is_tested_by_class(type_: GraphQLObjectType) -> bool:
    """Whether an object's class alone tells that it is of the type, unless it is cast."""
    definition = (type_.extensions or {}).get(_DEFINITION)
    return definition is not None and definition.is_type_of is None


def _inner(value: Value) -> Shape | None:
    return _inner(value.item) if value.item is not None else value.shape
