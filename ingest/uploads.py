"""Uploaded files: what each would change is worked out for whoever uploaded it, and taken in once that person says so."""

from __future__ import annotations

import asyncio
import logging
import shutil
import tempfile
from collections import Counter
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from graph.errors import CatalogError, Problem
from graph.golden.entity_type import CUSTOMER, EntityType
from graph.golden.record import Origin
from graph.intake import Foretold, Intake
from graph.store import entity_types
from graph.store.deliveries import Deliveries
from graph.store.policies import EntityTypes
from graph.store.uploads import Upload, Uploads
from ingest.columns import Reading
from ingest.delivered_rows import OpenedFile, RowsHere
from ingest.deliveries import FileDeliveries
from ingest.settings import IngestSettings
from ingest.worker import Installation, open_installation

FOLDER = "uploads"
"""Where in the landing folder accepted uploads lie, a folder each."""

SLICE = 2_000
"""How many rows are looked at in one transaction."""

MOST_SHOWN = 20
"""So many refused rows are shown with their reasons, and so many of each other fate as examples."""

LOOK_SECONDS = 0.5

_logger = logging.getLogger(__name__)


async def carry_uploads(settings: IngestSettings, stop: asyncio.Event) -> None:
    """Do what waits with uploads until `stop` is set."""
    async with AsyncExitStack() as stack:
        installation = await open_installation(settings, stack)
        await UploadDesk(installation, settings.landing_folder).keep(stop)


class UploadDesk:
    """Does what waits with uploads, one after the other; a worker that dies is followed by another."""

    def __init__(self, installation: Installation, landing: Path) -> None:
        self._installation = installation
        self._database = installation.database
        self._uploads = Uploads(installation.database)
        self._types = EntityTypes(installation.database)
        self._landing = landing

    async def keep(self, stop: asyncio.Event) -> None:
        """Do what waits until `stop` is set."""
        while not stop.is_set():
            try:
                is_more = await self.once()
            except Exception as error:
                _logger.warning("trying again with uploads: %s", error)
                is_more = False
            if not is_more:
                try:
                    await asyncio.wait_for(stop.wait(), LOOK_SECONDS)
                except TimeoutError:
                    continue

    async def once(self) -> bool:
        """Do what waits longest, and return whether anything did."""
        claimed = await self._uploads.claim()
        if claimed is None:
            return False
        upload, content = claimed
        holding = asyncio.create_task(self._hold(upload))
        try:
            if upload.state == "waiting":
                await self._uploads.previewed(upload, await self._preview(upload, content))
            else:
                await self._uploads.settled(upload, "done", await self._take_in(upload, content))
        except CatalogError as error:
            problems = [_problem(problem) for problem in getattr(error, "problems", ())]
            await self._uploads.settled(upload, "failed", {"error": error.message, "problems": problems})
        finally:
            holding.cancel()
        return True

    async def _hold(self, upload: Upload) -> None:
        while True:
            await asyncio.sleep(20)
            await self._uploads.hold(upload)

    async def _preview(self, upload: Upload, content: bytes) -> dict[str, Any]:
        kind = await self._kind(upload)
        intake = self._intake(kind)
        folder = Path(tempfile.mkdtemp(prefix="goldthread-upload-"))
        try:
            path = await asyncio.to_thread(_written, folder, upload.name, content)
            reading = _reading(upload.reading, kind)
            origin = Origin("rest", upload.actor)
            file = OpenedFile(path, reading.format, reading.delimiter, reading, upload.source_system)
            columns = reading.names(file.source.columns)
            async with RowsHere(file, intake, origin) as rows:
                return {"columns": columns, **await _foretold(rows, intake)}
        finally:
            await intake.close()
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def _take_in(self, upload: Upload, content: bytes) -> dict[str, Any]:
        kind = await self._kind(upload)
        folder = self._landing / FOLDER / str(upload.id)
        await asyncio.to_thread(_written, folder, upload.name, content)
        intake = self._intake(kind)
        try:
            reading = _reading(upload.reading, kind)
            loader = FileDeliveries(self._database, intake, self._installation.reports, reading=reading)
            delivery = await loader.announce(upload.source_system, folder, upload.name, upload.actor)
            is_from_before = delivery.taken_in_at is not None
            done = await loader.take_in(delivery)
        finally:
            await intake.close()
        new, changed = await Deliveries(self._database).golden_records(done)
        return {
            "deliveryId": str(done.delivery_id),
            "runId": str(done.run_id),
            "isFromBefore": is_from_before,
            "rows": done.rows,
            "accepted": done.accepted,
            "unchanged": done.unchanged,
            "refused": done.rejected,
            "newGoldenRecords": new,
            "changedGoldenRecords": changed,
        }

    def _intake(self, kind: EntityType) -> Intake:
        return Intake(self._database, entity_type=kind, suppression_key=self._installation.suppression_key)

    async def _kind(self, upload: Upload) -> EntityType:
        if upload.entity_type == CUSTOMER.name:
            return CUSTOMER
        return await entity_types.current(self._database, self._types, upload.entity_type)


async def _foretold(rows: RowsHere, intake: Intake) -> dict[str, Any]:
    counts: Counter[str] = Counter()
    refused: list[dict[str, Any]] = []
    examples: list[dict[str, Any]] = []
    done = 0
    while True:
        some = await rows.ready(done + 1, SLICE)
        if not some.items:
            break
        fates = await intake.foretell(some.items)
        for place, (item, fate) in enumerate(zip(some.items, fates, strict=True), done + 1):
            counts[fate.fate] += 1
            if fate.fate == "refused" and len(refused) < MOST_SHOWN:
                refused.append(await _refusal(rows, place, fate))
            elif fate.fate != "refused" and item.event is not None and len(examples) < MOST_SHOWN:
                key = item.event.key
                examples.append(
                    {"row": place, "fate": fate.fate, "key": key.key, "values": dict(item.attributes or {})}
                )
        done += len(some.items)
    return {
        "rows": done,
        **{fate: counts[fate] for fate in ("new", "changed", "unchanged", "refused")},
        "refusals": refused,
        "examples": examples,
    }


async def _refusal(rows: RowsHere, place: int, fate: Foretold) -> dict[str, Any]:
    problems = [_problem(problem) for problem in fate.problems]
    if fate.is_erased:
        return {"row": place, "line": None, "record": None, "problems": problems}
    ((line, body),) = await rows.told([place])
    return {"row": place, "line": line, "record": body[:2_000], "problems": problems}


def _problem(problem: Problem) -> dict[str, str]:
    return {"path": problem.path, "reason": problem.reason}


def _reading(given: Mapping[str, Any], kind: EntityType) -> Reading:
    return Reading(
        entity_type=kind,
        format=given.get("format", "auto"),
        named=given.get("columns") or {},
        ignore_unknown=bool(given.get("ignoreUnknown")),
    )


def _written(folder: Path, name: str, content: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    if not path.exists() or path.read_bytes() != content:
        path.write_bytes(content)
    return path
