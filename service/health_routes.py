"""Whether the process lives, whether it can answer, and what it has counted."""

from __future__ import annotations

import asyncio
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graph.errors import CatalogError
from graph.store.database import Database
from graph.store.migrations import newest_revision
from graph.store.stream_positions import StreamPositions
from service.metrics import CONTENT_TYPE
from service.responses import JSONResponse

PATIENCE = 2.0
"""Seconds the database has to answer before the service is not ready."""

_newest = cache(newest_revision)


async def healthz(request: Request) -> Response:
    """Answer that the process lives; asks nobody else."""
    return JSONResponse({"status": "alive", "versions": _versions()})


async def readyz(request: Request) -> Response:
    """Answer 200 where the database answers in time and has the schema this code is written for, 503 otherwise."""
    versions = _versions()
    problem: str | None = None
    try:
        async with asyncio.timeout(PATIENCE):
            versions |= await _database_versions(request.app.state.services.database)
    except (CatalogError, TimeoutError) as error:
        problem = f"the database does not answer: {type(error).__name__}"
    if problem is None and versions["schema"] != _newest():
        problem = f"the database has schema {versions['schema']}, this code needs {_newest()}: run `goldthread migrate`"
    body: dict[str, Any] = {"status": "unready" if problem else "ready", "versions": versions}
    if problem:
        body["problem"] = problem
    return JSONResponse(body, 503 if problem else 200)


async def metrics(request: Request) -> Response:
    """Answer with everything counted, for Prometheus; without the streams where the database does not tell of them."""
    try:
        async with asyncio.timeout(PATIENCE):
            standings = await StreamPositions(request.app.state.services.database).standings()
    except (CatalogError, TimeoutError):
        standings = []
    request.app.state.metrics.streams(standings)
    return Response(request.app.state.metrics.exposition(), media_type=CONTENT_TYPE)


def _versions() -> dict[str, str]:
    try:
        own = version("goldthread")
    except PackageNotFoundError:
        own = "not installed"
    return {"goldthread": own, "python": platform.python_version()}


async def _database_versions(database: Database) -> dict[str, str]:
    async with database.connection() as connection:
        row = await connection.fetchrow(
            "select current_setting('server_version') as postgresql,"
            " case when to_regclass('alembic_version') is null then 'none' end as missing"
        )
        assert row is not None  # noqa: S101 - a select without a from has its row
        schema = row["missing"] or await connection.fetchval("select version_num from alembic_version")
    return {"postgresql": row["postgresql"], "schema": schema or "none"}


routes = [
    Route("/healthz", healthz),
    Route("/readyz", readyz),
    Route("/metrics", metrics),
]
"""The routes of this module."""
