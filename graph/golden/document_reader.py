"""Reads a JSON document field by field and gathers what is wrong with it, each with its JSON path."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping
from math import isfinite
from typing import Any, cast

from graph.errors import InvalidInputError, Problem
from graph.spelling import json_type

MAX_PROBLEMS = 50
"""No more problems of one document than this are named."""

_LONGEST = 200


class DocumentReader:
    """Reads the parts of a document; each reading returns something usable, also where a problem was found."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def settle(self) -> None:
        """Raise InvalidInputError where problems were found."""
        if self.problems:
            raise InvalidInputError(*self.problems[:MAX_PROBLEMS])

    def problem(self, path: str, reason: str) -> None:
        """Note something that is wrong."""
        self.problems.append(Problem(path, reason))

    def fields(
        self, value: object, path: str, known: Collection[str], required: Collection[str] = ()
    ) -> dict[str, Any]:
        """Return the fields of an object; others than the known, and missing ones, are problems."""
        if not isinstance(value, Mapping):
            self.problem(path, f"must be an object, got {json_type(value)}")
            return {}
        given = {str(name): item for name, item in cast("Mapping[object, Any]", value).items()}
        for name in given:
            if name not in known:
                self.unknown(f"{path}.{name[:60]}", name, known)
        for name in required:
            if name not in given:
                self.problem(f"{path}.{name}", "is missing")
        return {name: item for name, item in given.items() if name in known}

    def entries(self, value: object, path: str) -> dict[str, Any]:
        """Return the entries of an object whose names are free."""
        if isinstance(value, Mapping):
            return {str(name): item for name, item in cast("Mapping[object, Any]", value).items()}
        self.problem(path, f"must be an object, got {json_type(value)}")
        return {}

    def items(self, value: object, path: str, *, least: int = 0, most: int = 100) -> list[tuple[str, Any]]:
        """Return the items of a list, each with its path."""
        if not isinstance(value, list | tuple):
            self.problem(path, f"must be a list, got {json_type(value)}")
            return []
        found = cast("list[Any]", value)
        if not least <= len(found) <= most:
            self.problem(path, f"must have {least} to {most} items, got {len(found)}")
        return [(f"{path}[{place}]", item) for place, item in enumerate(found[:most])]

    def text(self, value: object, path: str) -> str:
        """Return a text that is neither empty nor overlong."""
        if not isinstance(value, str):
            self.problem(path, f"must be text, got {json_type(value)}")
            return ""
        if not value.strip() or len(value) > _LONGEST:
            self.problem(path, f"must have 1 to {_LONGEST} characters")
        return value

    def choice(self, value: object, path: str, choices: Collection[str]) -> str:
        """Return one of the choices; an empty text where it is none."""
        if isinstance(value, str) and value in choices:
            return value
        if isinstance(value, str):
            self.unknown(path, value, choices)
        else:
            self.problem(path, f"must be one of {', '.join(choices)}, got {json_type(value)}")
        return ""

    def number(self, value: object, path: str, least: float, most: float) -> float:
        """Return a number within bounds, both included."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.problem(path, f"must be a number, got {json_type(value)}")
            return least
        if not isfinite(value) or not least <= value <= most:
            self.problem(path, f"must be {least:g} to {most:g}, got {value:g}")
            return least
        return float(value)

    def whole(self, value: object, path: str, least: int, most: int) -> int:
        """Return a whole number within bounds, both included."""
        number = self.number(value, path, least, most)
        if number != int(number):
            self.problem(path, f"must be a whole number, got {number:g}")
        return int(number)

    def flag(self, value: object, path: str) -> bool:
        """Return true or false."""
        if not isinstance(value, bool):
            self.problem(path, f"must be true or false, got {json_type(value)}")
        return value is True

    def unknown(self, path: str, name: str, known: Collection[str]) -> None:
        """Note a name that is not known, with the nearest that is."""
        nearest = difflib.get_close_matches(name[:60], known, n=1)
        listed = ", ".join(list(known)[:30]) or "none"
        hint = f"; did you mean {nearest[0]}?" if nearest else f"; known are {listed}"
        self.problem(path[:200], f"{name[:60]!r} is not known{hint}")

    def distinct(self, names: Iterable[tuple[str, str]]) -> None:
        """Note every name, given with its path, that was there before."""
        seen: set[str] = set()
        for path, name in names:
            if name and name in seen:
                self.problem(path, f"{name[:60]!r} is given twice")
            seen.add(name)
