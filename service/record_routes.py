"""POST /api/v1/records: source records by the thousand, as JSON, NDJSON or CSV; each stands or falls alone."""

from __future__ import annotations

import asyncio
import codecs
import csv
import difflib
import io
import re
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
from graph.golden.entity_type import CUSTOMER
from graph.golden.record import MAX_PROBLEMS, Origin
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
_COLUMNS = (
    "source_system",
    "key",
    "kind",
    "valid_from",
    "valid_to",
    "sequence",
    "message_id",
    *CUSTOMER.by_name,
    *CUSTOMER.nested,
)
_REQUIRED = ("source_system", "key")
_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


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
    context = of(request)
    media_type = require_media_type(request, _MEDIA_TYPES)
    body = await raw_body(request, BULK)
    given = _READERS[media_type](body)
    taken = await take_in(context.services.intake, given, Origin(door="rest", actor=context.actor))
    context.services.metrics.outcomes(context.services.metrics.records, (one.outcome.status for one in taken))
    return JSONResponse(summary(taken))


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


def summary(taken: Sequence[Taken]) -> dict[str, Any]:
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
        "results": [_result(one) for one in listed],
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
    lines = (
        (number, line)
        for number, line in enumerate(body.removeprefix(codecs.BOM_UTF8).split(b"\n"), 1)
        if line.strip()
    )
    return (_line(index, number, line) for index, (number, line) in enumerate(lines))


def csv_records(body: bytes) -> Iterator[Given]:
    """Return the record of each row; the header row names the columns, in snake_case or camelCase.

    Raises InvalidInputError where the header names an unknown column, one twice, or lacks a required one.
    """
    text = decoded_text(body)
    if not text.strip():
        raise InvalidInputError.at("$", "the body is empty")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        names = [_snake(name) for name in next(reader)]
    except csv.Error as error:
        raise InvalidInputError.at("$", f"the header row is not CSV: {error}") from None
    problems = list(islice(_header_problems(names), MAX_PROBLEMS))
    if problems:
        raise InvalidInputError(*problems)
    return _rows(reader, names)


def _line(index: int, number: int, line: bytes) -> Given:
    try:
        return Given(index, orjson.loads(line), number)
    except orjson.JSONDecodeError as error:
        return Given(
            index, line=number, problem=f"line {number} is not JSON: {error.msg}, column {error.colno}"
        )


def _rows(reader: Any, names: list[str]) -> Iterator[Given]:
    index = 0
    while True:
        try:
            row: list[str] = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Given(index, line=reader.line_num, problem=f"line {reader.line_num} is not CSV: {error}")
            index += 1
            continue
        if not row:
            continue
        if len(row) == len(names):
            yield Given(index, dict(zip(names, row, strict=True)), reader.line_num)
        else:
            reason = f"line {reader.line_num} has {len(row)} columns, the header has {len(names)}"
            yield Given(index, line=reader.line_num, problem=reason)
        index += 1


def _header_problems(names: Sequence[str]) -> Iterator[Problem]:
    for name, count in Counter(names).items():
        if name not in _COLUMNS:
            nearest = difflib.get_close_matches(name[:60], _COLUMNS, n=1)
            hint = f"; did you mean {nearest[0]}?" if nearest else ""
            yield Problem(f"$.{name[:60]}", f"is no column of a record{hint}")
        elif count > 1:
            yield Problem(f"$.{name}", f"stands in the header {count} times")
    for name in _REQUIRED:
        if name not in names:
            yield Problem(f"$.{name}", "is missing in the header")


def _snake(name: str) -> str:
    return _WORD_START.sub("_", name.strip()).lower()


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


def _result(one: Taken) -> dict[str, Any]:
    result: dict[str, Any] = {"index": one.given.index}
    if one.given.line is not None:
        result["line"] = one.given.line
    return result | {
        "status": one.outcome.status,
        "customerId": one.outcome.golden_id,
        "problems": problem_list(one.outcome.problems),
    }


_READERS = {JSON: json_records, NDJSON: ndjson_records, CSV: csv_records}

routes = [Route("/api/v1/records", post_records, methods=["POST"])]
"""The routes of this module."""
