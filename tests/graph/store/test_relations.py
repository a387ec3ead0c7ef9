"""Relations hold from an instant on until one ends them, on both time axes, between assets that are there."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest

from graph.catalog.asset import DATA_CENTER, DATA_LAKE, DATA_WAREHOUSE, PIPELINE
from graph.catalog.relation import HOSTED_IN, READS, STORED_IN, WRITES, Relation
from graph.errors import ConflictError, InvalidInputError, NotFoundError
from graph.identity import new_id
from graph.store.assets import Assets
from graph.store.database import Database
from graph.time import AsOf


def year(number: int) -> datetime:
    """Return the first instant of a year."""
    return datetime(number, 1, 1, tzinfo=UTC)


@dataclass
class Estate:
    """One asset of each kind, all of them there since 2020."""

    assets: Assets
    center: UUID
    lake: UUID
    warehouse: UUID
    pipeline: UUID


@pytest.fixture
async def estate(database: Database) -> Estate:
    """Return one asset of each kind."""
    assets = Assets(database)
    made = [
        await assets.create(kind, attributes, valid_from=year(2020), actor="ann")
        for kind, attributes in [
            (DATA_CENTER, {"name": "fra1", "location": "Frankfurt", "capacityTb": 100}),
            (DATA_LAKE, {"name": "raw", "storageLocation": "s3://raw"}),
            (DATA_WAREHOUSE, {"name": "dwh", "connection": "postgresql://h/db"}),
            (PIPELINE, {"name": "load", "source": "s3://raw", "destination": "dwh"}),
        ]
    ]
    return Estate(assets, *(asset.asset_id for asset in made))


async def relations_stored(estate: Estate) -> tuple[int, int]:
    """Return how many relations there are, and how many facts about them."""
    async with estate.assets._database.connection() as connection:  # pyright: ignore[reportPrivateUsage]
        return (
            await connection.fetchval("select count(*) from relation"),
            await connection.fetchval(
                "select count(*) from fact join subject using (tenant_id, subject_id) where kind = 'relation'"
            ),
        )


async def test_a_relation_holds_from_its_instant_to_its_end_on_both_axes(estate: Estate) -> None:
    """As known before the end was told, it still holds after it."""
    relations = estate.assets.relations
    said = await relations.relate(HOSTED_IN, estate.lake, estate.center, valid_from=year(2021), actor="ann")
    assert said.holds
    assert said.valid_from == year(2021)
    ended = await relations.unrelate(
        HOSTED_IN, estate.lake, estate.center, valid_from=year(2023), actor="bob"
    )
    assert not ended.holds
    expected = Relation(HOSTED_IN, estate.lake, estate.center)
    for valid, system, found in [
        (year(2020), ended.basis.system, []),
        (year(2021), ended.basis.system, [expected]),
        (year(2023), ended.basis.system, []),
        (year(2023), said.basis.system, [expected]),
    ]:
        assert await relations.of([estate.lake], AsOf(valid, system)) == found
        assert await relations.of([estate.center, estate.lake], AsOf(valid, system)) == found
        assert await relations.around([estate.center], AsOf(valid, system)) == found


async def test_a_relation_said_twice_is_recorded_once_and_can_be_said_again_after_its_end(
    estate: Estate,
) -> None:
    """Two that say it at once make one relation; after an end it opens again as the same one."""
    relations = estate.assets.relations
    await asyncio.gather(
        *(
            relations.relate(READS, estate.pipeline, estate.lake, valid_from=year(2021), actor="ann")
            for _ in range(5)
        )
    )
    assert await relations_stored(estate) == (1, 1)
    await relations.unrelate(READS, estate.pipeline, estate.lake, valid_from=year(2022), actor="ann")
    await relations.relate(READS, estate.pipeline, estate.lake, valid_from=year(2023), actor="ann")
    assert await relations_stored(estate) == (1, 3)
    now = (await estate.assets.basis()).system
    held = [
        bool(await relations.of([estate.lake], AsOf(year(number), now)))
        for number in (2020, 2021, 2022, 2023)
    ]
    assert held == [False, True, False, True]


async def test_only_assets_that_are_there_can_be_related(estate: Estate) -> None:
    """Unknown, not yet there, retired, unfitting and identical ends are refused, and nothing is written."""
    relations = estate.assets.relations
    unknown = new_id()
    with pytest.raises(NotFoundError, match=f"no asset has the id {unknown}"):
        await relations.relate(READS, estate.pipeline, unknown, actor="ann")
    with pytest.raises(NotFoundError, match="is not there yet at 2019-01-01T00:00:00Z"):
        await relations.relate(READS, estate.pipeline, estate.lake, valid_from=year(2019), actor="ann")
    with pytest.raises(InvalidInputError, match=r"\$\.to: reads leads to data_lake or data_warehouse"):
        await relations.relate(READS, estate.pipeline, estate.center, actor="ann")
    with pytest.raises(InvalidInputError, match=r"\$\.to: is the asset itself"):
        await relations.relate(STORED_IN, estate.lake, estate.lake, actor="ann")
    await estate.assets.retire(DATA_LAKE, estate.lake, valid_from=year(2022), actor="ann")
    with pytest.raises(ConflictError, match="is retired at 2023"):
        await relations.relate(READS, estate.pipeline, estate.lake, valid_from=year(2023), actor="ann")
    with pytest.raises(NotFoundError, match="is not reads"):
        await relations.unrelate(READS, estate.pipeline, estate.lake, actor="ann")
    assert await relations_stored(estate) == (0, 0)


async def test_around_follows_all_ways_from_and_to_an_asset(estate: Estate) -> None:
    """What stands on a data center is found through what lies between, and nothing beside it."""
    relations = estate.assets.relations
    hosted = await relations.relate(HOSTED_IN, estate.lake, estate.center, actor="ann")
    stored = await relations.relate(STORED_IN, estate.warehouse, estate.lake, actor="ann")
    writes = await relations.relate(WRITES, estate.pipeline, estate.warehouse, actor="ann")
    aside = await estate.assets.create(DATA_LAKE, {"name": "aside", "storageLocation": "x"}, actor="ann")
    reads = await relations.relate(READS, estate.pipeline, aside.asset_id, actor="ann")
    at = await estate.assets.basis()
    every = {hosted.relation, stored.relation, writes.relation}
    assert set(await relations.around([estate.center], at)) == every
    assert set(await relations.around([estate.pipeline], at)) == every | {reads.relation}
    assert set(await relations.around([aside.asset_id], at)) == {reads.relation}
    assert set(await relations.of([estate.warehouse], at)) == {stored.relation, writes.relation}


async def test_relating_and_retiring_at_once_agree_on_an_order(estate: Estate) -> None:
    """Either the relation came first, or it was refused because the asset had ended."""
    since = year(2022)
    outcomes = await asyncio.gather(
        estate.assets.relations.relate(READS, estate.pipeline, estate.lake, valid_from=since, actor="ann"),
        estate.assets.retire(DATA_LAKE, estate.lake, valid_from=since, actor="ann"),
        return_exceptions=True,
    )
    stored = await relations_stored(estate)
    assert stored == ((0, 0) if isinstance(outcomes[0], ConflictError) else (1, 1))
    assert not isinstance(outcomes[1], BaseException)
