"""The expected failures of the catalog; each has a stable code that doors turn into their own status."""

from __future__ import annotations

from dataclasses import dataclass


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


class ConflictError(CatalogError):
    """The change contradicts what is already recorded."""

    code = "CONFLICT"


class UnavailableError(CatalogError):
    """The database cannot be reached or is too busy; nothing was changed, the same call may work later."""

    code = "UNAVAILABLE"
