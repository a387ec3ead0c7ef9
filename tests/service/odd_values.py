"""Values and objects of classes that nobody expects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


class Text(str):
    """A text of a class of its own."""

    __slots__ = ()


class Whole(int):
    """A whole number of a class of its own."""


class Reckoned:
    """Reckons what it is asked for, counting how often."""

    def __init__(self, text: Any = "t") -> None:
        self.asked = 0
        self.text = text

    @property
    def number(self) -> int:
        """How often it was asked."""
        self.asked += 1
        return self.asked


class Anything:
    """Has every attribute."""

    def __getattr__(self, name: str) -> Any:
        return 7 if name == "number" else f"any {name}"


class Slotted:
    """Keeps its attributes in slots."""

    __slots__ = ("number", "text")

    def __init__(self, number: Any, text: Any) -> None:
        self.number = number
        self.text = text


class Soon:
    """Can be awaited for a value; unlike a coroutine it does not mind if nobody does."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def __await__(self) -> Iterator[Any]:
        """Give the value, or raise it where it is an exception."""
        if isinstance(self._value, Exception):
            raise self._value
        return self._value
        yield
