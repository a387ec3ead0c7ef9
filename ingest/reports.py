"""Tells Goldthread what was done: every finished run at least once, also after a crash or while no server ran."""

from __future__ import annotations

import logging
from datetime import datetime

from graph.errors import UnavailableError
from graph.identity import DatasetName
from graph.store.database import DEFAULT_TENANT, Database
from graph.store.deliveries import Deliveries
from graph.store.lake_files import LakeFiles
from ingest.message_reports import MessageReports
from ingest.runs import delivery_run, lake_run, load_run
from lineage.emitter import Emitter, JobRun

_logger = logging.getLogger(__name__)


class Reports:
    """Sends lineage of the runs in the manifests; what was sent is ticked off there.

    Beginnings and failures are told when they happen, if a server listens. Ends are told until they are heard: the
    event is made from the manifest alone, so that one told twice is one event. `is_heard` is false from the moment
    when nobody answers until `settle` got through again.
    """

    def __init__(
        self, database: Database, emitter: Emitter, warehouse: DatasetName, tenant: int = DEFAULT_TENANT
    ) -> None:
        self._deliveries = Deliveries(database, tenant)
        self._files = LakeFiles(database, tenant)
        self._messages = MessageReports(database, emitter, warehouse, tenant)
        self._emitter = emitter
        self._warehouse = warehouse
        self.is_heard = True

    async def started(self, run: JobRun, at: datetime) -> None:
        """Tell that a run began, if somebody listens."""
        if self.is_heard:
            try:
                await self._emitter.start(run, at)
            except UnavailableError as error:
                self._unheard(error)

    async def failed(self, run: JobRun, at: datetime, message: str) -> None:
        """Tell that a run broke off, if somebody listens."""
        if self.is_heard:
            try:
                await self._emitter.fail(run, at, message)
            except UnavailableError as error:
                self._unheard(error)

    async def settle(self) -> bool:
        """Tell of every finished run that was not told of, oldest first; return whether nothing is left to tell."""
        try:
            await self._settle()
        except UnavailableError as error:
            self._unheard(error)
        else:
            self.is_heard = True
        return self.is_heard

    async def _settle(self) -> None:
        for delivery in await self._deliveries.unreported():
            if delivery.started_at is not None and delivery.taken_in_at is not None:
                await self._told(delivery_run(delivery), delivery.started_at, delivery.taken_in_at)
                await self._deliveries.reported(delivery)
        for file in await self._files.unreported_files():
            if file.written_at is not None:
                await self._told(lake_run(file), file.planned_at, file.written_at)
                await self._files.file_reported(file)
        for carrier in await self._files.unreported_loads():
            if carrier.load is not None:
                load = carrier.load
                await self._told(
                    load_run(carrier.file, load, self._warehouse), load.started_at, load.loaded_at
                )
                await self._files.load_reported(load)
        await self._messages.settle()

    async def _told(self, run: JobRun, started_at: datetime, ended_at: datetime) -> None:
        await self._emitter.start(run, started_at)
        await self._emitter.complete(run, ended_at)

    def _unheard(self, error: UnavailableError) -> None:
        if self.is_heard:
            _logger.warning("%s; lineage is told once it does", error.message)
        self.is_heard = False
