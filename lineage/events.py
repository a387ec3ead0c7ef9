"""JSON bytes → RunEvent | DatasetEvent | JobEvent of OpenLineage, or where and why they cannot be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final, TypeAlias, cast
from uuid import UUID

import msgspec
import orjson

from graph.errors import InvalidInputError, Problem, refuse_nul
from graph.identity import DatasetName, JobName
from graph.time import instant
from lineage.naming import LONGEST_NAME

Facets: TypeAlias = dict[str, Any]
"""Facets by name; members that are no JSON objects can occur and mean nothing."""

EVENT_TYPES: Final = ("START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER")

LONGEST_FACET_NAME = 400
"""How many characters the name of a facet may have."""

DEEPEST = 200
"""How many levels an event may have."""

_MISSING = re.compile(r"Object missing required field `(\w+)`")
_EXPECTED = re.compile(r"Expected `(.+)`, got `(.+)`")


class Dataset(msgspec.Struct, frozen=True, rename="camel"):
    """A dataset as an event mentions it."""

    namespace: str
    name: str
    facets: Facets | None = None
    input_facets: Facets | None = None
    output_facets: Facets | None = None

    @property
    def key(self) -> DatasetName:
        """The name of the dataset."""
        return DatasetName(self.namespace, self.name)


class Job(msgspec.Struct, frozen=True, rename="camel"):
    """A job as an event mentions it."""

    namespace: str
    name: str
    facets: Facets | None = None

    @property
    def key(self) -> JobName:
        """The name of the job."""
        return JobName(self.namespace, self.name)


class Run(msgspec.Struct, frozen=True, rename="camel"):
    """A run as an event mentions it."""

    run_id: UUID
    facets: Facets | None = None


class RunEvent(msgspec.Struct, frozen=True, rename="camel"):
    """What happened to a run; a missing eventType counts as OTHER."""

    event_time: datetime
    run: Run
    job: Job
    event_type: str | None = None
    inputs: list[Dataset] | None = None
    outputs: list[Dataset] | None = None


class JobEvent(msgspec.Struct, frozen=True, rename="camel"):
    """What a job is designed to read and write; without inputs and outputs it says nothing about them."""

    event_time: datetime
    job: Job
    inputs: list[Dataset] | None = None
    outputs: list[Dataset] | None = None


class DatasetEvent(msgspec.Struct, frozen=True, rename="camel"):
    """What a dataset is, outside of any run."""

    event_time: datetime
    dataset: Dataset


Content: TypeAlias = RunEvent | JobEvent | DatasetEvent


@dataclass(frozen=True, slots=True)
class Event:
    """A readable event: its id, which the same event always has, its content, and its bytes as they came."""

    event_id: UUID
    content: Content
    raw: bytes


def decode(raw: bytes) -> Event:
    """Return the event that the bytes say, or raise InvalidInputError with JSON path and reason.

    Kind by schemaURL, then by shape. Members that the specification does not know stay in `raw` alone.
    """
    parsed = _parsed(raw)
    kind = _kind(parsed)
    canonical = _canonical(parsed)
    moment = _event_time(parsed)
    try:
        content = msgspec.convert({**parsed, "eventTime": moment}, kind)
    except msgspec.ValidationError as error:
        raise InvalidInputError(_problem(str(error))) from None
    problems = list(_content_problems(content))
    if problems:
        raise InvalidInputError(*problems[:50])
    return Event(_event_id(moment, canonical), content, raw)


def event_type(event: RunEvent) -> str:
    """Return the type of a run event in capitals."""
    return (event.event_type or "OTHER").upper()


def _parsed(raw: bytes) -> dict[str, Any]:
    try:
        parsed = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        reason = f"is not JSON: {error.msg}, line {error.lineno} column {error.colno}"
        raise InvalidInputError.at("$", reason) from None
    if not isinstance(parsed, dict):
        raise InvalidInputError.at("$", "must be one JSON object, an event of OpenLineage")
    if b"\\u0000" in raw:
        refuse_nul(parsed)
    return cast("dict[str, Any]", parsed)


def _kind(parsed: dict[str, Any]) -> type[Content]:
    url = parsed.get("schemaURL")
    stated = url.rpartition("/")[2] if isinstance(url, str) else ""
    for kind in (RunEvent, JobEvent, DatasetEvent):
        if stated == kind.__name__:
            return kind
    if "run" in parsed or "eventType" in parsed:
        return RunEvent
    if "job" in parsed:
        return JobEvent
    if "dataset" in parsed:
        return DatasetEvent
    raise InvalidInputError(
        Problem("$.run", "is missing"),
        Problem("$.job", "is missing; an event names a run and its job, a job, or a dataset"),
    )


def _canonical(parsed: dict[str, Any]) -> bytes:
    # orjson writes 254 levels; the lists stand for the room that an answer needs around a facet.
    nested: Any = parsed
    for _ in range(254 - DEEPEST):
        nested = [nested]
    try:
        return orjson.dumps(nested, option=orjson.OPT_SORT_KEYS)[254 - DEEPEST : DEEPEST - 254]
    except TypeError:
        raise InvalidInputError.at("$", f"is nested too deeply; {DEEPEST} levels are allowed") from None


def _event_time(parsed: dict[str, Any]) -> datetime:
    value = parsed.get("eventTime")
    if value is None:
        raise InvalidInputError.at("$.eventTime", "is missing")
    if not isinstance(value, str):
        raise InvalidInputError.at("$.eventTime", "must be a text such as 2025-01-01T00:00:00Z")
    text = value.strip().upper()
    if len(text) == len("2025-01-01"):
        raise InvalidInputError.at(
            "$.eventTime", f"{text!r} has no time of day and no zone; write 2025-01-01T00:00:00Z"
        )
    return instant(text, "$.eventTime")


def _event_id(moment: datetime, canonical: bytes) -> UUID:
    """Return a UUID version 8: milliseconds of the event time first, so that ids sort in time, then 74 bits of content."""
    milliseconds = int(moment.timestamp() * 1000) & ((1 << 48) - 1)
    content = int.from_bytes(blake2b(canonical, digest_size=10).digest(), "big")
    value = (
        milliseconds << 80 | 0x8 << 76 | (content >> 62 & 0xFFF) << 64 | 0x2 << 62 | content & ((1 << 62) - 1)
    )
    return UUID(int=value)


def _problem(message: str) -> Problem:
    reason, _, place = message.partition(" - at `")
    path = place.removesuffix("`") or "$"
    if missing := _MISSING.fullmatch(reason):
        return Problem(f"{path}.{missing[1]}", "is missing")
    if expected := _EXPECTED.fullmatch(reason):
        wanted = expected[1].replace(" | null", "")
        return Problem(path, f"must be of type {wanted}, got {expected[2]}")
    if reason == "Invalid UUID":
        return Problem(path, "is not a UUID")
    return Problem(path, reason)


def _content_problems(content: Content) -> Iterator[Problem]:
    if isinstance(content, DatasetEvent):
        yield from _dataset_problems(content.dataset, "$.dataset")
        return
    if isinstance(content, RunEvent):
        if event_type(content) not in EVENT_TYPES:
            yield Problem(
                "$.eventType", f"must be one of {', '.join(EVENT_TYPES)}, got {content.event_type!r:.60}"
            )
        yield from _facet_problems(content.run.facets, "$.run.facets")
    yield from _name_problems(content.job, "$.job")
    yield from _facet_problems(content.job.facets, "$.job.facets")
    for side, datasets in (("inputs", content.inputs), ("outputs", content.outputs)):
        for index, dataset in enumerate(datasets or ()):
            yield from _dataset_problems(dataset, f"$.{side}[{index}]")


def _dataset_problems(dataset: Dataset, path: str) -> Iterator[Problem]:
    yield from _name_problems(dataset, path)
    yield from _facet_problems(dataset.facets, f"{path}.facets")
    yield from _facet_problems(dataset.input_facets, f"{path}.inputFacets")
    yield from _facet_problems(dataset.output_facets, f"{path}.outputFacets")


def _name_problems(thing: Dataset | Job, path: str) -> Iterator[Problem]:
    for member, text in (("namespace", thing.namespace), ("name", thing.name)):
        if not text or text.isspace():
            yield Problem(f"{path}.{member}", "is empty")
        elif len(text) > LONGEST_NAME:
            yield Problem(
                f"{path}.{member}", f"has {len(text)} characters; at most {LONGEST_NAME} are allowed"
            )


def _facet_problems(facets: Facets | None, path: str) -> Iterator[Problem]:
    for name in facets or ():
        if len(name) > LONGEST_FACET_NAME:
            yield Problem(
                path, f"a facet name has {len(name)} characters; at most {LONGEST_FACET_NAME} are allowed"
            )
