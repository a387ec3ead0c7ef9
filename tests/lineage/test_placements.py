"""Placements in the database agree with the pure rule, for whole populations of stores and datasets."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.catalog.asset import DATA_LAKE
from graph.identity import DatasetName, new_id
from graph.store.assets import Assets
from graph.store.database import Database
from lineage.naming import dataset_id
from lineage.placement import address, placed
from lineage.placements import Placements
from lineage.recorder import Recorder
from tests.lineage.conftest import clear, record_all, run_event

PARTS = st.lists(st.sampled_from(["a", "b", "ab", "a.b"]), min_size=1, max_size=3).map("/".join)
PLACES = st.tuples(st.sampled_from("xy"), PARTS | st.just("")).map("/".join).map("s3://{}".format)
NAMES = st.builds(DatasetName, st.sampled_from(["s3://x", "s3://y", "s3://z"]), PARTS)


@pytest.fixture
def placements(database: Database) -> Placements:
    """Return the placements on the test database."""
    return Placements(database)


@given(
    places=st.lists(PLACES, min_size=1, max_size=5, unique=True),
    names=st.lists(NAMES, min_size=1, max_size=8, unique=True),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_the_database_places_as_the_pure_rule_does(
    database: Database, placements: Placements, places: list[str], names: list[DatasetName]
) -> None:
    """Every dataset lies in the same store, asked for all at once and one by one."""
    await clear(database)
    assets = Assets(database)
    for old in await assets.of_kinds([DATA_LAKE], 100, await assets.basis()):
        await assets.retire(DATA_LAKE, old.asset_id, actor="test")
    made = [
        await assets.create(DATA_LAKE, {"name": str(new_id()), "storage_location": place}, actor="test")
        for place in places
    ]
    event: dict[str, Any] = run_event(1, "COMPLETE", "2026-01-01T00:00:00Z")
    event["inputs"] = [{"namespace": name.namespace, "name": name.name} for name in names]
    await record_all(Recorder(database), [event])
    at = await assets.basis()
    stores = [
        (one.asset_id, where)
        for one in made
        if (where := address(one.attributes["storage_location"])) is not None
    ]
    expected = {dataset_id(name): placed(name, stores) for name in names}
    inside = {one.id: one.store_id for one in await placements.inside(at)}
    assert inside == {key: store for key, store in expected.items() if store is not None}
    single = await placements.of({dataset_id(name): [(dataset_id(name), name)] for name in names}, at)
    assert single == {key: [store] if store else [] for key, store in expected.items()}
