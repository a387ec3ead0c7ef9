"""What a new schema means to those who read the dataset: each change by itself, and whether it breaks them. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from lineage.facets import Column

_Type: TypeAlias = tuple[str, int | None, int | None]
ChangeKind = Literal["added", "removed", "renamed", "type_changed", "described"]

_WIDTHS: Final = (
    ("tinyint", "int8", "byte"),
    ("smallint", "int16", "short", "int2"),
    ("int", "integer", "int32", "int4", "mediumint"),
    ("bigint", "int64", "long", "int8"),
)
_RANKS: Final = {
    **{name: ("whole", rank) for rank, names in enumerate(_WIDTHS) for name in names if name != "int8"},
    "float": ("broken", 0),
    "real": ("broken", 0),
    "float32": ("broken", 0),
    "float4": ("broken", 0),
    "double": ("broken", 1),
    "double precision": ("broken", 1),
    "float64": ("broken", 1),
    "float8": ("broken", 1),
}
_TEXTS: Final = frozenset(
    {"varchar", "character varying", "nvarchar", "bpchar", "text", "string", "clob", "longtext"}
)
_DECIMALS: Final = frozenset({"decimal", "numeric", "number"})
_TYPE: Final = re.compile(r"\s*([A-Za-z][A-Za-z0-9_ ]*?)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?\s*")


@dataclass(frozen=True, slots=True)
class SchemaChange:
    """One change: the column before and after, None where there was or is none, and whether readers break."""

    kind: ChangeKind
    before: Column | None
    after: Column | None
    is_breaking: bool


def schema_changes(before: Sequence[Column], after: Sequence[Column]) -> list[SchemaChange]:
    """Return how a schema changed, in the order of the columns of first `after`, then `before`.

    A column is taken to be renamed where one of a type went and one of the same type came at the same place.
    """
    old, new = {one.path: one for one in before}, {one.path: one for one in after}
    gone = [one for path, one in old.items() if path not in new]
    renamed = _renamed(before, after, gone, [one for path, one in new.items() if path not in old])
    found: list[SchemaChange] = []
    for path, column in new.items():
        if path not in old:
            was = renamed.get(path)
            found.append(SchemaChange("renamed" if was else "added", was, column, was is not None))
        elif (change := _changed(old[path], column)) is not None:
            found.append(change)
    kept = {one.path for one in renamed.values()}
    found += [SchemaChange("removed", one, None, True) for one in gone if one.path not in kept]
    return found


def is_breaking(changes: Sequence[SchemaChange]) -> bool:
    """Return whether those who read the dataset as it was may fail: a column went, or holds what it could not before."""
    return any(change.is_breaking for change in changes)


def is_widened(before: str | None, after: str | None) -> bool:
    """Return whether all values of the one type are values of the other: int to bigint, varchar(20) to varchar(50) …

    Types are compared in any letter case; one that nobody said is compatible with none but itself.
    """
    if before is None or after is None:
        return before == after
    one, other = _parsed(before), _parsed(after)
    return one == other or _has_larger_number(one, other) or _has_longer_text(one, other)


def _has_larger_number(one: _Type, other: _Type) -> bool:
    (name, size, scale), (new_name, new_size, new_scale) = one, other
    if name in _RANKS and new_name in _RANKS:
        (family, rank), (new_family, new_rank) = _RANKS[name], _RANKS[new_name]
        return family == new_family and rank <= new_rank
    if name in _DECIMALS and new_name in _DECIMALS and size is not None and new_size is not None:
        return (new_scale or 0) >= (scale or 0) and new_size - (new_scale or 0) >= size - (scale or 0)
    return False


def _has_longer_text(one: _Type, other: _Type) -> bool:
    (name, size, _), (new_name, new_size, _) = one, other
    if name not in _TEXTS or new_name not in _TEXTS:
        return False
    return new_size is None or (size is not None and size <= new_size)


def _changed(before: Column, after: Column) -> SchemaChange | None:
    if (before.type or "").strip().lower() != (after.type or "").strip().lower():
        return SchemaChange("type_changed", before, after, not is_widened(before.type, after.type))
    return (
        SchemaChange("described", before, after, False) if before.description != after.description else None
    )


def _renamed(
    before: Sequence[Column], after: Sequence[Column], gone: Sequence[Column], come: Sequence[Column]
) -> dict[str, Column]:
    """Return for the path of each column that is a former one under another name that one."""
    places = {(_parent(one.path), place): one for place, one in enumerate(before)}
    left = {one.path for one in gone}
    found: dict[str, Column] = {}
    fresh = {one.path for one in come}
    if len(before) != len(after):
        return found
    for place, one in enumerate(after):
        was = places.get((_parent(one.path), place))
        if one.path in fresh and was is not None and was.path in left and was.type == one.type:
            found[one.path] = was
    return found


def _parent(path: str) -> str:
    return path.rpartition(".")[0]


def _parsed(type_: str) -> _Type:
    found = _TYPE.fullmatch(type_)
    if found is None:
        return (type_.strip().lower(), None, None)
    size, scale = (int(one) if one else None for one in found.groups()[1:])
    return found[1].lower(), size, scale
