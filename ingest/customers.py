"""Takes the customer files of source systems in, row by row, each delivery once."""

from __future__ import annotations

import asyncio
import codecs
import csv
import hashlib
import io
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import orjson

from graph.errors import ConflictError, InvalidInputError
from graph.golden.record import Origin, Unreadable
from graph.intake import Intake
from graph.store.database import DEFAULT_TENANT, Database
from graph.store.deliveries import Deliveries, Delivery
from ingest.reports import Reports
from ingest.runs import delivery_run

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

SLICE = 800
"""How many rows are handed to intake at once."""

MAX_SYSTEM_LENGTH = 100
"""How long the name of a source system may be."""

CHUNK = 1 << 18
"""How many bytes are read at once."""


class CustomerDeliveries:
    """Takes delivered files in; what cannot be used goes to quarantine with its row number and the reasons.

    One that was interrupted is gone through again from its start, which changes nothing for the rows that are in.
    """

    def __init__(
        self, database: Database, intake: Intake, reports: Reports, tenant: int = DEFAULT_TENANT
    ) -> None:
        self._deliveries = Deliveries(database, tenant)
        self._intake = intake
        self._reports = reports

    async def announce(self, source_system: str, landing: Path, path: str, actor: str) -> Delivery:
        """Record that a file lies in a source system's landing folder, and return its delivery."""
        digest = await asyncio.to_thread(_sha256, landing / path)
        return await self._deliveries.announce(source_system, str(landing), path, digest, actor)

    async def take_in(
        self, delivery: Delivery, progress: Callable[[int], None] = lambda rows: None
    ) -> Delivery:
        """Take a delivery in, unless it is in already, and return it with its counts; `progress` is told of rows done.

        Raises InvalidInputError for a file that is neither CSV nor NDJSON, ConflictError for one that changed since it
        was announced, OSError for one that cannot be read.
        """
        if delivery.taken_in_at is not None:
            return delivery
        delivery = await self._deliveries.start(delivery)
        run = delivery_run(delivery)
        if delivery.started_at is not None:
            await self._reports.started(run, delivery.started_at)
        try:
            rows, rejected, size = await self._take_rows(delivery, progress)
        except Exception as error:
            failed_at = await self._deliveries.renew_run(delivery)
            if failed_at is not None:
                await self._reports.failed(run, failed_at, f"{type(error).__name__}: {error}")
            raise
        return await self._deliveries.finish(delivery, rows, rejected, size)

    async def _take_rows(self, delivery: Delivery, progress: Callable[[int], None]) -> tuple[int, int, int]:
        origin = Origin(door="file", file=delivery.location, run_id=delivery.run_id)
        done = rejected = 0
        hashed = _HashedFile(Path(delivery.location))
        with io.BufferedReader(hashed, CHUNK) as content:
            source = _rows(content, hashed.path, delivery.source_system)
            while rows := await asyncio.to_thread(lambda: list(islice(source, SLICE))):
                outcomes = await self._intake.take_in(rows, origin, first_position=done + 1)
                done += len(rows)
                rejected += sum(outcome.status == "rejected" for outcome in outcomes)
                progress(len(rows))
        if hashed.sha256 != delivery.sha256:
            raise ConflictError(
                f"{delivery.location} changed after it was announced: {done:,} rows of what it holds now came in, "
                "the delivery stays open; deliver the file again once nobody writes to it any more"
            )
        return done, rejected, hashed.size


class _HashedFile(io.RawIOBase):
    """A file that is hashed and counted as it is read from its start to its end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self._hash = hashlib.sha256()
        self._file = path.open("rb", buffering=0)

    @property
    def sha256(self) -> bytes:
        """The SHA-256 of what was read."""
        return self._hash.digest()

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Read the next bytes."""
        view = memoryview(buffer)
        count = self._file.readinto(view)
        self._hash.update(view[:count])
        self.size += count
        return count

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()


def source_rows(path: Path, source_system: str) -> Iterator[object]:
    """Yield the rows of a CSV (with header) or NDJSON file in order, as intake takes them; blank lines are no rows.

    A line that cannot be read at all is yielded as such, so that it is refused under its number and not lost.
    """
    with path.open("rb") as content:
        yield from _rows(content, path, source_system)


def _rows(content: BinaryIO, path: Path, source_system: str) -> Iterator[object]:
    for row in _reader(path)(content):
        yield {"source_system": source_system, **row} if isinstance(row, dict) else row


def _reader(path: Path) -> Callable[[BinaryIO], Iterator[object]]:
    """Return what reads the rows of a file of that name; raises InvalidInputError where nothing does."""
    readers = {".csv": _csv_rows, ".ndjson": _ndjson_rows, ".jsonl": _ndjson_rows}
    if path.suffix.lower() not in readers:
        raise InvalidInputError.at("FILE", f"{path.name} is neither CSV (.csv) nor NDJSON (.ndjson, .jsonl)")
    return readers[path.suffix.lower()]


def _csv_rows(content: BinaryIO) -> Iterator[dict[str, Any] | Unreadable]:
    with io.TextIOWrapper(content, encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        reader = csv.DictReader(file, restkey="")
        names = [name.strip() for name in reader.fieldnames or ()]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise InvalidInputError.at("$", f"the header names {', '.join(map(repr, twice))} more than once")
        width = len(names)
        while True:
            try:
                row: dict[str, Any] = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Unreadable(f"line {reader.line_num}", f"cannot be read as CSV: {error}")
                continue
            beyond = row.pop("", None) or []
            yield row | {f"column {width + place}": cell for place, cell in enumerate(beyond, start=1)}


def _ndjson_rows(content: BinaryIO) -> Iterator[object]:
    for number, line in enumerate(content):
        if not line.strip():
            continue
        try:
            yield orjson.loads(line.removeprefix(codecs.BOM_UTF8) if number == 0 else line)
        except orjson.JSONDecodeError as error:
            text = line.decode(errors="replace").rstrip("\r\n").replace("\0", "\N{REPLACEMENT CHARACTER}")
            yield Unreadable(text, f"is not JSON: {error}")


def check_delivery(source_system: str, path: Path) -> None:
    """Raise InvalidInputError where a file cannot be what a source system delivers, before anything is recorded."""
    try:
        f"{source_system}{path}".encode()
    except UnicodeEncodeError:
        raise InvalidInputError.at("FILE", f"the name {str(path)!r} is not text in UTF-8") from None
    if source_system != source_system.strip() or not 0 < len(source_system) <= MAX_SYSTEM_LENGTH:
        raise InvalidInputError.at("SYSTEM", f"{source_system!r} cannot be the name of a source system")
    if not path.exists():
        raise InvalidInputError.at("FILE", f"there is no file {path}")
    if not path.is_file():
        raise InvalidInputError.at("FILE", f"{path} is not a file")
    _reader(path)


def _sha256(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
