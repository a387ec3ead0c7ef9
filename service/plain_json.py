"""What GraphQL shows as REST shows it: members in camel case, the words of enums in lower case, runs as their own doors do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

from strawberry.types import get_object_definition
from strawberry.types.private import is_private

from service.run_routes import run_json
from service.schema.runs import Run
from service.schema.selected import WHERE_SELECTED


def plain(value: object) -> Any:
    """Return a value of the schema as JSON, without what a field looks up, keeps to itself or has where selected."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Run):
        return run_json(value.run)
    if isinstance(value, list):
        return [plain(one) for one in value]  # pyright: ignore[reportUnknownVariableType]
    if is_dataclass(value) and not isinstance(value, type):
        return {_member(name): plain(getattr(value, name)) for name in _shown(type(value))}
    return value


@lru_cache(1_000)
def _shown(kind: Any) -> Collection[str]:
    definition = get_object_definition(kind)
    if definition is None:
        return [field.name for field in fields(kind)]
    attributes = [
        field
        for field in definition.fields
        if field.base_resolver is None and WHERE_SELECTED not in field.metadata
    ]
    return [field.python_name for field in attributes if not is_private(field.type)]


def _member(name: str) -> str:
    first, *rest = name.rstrip("_").split("_")
    return first + "".join(word.capitalize() for word in rest)
