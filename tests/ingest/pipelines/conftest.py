"""What the tests of pipelines share: a pipeline made as users make it, and the runs that it has."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from graph.catalog.asset import PIPELINE
from graph.store.assets import Assets
from graph.store.database import Database
from graph.store.pipeline_requests import PipelineRequests
from graph.store.pipeline_runs import PipelineRun, PipelineRuns

Make = Callable[..., Awaitable[UUID]]
Ask = Callable[..., Awaitable[PipelineRun]]


@pytest.fixture
def make(database: Database) -> Make:
    """Return a function that records a pipeline and returns its id."""

    async def made(name: str, **attributes: Any) -> UUID:
        given = {"name": name, "source": "lake", "destination": "warehouse", **attributes}
        return (await Assets(database).create(PIPELINE, given, actor="test")).asset_id

    return made


@pytest.fixture
def run(database: Database) -> Ask:
    """Return a function that asks for a run of a pipeline."""

    async def asked(pipeline: str, conf: Any = None, key: str | None = None) -> PipelineRun:
        return await PipelineRequests(database).run(pipeline, conf, key, "test")

    return asked


async def runs_of(database: Database, pipeline_id: UUID | None = None) -> list[PipelineRun]:
    """Return all runs, oldest first."""
    found, _ = await PipelineRuns(database).page(pipeline_id, None, 1000, None)
    return found[::-1]


async def one(database: Database, run: PipelineRun) -> PipelineRun:
    """Return a run as it stands now."""
    return (await PipelineRuns(database).by_id([run.run_id]))[run.run_id]
