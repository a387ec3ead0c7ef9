"""Reads JSON into dataclasses and leaves out what is malformed: real producers send nulls, wrong types and half objects."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Final, TypeAlias, TypeVar, cast, get_args, get_origin, get_type_hints
from uuid import UUID

from graph.errors import InvalidInputError
from graph.identity import DatasetName, JobName
from graph.time import instant
from lineage.naming import LONGEST_NAME, run_id

T = TypeVar("T")
Reader: TypeAlias = Callable[[object], Any]
"""Returns what a JSON value says, or None where it cannot be read."""


def read(kind: type[T], value: object) -> T | None:
    """Return a JSON object as a dataclass, or None where a member without a default is missing or malformed.

    Members are called as the fields, in camel case or as they stand. A member with a default falls back to it; lists and
    maps lose the items that cannot be read. Texts are never made of numbers, nor numbers of texts.
    """
    return cast("T | None", _reader(kind)(value))


def _moment(value: object) -> datetime | None:
    try:
        return instant(value.strip().upper()) if isinstance(value, str) else None
    except InvalidInputError:
        return None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < sys.float_info.max else None


def _whole_number(value: object) -> int | None:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _boolean(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _id_of_run(value: object) -> UUID | None:
    return run_id(value) if isinstance(value, str) and value.strip() else None


def _named(value: object) -> tuple[str, str] | None:
    if not isinstance(value, dict):
        return None
    given = cast("dict[str, object]", value)
    namespace, name = given.get("namespace"), given.get("name")
    if not (isinstance(namespace, str) and isinstance(name, str)):
        return None
    is_kept = len(namespace) <= LONGEST_NAME and len(name) <= LONGEST_NAME
    return (namespace, name) if is_kept and namespace.strip() and name.strip() else None


def _anything(value: object) -> object:
    return value


_SCALARS: Final[Mapping[Any, Reader]] = {
    str: _text,
    int: _whole_number,
    float: _number,
    bool: _boolean,
    datetime: _moment,
    UUID: _id_of_run,
    DatasetName: lambda value: DatasetName(*name) if (name := _named(value)) else None,
    JobName: lambda value: JobName(*name) if (name := _named(value)) else None,
    Any: _anything,
    object: _anything,
}


@lru_cache(200)
def _reader(kind: Any) -> Reader:
    if kind in _SCALARS:
        return _SCALARS[kind]
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is UnionType:
        return _reader(next(one for one in arguments if one is not NoneType))
    if origin is tuple:
        return _reader_of_items(_reader(arguments[0]))
    if origin is dict:
        return _reader_of_map(_reader(arguments[1]))
    if not is_dataclass(kind):
        raise TypeError(f"{kind} cannot be read from JSON")
    return _reader_of_members(cast("type[Any]", kind))


def _reader_of_items(of_item: Reader) -> Reader:
    def items(value: object) -> tuple[Any, ...] | None:
        if not isinstance(value, list):
            return None
        found = (of_item(one) for one in cast("list[object]", value))
        return tuple(one for one in found if one is not None)

    return items


def _reader_of_map(of_item: Reader) -> Reader:
    def members(value: object) -> dict[str, Any] | None:
        if not isinstance(value, dict):
            return None
        found = {name: of_item(one) for name, one in cast("dict[str, object]", value).items()}
        return {name: one for name, one in found.items() if one is not None}

    return members


def _reader_of_members(kind: type[Any]) -> Reader:
    def whole(value: object) -> Any:
        if not isinstance(value, dict):
            return None
        given, found = cast("dict[str, object]", value), dict[str, Any]()
        for name, camel, reader, is_required in _members(kind):
            said = reader(given.get(camel, given.get(name)))
            if said is not None:
                found[name] = said
            elif is_required:
                return None
        return kind(**found)

    return whole


@lru_cache(200)
def _members(kind: type[Any]) -> list[tuple[str, str, Reader, bool]]:
    """Return for each field its name, the same in camel case, its reader, and whether it has no default."""
    hints = get_type_hints(kind)
    return [
        (
            field.name,
            _camel(field.name),
            _reader(hints[field.name]),
            field.default is MISSING and field.default_factory is MISSING,
        )
        for field in fields(kind)
    ]


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
