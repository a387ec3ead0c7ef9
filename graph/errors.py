"""The expected failures of the catalog; each has a stable code that doors turn into their own status."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import cast


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input: where (a JSON path such as `$.email`) and why, in words a user can act on."""

    path: str
    reason: str


class CatalogError(Exception):
    """Base of every expected failure; anything else that is raised is a bug."""

    code = "CATALOG_ERROR"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidInputError(CatalogError):
    """The input cannot be used as it is; `problems` says where and why."""

    code = "INVALID_INPUT"

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(f"{problem.path}: {problem.reason}" for problem in problems))
        self.problems = problems

    @classmethod
    def at(cls, path: str, reason: str) -> InvalidInputError:
        """Return the error for one problem."""
        return cls(Problem(path, reason))


class NotFoundError(CatalogError):
    """Nothing of that name or id is known at the instants asked about."""

    code = "NOT_FOUND"


class ErasedError(CatalogError):
    """The golden record was erased; nothing but its id and this is left of it, at any instant."""

    code = "ERASED"

    def __init__(self, what: str, erased_at: datetime) -> None:
        super().__init__(f"{what} was erased on {erased_at:%Y-%m-%d}")
        self.erased_at = erased_at


class ConflictError(CatalogError):
    """The change contradicts what is already recorded."""

    code = "CONFLICT"


class UnavailableError(CatalogError):
    """The database cannot be reached or is too busy; nothing was changed, the same call may work later."""

    code = "UNAVAILABLE"


def refuse_nul(value: object) -> None:
    """Raise InvalidInputError with the paths of the texts inside a JSON value that hold a NUL, which PostgreSQL cannot keep."""
    found = [Problem(path[:200], "holds a NUL character (\\u0000)") for path in islice(_nuls(value), 50)]
    if found:
        raise InvalidInputError(*found)


def _nuls(root: object) -> Iterator[str]:
    # A path is put together only where it is needed: one for each item below a long name would fill the memory.
    trail: list[str] = []
    stack: list[Iterator[tuple[str, object]]] = [iter([("$", root)])]
    while stack:
        label, value = next(stack[-1], (None, None))
        if label is None:
            stack.pop()
            del trail[-1:]
        elif isinstance(value, str):
            if "\0" in value:
                yield "".join([*trail, label])
        elif isinstance(value, dict | list):
            members = _members(cast("dict[str, object] | list[object]", value))
            if isinstance(value, dict) and any("\0" in name for name in cast("dict[str, object]", value)):
                yield "".join([*trail, label])
            trail.append(label)
            stack.append(members)


def _members(value: dict[str, object] | list[object]) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        return ((f".{name}", item) for name, item in value.items())
    return ((f"[{index}]", item) for index, item in enumerate(value))
