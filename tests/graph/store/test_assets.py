"""Assets keep every belief on both time axes, one change after the other, and never show a secret."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from graph.catalog.asset import (
    DATA_CENTER,
    DATA_LAKE,
    KINDS,
    PIPELINE,
    Asset,
    AssetKind,
    Version,
)
from graph.errors import ConflictError, InvalidInputError, NotFoundError
from graph.identity import new_id
from graph.store.assets import Assets
from graph.store.database import Database
from graph.time import AsOf

CENTER: dict[str, Any] = {"name": "fra1", "location": "Frankfurt", "capacityTb": 100}
SECRET = "hunter2"


def year(number: int) -> datetime:
    """Return the first instant of a year."""
    return datetime(number, 1, 1, tzinfo=UTC)


@pytest.fixture
def assets(database: Database) -> Assets:
    """Return the assets of the test database."""
    return Assets(database)


async def center(assets: Assets, valid_from: datetime | None = None, **attributes: Any) -> Asset:
    """Create a data center."""
    return await assets.create(DATA_CENTER, CENTER | attributes, valid_from=valid_from, actor="ann")


async def facts_stored(database: Database) -> int:
    """Return how many facts there are."""
    async with database.connection() as connection:
        return await connection.fetchval("select count(*) from fact")


async def versions(assets: Assets, asset_id: UUID, known_at: datetime | None = None) -> list[Version]:
    """Return the versions of one asset."""
    at = await assets.basis(None, known_at)
    return (await assets.versions([asset_id], at.system)).get(asset_id, [])


async def test_a_created_asset_is_there_from_its_instant_on(assets: Assets) -> None:
    """It is returned as stored, found by id and name from then on, and not before."""
    created = await center(assets, year(2020), usedTb=20)
    assert created.kind is DATA_CENTER
    assert created.name == "fra1"
    assert not created.is_retired
    assert created.attributes == {
        "name": "fra1",
        "location": "Frankfurt",
        "capacity_tb": 100.0,
        "used_tb": 20.0,
        "description": None,
    }
    then = AsOf(year(2020), created.basis.system)
    assert (await assets.by_id([created.asset_id], then))[created.asset_id].attributes == created.attributes
    found = await assets.by_name(DATA_CENTER, "fra1", then)
    assert found is not None
    assert found.asset_id == created.asset_id
    before = AsOf(year(2019), created.basis.system)
    assert await assets.by_id([created.asset_id], before) == {}
    assert await assets.by_name(DATA_CENTER, "fra1", before) is None
    assert await assets.by_name(DATA_LAKE, "fra1", then) is None


async def test_a_change_in_the_past_is_a_new_belief_and_the_old_one_stays(assets: Assets) -> None:
    """Both axes: what held then as known now, and what held then as known before the change."""
    created = await center(assets, year(2020), usedTb=20)
    changed = await assets.update(
        DATA_CENTER, created.asset_id, {"usedTb": 30}, valid_from=year(2022), actor="bob", reason="measured"
    )
    assert changed.attributes["used_tb"] == 30.0
    now, before = changed.basis.system, created.basis.system
    for valid, system, expected in [
        (year(2021), now, 20.0),
        (year(2022), now, 30.0),
        (year(2022), before, 20.0),
        (year(2021), before, 20.0),
    ]:
        held = (await assets.by_id([created.asset_id], AsOf(valid, system)))[created.asset_id]
        assert held.attributes["used_tb"] == expected
    first, second = await versions(assets, created.asset_id)
    assert (first.number, first.period.start, first.period.end) == (1, year(2020), year(2022))
    assert (first.attributes["used_tb"], first.system_from, first.actor, first.reason) == (
        20.0,
        before,
        "ann",
        None,
    )
    assert (second.number, second.period.start, second.period.end) == (2, year(2022), None)
    assert (second.attributes["used_tb"], second.system_from) == (30.0, now)
    assert (second.actor, second.reason) == ("bob", "measured")
    (only,) = await versions(assets, created.asset_id, before)
    assert (only.period.end, only.attributes["used_tb"]) == (None, 20.0)


async def test_a_change_keeps_what_later_versions_say_of_other_attributes(assets: Assets) -> None:
    """A late correction of one attribute does not undo another's later change."""
    created = await center(assets, year(2020))
    asset_id = created.asset_id
    await assets.update(DATA_CENTER, asset_id, {"usedTb": 50}, valid_from=year(2024), actor="ann")
    await assets.update(DATA_CENTER, asset_id, {"location": "Hanau"}, valid_from=year(2022), actor="ann")
    assert [
        (v.period.start.year, v.attributes["location"], v.attributes["used_tb"])
        for v in await versions(assets, asset_id)
    ] == [(2020, "Frankfurt", 0.0), (2022, "Hanau", 0.0), (2024, "Hanau", 50.0)]


async def test_a_change_that_breaks_a_later_version_is_refused_whole(
    assets: Assets, database: Database
) -> None:
    """Capacity cannot sink in the past below what a later version uses."""
    created = await center(assets, year(2020))
    await assets.update(DATA_CENTER, created.asset_id, {"usedTb": 50}, valid_from=year(2024), actor="ann")
    stored = await facts_stored(database)
    with pytest.raises(InvalidInputError) as caught:
        await assets.update(
            DATA_CENTER, created.asset_id, {"capacityTb": 40}, valid_from=year(2021), actor="ann"
        )
    assert [(found.path, found.reason) for found in caught.value.problems] == [
        ("$.usedTb", "must be at most capacityTb 40, got 50 in the version from 2024-01-01T00:00:00Z on")
    ]
    assert await facts_stored(database) == stored


async def test_a_change_that_changes_nothing_records_nothing(assets: Assets, database: Database) -> None:
    """The system time stands still too."""
    created = await center(assets, year(2020), usedTb=20)
    same = await assets.update(DATA_CENTER, created.asset_id, {"usedTb": 20, "name": "fra1"}, actor="bob")
    assert same.attributes == created.attributes
    assert same.basis.system == created.basis.system
    assert await facts_stored(database) == 1


async def test_a_retired_asset_keeps_its_history_and_can_be_opened_again(assets: Assets) -> None:
    """From its end on it is retired and shows its last attributes; lists leave it out; an update re-opens it."""
    created = await center(assets, year(2020), usedTb=20)
    asset_id = created.asset_id
    retired = await assets.retire(DATA_CENTER, asset_id, valid_from=year(2022), actor="bob", reason="sold")
    assert retired.is_retired
    assert retired.attributes == created.attributes
    held = (await assets.by_id([asset_id], AsOf(year(2021), retired.basis.system)))[asset_id]
    assert not held.is_retired
    assert await assets.page(DATA_CENTER, None, 10, None, retired.basis) == ([], False)
    assert await assets.by_name(DATA_CENTER, "fra1", retired.basis) is None
    again = await assets.update(DATA_CENTER, asset_id, {"usedTb": 1}, valid_from=year(2023), actor="cid")
    assert not again.is_retired
    assert [
        (v.number, v.period.start.year, v.is_retired, v.attributes["used_tb"], v.actor, v.reason)
        for v in await versions(assets, asset_id)
    ] == [
        (1, 2020, False, 20.0, "ann", None),
        (2, 2022, True, 20.0, "bob", "sold"),
        (3, 2023, False, 1.0, "cid", None),
    ]
    assert [asset.asset_id for asset in (await assets.page(DATA_CENTER, None, 10, None, again.basis))[0]] == [
        asset_id
    ]


async def test_an_asset_retired_from_its_first_instant_still_shows_what_it_was(assets: Assets) -> None:
    """Where an end covers everything, the last that was ever said is shown and re-opened."""
    created = await center(assets, year(2020), usedTb=20)
    retired = await assets.retire(DATA_CENTER, created.asset_id, valid_from=year(2020), actor="bob")
    assert retired.is_retired
    assert retired.attributes == created.attributes
    (only,) = await versions(assets, created.asset_id)
    assert (only.is_retired, only.attributes) == (True, created.attributes)
    again = await assets.update(DATA_CENTER, created.asset_id, {}, valid_from=year(2021), actor="bob")
    assert (again.is_retired, again.attributes) == (False, created.attributes)


async def test_retiring_twice_records_once_and_never_before_the_beginning(
    assets: Assets, database: Database
) -> None:
    """A second end after the first changes nothing; an end before the asset begins contradicts it."""
    created = await center(assets, year(2020))
    await assets.retire(DATA_CENTER, created.asset_id, valid_from=year(2022), actor="bob")
    await assets.retire(DATA_CENTER, created.asset_id, valid_from=year(2023), actor="bob")
    with pytest.raises(ConflictError, match="begins at 2020-01-01T00:00:00Z, after validFrom 2019"):
        await assets.retire(DATA_CENTER, created.asset_id, valid_from=year(2019), actor="bob")
    assert await facts_stored(database) == 2


async def test_an_asset_may_turn_out_to_be_older(assets: Assets) -> None:
    """A change before its beginning lets it begin then."""
    created = await center(assets, year(2020))
    older = await assets.update(DATA_CENTER, created.asset_id, {}, valid_from=year(2015), actor="ann")
    held = await assets.by_id([created.asset_id], AsOf(year(2015), older.basis.system))
    assert held[created.asset_id].attributes == created.attributes
    assert [v.period.start for v in await versions(assets, created.asset_id)] == [year(2015)]


async def test_names_are_unique_for_each_kind(assets: Assets, database: Database) -> None:
    """Also against a retired asset, and when two are created at once; another kind may use the name."""
    outcomes = await asyncio.gather(center(assets), center(assets), return_exceptions=True)
    (refused,) = [outcome for outcome in outcomes if isinstance(outcome, ConflictError)]
    assert (
        str(refused) == "a data center named 'fra1' is there already; a retired one is re-opened by an update"
    )
    (created,) = [outcome for outcome in outcomes if isinstance(outcome, Asset)]
    await assets.retire(DATA_CENTER, created.asset_id, actor="ann")
    with pytest.raises(ConflictError):
        await center(assets)
    await assets.create(DATA_LAKE, {"name": "fra1", "storageLocation": "s3://x"}, actor="ann")
    assert await facts_stored(database) == 3


async def test_two_changes_at_once_are_both_kept_in_order(assets: Assets) -> None:
    """Neither overwrites the other, and each is its own belief."""
    created = await center(assets, year(2020))
    asset_id = created.asset_id
    changes = [{"usedTb": 7}, {"location": "Hanau"}, {"description": "both"}, {"capacityTb": 300}]
    await asyncio.gather(
        *(
            assets.update(DATA_CENTER, asset_id, change, valid_from=year(2022), actor=f"actor {number}")
            for number, change in enumerate(changes)
        )
    )
    held = (await assets.by_id([asset_id], await assets.basis()))[asset_id]
    assert held.attributes == {
        "name": "fra1",
        "location": "Hanau",
        "capacity_tb": 300.0,
        "used_tb": 7.0,
        "description": "both",
    }
    async with assets._database.connection() as connection:  # pyright: ignore[reportPrivateUsage]
        instants = await connection.fetch("select system_from from fact order by system_from")
    assert len({row["system_from"] for row in instants}) == 1 + len(changes)


async def test_many_counts_at_once_lose_none(assets: Assets) -> None:
    """Twenty writers on one asset: as many beliefs as writers, and the last one holds."""
    created = await center(assets, year(2020))
    done = await asyncio.gather(
        *(
            assets.update(DATA_CENTER, created.asset_id, {"usedTb": n}, valid_from=year(2021), actor="ann")
            for n in range(1, 21)
        )
    )
    last = max(done, key=lambda asset: asset.basis.system)
    held = (await assets.by_id([created.asset_id], await assets.basis()))[created.asset_id]
    assert held.attributes["used_tb"] == last.attributes["used_tb"]
    assert len({asset.basis.system for asset in done}) == 20


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
async def test_an_unknown_id_or_one_of_another_kind_is_not_found(assets: Assets, kind: AssetKind) -> None:
    """The doors of a kind change only assets of that kind."""
    created = await assets.create(
        DATA_LAKE if kind is not DATA_LAKE else PIPELINE,
        {"name": "x", "storageLocation": "s3://x"}
        if kind is not DATA_LAKE
        else {"name": "x", "source": "a", "destination": "b"},
        actor="ann",
    )
    for asset_id in (created.asset_id, new_id()):
        with pytest.raises(NotFoundError, match=f"no {kind.label} has the id {asset_id}"):
            await assets.update(kind, asset_id, {}, actor="ann")
        with pytest.raises(NotFoundError):
            await assets.retire(kind, asset_id, actor="ann")


async def test_bad_attributes_leave_nothing_behind(assets: Assets, database: Database) -> None:
    """A refused creation makes no subject, no words and no fact."""
    with pytest.raises(InvalidInputError):
        await center(assets, usedTb=101)
    async with database.connection() as connection:
        counts = await connection.fetchrow(
            "select (select count(*) from fact), (select count(*) from subject), (select count(*) from search_document)"
        )
    assert counts is not None
    assert tuple(counts) == (0, 0, 0)
