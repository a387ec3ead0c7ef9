"""Tells lineage of the runs that carry messages: starts, each file as a batch of its run, merges, loads and ends."""

from __future__ import annotations

from graph.identity import DatasetName
from graph.store.database import DEFAULT_TENANT, Database
from graph.store.message_files import MessageFiles, Untold
from graph.store.stream_runs import StreamRuns
from ingest.datasets import FACT_TABLE
from ingest.message_runs import SHAPES, batch_run, merge_run, message_load_run, stream_run
from ingest.orders import ORDERS
from lineage.emitter import Emitter

AT_ONCE = 500
"""How many files are told of before what came meanwhile is looked at."""


class MessageReports:
    """Sends what was not told yet, at least once; an event is a function of the manifests, so twice told is once kept."""

    def __init__(
        self, database: Database, emitter: Emitter, customers: DatasetName, tenant: int = DEFAULT_TENANT
    ) -> None:
        self._files = MessageFiles(database, tenant)
        self._runs = StreamRuns(database, tenant)
        self._emitter = emitter
        schema = customers.name.rpartition(".")[0]
        orders = DatasetName(customers.namespace, f"{schema}.{FACT_TABLE}")
        self._tables = {kind: orders if shape is ORDERS else customers for kind, shape in SHAPES.items()}

    async def settle(self) -> None:
        """Tell everything that is left to tell, oldest first; raises UnavailableError where nobody listens."""
        runs = await self._runs.unreported()
        for run in runs:
            if not run.is_start_reported:
                await self._emitter.start(stream_run(run), run.started_at)
                await self._runs.start_reported(run)
        while files := await self._files.unreported(AT_ONCE):
            for untold in files:
                await self._tell(untold)
        for run in runs:
            if run.ended_at is not None:
                tell = self._emitter.complete if run.ending == "COMPLETE" else self._emitter.abort
                await tell(stream_run(run), run.ended_at)
                await self._runs.end_reported(run)

    async def _tell(self, untold: Untold) -> None:
        file, load = untold.file, untold.load
        if not untold.is_written_told and file.written_at is not None:
            if untold.is_merged:
                run = merge_run(file, await self._files.sources(file))
                await self._emitter.start(run, file.planned_at)
                await self._emitter.complete(run, file.written_at)
            else:
                (streaming,) = (await self._runs.by_id([file.run_id])).values()
                await self._emitter.running(batch_run(streaming, file), file.written_at)
        if load is not None and not untold.is_load_told:
            run = message_load_run(file, load, self._tables[file.kind])
            await self._emitter.start(run, load.started_at)
            await self._emitter.complete(run, load.loaded_at)
        await self._files.reported(untold)
