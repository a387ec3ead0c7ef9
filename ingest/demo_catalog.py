"""The places and pipelines of the demo, registered as assets of the catalog."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from graph.catalog.asset import DATA_CENTER, DATA_LAKE, DATA_WAREHOUSE, PIPELINE, AssetKind
from graph.catalog.relation import HOSTED_IN, READS, WRITES, RelationKind
from graph.catalog.work import Work
from graph.errors import ConflictError
from graph.identity import DatasetName
from graph.store.assets import Assets
from ingest import datasets
from ingest.demo_state import ACTOR
from ingest.generators import CRM, SHOP
from ingest.population import FIRST_DAY

CENTER, LAKE, WAREHOUSE = "Frankfurt 1", "Customer lake", "Customer warehouse"

_USED_TB = ((datetime(2024, 1, 1, tzinfo=UTC), 19.5), (datetime(2025, 1, 1, tzinfo=UTC), 26.0))


async def register_assets(assets: Assets, lake: Path, warehouse: DatasetName) -> None:
    """Make the demo's data center, lake, warehouse and pipelines known; what is there already is left as it is.

    They exist since the first simulated day. `warehouse` is the name of its table.
    """
    center = await _asset(
        assets,
        DATA_CENTER,
        {"name": CENTER, "location": "Frankfurt am Main", "capacity_tb": 40.0, "used_tb": 12.0},
    )
    if center is not None:
        await _fill(assets, center)
    golden = f"{datasets.golden_dataset().namespace}:{datasets.golden_dataset().name}"
    customers = f"file://{lake / 'customers'}"
    server, database = (
        warehouse.namespace.replace("postgres://", "postgresql://"),
        warehouse.name.split(".")[0],
    )
    table = f"{server}/{database}"
    stores: dict[str, UUID | None] = {
        LAKE: await _asset(assets, DATA_LAKE, {"name": LAKE, "storage_location": f"file://{lake}"}),
        WAREHOUSE: await _asset(assets, DATA_WAREHOUSE, {"name": WAREHOUSE, "connection": table}),
    }
    for store in stores.values():
        await _relate(assets, HOSTED_IN, store, center)
    landing = {system: f"file://{lake / 'landing' / system}" for system in (CRM, SHOP)}
    loaded = [(READS, LAKE), (WRITES, WAREHOUSE)]
    pipelines: list[tuple[str, str, str, str | None, list[tuple[RelationKind, str]]]] = [
        (datasets.taking_in(CRM).name, landing[CRM], golden, None, [(READS, LAKE)]),
        (datasets.taking_in(SHOP).name, landing[SHOP], golden, None, [(READS, LAKE)]),
        (datasets.GOLDEN_RECORDS_TO_LAKE.name, golden, customers, "export_customers", [(WRITES, LAKE)]),
        (datasets.LAKE_TO_WAREHOUSE.name, customers, table, "load_customers", loaded),
    ]
    for name, source, destination, step, relations in pipelines:
        runs_as = {} if step is None else {"runs_as": str(Work("worker", step))}
        pipeline = await _asset(
            assets, PIPELINE, {"name": name, "source": source, "destination": destination, **runs_as}
        )
        await _relate(assets, HOSTED_IN, pipeline, center)
        for kind, store in relations:
            await _relate(assets, kind, pipeline, stores[store])


async def _asset(assets: Assets, kind: AssetKind, attributes: dict[str, Any]) -> UUID | None:
    """Return the id of the asset of that name, created where there is none; None where it was retired."""
    found = await assets.by_name(kind, attributes["name"], await assets.basis())
    if found is not None:
        return found.asset_id
    try:
        return (await assets.create(kind, attributes, valid_from=FIRST_DAY, actor=ACTOR)).asset_id
    except ConflictError:
        return None


async def _fill(assets: Assets, center: UUID) -> None:
    """Let the data center's use grow over the years, where nobody has said anything about it since."""
    versions = (await assets.versions([center], (await assets.basis()).system))[center]
    for at, used in _USED_TB:
        if versions[-1].period.start < at and versions[-1].actor == ACTOR:
            await assets.update(DATA_CENTER, center, {"used_tb": used}, valid_from=at, actor=ACTOR)


async def _relate(assets: Assets, kind: RelationKind, from_id: UUID | None, to_id: UUID | None) -> None:
    if from_id is not None and to_id is not None:
        await assets.relations.relate(kind, from_id, to_id, valid_from=FIRST_DAY, actor=ACTOR)
