"""What the worker can do itself, step by step by its name; done again, each changes nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from graph.batch.run import MatchRun
from graph.catalog.work import STEPS, Work, checked_conf
from graph.errors import InvalidInputError, Problem, UnavailableError
from graph.intake import Intake
from graph.store.file_keys import file_of_key
from ingest.compaction import Compaction
from ingest.customer_messages import CUSTOMERS
from ingest.deliveries import FileDeliveries, check_delivery
from ingest.message_shape import Shape
from ingest.orders import ORDERS
from ingest.settings import IngestSettings
from ingest.worker import Installation

ACTOR = "pipeline"
"""Who takes a file in, where a pipeline does."""

COMPACTED_ROWS = 1_000_000

Answer = dict[str, Any]
Act = Callable[["Place", Mapping[str, Any]], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a step is done, and the run that it is part of, as manifests keep it."""

    installation: Installation
    settings: IngestSettings
    parent: dict[str, Any] | None = None


async def do(place: Place, name: str, conf: Mapping[str, Any]) -> Answer:
    """Do a step and return what it says of what it did, as JSON.

    Raises InvalidInputError for a step or a conf that cannot be, and whatever is in the way.
    """
    if name not in STEPS:
        raise InvalidInputError.at("$.step", f"is not known: {name[:60]!r}; known are {', '.join(STEPS)}")
    problems = checked_conf(Work("worker", name), conf)
    if problems:
        raise InvalidInputError(*(Problem(path, reason) for path, reason in problems))
    return await ACTS[name](place, conf)


async def _export_customers(place: Place, conf: Mapping[str, Any]) -> Answer:
    installation = place.installation
    if not installation.carries_customers:
        return {"files": [], "note": "with Kafka the worker carries the customers into the lake"}
    async with installation.lake.exclusively(wait=True):
        files = await installation.lake.export()
    return {"files": [file.location for file in files], "rows": sum(file.rows or 0 for file in files)}


async def _load_customers(place: Place, conf: Mapping[str, Any]) -> Answer:
    warehouse, lake = place.installation.warehouse, place.installation.lake
    key = conf.get("file_key")
    file = None if key is None else await file_of_key(place.installation.database, CUSTOMERS.kind, key)
    if file is not None and file.is_loaded:
        return _loaded(key, [], 0)
    await warehouse.prepare()
    rows, paths = 0, list[str]()
    if file is None or not file.is_of_messages:
        loads = await warehouse.load(lake, until=None if file is None else file.file_id, parent=place.parent)
        now = await _now(place)
        files = await lake.files.by_id([load.file_id for load in loads], now)
        rows, paths = sum(load.rows for load in loads), [files[load.file_id].path for load in loads]
    if file is None or file.is_of_messages:
        told = await _load_messages(place, CUSTOMERS, None if file is None else file.file_id)
        rows, paths = rows + told["rows"], paths + told["files"]
    return _loaded(key, paths, rows)


async def _load_orders(place: Place, conf: Mapping[str, Any]) -> Answer:
    key = conf.get("file_key")
    file = None if key is None else await file_of_key(place.installation.database, ORDERS.kind, key)
    if file is not None and file.is_loaded:
        return _loaded(key, [], 0)
    await place.installation.warehouse.prepare()
    told = await _load_messages(place, ORDERS, None if file is None else file.file_id)
    return _loaded(key, told["files"], told["rows"])


async def _load_messages(place: Place, shape: Shape, until: UUID | None) -> Answer:
    files = await place.installation.message_loads.load_shape(shape, until=until, parent=place.parent)
    return {"files": [file.path for file in files], "rows": sum(file.rows or 0 for file in files)}


async def _compact_lake(place: Place, conf: Mapping[str, Any]) -> Answer:
    compaction = Compaction(place.installation.database, place.installation.storage)
    merged = await compaction.run(conf.get("rows") or COMPACTED_ROWS)
    return {"files": [file.location for file in merged], "rows": sum(file.rows or 0 for file in merged)}


async def _match(place: Place, conf: Mapping[str, Any]) -> Answer:
    run = MatchRun(
        place.installation.database,
        conf.get("entity_type") or "customer",
        everybody=bool(conf.get("all", False)),
    )
    result = await run.run(lambda step, done, total: None)
    return {
        "records": result.records,
        "golden_records": result.golden_records,
        "model_version": result.model_version,
        "reconsidered": len(result.difference.records),
    }


async def _deliver(place: Place, conf: Mapping[str, Any]) -> Answer:
    installation, system = place.installation, conf["system"]
    folder = (place.settings.landing_folder / system).resolve()
    file = (folder / conf["file"]).resolve()
    if not folder.is_relative_to(place.settings.landing_folder.resolve()) or not file.is_relative_to(folder):
        raise InvalidInputError.at("$.conf.file", "must lie in the landing folder of its system")
    check_delivery(system, file)
    async with AsyncExitStack() as stack:
        intake = Intake(installation.database, suppression_key=installation.suppression_key)
        stack.push_async_callback(intake.close)
        loader = FileDeliveries(installation.database, intake, installation.reports)
        try:
            delivery = await loader.announce(system, folder, file.relative_to(folder).as_posix(), ACTOR)
            delivery = await loader.take_in(delivery)
        except OSError as error:
            raise UnavailableError(f"{file} cannot be read: {error.strerror or error}") from error
    return {
        "file": delivery.location,
        "rows": delivery.rows,
        "accepted": delivery.accepted,
        "unchanged": delivery.unchanged,
        "rejected": delivery.rejected,
    }


def _loaded(key: str | None, paths: Sequence[str], rows: int) -> Answer:
    """Return what a load says; `version` is the last file that the table holds now."""
    version = paths[-1] if paths else None if key is None else key.rpartition("/")[2]
    told: Answer = {"files": list(paths), "rows": rows}
    if version is not None:
        told["version"] = version
    if key is not None and not paths:
        told["note"] = "the file was loaded before"
    return told


async def _now(place: Place) -> Any:
    async with place.installation.database.connection(leaves_nothing=True) as connection:
        return await connection.fetchval("select clock_timestamp()")


ACTS: dict[str, Act] = {
    "export_customers": _export_customers,
    "load_customers": _load_customers,
    "load_orders": _load_orders,
    "compact_lake": _compact_lake,
    "match": _match,
    "deliver": _deliver,
}
"""How each step is done."""
