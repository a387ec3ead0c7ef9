"""Loads the lake's files of messages into the warehouse: each once, found by the manifest, whole or not at all."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import pyarrow as pa

from graph.errors import ConflictError
from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.store.message_files import MessageFile, MessageFiles
from ingest import parquet_content
from ingest.lake_storage import LakeStorage
from ingest.message_runs import SHAPES
from ingest.message_shape import Shape
from ingest.order_facts import add_orders
from ingest.orders import ORDERS
from ingest.warehouse import Warehouse

_logger = logging.getLogger(__name__)


class MessageLoads:
    """Brings what messages told from the lake into the warehouse of one tenant."""

    def __init__(
        self, database: Database, storage: LakeStorage, warehouse: Warehouse, tenant: int = DEFAULT_TENANT
    ) -> None:
        self._database = database
        self._storage = storage
        self._warehouse = warehouse
        self.files = MessageFiles(database, tenant)
        self._stopped_by: dict[str, str] = {}

    async def load(self, stop: asyncio.Event | None = None) -> list[MessageFile]:
        """Load every file that is not loaded yet, ending early once `stop` is set, and return them.

        A file that is gone or is not the one that was written stops its dataset, which the log says once: nothing of it
        is loaded.
        """
        loaded: list[MessageFile] = []
        for shape in SHAPES.values():
            try:
                loaded += await self.load_shape(shape, stop)
            except ConflictError as error:
                if self._stopped_by.get(shape.kind) != error.message:
                    _logger.error("%s; nothing of %s is loaded until it is", error.message, shape.name)
                self._stopped_by[shape.kind] = error.message
        return loaded

    async def load_shape(
        self,
        shape: Shape,
        stop: asyncio.Event | None = None,
        *,
        until: UUID | None = None,
        parent: dict[str, Any] | None = None,
    ) -> list[MessageFile]:
        """Load the files of one shape in order, ending early once `stop` is set or the file `until` is in.

        `parent` names the run that this is part of. Raises ConflictError where a file is gone or is not the one written.
        """
        loaded: list[MessageFile] = []
        while not (stop is not None and stop.is_set()):
            file = await self._load_next(shape, parent)
            if file is None:
                break
            loaded.append(file)
            if file.file_id == until:
                break
        return loaded

    async def _load_next(self, shape: Shape, parent: dict[str, Any] | None) -> MessageFile | None:
        dataset = self._storage.folder(*shape.folder)
        while True:
            async with self._database.connection(leaves_nothing=True) as connection:
                file = await self.files.next_to_load(connection, dataset)
                started_at = await connection.fetchval("select clock_timestamp()")
            if file is None:
                return None
            rows = await asyncio.to_thread(parquet_content.read, self._storage, file.location, file.sha256)
            turn = partial(
                self._load, file=file, shape=shape, rows=rows, started_at=started_at, parent=parent
            )
            if await self._database.transaction(turn):
                return file

    async def _load(
        self,
        connection: Connection,
        file: MessageFile,
        shape: Shape,
        rows: pa.Table,
        started_at: datetime,
        parent: dict[str, Any] | None,
    ) -> bool:
        """Load a file; false where another loader was faster, or where it was rewritten meanwhile."""
        await self._warehouse.lock(connection)
        due = await self.files.next_to_load(connection, file.dataset)
        if due is None or (due.file_id, due.sha256) != (file.file_id, file.sha256):
            return False
        if shape is ORDERS:
            written = await add_orders(connection, self._warehouse.schema, file.file_id, rows)
        else:
            written = await self._warehouse.replace(connection, file.file_id, latest(rows.to_pylist()))
        await self.files.loaded(connection, file, written, started_at, parent)
        return True


def latest(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of each customer's last message: it holds all of the customer's versions."""
    last = {row["customer_id"]: row["message_offset"] for row in rows}
    return [row for row in rows if row["message_offset"] == last[row["customer_id"]]]
