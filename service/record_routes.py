"""POST /api/v1/records, of customers, and /api/v1/records/{entity_type}: source records by the thousand, as JSON, NDJSON or
CSV; each stands or falls alone.
"""

from __future__ import annotations

import asyncio
import csv
import difflib
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graph.errors import InvalidInputError, Problem
from graph.golden.entity_type import CUSTOMER, EntityType
from graph.golden.record import ENVELOPE, MAX_PROBLEMS, Origin, snake
from graph.golden.rows import csv_rows, delimiter_of, json_line
from graph.intake import Intake, Outcome
from service.context import of
from service.errors import problem_list
from service.request_body import BULK, decoded_text, parsed_json, raw_body, require_media_type
from service.responses import JSONResponse

SLICE = 800
"""How many records are handed to intake at once: two of its transactions full."""

MOST_RESULTS = 1_000
"""Up to so many records the answer lists what became of each; above, only the first so many rejected ones."""

JSON, NDJSON, CSV = "application/json", "application/x-ndjson", "text/csv"
_MEDIA_TYPES = frozenset({JSON, NDJSON, CSV})
_REQUIRED = ("source_system", "key")


@dataclass(frozen=True, slots=True)
class Given:
    """One record of a body: its value, or why it cannot be read; `line` where the body has lines."""

    index: int
    value: Any = None
    line: int | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one record of a body."""

    given: Given
    outcome: Outcome


async def post_records(request: Request) -> Response:
    """Take the records of the body in and answer how many were accepted, unchanged and rejected, and why."""
    return await _posted(request, CUSTOMER.name, "customerId")


async def post_records_of_type(request: Request) -> Response:
    """Take records of the entity type that the path names in."""
    return await _posted(request, request.path_params["entity_type"], "goldenId")


async def _posted(request: Request, type_name: str, id_name: str) -> Response:
    context = of(request)
    entity = await context.entity(type_name)
    media_type = require_media_type(request, _MEDIA_TYPES)
    body = await raw_body(request, BULK)
    given = csv_records(body, entity.type) if media_type == CSV else _READERS[media_type](body)
    taken = await take_in(entity.intake, given, Origin(door="rest", actor=context.actor))
    context.services.metrics.outcomes(context.services.metrics.records, (one.outcome.status for one in taken))
    return JSONResponse(summary(taken, id_name))


async def take_in(intake: Intake, given: Iterable[Given], origin: Origin) -> list[Taken]:
    """Hand records to intake slice by slice; those that cannot be read are rejected without troubling it."""
    taken: list[Taken] = []
    remaining = iter(given)
    while part := list(islice(remaining, SLICE)):
        runs = list(_runs(part))
        found = await asyncio.gather(
            *(intake.take_in([one.value for one in run], origin, run[0].index) for run in runs)
        )
        outcomes = {
            one.index: o
            for run, outs in zip(runs, found, strict=True)
            for one, o in zip(run, outs, strict=True)
        }
        taken += [Taken(one, outcomes.get(one.index) or _unreadable(one)) for one in part]
    return taken


def summary(taken: Sequence[Taken], id_name: str = "customerId") -> dict[str, Any]:
    """Return the answer: the counts, and the results of all records or, where they are many, of the rejected."""
    counts = Counter(one.outcome.status for one in taken)
    everything = len(taken) <= MOST_RESULTS
    listed = (
        taken if everything else [one for one in taken if one.outcome.status == "rejected"][:MOST_RESULTS]
    )
    return {
        "accepted": counts["accepted"],
        "unchanged": counts["unchanged"],
        "rejected": counts["rejected"],
        "listed": "all" if everything else f"the first {MOST_RESULTS} rejected",
        "results": [_result(one, id_name) for one in listed],
    }


def json_records(body: bytes) -> Iterator[Given]:
    """Return the records of a JSON array, or the one object; broken JSON raises InvalidInputError as a whole."""
    value = parsed_json(body)
    if not isinstance(value, list | dict):
        raise InvalidInputError.at("$", "must be a record or a list of records")
    records: list[Any] = value if isinstance(value, list) else [value]
    return (Given(index, record) for index, record in enumerate(records))


def ndjson_records(body: bytes) -> Iterator[Given]:
    """Return the record of each line that is not blank; a broken line is the problem of that record alone."""
    if not body.strip():
        raise InvalidInputError.at("$", "the body is empty")
    lines = ((number, line) for number, line in enumerate(body.split(b"\n"), 1) if line.strip())
    return (_line(index, number, line) for index, (number, line) in enumerate(lines))


def csv_records(body: bytes, entity_type: EntityType) -> Iterator[Given]:
    """Return the record of each row; the header row names the columns, in snake_case or camelCase, and the delimiter.

    Raises InvalidInputError where the header names an unknown column, one twice, or lacks a required one.
    """
    text = decoded_text(body)
    if not text.strip():
        raise InvalidInputError.at("$", "the body is empty")
    first = text.partition("\n")[0]
    rows = csv_rows(io.StringIO(text, newline=""), delimiter_of(first))
    _, header = next(rows)
    if isinstance(header, csv.Error):
        raise InvalidInputError.at("$", f"the header row is not CSV: {header}")
    names = [snake(name.strip()) for name in header]
    problems = list(islice(_header_problems(names, entity_type), MAX_PROBLEMS))
    if problems:
        raise InvalidInputError(*problems)
    return _table(rows, names)


def _line(index: int, number: int, line: bytes) -> Given:
    value = json_line(line, number)
    if isinstance(value, orjson.JSONDecodeError):
        problem = f"line {number} is not JSON: {value.msg}, column {value.colno}"
        return Given(index, line=number, problem=problem)
    return Given(index, value, number)


def _table(rows: Iterator[tuple[int, list[str] | csv.Error]], names: list[str]) -> Iterator[Given]:
    for index, (line, row) in enumerate(rows):
        if isinstance(row, csv.Error):
            yield Given(index, line=line, problem=f"line {line} is not CSV: {row}")
        elif len(row) == len(names):
            yield Given(index, dict(zip(names, row, strict=True)), line)
        else:
            reason = f"line {line} has {len(row)} columns, the header has {len(names)}"
            yield Given(index, line=line, problem=reason)


def _header_problems(names: Sequence[str], entity_type: EntityType) -> Iterator[Problem]:
    columns = (*ENVELOPE, *entity_type.by_name, *entity_type.nested)
    for name, count in Counter(names).items():
        if name not in columns:
            nearest = difflib.get_close_matches(name[:60], columns, n=1)
            hint = f"; did you mean {nearest[0]}?" if nearest else ""
            yield Problem(f"$.{name[:60]}", f"is no column of a record{hint}")
        elif count > 1:
            yield Problem(f"$.{name}", f"stands in the header {count} times")
    for name in _REQUIRED:
        if name not in names:
            yield Problem(f"$.{name}", "is missing in the header")


def _runs(part: Sequence[Given]) -> Iterator[list[Given]]:
    run: list[Given] = []
    for one in part:
        if one.problem is None:
            run.append(one)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _unreadable(one: Given) -> Outcome:
    return Outcome("rejected", problems=(Problem("$", one.problem or "cannot be read"),))


def _result(one: Taken, id_name: str) -> dict[str, Any]:
    result: dict[str, Any] = {"index": one.given.index}
    if one.given.line is not None:
        result["line"] = one.given.line
    return result | {
        "status": one.outcome.status,
        id_name: one.outcome.golden_id,
        "problems": problem_list(one.outcome.problems),
    }


_READERS = {JSON: json_records, NDJSON: ndjson_records}

routes = [
    Route("/api/v1/records", post_records, methods=["POST"]),
    Route("/api/v1/records/{entity_type}", post_records_of_type, methods=["POST"]),
]
"""The routes of this module."""
