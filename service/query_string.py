"""What a REST door is asked in its query string, refused with the name of what is wrong."""

from __future__ import annotations

import difflib
from collections.abc import Awaitable, Callable
from datetime import datetime
from itertools import islice
from uuid import UUID

from starlette.requests import Request

from graph.errors import InvalidInputError, Problem
from graph.golden.record import MAX_PROBLEMS
from graph.time import AsOf, instant
from service.schema.arguments import LARGEST_PAGE, page_size, place

Basis = Callable[[datetime | None, datetime | None], Awaitable[AsOf]]
"""Resolves asOf and knownAt, either of them None, to the basis of the answer."""


def asked(request: Request, *known: str) -> dict[str, str]:
    """Return the parameters of the query string; raises InvalidInputError for others than the known."""
    given = dict(request.query_params)
    problems = [_unknown(name, known) for name in islice((n for n in given if n not in known), MAX_PROBLEMS)]
    if problems:
        raise InvalidInputError(*problems)
    return given


def instant_of(given: dict[str, str], name: str) -> datetime | None:
    """Return the instant of that name, None where it is not given."""
    # A plus sign in a query string is a blank unless it is escaped; an instant holds no blank of its own.
    return instant(given[name].replace(" ", "+"), f"$.{name}") if name in given else None


def size_of(given: dict[str, str], default: int = 20) -> int:
    """Return the size of the page asked for by `first`."""
    text = given.get("first", str(default))
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise InvalidInputError.at("$.first", f"must be 1 to {LARGEST_PAGE}, got {text[:60]!r}")
    return page_size(int(text))


async def page_start(given: dict[str, str], basis: Basis) -> tuple[UUID | None, AsOf]:
    """Return where the page begins and its basis; with `after`, that of the page before."""
    if "after" in given:
        after, at = place(given["after"])
        return after, await basis(at.valid, at.system)
    return None, await basis(instant_of(given, "asOf"), instant_of(given, "knownAt"))


def _unknown(name: str, known: tuple[str, ...]) -> Problem:
    nearest = difflib.get_close_matches(name[:60], known, n=1)
    hint = f"; did you mean {nearest[0]}?" if nearest else f"; known are {', '.join(known) or 'none'}"
    return Problem(f"$.{name[:60]}", f"is not known{hint}")
