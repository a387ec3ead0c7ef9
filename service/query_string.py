"""What a REST door is asked in its query string, refused with the name of what is wrong."""

from __future__ import annotations

import difflib
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from itertools import islice
from typing import TypeVar
from uuid import UUID

from starlette.requests import Request

from graph.errors import InvalidInputError, Problem, refuse_nul
from graph.golden.record import MAX_PROBLEMS
from graph.time import AsOf, instant
from service.schema import arguments
from service.schema.arguments import LARGEST_PAGE, id_place

Place = TypeVar("Place")

Basis = Callable[[datetime | None, datetime | None], Awaitable[AsOf]]
"""Resolves asOf and knownAt, either of them None, to the basis of the answer."""


def asked(request: Request, *known: str) -> dict[str, str]:
    """Return the parameters of the query string; raises InvalidInputError for others than the known, and for a NUL."""
    given = dict(request.query_params)
    refuse_nul(given)
    problems = [_unknown(name, known) for name in islice((n for n in given if n not in known), MAX_PROBLEMS)]
    if problems:
        raise InvalidInputError(*problems)
    return given


def instant_of(given: Mapping[str, str], name: str) -> datetime | None:
    """Return the instant of that name, None where it is not given."""
    # A plus sign in a query string is a blank unless it is escaped; an instant holds no blank of its own.
    return instant(given[name].replace(" ", "+"), f"$.{name}") if name in given else None


def size_of(given: Mapping[str, str], default: int = 20) -> int:
    """Return the size of the page asked for by `first`."""
    return number_of(given, "first", default, 1, LARGEST_PAGE)


def number_of(given: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    """Return a whole number; raises InvalidInputError where it is not within the bounds."""
    text = given.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and least <= int(text) <= most):
        raise InvalidInputError.at(f"$.{name}", f"must be {least} to {most}, got {text[:60]!r}")
    return int(text)


def is_asked(given: Mapping[str, str], name: str) -> bool:
    """Return whether the parameter is `true`, which it is not where it is left out; raises InvalidInputError for another word."""
    if given.get(name, "false") not in ("true", "false"):
        raise InvalidInputError.at(f"$.{name}", f"must be true or false, got {given[name][:60]!r}")
    return given.get(name) == "true"


async def page_start(given: Mapping[str, str], basis: Basis) -> tuple[UUID | None, AsOf]:
    """Return where the page begins and its basis; with `after`, that of the page before."""
    return await page_start_of(given, basis, id_place)


async def page_start_of(
    given: Mapping[str, str], basis: Basis, parsed: Callable[..., tuple[Place, AsOf]]
) -> tuple[Place | None, AsOf]:
    """Return where the page begins, as `parsed` reads it from the parts of `after`, and its basis."""
    instants = instant_of(given, "asOf"), instant_of(given, "knownAt")
    return await arguments.page_start(basis, given.get("after"), parsed, *instants)


def _unknown(name: str, known: tuple[str, ...]) -> Problem:
    nearest = difflib.get_close_matches(name[:60], known, n=1)
    hint = f"; did you mean {nearest[0]}?" if nearest else f"; known are {', '.join(known) or 'none'}"
    return Problem(f"$.{name[:60]}", f"is not known{hint}")
