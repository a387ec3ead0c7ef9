"""Takes the files of source systems in, row by row, each delivery once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from graph.errors import ConflictError, InvalidInputError, Problem
from graph.intake import Intake, Outcome
from graph.store.database import DEFAULT_TENANT, Database
from graph.store.deliveries import STREAM, Deliveries, Delivery
from ingest.columns import Reading
from ingest.delivered_rows import (
    MANY_BYTES,
    DeliveredRows,
    OpenedFile,
    Ready,
    RowsApart,
    RowsHere,
    is_worth_a_process,
    read,
)
from ingest.hashed_file import sha256_of
from ingest.reports import Reports
from ingest.runs import delivery_run
from ingest.source_files import SourceRows, kind_of

SLICE = 8_000
"""How many rows are handed to intake at once, unless told otherwise."""

FIRST_SLICE = 1_000
"""How many rows the first slice has, each next one twice as many: what comes first need not wait for the rest."""

MAX_SYSTEM_LENGTH = 100
"""How long the name of a source system may be."""

STDIN = Path("/dev/stdin")


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was refused: its number from 1, the line at which it ends where that is known, its text and why."""

    row: int
    line: int | None
    body: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """What became of some rows of a file; `done` is how many of its bytes are read by now."""

    rows: int
    done: int
    rejected: Sequence[Rejected] = ()


class FileDeliveries:
    """Takes delivered files in; what cannot be used goes to quarantine with its row number and the reasons.

    One whose process was killed goes on behind the last row that is stored; one that failed is gone through again from
    its start, which changes nothing for the rows that are in.
    """

    def __init__(
        self,
        database: Database,
        intake: Intake,
        reports: Reports,
        tenant: int = DEFAULT_TENANT,
        *,
        reading: Reading | None = None,
        slice_rows: int = SLICE,
        apart_from: int = MANY_BYTES,
    ) -> None:
        self._deliveries = Deliveries(database, tenant)
        self._intake = intake
        self._reports = reports
        self._reading = reading
        self._slice_rows = slice_rows
        self._apart_from = apart_from

    async def announce(self, source_system: str, landing: Path, path: str, actor: str) -> Delivery:
        """Record that a file lies in a source system's landing folder, and return its delivery.

        Raises ConflictError where the same file was announced as another system's before and nothing tells them apart.
        """
        reading = self._reading or Reading()
        digest = self._digest(await asyncio.to_thread(sha256_of, landing / path), source_system)
        delivery = await self._deliveries.announce(
            source_system, str(landing), path, digest, actor, reading.entity_type.name
        )
        if delivery.source_system != source_system:
            raise ConflictError(
                f"{delivery.location} was delivered as a file of {delivery.source_system} before, nothing was done; "
                f"if it is one of {source_system} too, load it: goldthread load FILE --source {source_system}"
            )
        return delivery

    def _digest(self, sha256: bytes, source_system: str) -> bytes:
        return sha256 if self._reading is None else self._reading.fingerprint(sha256, source_system)

    async def take_in(
        self, delivery: Delivery, progress: Callable[[Slice], None] = lambda done: None
    ) -> Delivery:
        """Take a delivery in, unless it is in already, and return it with its counts; `progress` is told of rows done.

        Raises InvalidInputError for a file that cannot be read as what it says it is, ConflictError for one that
        changed since it was announced, OSError for one that cannot be opened.
        """
        if delivery.taken_in_at is not None:
            return delivery
        before = delivery.started_at is not None
        delivery = await self._deliveries.start(delivery)
        run = delivery_run(delivery)
        if delivery.started_at is not None:
            await self._reports.started(run, delivery.started_at)
        try:
            done = await self._deliveries.progress(delivery) if before else (0, 0)
            rows, rejected, size = await self._take_rows(delivery, progress, *done)
        except Exception as error:
            failed_at = await self._deliveries.renew_run(delivery)
            if failed_at is not None:
                await self._reports.failed(run, failed_at, f"{type(error).__name__}: {error}")
            raise
        return await self._deliveries.finish(delivery, rows, rejected, size)

    async def _take_rows(
        self, delivery: Delivery, progress: Callable[[Slice], None], done: int, rejected: int
    ) -> tuple[int, int, int]:
        """Take in all rows behind the first `done`; return how many rows there are, how many were refused, and bytes."""
        is_stream = delivery.dataset == STREAM
        async with self._opened(delivery, is_stream=is_stream) as source:
            if done:
                skipped, read_so_far = await source.skip(done)
                progress(Slice(skipped, read_so_far))
            size = 0
            stored = self._stored(source, done, is_ahead=not is_stream)
            async with aclosing(stored):
                async for some in stored:
                    done, size = done + some.rows, some.done
                    rejected += len(some.rejected)
                    if some.rows:
                        progress(some)
            is_same = is_stream or delivery.sha256 == self._digest(
                await source.sha256(), delivery.source_system
            )
        if not is_same:
            raise ConflictError(
                f"{delivery.location} changed after it was announced: {done:,} rows of what it holds now came in, "
                "the delivery stays open; deliver the file again once nobody writes to it any more"
            )
        return done, rejected, size

    def _opened(self, delivery: Delivery, *, is_stream: bool) -> RowsHere | RowsApart:
        """Open a delivery; a large one is read in a process of its own."""
        path = STDIN if is_stream else Path(delivery.location)
        reading, system = self._reading or Reading(), delivery.source_system
        if self._reading and not is_stream and is_worth_a_process(path, self._apart_from):
            return RowsApart(path, reading, system, self._intake, delivery.origin)
        format = "ndjson" if is_stream and reading.format == "auto" else reading.format
        file = OpenedFile(path, format, reading.delimiter, self._reading, system)
        return RowsHere(file, self._intake, delivery.origin)

    async def _stored(self, source: DeliveredRows, done: int, *, is_ahead: bool) -> AsyncGenerator[Slice]:
        """Store the rows behind the first `done` slice by slice, and yield what became of each slice.

        Where `is_ahead`, the next slice is read and prepared while PostgreSQL works on one; it is handed over once that
        one is committed, never before. A stream is not read ahead: whoever waits for it cannot be stopped.
        """
        size = min(FIRST_SLICE, self._slice_rows)
        ahead = asyncio.create_task(source.ready(done + 1, size))
        try:
            while True:
                some = await ahead
                if not some.items:
                    yield Slice(0, some.done)
                    return
                following = done + len(some.items) + 1
                size = min(2 * size, self._slice_rows)
                if is_ahead:
                    ahead = asyncio.create_task(source.ready(following, size))
                outcomes = await self._intake.store(some.items)
                yield Slice(len(outcomes), some.done, await _refused(source, some, outcomes))
                done += len(outcomes)
                if not is_ahead:
                    ahead = asyncio.create_task(source.ready(following, size))
        finally:
            await asyncio.gather(ahead, return_exceptions=True)  # it still reads the file


async def _refused(source: DeliveredRows, some: Ready, outcomes: Sequence[Outcome]) -> list[Rejected]:
    """Return the rows that were refused, as they were."""
    refused = [
        (item, outcome)
        for item, outcome in zip(some.items, outcomes, strict=True)
        if outcome.status == "rejected"
    ]
    unknown = [item.position or 0 for item, _ in refused if item.position not in some.lines]
    told = dict(zip(unknown, await source.told(unknown) if unknown else (), strict=True))
    return [
        Rejected(number, *(told.get(number) or (some.lines[number], item.body)), outcome.problems)
        for item, outcome in refused
        for number in [item.position or 0]
    ]


def source_rows(path: Path, source_system: str) -> Iterator[object]:
    """Yield the rows of a file in order, as intake takes them; blank lines are no rows.

    A line that cannot be read at all is yielded as such, so that it is refused under its number and not lost.
    """
    with SourceRows(path) as source:
        for _, row in read(source, None, source_system):
            yield row


def check_delivery(source_system: str, path: Path) -> None:
    """Raise InvalidInputError where a file cannot be what a source system delivers, before anything is recorded."""
    check_system(source_system, "SYSTEM")
    check_file(path)
    kind_of(path)


def check_system(source_system: str, argument: str) -> None:
    """Raise InvalidInputError where a source system cannot be called that; `argument` is what the user calls the name."""
    if source_system != source_system.strip() or not 0 < len(source_system) <= MAX_SYSTEM_LENGTH:
        raise InvalidInputError.at(argument, f"{source_system!r} cannot be the name of a source system")


def check_file(path: Path) -> None:
    """Raise InvalidInputError where no file is there to be read, or its name is no text."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        raise InvalidInputError.at("FILE", f"the name {str(path)!r} is not text in UTF-8") from None
    if not path.exists():
        raise InvalidInputError.at("FILE", f"there is no file {path}")
    if not path.is_file():
        raise InvalidInputError.at("FILE", f"{path} is not a file")
