"""The members of OpenLineage events: jobs, runs and datasets with their facets, read from their bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar, cast
from uuid import UUID

import msgspec
import orjson
from msgspec import Raw

from graph.errors import InvalidInputError, Problem
from graph.identity import DatasetName, FastUUID, JobName
from lineage import naming
from lineage.facet_bodies import FacetBodies, FacetBody
from lineage.facets import PER_RUN_FACETS, SHARED_RUN_FACETS
from lineage.naming import LONGEST_NAME
from lineage.remembered import Remembered

Facets: TypeAlias = dict[str, FacetBody]
"""Facets by name; members of an event's map that are no JSON objects are left out."""

T = TypeVar("T")

LONGEST_FACET_NAME: Final = 400
"""How many characters the name of a facet may have."""

_NONE: Final[Facets] = {}
_ABSENT: Final = Raw(b"")
_SYNTAX: Final = 60
_BRACE: Final = ord("{")
_FACET_MAPS: Final = ("facets", "inputFacets", "outputFacets")


class Run(msgspec.Struct, frozen=True, gc=False):
    """A run as an event mentions it; `given_id` is its id as the producer wrote it, where that is no UUID."""

    run_id: UUID
    given_id: str | None
    facets: Facets


class Job(msgspec.Struct, frozen=True, gc=False):
    """A job as an event mentions it."""

    namespace: str
    name: str
    facets: Facets
    memo: dict[Any, Any] = msgspec.field(default_factory=dict[Any, Any])
    """What others worked out from this very job, which often comes again."""

    @property
    def key(self) -> JobName:
        """The name of the job."""
        return JobName(self.namespace, self.name)


class Dataset(msgspec.Struct, frozen=True, gc=False):
    """A dataset as an event mentions it."""

    namespace: str
    name: str
    facets: Facets
    input_facets: Facets
    output_facets: Facets

    @property
    def key(self) -> DatasetName:
        """The name of the dataset."""
        return DatasetName(self.namespace, self.name)


class Datasets(tuple[Dataset, ...]):
    """The datasets on one side of an event.

    `memo` holds what others worked out from their names and `facets`, and is shared with other lists that agree in these;
    `has_own` tells whether some have inputFacets or outputFacets beside.
    """

    memo: dict[Any, Any]
    has_own: bool

    @classmethod
    def of(
        cls, datasets: Iterable[Dataset], memo: dict[Any, Any] | None = None, *, has_own: bool = False
    ) -> Datasets:
        """Return a list, without memories unless they are given."""
        made = cls(datasets)
        made.memo = {} if memo is None else memo
        made.has_own = has_own
        return made


class Member(NamedTuple):
    """A member of an event as read, where it differs from the specification, and about how many bytes that explains."""

    value: Any
    warnings: Sequence[Problem]
    size: int


class _Stated(NamedTuple):
    """The facets of a dataset as read, and a number that no other ones have, or zero."""

    number: int
    facets: Facets
    size: int


class _Run(msgspec.Struct, rename="camel", gc=False):
    run_id: str
    facets: dict[str, Raw] | None = None


class _Job(msgspec.Struct, gc=False):
    namespace: str
    name: str
    facets: dict[str, Raw] | None = None


class _Dataset(msgspec.Struct, rename="camel", gc=False):
    namespace: str
    name: str
    facets: Raw = _ABSENT
    input_facets: dict[str, Raw] | None = None
    output_facets: dict[str, Raw] | None = None


_RUN: Final = msgspec.json.Decoder(_Run)
_JOB: Final = msgspec.json.Decoder(_Job)
_FACETS: Final = msgspec.json.Decoder(dict[str, Raw] | None)
_DATASETS: Final = msgspec.json.Decoder(list[_Dataset] | None)


class MemberReader:
    """Reads the members of events, and remembers those that come again and again."""

    def __init__(self) -> None:
        self._shared = FacetBodies()
        self._per_run = FacetBodies(2_000_000, of_one_run="maybe")
        self._own = FacetBodies(2_000_000, of_one_run="yes")
        self._jobs: Remembered[bytes, Member] = Remembered(16_000_000)
        self._datasets: Remembered[bytes, Member] = Remembered(32_000_000)
        self._stated: Remembered[tuple[str, str, bytes], _Stated] = Remembered(24_000_000)
        self._memos: Remembered[tuple[int, ...], dict[Any, Any]] = Remembered(20_000)
        self._numbers = count(1)

    def run(self, raw: bytes) -> Member:
        """Read the member `run`; raises InvalidInputError where it has no id."""
        noted: list[Problem] = []
        try:
            run = _RUN.decode(raw)
        except msgspec.ValidationError:
            run = _RUN.decode(_mended(_parsed(raw, "$.run"), "$.run", ("runId",), noted))
        facets, size = self._facets(run.facets, "$.run", "facets", noted, is_run=True)
        try:
            run_id, given_id = FastUUID(run.run_id), None
        except ValueError:
            run_id, given_id = _run_id(run.run_id, noted)
        return Member(Run(run_id, given_id, facets), noted, size + _SYNTAX + len(run.run_id))

    def job(self, raw: bytes) -> Member:
        """Read the member `job`; raises InvalidInputError where it has no name."""
        read = self._jobs.get(raw, len(raw))
        if read is not None:
            return read
        noted: list[Problem] = []
        try:
            job = _JOB.decode(raw)
        except msgspec.ValidationError:
            job = _JOB.decode(_mended(_parsed(raw, "$.job"), "$.job", ("namespace", "name"), noted))
        _check_names((job,), "$.job")
        facets, size = self._facets(job.facets, "$.job", "facets", noted)
        size += _SYNTAX + len(job.namespace) + len(job.name)
        read = Member(Job(job.namespace, job.name, facets), noted, size)
        self._jobs.keep(raw, read, len(raw) + 200)
        return read

    def datasets(self, raw: bytes, path: str) -> Member:
        """Read the list of inputs or outputs at `path`; raises InvalidInputError where it is none or one has no name."""
        read = self._datasets.get(raw, len(raw))
        if read is None:
            read = self._read_datasets(raw, path)
            if not read.warnings and not read.value.has_own:
                self._datasets.keep(raw, read, len(raw) + 200)
        return read

    def dataset(self, raw: bytes) -> Member:
        """Read the member `dataset`; raises InvalidInputError where it has no name."""
        read = self._read_datasets(b"[" + raw + b"]", "$.dataset")
        return read._replace(value=read.value[0])

    def _read_datasets(self, raw: bytes, path: str) -> Member:
        noted: list[Problem] = []
        given, maps = _given_datasets(raw, path, noted)
        _check_names(given, path)
        size, has_own = 0, False
        datasets: list[Dataset] = []
        numbers: list[int] = []
        for index, (one, facets) in enumerate(zip(given, maps, strict=True)):
            stated = self._dataset(one, facets, _place(path, index), noted)
            read = written = _NONE
            if one.input_facets or one.output_facets:
                place, has_own = _place(path, index), True
                read, more = self._facets(one.input_facets, place, "inputFacets", noted, is_own=True)
                written, most = self._facets(one.output_facets, place, "outputFacets", noted, is_own=True)
                size += more + most
            datasets.append(Dataset(one.namespace, one.name, stated.facets, read, written))
            numbers.append(stated.number)
            size += stated.size
        return Member(Datasets.of(datasets, self._memo(numbers), has_own=has_own), noted, size)

    def _dataset(self, given: _Dataset, raw: bytes, place: str, noted: list[Problem]) -> _Stated:
        """Read the facets of a dataset, all at once where they came of late."""
        key = (given.namespace, given.name, raw)
        stated = self._stated.get(key, len(raw) + 200)
        if stated is not None:
            return stated
        known = len(noted)
        facets, size = self._facets(_FACETS.decode(raw) if raw else None, place, "facets", noted)
        size += _SYNTAX + len(given.namespace) + len(given.name)
        if len(noted) > known or not PER_RUN_FACETS.isdisjoint(facets):
            return _Stated(0, facets, size)
        stated = _Stated(next(self._numbers), facets, size)
        self._stated.keep(key, stated, len(raw) + 200)
        return stated

    def _memo(self, numbers: Sequence[int]) -> dict[Any, Any]:
        """Return the memories of a list of datasets as they are numbered; zero stands for one that nobody remembers."""
        if 0 in numbers:
            return {}
        key = tuple(numbers)
        memo = self._memos.get(key)
        if memo is None:
            memo = dict[Any, Any]()
            self._memos.keep(key, memo)
        return memo

    def _facets(
        self,
        given: dict[str, Raw] | None,
        place: str,
        member: str,
        noted: list[Problem],
        *,
        is_run: bool = False,
        is_own: bool = False,
    ) -> tuple[Facets, int]:
        if not given:
            return _NONE, 0
        size = 0
        facets: Facets = {}
        for name, value in given.items():
            raw = bytes(value)
            size += len(name) + len(raw) + 4
            if is_own or (is_run and name not in SHARED_RUN_FACETS):
                bodies = self._own
            else:
                bodies = self._per_run if name in PER_RUN_FACETS else self._shared
            body = bodies.known(name, raw)
            if body is None:
                path = f"{place}.{member}"
                if len(name) > LONGEST_FACET_NAME:
                    reason = (
                        f"a facet name has {len(name)} characters; at most {LONGEST_FACET_NAME} are allowed"
                    )
                    raise InvalidInputError.at(path, reason)
                body = bodies.read(name, raw, f"{path}.{name}")
            if body.digest:
                facets[name] = body
            if body.warnings:
                prefix = f"{place}.{member}.{name}"
                noted.extend(Problem(prefix + one.path[1:], one.reason) for one in body.warnings)
        return facets, size


def _given_datasets(raw: bytes, path: str, noted: list[Problem]) -> tuple[list[_Dataset], list[bytes]]:
    """Return the datasets of a list, and the bytes of their maps of facets; what cannot be read is left out and noted."""
    try:
        given = _DATASETS.decode(raw) or []
    except msgspec.ValidationError:
        pass
    else:
        maps = [bytes(one.facets) for one in given]
        if all(not one or one[0] == _BRACE or one == b"null" for one in maps):
            return given, maps
    given = _DATASETS.decode(_mended_list(_parsed(raw, path), path, noted)) or []
    return given, [bytes(one.facets) for one in given]


def type_name(value: object) -> str:
    """Return what JSON calls the type of a parsed value."""
    names = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}
    return names.get(cast("type[Any]", type(value)), "number")


def _place(path: str, index: int) -> str:
    return path if path.endswith("dataset") else f"{path}[{index}]"


def _run_id(text: str, noted: list[Problem]) -> tuple[UUID, str | None]:
    if not text or text.isspace():
        raise InvalidInputError.at("$.run.runId", "is empty")
    if len(text) > LONGEST_NAME:
        raise InvalidInputError.at(
            "$.run.runId", f"has {len(text)} characters; at most {LONGEST_NAME} are allowed"
        )
    run_id = FastUUID(naming.run_id(text).bytes)
    try:
        UUID(text.strip())
    except ValueError:
        noted.append(Problem("$.run.runId", f"is not a UUID; the run is kept as {run_id}"))
        return run_id, text
    return run_id, None


def _check_names(given: Sequence[_Dataset | _Job], path: str) -> None:
    for thing in given:
        if not (0 < len(thing.name) <= LONGEST_NAME and 0 < len(thing.namespace) <= LONGEST_NAME):
            break
        if thing.name[0].isspace() or thing.namespace[0].isspace():
            break
    else:
        return
    problems: list[Problem] = []
    for index, thing in enumerate(given):
        place = path if isinstance(thing, _Job) else _place(path, index)
        for member, text in (("namespace", thing.namespace), ("name", thing.name)):
            if not text or text.isspace():
                problems.append(Problem(f"{place}.{member}", "is empty"))
            elif len(text) > LONGEST_NAME:
                reason = f"has {len(text)} characters; at most {LONGEST_NAME} are allowed"
                problems.append(Problem(f"{place}.{member}", reason))
    if problems:
        raise InvalidInputError(*problems[:50])


def _parsed(raw: bytes, path: str) -> object:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise InvalidInputError.at(path, f"cannot be kept: {error.msg}") from None


def _mended(value: object, path: str, needed: tuple[str, ...], noted: list[Problem]) -> bytes:
    """Return a member with what cannot be read left out; raises InvalidInputError where nothing is left to place it by."""
    return _dumped(_kept(value, path, needed, noted), path)


def _mended_list(value: object, path: str, noted: list[Problem]) -> bytes:
    if not isinstance(value, list):
        raise InvalidInputError.at(path, f"must be an array, got {type_name(value)}")
    items = cast("list[object]", value)
    is_list = not path.endswith("dataset")
    places = [f"{path}[{index}]" for index in range(len(items))] if is_list else [path]
    named = ("namespace", "name")
    kept = [_kept(item, place, named, noted) for item, place in zip(items, places, strict=True)]
    return _dumped(kept, path)


def _dumped(value: object, path: str) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError:  # orjson writes 254 levels
        raise InvalidInputError.at(path, "is nested too deeply") from None


def _kept(value: object, path: str, needed: tuple[str, ...], noted: list[Problem]) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise InvalidInputError.at(path, f"must be an object, got {type_name(value)}")
    given = cast("dict[str, Any]", value)
    problems: list[Problem] = []
    for name in needed:
        if name not in given:
            problems.append(Problem(f"{path}.{name}", "is missing"))
        elif not isinstance(given[name], str):
            problems.append(Problem(f"{path}.{name}", f"must be a string, got {type_name(given[name])}"))
    if problems:
        raise InvalidInputError(*problems)
    kept: dict[str, Any] = {name: given[name] for name in needed}
    for name in _FACET_MAPS:
        facets = given.get(name)
        if isinstance(facets, dict):
            kept[name] = facets
        elif facets is not None:
            noted.append(Problem(f"{path}.{name}", f"must be an object, got {type_name(facets)}; left out"))
    return kept
