"""Tells Airflow of new versions of our datasets, as events of its assets: DAGs that are scheduled on one start by themselves."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from graph.errors import CatalogError
from graph.identity import JobName
from graph.store.airflow_reconciled import AirflowReconciled
from graph.store.database import Database
from graph.store.new_versions import NewVersion, versions_since
from graph.time import render
from ingest import datasets
from ingest.airflow_beside import goldthread_of
from ingest.airflow_server.notice import AirflowAccess
from ingest.message_runs import SHAPES
from ingest.settings import IngestSettings

if TYPE_CHECKING:
    from ingest.airflow_api import AirflowApi

AT_ONCE = 200
SECONDS_BETWEEN = 2.0

OVERLAP = timedelta(minutes=1)
"""How long a transaction may take between the instant that it notes and its end: versions of then are looked at again."""

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asset:
    """An asset of Airflow, and which versions it was told of lately."""

    asset_id: int
    told: set[str]


async def tell_assets(
    settings: IngestSettings, stop: asyncio.Event, opened: Callable[[AirflowAccess], AirflowApi]
) -> None:
    """Tell whichever Airflow there is of new versions, until `stop` is set; what it does not take is told later.

    `opened` speaks to it, and is called only then, since its library takes seconds to load.
    """
    database = await Database.open(settings.require_database_url(), connections=2)
    uris = goldthread_of(settings).datasets
    is_heard = True
    while not stop.is_set():
        try:
            if (access := settings.airflow) is not None:
                await tell_versions(database, access, uris, opened)
            is_heard = True
        except CatalogError as error:
            if is_heard:
                _logger.warning("%s; it is told of new versions once it does", error.message)
            is_heard = False
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), max(settings.poll_seconds, SECONDS_BETWEEN))
    await database.close()


async def tell_versions(
    database: Database,
    access: AirflowAccess,
    uris: Mapping[str, str],
    opened: Callable[[AirflowAccess], AirflowApi],
) -> int:
    """Tell an Airflow of the versions it was not told of, and return how many these were; `uris` are those of its assets.

    What was there before it was first asked is not new. Versions that its own tasks made it knows by itself.
    """
    reached = AirflowReconciled(database)
    since = await reached.reached(access.namespace, "versions_to")
    if since is None:
        async with database.connection() as connection:
            now = await connection.fetchval("select clock_timestamp()")
        await reached.reach(access.namespace, "versions_to", now)
        return 0
    made = await versions_since(database, since - OVERLAP, AT_ONCE)
    new = [one for one in made if not _is_made_by(one, access.namespace)]
    count = (
        await asyncio.to_thread(_tell, lambda: opened(access), new, uris, since - 2 * OVERLAP) if new else 0
    )
    if made:
        await reached.reach(access.namespace, "versions_to", made[-1].made_at)
    return count


def _tell(
    opened: Callable[[], AirflowApi], new: list[NewVersion], uris: Mapping[str, str], since: datetime
) -> int:
    assets: dict[str, Asset | None] = {}
    count = 0
    with opened() as api:
        for one in new:
            name = f"{one.place}_{SHAPES[one.kind].name}"
            if name not in assets:
                assets[name] = _asset(api, uris[name], since)
            asset = assets[name]
            if asset is None or one.version in asset.told:
                continue
            api.post("assets", "events", body={"asset_id": asset.asset_id, "extra": _extra(one)})
            asset.told.add(one.version)
            count += 1
    return count


def _asset(api: AirflowApi, uri: str, since: datetime) -> Asset | None:
    """Return an asset by its URI; None where no DAG of that Airflow mentions it."""
    for found in api.pages("assets", key="assets", uri_pattern=uri):
        if found["uri"] == uri:
            asset_id, bound = found["id"], render(since)
            events = api.pages("assets", "events", key="asset_events", asset_id=asset_id, timestamp_gte=bound)
            return Asset(asset_id, {str((event["extra"] or {}).get("version")) for event in events})
    return None


def _extra(one: NewVersion) -> dict[str, object]:
    """Return what is told with a version; by `openlineage` Airflow's provider ties the runs that it starts to ours."""
    job = _job(one)
    return {
        "version": one.version,
        "rows": one.rows,
        "openlineage": {
            "parentJobNamespace": job.namespace,
            "parentJobName": job.name,
            "parentRunId": str(one.run_id),
        },
    }


def _job(one: NewVersion) -> JobName:
    if one.place == "warehouse":
        is_orders = SHAPES[one.kind].name == "orders"
        return datasets.ORDERS_TO_WAREHOUSE if is_orders else datasets.LAKE_TO_WAREHOUSE
    if one.topic is None:
        return datasets.GOLDEN_RECORDS_TO_LAKE
    return JobName(datasets.NAMESPACE, f"{one.topic}_to_lake")


def _is_made_by(one: NewVersion, namespace: str) -> bool:
    return one.parent is not None and one.parent["run"]["namespace"] == namespace
