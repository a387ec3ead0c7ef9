"""Takes the customer files of source systems in, row by row, each delivery once."""

from __future__ import annotations

import asyncio
import csv
import hashlib
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from graph.errors import InvalidInputError
from graph.golden.record import Origin, Unreadable
from graph.intake import Intake
from graph.store.database import DEFAULT_TENANT, Database
from graph.store.deliveries import Deliveries, Delivery
from ingest.reports import Reports
from ingest.runs import delivery_run

SLICE = 800
"""How many rows are handed to intake at once."""


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

        Raises InvalidInputError for a file that is neither CSV nor NDJSON, OSError for one that cannot be read.
        """
        if delivery.taken_in_at is not None:
            return delivery
        delivery = await self._deliveries.start(delivery)
        run = delivery_run(delivery)
        if delivery.started_at is not None:
            await self._reports.started(run, delivery.started_at)
        try:
            rows, rejected = await self._take_rows(delivery, progress)
        except Exception as error:
            failed_at = await self._deliveries.renew_run(delivery)
            await self._reports.failed(run, failed_at, f"{type(error).__name__}: {error}")
            raise
        return await self._deliveries.finish(delivery, rows, rejected)

    async def _take_rows(self, delivery: Delivery, progress: Callable[[int], None]) -> tuple[int, int]:
        origin = Origin(door="file", file=delivery.location, run_id=delivery.run_id)
        done = rejected = 0
        source = source_rows(Path(delivery.location), delivery.source_system)
        while rows := list(islice(source, SLICE)):
            outcomes = await self._intake.take_in(rows, origin, first_position=done + 1)
            done += len(rows)
            rejected += sum(outcome.status == "rejected" for outcome in outcomes)
            progress(len(rows))
        return done, rejected


def source_rows(path: Path, source_system: str) -> Iterator[object]:
    """Yield the rows of a CSV (with header) or NDJSON file in order, as intake takes them; blank lines are no rows.

    A line that cannot be read at all is yielded as such, so that it is refused under its number and not lost.
    """
    readers = {".csv": _csv_rows, ".ndjson": _ndjson_rows, ".jsonl": _ndjson_rows}
    if path.suffix.lower() not in readers:
        raise InvalidInputError.at("$", f"{path.name} is neither CSV (.csv) nor NDJSON (.ndjson)")
    for row in readers[path.suffix.lower()](path):
        yield {"source_system": source_system, **row} if isinstance(row, dict) else row


def _csv_rows(path: Path) -> Iterator[dict[str, Any] | Unreadable]:
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        reader = csv.DictReader(file, restkey="")
        width = len(reader.fieldnames or ())
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


def _ndjson_rows(path: Path) -> Iterator[dict[str, Any] | object]:
    with path.open("rb") as file:
        for line in file:
            if not line.strip():
                continue
            try:
                yield orjson.loads(line)
            except orjson.JSONDecodeError as error:
                text = line.decode(errors="replace").rstrip("\r\n").replace("\0", "\N{REPLACEMENT CHARACTER}")
                yield Unreadable(text, f"is not JSON: {error}")


def _sha256(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
