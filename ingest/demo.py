"""The demo: two simulated source systems, taken through the product's own pipelines."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from graph.errors import UnavailableError
from graph.intake import Intake
from graph.store.assets import Assets
from graph.store.deliveries import Deliveries, Delivery
from ingest.deliveries import FileDeliveries
from ingest.demo_catalog import register_assets
from ingest.demo_state import ACTOR, DemoResult
from ingest.generators import SourceFile, deliver, source_files
from ingest.settings import IngestSettings
from ingest.worker import Installation

Progress = Callable[[str, int], None]
"""Told of a file and how many more of its rows are done."""


class Demo:
    """Loads the demo into one installation; interrupted and run again, it goes on where it stopped."""

    def __init__(
        self, installation: Installation, settings: IngestSettings, customers: int, seed: int
    ) -> None:
        self._installation = installation
        self._database = installation.database
        self._landing = settings.landing_folder
        self._customers = customers
        self._seed = seed
        self._deliveries = Deliveries(self._database)

    async def files(self) -> list[SourceFile]:
        """Return what the source systems are going to deliver."""
        return await asyncio.to_thread(source_files, self._customers, self._seed)

    async def load(self, files: list[SourceFile], progress: Progress) -> DemoResult:
        """Deliver the files, take them in one after the other, and carry each on into the lake and the warehouse.

        Each delivery becomes files of the lake of its own: a worker that runs beside stays out until all is done.
        """
        began = time.monotonic()
        async with self._installation.lake.exclusively(wait=True):
            await self._deliver(files)
            await self._installation.warehouse.prepare()
            await register_assets(Assets(self._database), self._landing.parent, self._installation.table)
            intake = Intake(self._database, suppression_key=self._installation.suppression_key)
            try:
                loader = FileDeliveries(self._database, intake, self._installation.reports)
                done = await self._take_in(loader, files, progress)
            finally:
                await intake.close()
            is_told = await self._installation.reports.settle()
        return await self._result(done, is_told, time.monotonic() - began)

    async def _deliver(self, files: list[SourceFile]) -> None:
        try:
            await asyncio.to_thread(deliver, files, self._landing)
        except OSError as error:
            raise UnavailableError(
                f"cannot write to {self._landing} ({error.strerror}): make it writable for this user, "
                "or set GOLDTHREAD_LAKE to a folder that is"
            ) from error

    async def _take_in(
        self, loader: FileDeliveries, files: list[SourceFile], progress: Progress
    ) -> list[Delivery]:
        deliveries = await self._announce(loader, files)
        await self._installation.carry()
        done: list[Delivery] = []
        for file, delivery in zip(files, deliveries, strict=True):
            progress(file.path, 0)
            if delivery.taken_in_at is not None:
                progress(file.path, file.rows)
                done.append(delivery)
                continue
            done.append(
                await loader.take_in(delivery, lambda some, path=file.path: progress(path, some.rows))
            )
            await self._installation.carry()
        return done

    async def _announce(self, loader: FileDeliveries, files: list[SourceFile]) -> list[Delivery]:
        """Record all deliveries before the first is taken in, so that an interrupted demo is known to be one."""
        deliveries = [
            await loader.announce(file.system, self._landing / file.system, Path(file.path).name, ACTOR)
            for file in files
        ]
        wanted = {delivery.delivery_id for delivery in deliveries}
        for other in await self._deliveries.unfinished():
            if other.actor == ACTOR and other.delivery_id not in wanted:
                await self._deliveries.withdraw(other)  # of a demo with other people, whose files are no more
        return deliveries

    async def _result(self, deliveries: list[Delivery], is_told: bool, seconds: float) -> DemoResult:
        customers, versions = await self._installation.warehouse.count()
        return DemoResult(
            skipped=False,
            files=len(deliveries),
            rows=sum(delivery.rows for delivery in deliveries),
            accepted=sum(delivery.accepted or 0 for delivery in deliveries),
            unchanged=sum(delivery.unchanged or 0 for delivery in deliveries),
            rejected=sum(delivery.rejected or 0 for delivery in deliveries),
            customers=customers,
            lake_files=len(await self._installation.lake.files.files(self._installation.lake.folder)),
            warehouse_rows=versions,
            is_lineage_told=is_told,
            seconds=round(seconds, 1),
        )
