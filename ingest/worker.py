"""The process that carries changes on as they come: golden records into the lake, the lake into the warehouse."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime

from graph.erasure import Erasures
from graph.errors import CatalogError
from graph.store.database import DEFAULT_TENANT, Database, watermark
from graph.store.lake_files import LakeFile
from graph.store.warehouse_loads import WarehouseLoad
from ingest.datasets import table_dataset
from ingest.erasure import Reach, settle
from ingest.lake import LakeExport
from ingest.lake_place import open_storage
from ingest.message_erasure import MessageErasure
from ingest.message_loads import MessageLoads
from ingest.reports import Reports
from ingest.settings import IngestSettings
from ingest.warehouse import Warehouse
from lineage.emitter import Emitter
from lineage.recorder import Recorder
from lineage.replay import replay, waiting
from lineage.retention import Keep, retain_daily

LONGEST_PAUSE = 30.0
"""Seconds between two attempts after many failures in a row."""

_logger = logging.getLogger(__name__)


Carrier = Callable[[IngestSettings, asyncio.Event], Coroutine[None, None, None]]
"""Carries something on until the event is set."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What one round carried on."""

    files: list[LakeFile]
    loads: list[WarehouseLoad]


class Installation:
    """Lake, warehouse and lineage of one installation, put together.

    `carries_customers` is false where the golden records' changes come to the lake as messages, `loads_warehouse` where
    pipelines load the lake's files.
    """

    def __init__(
        self, database: Database, settings: IngestSettings, emitter: Emitter, database_url: str
    ) -> None:
        self.database = database
        self.warehouse = Warehouse(database)
        self.table = table_dataset(database_url, self.warehouse.schema, self.warehouse.table)
        self.reports = Reports(database, emitter, self.table)
        self.storage = open_storage(settings)
        self.lake = LakeExport(database, self.storage, self.reports, facts_per_file=settings.lake_file_facts)
        self.message_loads = MessageLoads(database, self.storage, self.warehouse)
        self.carries_customers = settings.kafka_address is None
        self.loads_warehouse = settings.warehouse_loads == "worker"
        self.suppression_key = settings.suppression_secret
        self.erasures = Erasures(database, self.suppression_key)
        self.reach = Reach(
            database,
            self.lake,
            MessageErasure(database, self.storage),
            self.warehouse,
            settings.landing_folder,
            settings.home / "logs",
            None if settings.kafka_address is None else settings.require_kafka(),
        )

    async def carry(self, stop: asyncio.Event | None = None) -> Carried:
        """Write the changes to the lake, load them into the warehouse and tell lineage; call it under the lake's lock."""
        files = await self.lake.export(stop) if self.carries_customers else []
        loads = await self.warehouse.load(self.lake, stop) if self.loads_warehouse else []
        await self.load_messages(stop)
        await self.warehouse.refresh()
        await self.reports.settle()
        return Carried(files, loads)

    async def load_messages(self, stop: asyncio.Event | None = None) -> None:
        """Load the lake's files of messages into the warehouse, where that is not left to pipelines."""
        if self.loads_warehouse:
            await self.message_loads.load(stop)


async def open_installation(settings: IngestSettings, stack: AsyncExitStack) -> Installation:
    """Connect to the database and the server of an installation; `stack` closes what was opened.

    Raises UnavailableError where no database answers.
    """
    url = settings.require_database_url()
    database = await Database.open(url, connections=6)
    stack.push_async_callback(database.close)
    emitter = Emitter(settings.server_url, settings.key)
    stack.push_async_callback(emitter.close)
    return Installation(database, settings, emitter, url)


async def work(settings: IngestSettings, *others: Carrier) -> None:
    """Carry changes on until SIGTERM or SIGINT, and beside that what `others` do; what is begun then is brought to its end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    keep = None if settings.keep_events is None else Keep.of(settings.keep_events, "GOLDTHREAD_KEEP_EVENTS")
    async with AsyncExitStack() as stack:
        installation = await open_installation(settings, stack)
        await installation.warehouse.prepare()
        await record_anew(installation.database, stop)
        if keep is not None:
            keeping = asyncio.create_task(retain_daily(installation.database, keep, stop))
            stack.push_async_callback(lambda: keeping)
        for carrier in others:
            stack.push_async_callback(_ended, asyncio.create_task(carrier(settings, stop)))
        _logger.info("carrying changes into %s and %s", installation.lake.folder, installation.table.name)
        await carry_on(installation, stop, settings.poll_seconds)
    _logger.info("ended")


async def _ended(task: asyncio.Task[None]) -> None:
    await task


async def record_anew(database: Database, stop: asyncio.Event) -> None:
    """Record the events of an earlier release anew, where any are left, until `stop` is set."""
    if await waiting(database):
        recorder = Recorder(database)
        done = await replay(database, recorder, advance=lambda count: stop.is_set())
        await recorder.close()
        _logger.info("recorded %s events of an earlier release anew", done.recorded)


async def carry_on(installation: Installation, stop: asyncio.Event, poll_seconds: float) -> None:
    """Look for changes every `poll_seconds` and carry them on, until `stop` is set; failures are tried again."""
    seen: datetime | None = None
    failures = 0
    while not stop.is_set():
        try:
            seen = await _round(installation, stop, seen)
            failures = 0
        except Exception as error:
            failures += 1
            told = error.message if isinstance(error, CatalogError) else f"{type(error).__name__}: {error}"
            _logger.log(logging.WARNING if failures == 1 else logging.DEBUG, "trying again: %s", told)
        pause = min(LONGEST_PAUSE, poll_seconds * 2 ** min(failures, 10))
        try:
            await asyncio.wait_for(stop.wait(), pause)
        except TimeoutError:
            continue


async def _round(installation: Installation, stop: asyncio.Event, seen: datetime | None) -> datetime | None:
    """Carry on what is new since the instant `seen`; return the instant up to which everything is carried on."""
    async with installation.database.connection() as connection:
        now_known: datetime | None = await watermark(connection, DEFAULT_TENANT)
    await installation.load_messages(stop)
    if now_known == seen:
        await installation.warehouse.refresh()
        await installation.reports.settle()
        return seen
    async with installation.lake.exclusively(wait=False) as is_ours:
        if not is_ours:
            return seen
        carried = await installation.carry(stop)
        erased = await settle(installation.erasures, installation.reach)
    for file in carried.files:
        _logger.info("wrote %s: %s rows", file.location, file.rows)
    for erasure in erased:
        _logger.info("erased %s %s", erasure.entity_type, erasure.golden_id)
    return now_known
