"""Asks for runs of pipelines on somebody's word: by the name or the id of the pipeline, with a conf and a key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson

from graph.catalog.asset import PIPELINE, Asset
from graph.catalog.work import Running
from graph.errors import ConflictError, InvalidInputError, NotFoundError, refuse_nul
from graph.store.assets import Assets
from graph.store.database import DEFAULT_TENANT, Database
from graph.store.pipeline_runs import PipelineRun, PipelineRuns, Request, require_conf

LONGEST_KEY = 200
"""How many characters an idempotency key may have."""


class PipelineRequests:
    """Asks for runs of one tenant's pipelines."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._assets = Assets(database, tenant)
        self._runs = PipelineRuns(database, tenant)

    async def named(self, pipeline: str) -> Asset:
        """Return the pipeline of now that an id or a name means; raises NotFoundError."""
        at = await self._assets.basis()
        try:
            asset_id = UUID(pipeline)
        except ValueError:
            if "\0" in pipeline or len(pipeline) > 1_000:
                raise NotFoundError(f"no data pipeline is named {pipeline[:60]!r}") from None
            found = await self._assets.by_name(PIPELINE, pipeline, at)
        else:
            found = (await self._assets.by_id([asset_id], at)).get(asset_id)
        if found is None or found.kind is not PIPELINE:
            raise NotFoundError(f"no data pipeline {pipeline[:200]} is known")
        return found

    async def run(self, pipeline: str, conf: object, key: str | None, actor: str) -> PipelineRun:
        """Ask for a run and return it; asked for with the same key again, it is the same run.

        Raises NotFoundError, InvalidInputError for a conf that cannot be, ConflictError where the pipeline is retired or
        nothing carries it out, or where the key was used with another conf.
        """
        if key is not None and not 1 <= len(key) <= LONGEST_KEY:
            raise InvalidInputError.at("$.idempotencyKey", f"must have 1 to {LONGEST_KEY} characters")
        given = {} if conf is None else conf
        if not isinstance(given, Mapping):
            raise InvalidInputError.at("$.conf", "must be an object")
        refuse_nul([key, given])
        asset = await self.named(pipeline)
        running = _running(asset)
        require_conf(running, given, _size(given))
        return await self._runs.request(
            Request(
                asset.asset_id, asset.name, running.work, given, "request", cause_key=key, requested_by=actor
            )
        )


def _size(conf: Mapping[str, Any]) -> int:
    try:
        return len(orjson.dumps(conf))
    except (orjson.JSONEncodeError, RecursionError) as error:
        raise InvalidInputError.at("$.conf", f"cannot be kept as JSON: {error}") from None


def _running(asset: Asset) -> Running:
    if asset.is_retired:
        raise ConflictError(f"the data pipeline {asset.name} is retired; an update re-opens it")
    running = Running.of(dict[str, Any](asset.attributes))
    if running is None:
        raise ConflictError(
            f"nothing carries the data pipeline {asset.name} out: set its runsAs to airflow:DAG or worker:STEP"
        )
    return running
