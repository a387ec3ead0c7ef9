"""Makes the function that reads a plain shape: attributes, tests of their exact types, and the answer as a dict.

Nothing of a document gets into the text but names that the grammar allows, as literals; attributes come from the schema
and are identifiers.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from enum import Enum
from itertools import count
from typing import Any
from uuid import UUID

from graphql import GraphQLEnumType, GraphQLLeafType, GraphQLScalarType, Undefined, is_specified_scalar_type
from graphql.type.scalars import GRAPHQL_MAX_INT, GRAPHQL_MIN_INT
from strawberry.execution import optimized_is_awaitable
from strawberry.types.cast import TYPE_CAST_ATTRIBUTE

from service.selections.classes import NotPlainError, PlainClasses
from service.selections.shapes import Constant, Read, Shape, Value

Reader = Callable[[Any], Any]
"""Answers an object, or a list of them; raises anything at all where graphql-core has to."""

_HARMLESS = frozenset({str, int, float, bool, datetime, date, UUID, dict, list, tuple})
"""Classes whose objects neither fail nor can be awaited."""

_LARGEST_FLOAT = 1.7976931348623157e308
_SAME = {
    "String": "type({v}) is not str",
    "ID": "type({v}) is not str",
    "Boolean": "type({v}) is not bool",
    "Int": f"type({{v}}) is not int or not {GRAPHQL_MIN_INT} <= {{v}} <= {GRAPHQL_MAX_INT}",
    "Float": f"type({{v}}) is not float or not {-_LARGEST_FLOAT!r} <= {{v}} <= {_LARGEST_FLOAT!r}",
}
"""Where this does not hold, a value of the specified scalar is its own form in the answer."""


def reader(shape: Shape) -> Reader:
    """Return what answers an object of a plain shape."""
    return _Text().made(shape, "def read(o):", "return {}", 1)


def list_reader(shape: Shape) -> Reader:
    """Return what answers a list of objects of a plain shape, none of them None."""
    return _Text().made(
        shape, "def read(items):\n out = []\n for o in items:", "out.append({})\n return out", 2
    )


class _Text:
    """The text of one function, and what its names stand for."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._numbers = count()
        self._names: dict[str, Any] = {
            "NotPlainError": NotPlainError,
            "Undefined": Undefined,
            "harmless": _HARMLESS,
        }

    def made(self, shape: Shape, head: str, end: str, indent: int) -> Reader:
        found = self._object(shape, "o", indent)
        text = "\n".join([head, *self._lines, " " * indent + end.format(found)])
        exec(compile(text, "<selection>", "exec"), self._names)  # noqa: S102 - see the module's docstring
        return self._names["read"]

    def _object(self, shape: Shape, source: str, indent: int) -> str:
        """Write what reads an object, and return the expression of the answer."""
        test = shape.type.is_type_of
        classes = PlainClasses(shape.attributes, test)
        known, admit = self._named("classes", classes), self._named("admit", classes.admit)
        self._line(indent, f"if type({source}) not in {known}: {admit}({source})")
        if test is not None:
            self._line(
                indent,
                f"if getattr({source}, {TYPE_CAST_ATTRIBUTE!r}, None) is not None: raise NotPlainError",
            )
        parts: list[str] = []
        for key, entry in shape.entries.items():
            if isinstance(entry, Constant):
                parts.append(f"{key!r}: {entry.text!r}")
            elif isinstance(entry, Read):
                value = f"v{next(self._numbers)}"
                self._line(indent, f"{value} = {source}.{entry.attribute}")
                self._value(entry.value, value, indent)
                parts.append(f"{key!r}: {value}")
        return "{" + ", ".join(parts) + "}"

    def _value(self, value: Value, name: str, indent: int) -> None:
        """Write what makes the form in the answer of the value that has the name."""
        if value.leaf is not None:
            self._leaf(value.leaf, value.is_nullable, name, indent)
            return
        if value.is_nullable:
            self._line(indent, f"if {name} is not None:")
            indent += 1
        else:
            self._line(indent, f"if {name} is None: raise NotPlainError")
        if value.shape is not None:
            self._line(indent, f"{name} = {self._object(value.shape, name, indent)}")
        elif value.item is not None:
            self._list(value.item, name, indent)

    def _list(self, item: Value, name: str, indent: int) -> None:
        one, out = f"i{next(self._numbers)}", f"l{next(self._numbers)}"
        self._line(indent, f"if type({name}) is not list and type({name}) is not tuple: raise NotPlainError")
        self._line(indent, f"{out} = []")
        self._line(indent, f"for {one} in {name}:")
        self._value(item, one, indent + 1)
        self._line(indent + 1, f"{out}.append({one})")
        self._line(indent, f"{name} = {out}")

    def _leaf(self, leaf: GraphQLLeafType, is_nullable: bool, name: str, indent: int) -> None:
        convert = self._named("convert", _converted(leaf, is_nullable))
        unless_none = f"{name} is not None and " if is_nullable else ""
        if isinstance(leaf, GraphQLScalarType) and is_specified_scalar_type(leaf):
            self._line(
                indent, f"if {unless_none}({_SAME[leaf.name].format(v=name)}): {name} = {convert}({name})"
            )
            return
        if isinstance(leaf, GraphQLEnumType) and (forms := _forms(leaf)):
            known = self._named("forms", forms)
            found = f"{known}.get(id({name})) or {convert}({name})"
            self._line(
                indent, f"if {name} is not None: {name} = {found}" if is_nullable else f"{name} = {found}"
            )
            return
        coerce = self._named("coerce", leaf.coerce_output_value)
        if is_nullable:
            self._line(indent, f"if {name} is not None:")
            indent += 1
        self._line(indent, f"{name} = {coerce}({name}) if type({name}) in harmless else {convert}({name})")
        self._line(indent, f"if {name} is None or {name} is Undefined: raise NotPlainError")

    def _named(self, noun: str, value: Any) -> str:
        name = f"{noun}{next(self._numbers)}"
        self._names[name] = value
        return name

    def _line(self, indent: int, text: str) -> None:
        self._lines.append(" " * indent + text)


def _converted(leaf: GraphQLLeafType, is_nullable: bool) -> Reader:
    """Return what gives a value of any class its form in the answer as graphql-core does, if that is without an error."""
    coerce = leaf.coerce_output_value

    def convert(value: Any) -> Any:
        if value is None and is_nullable:
            return None
        if (
            value is None
            or value is Undefined
            or isinstance(value, Exception)
            or optimized_is_awaitable(value)
        ):
            raise NotPlainError
        form = coerce(value)
        if form is None or form is Undefined or optimized_is_awaitable(form):
            raise NotPlainError
        return form

    return convert


def _forms(leaf: GraphQLEnumType) -> dict[int, str]:
    """Return the names of the members of a Python enum, which live as long as it does, by their ids."""
    wrapped = getattr(leaf, "wrapped_cls", None)
    if not isinstance(wrapped, type) or not issubclass(wrapped, Enum):
        return {}
    return {id(member): leaf.coerce_output_value(member) for member in wrapped}
