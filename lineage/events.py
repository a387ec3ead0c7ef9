"""JSON bytes → RunEvent | DatasetEvent | JobEvent of OpenLineage, or where and why they cannot be read."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final, TypeAlias
from uuid import UUID

import msgspec
import orjson
from msgspec import Raw

from graph.errors import InvalidInputError, Problem, refuse_nul
from graph.identity import FastUUID
from graph.time import bounded, instant
from lineage.event_parts import Dataset, Datasets, Facets, Job, Member, MemberReader, Run, type_name
from lineage.facet_bodies import DEEPEST, is_deeper

__all__ = [
    "Content",
    "Dataset",
    "DatasetEvent",
    "Event",
    "Facets",
    "Job",
    "JobEvent",
    "Run",
    "RunEvent",
    "decode",
]

EVENT_TYPES: Final = ("START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER")

MOST_WARNINGS: Final = 50
"""How many warnings of one event are kept."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NO_DATASETS: Final = Datasets.of(())


class RunEvent(msgspec.Struct, frozen=True, gc=False):
    """What happened to a run; an eventType that is missing or unknown counts as OTHER."""

    event_time: datetime
    event_type: str
    run: Run
    job: Job
    inputs: Datasets
    outputs: Datasets


class JobEvent(msgspec.Struct, frozen=True, gc=False):
    """What a job is designed to read and write; without inputs and outputs (None) it says nothing about them."""

    event_time: datetime
    job: Job
    inputs: Datasets | None
    outputs: Datasets | None


class DatasetEvent(msgspec.Struct, frozen=True, gc=False):
    """What a dataset is, outside of any run."""

    event_time: datetime
    dataset: Dataset


Content: TypeAlias = RunEvent | JobEvent | DatasetEvent


class Event(msgspec.Struct, frozen=True, gc=False):
    """A readable event: its id, its content, its bytes as they came, and where it differs from the specification.

    The same bytes always have the same id; the same content written otherwise is another event.
    """

    event_id: UUID
    content: Content
    raw: bytes
    warnings: tuple[Problem, ...] = ()


_ABSENT: Final = Raw(b"")
_NOTHING: Final = (b"", b"null")


class _Event(msgspec.Struct, rename="camel", gc=False):
    event_time: Any = None
    event_type: Any = None
    producer: Any = None
    schema_url: Any = msgspec.field(default=None, name="schemaURL")
    run: Raw = _ABSENT
    job: Raw = _ABSENT
    dataset: Raw = _ABSENT
    inputs: Raw = _ABSENT
    outputs: Raw = _ABSENT


_EVENT: Final = msgspec.json.Decoder(_Event)
_READER: Final = MemberReader()


def decode(raw: bytes) -> Event:
    """Return the event that the bytes say, or raise InvalidInputError with JSON path and reason.

    Kind by schemaURL, then by shape. Members that the specification does not know stay in `raw` alone. What differs from
    the specification and can be placed nevertheless is taken and noted among the warnings.
    """
    given = _parsed(raw)
    noted: list[Problem] = []
    kind = _kind(given, noted)
    moment = _event_time(given.event_time, noted)
    known = 0
    if not isinstance(given.producer, str) or not isinstance(given.schema_url, str):
        for name, value in (("producer", given.producer), ("schemaURL", given.schema_url)):
            if not isinstance(value, str):
                noted.append(Problem(f"$.{name}", "is missing" if value is None else "must be a string"))
    else:
        known = len(given.producer) + len(given.schema_url)
    content, size = _content(kind, given, moment, noted)
    if len(raw) - size - known > 2 * DEEPEST and _is_deep(raw):
        raise InvalidInputError.at("$", f"is nested too deeply; {DEEPEST} levels are allowed")
    return Event(_event_id(moment, raw), content, raw, tuple(noted[:MOST_WARNINGS]))


def _is_deep(raw: bytes) -> bool:
    try:
        return is_deeper(orjson.loads(raw), DEEPEST)
    except orjson.JSONDecodeError:  # a number out of range somewhere in what nobody reads
        return False


def _parsed(raw: bytes) -> _Event:
    try:
        given = _EVENT.decode(raw)
        if not raw.isascii():
            raw.decode()  # members are passed over without a look at their bytes
    except RecursionError:
        raise InvalidInputError.at("$", f"is nested too deeply; {DEEPEST} levels are allowed") from None
    except msgspec.ValidationError:
        raise _refusal(
            raw, InvalidInputError.at("$", "must be one JSON object, an event of OpenLineage")
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _refusal(raw, InvalidInputError.at("$", f"is not JSON: {error}"[:250])) from None
    if b"\\" in raw and b"\\u" in raw:
        _refuse_unkept(raw)
    return given


def _refuse_unkept(raw: bytes) -> None:
    """Raise InvalidInputError for escapes that stand for no character, or for NUL."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise InvalidInputError.at(
            "$", f"is not JSON: {error.msg}, line {error.lineno} column {error.colno}"
        ) from None
    if b"\\u0000" in raw:
        refuse_nul(value)


def _refusal(raw: bytes, otherwise: InvalidInputError) -> InvalidInputError:
    """Return why bytes are not JSON, with line and column where the other parser tells them."""
    try:
        orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        return InvalidInputError.at(
            "$", f"is not JSON: {error.msg}, line {error.lineno} column {error.colno}"
        )
    return otherwise


def _kind(given: _Event, noted: list[Problem]) -> type[Content]:
    stated = given.schema_url.rpartition("/")[2] if isinstance(given.schema_url, str) else ""
    if stated == "RunEvent" and _is_given(given.run) and _is_given(given.job):
        return RunEvent
    shown = _shown_kind(given)
    kinds: dict[str, type[Content]] = {kind.__name__: kind for kind in (RunEvent, JobEvent, DatasetEvent)}
    named = kinds.get(stated, shown)
    if named is not shown and not (named is JobEvent and _is_given(given.job) and given.event_type is None):
        noted.append(Problem("$.schemaURL", f"says {stated}, but this is a {shown.__name__}"))
        return shown
    return named


def _shown_kind(given: _Event) -> type[Content]:
    if _is_given(given.run) or given.event_type is not None:
        return RunEvent
    if _is_given(given.job):
        return JobEvent
    if _is_given(given.dataset):
        return DatasetEvent
    raise InvalidInputError(
        Problem("$.run", "is missing"),
        Problem("$.job", "is missing; an event names a run and its job, a job, or a dataset"),
    )


def _content(
    kind: type[Content], given: _Event, moment: datetime, noted: list[Problem]
) -> tuple[Content, int]:
    """Return the content, and about how many of its bytes were read."""
    if kind is DatasetEvent:
        dataset = _READER.dataset(_needed(given.dataset, "dataset"))
        noted.extend(dataset.warnings)
        return DatasetEvent(moment, dataset.value), dataset.size
    raw_job, raw_run = bytes(given.job), bytes(given.run)
    missing = [
        Problem(f"$.{name}", "is missing")
        for name, value in (("run", raw_run), ("job", raw_job))
        if value in _NOTHING and (name == "job" or kind is RunEvent)
    ]
    if missing:
        raise InvalidInputError(*missing)
    job = _READER.job(raw_job)
    inputs, outputs = _datasets(given.inputs, "$.inputs"), _datasets(given.outputs, "$.outputs")
    members = [job, *filter(None, (inputs, outputs))]
    read = inputs and inputs.value, outputs and outputs.value
    if kind is JobEvent:
        content: Content = JobEvent(moment, job.value, *read)
    else:
        run = _READER.run(raw_run)
        members.append(run)
        event_type = given.event_type
        if event_type not in EVENT_TYPES:
            event_type = _event_type(event_type, noted)
        content = RunEvent(
            moment, event_type, run.value, job.value, read[0] or _NO_DATASETS, read[1] or _NO_DATASETS
        )
    size = 0
    for member in members:
        size += member.size
        if member.warnings:
            noted.extend(member.warnings)
    return content, size


def _datasets(raw: Raw, path: str) -> Member | None:
    given = bytes(raw)
    return None if given in _NOTHING else _READER.datasets(given, path)


def _is_given(raw: Raw) -> bool:
    return len(raw) > 4 or bytes(raw) not in _NOTHING


def _needed(raw: Raw, name: str) -> bytes:
    if not _is_given(raw):
        raise InvalidInputError.at(f"$.{name}", "is missing")
    return bytes(raw)


def _event_type(value: Any, noted: list[Problem]) -> str:
    if value is None:
        return "OTHER"
    if isinstance(value, str):
        if value in EVENT_TYPES:
            return value
        if value.upper() in EVENT_TYPES:
            noted.append(Problem("$.eventType", f"must be {value.upper()}, got {value!r}"))
            return value.upper()
    noted.append(
        Problem("$.eventType", f"must be one of {', '.join(EVENT_TYPES)}, got {value!r:.60}; counts as OTHER")
    )
    return "OTHER"


def _event_time(value: Any, noted: list[Problem]) -> datetime:
    if value is None:
        raise InvalidInputError.at("$.eventTime", "is missing")
    if not isinstance(value, str):
        raise InvalidInputError.at(
            "$.eventTime", f"must be a text such as 2025-01-01T00:00:00Z, got {type_name(value)}"
        )
    text = value.strip().upper()
    if len(text) == len("2025-01-01"):
        moment = instant(text, "$.eventTime")
        noted.append(Problem("$.eventTime", "has no time of day and no zone; read as midnight UTC"))
        return moment
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return instant(text, "$.eventTime")
    if moment.tzinfo is None:
        noted.append(Problem("$.eventTime", "has no time zone; read as UTC"))
        moment = moment.replace(tzinfo=UTC)
    if not text.isprintable():
        return instant(text, "$.eventTime")
    return bounded(moment, "$.eventTime")


def _event_id(moment: datetime, raw: bytes) -> UUID:
    """Return a UUID version 8: milliseconds of the event time first, so that ids sort in time, then 74 bits of content."""
    since = moment - _EPOCH
    milliseconds = (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000
    content = int.from_bytes(sha256(raw, usedforsecurity=False).digest()[:10], "big")
    value = (
        (milliseconds & ((1 << 48) - 1)) << 80
        | 0x8 << 76
        | (content >> 62 & 0xFFF) << 64
        | 0x2 << 62
        | content & ((1 << 62) - 1)
    )
    return FastUUID(value.to_bytes(16, "big"))
