"""Which Python classes have objects whose attributes can be read without anybody noticing."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import MemberDescriptorType
from typing import Any

from graphql import Undefined

_NOTHING = (type(None), type(Undefined))


class NotPlainError(Exception):
    """What was found is for graphql-core to answer."""


class PlainClasses(set[type]):
    """The classes found to be plain for some attributes; ask `admit` about one that is not among them."""

    def __init__(self, attributes: tuple[str, ...], is_of_type: Callable[[Any, Any], Any] | None) -> None:
        super().__init__()
        self._attributes = attributes
        self._is_of_type = is_of_type
        self._refused: set[type] = set()

    def admit(self, source: object) -> None:
        """Take the object's class in, or raise NotPlainError.

        `is_of_type` must follow from the class alone.
        """
        kind = type(source)
        if kind in self._refused:
            raise NotPlainError
        if not is_plain(kind, self._attributes) or (
            self._is_of_type is not None and self._is_of_type(source, None) is not True
        ):
            self._refused.add(kind)
            raise NotPlainError
        self.add(kind)


def is_plain(kind: type, attributes: tuple[str, ...]) -> bool:
    """Whether objects of the class neither fail nor can be awaited, and reading the attributes runs no code."""
    return (
        kind not in _NOTHING
        and not issubclass(kind, BaseException)
        and not hasattr(kind, "__await__")
        and not hasattr(kind, "__getattr__")
        and kind.__getattribute__ is object.__getattribute__
        and all(_is_stored(kind, attribute) for attribute in attributes)
    )


def _is_stored(kind: type, attribute: str) -> bool:
    found = inspect.getattr_static(kind, attribute, None)
    return isinstance(found, MemberDescriptorType) or not hasattr(type(found), "__get__")
