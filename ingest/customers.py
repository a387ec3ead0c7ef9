"""Takes the files of source systems in, row by row, each delivery once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from graph.errors import ConflictError, InvalidInputError, Problem
from graph.golden.record import Unreadable, as_text
from graph.intake import Incoming, Intake
from graph.store.database import DEFAULT_TENANT, Database
from graph.store.deliveries import STREAM, Deliveries, Delivery
from ingest.columns import Reading
from ingest.hashed_file import sha256_of
from ingest.reports import Reports
from ingest.runs import delivery_run
from ingest.source_files import Numbered, SourceRows, kind_of

SLICE = 4_000
"""How many rows are handed to intake at once, unless told otherwise."""

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


class CustomerDeliveries:
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
    ) -> None:
        self._deliveries = Deliveries(database, tenant)
        self._intake = intake
        self._reports = reports
        self._reading = reading
        self._slice_rows = slice_rows

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
        path = STDIN if is_stream else Path(delivery.location)
        reading = self._reading or Reading()
        format = "ndjson" if is_stream and reading.format == "auto" else reading.format
        with SourceRows(path, format, reading.delimiter) as source:
            rows = _read(source, self._reading, delivery.source_system)
            skipped = await asyncio.to_thread(lambda: sum(1 for _ in islice(rows, done)))
            if skipped:
                progress(Slice(skipped, source.done))
            stored = self._stored(source, rows, delivery, done, is_ahead=not is_stream)
            async with aclosing(stored):
                async for some in stored:
                    done += some.rows
                    rejected += len(some.rejected)
                    progress(some)
            is_same = is_stream or delivery.sha256 == self._digest(
                await asyncio.to_thread(lambda: source.sha256), delivery.source_system
            )
        if not is_same:
            raise ConflictError(
                f"{delivery.location} changed after it was announced: {done:,} rows of what it holds now came in, "
                "the delivery stays open; deliver the file again once nobody writes to it any more"
            )
        return done, rejected, source.done

    async def _stored(
        self, source: SourceRows, rows: Iterator[Numbered], delivery: Delivery, done: int, *, is_ahead: bool
    ) -> AsyncGenerator[Slice]:
        """Store the rows behind the first `done` slice by slice, and yield what became of each slice.

        Where `is_ahead`, the next slice is read and prepared while PostgreSQL works on one; it is handed over once that
        one is committed, never before. A stream is not read ahead: whoever waits for it cannot be stopped.
        """

        async def prepared(first: int) -> tuple[list[Numbered], list[Incoming], int]:
            some = await asyncio.to_thread(lambda: list(islice(rows, self._slice_rows)))
            ready = await self._intake.prepare([row for _, row in some], delivery.origin, first)
            return some, ready, source.done

        ahead = asyncio.create_task(prepared(done + 1))
        try:
            while True:
                some, ready, size = await ahead
                if not some:
                    return
                following = done + len(some) + 1
                if is_ahead:
                    ahead = asyncio.create_task(prepared(following))
                outcomes = await self._intake.store(ready)
                refused = [
                    Rejected(done + place, line, _body(row), outcome.problems)
                    for place, ((line, row), outcome) in enumerate(zip(some, outcomes, strict=True), start=1)
                    if outcome.status == "rejected"
                ]
                done += len(some)
                yield Slice(len(some), size, refused)
                if not is_ahead:
                    ahead = asyncio.create_task(prepared(following))
        finally:
            await asyncio.gather(ahead, return_exceptions=True)  # it still reads the file


def source_rows(path: Path, source_system: str) -> Iterator[object]:
    """Yield the rows of a file in order, as intake takes them; blank lines are no rows.

    A line that cannot be read at all is yielded as such, so that it is refused under its number and not lost.
    """
    with SourceRows(path) as source:
        for _, row in _read(source, None, source_system):
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


def _read(source: SourceRows, reading: Reading | None, source_system: str) -> Iterator[Numbered]:
    """Give the rows as intake takes them; without a reading they must already have our names."""
    if reading is None:
        for line, row in source:
            yield line, {"source_system": source_system, **row} if isinstance(row, dict) else row
        return
    names = reading.names(source.columns)
    for line, row in source:
        yield line, reading.row(row, names, source_system)


def _body(row: object) -> str:
    return row.text if isinstance(row, Unreadable) else as_text(row)
