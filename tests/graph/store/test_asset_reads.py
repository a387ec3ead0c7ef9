"""Assets are found by name, page and search as they were at an instant, in few statements and without secrets."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from graph.catalog.asset import DATA_CENTER, DATA_LAKE, DATA_WAREHOUSE, Asset, AssetKind, revealed
from graph.errors import ConflictError
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


async def test_a_renamed_asset_is_found_by_the_name_of_the_time(assets: Assets, database: Database) -> None:
    """The new name is taken at once, the old one is free, and the past still answers to it."""
    created = await center(assets, year(2020))
    renamed = await assets.update(
        DATA_CENTER, created.asset_id, {"name": "fra2"}, valid_from=year(2022), actor="ann"
    )
    now = renamed.basis.system
    for name, valid, expected in [
        ("fra1", year(2021), created.asset_id),
        ("fra2", year(2021), None),
        ("fra1", year(2022), None),
        ("fra2", year(2022), created.asset_id),
    ]:
        found = await assets.by_name(DATA_CENTER, name, AsOf(valid, now))
        assert (found and found.asset_id) == expected
    other = await center(assets, year(2023))
    stored = await facts_stored(database)
    with pytest.raises(ConflictError, match="named 'fra2' is there already"):
        await assets.update(DATA_CENTER, other.asset_id, {"name": "fra2"}, actor="ann")
    assert await facts_stored(database) == stored
    # A correction of the time under the old name does not take the name back.
    await assets.update(
        DATA_CENTER, created.asset_id, {"description": "x"}, valid_from=year(2021), actor="ann"
    )
    with pytest.raises(ConflictError, match="named 'fra2' is there already"):
        await assets.update(DATA_CENTER, other.asset_id, {"name": "fra2"}, actor="ann")


async def test_pages_follow_each_other_at_one_basis(assets: Assets) -> None:
    """Every asset comes once, oldest first, whatever is created meanwhile."""
    ids = [(await center(assets, year(2020), name=f"dc {n}")).asset_id for n in range(5)]
    at = await assets.basis()
    await center(assets, year(2020), name="late")
    seen: list[UUID] = []
    after: UUID | None = None
    for expected_more in (True, True, False):
        page, has_next = await assets.page(DATA_CENTER, None, 2, after, at)
        seen += [asset.asset_id for asset in page]
        after = seen[-1]
        assert has_next is expected_more
    assert seen == ids


async def test_a_search_finds_what_held_at_the_instant(assets: Assets) -> None:
    """Each word must be in one of the texts of that time; wildcards are plain characters; kinds are apart."""
    created = await center(assets, year(2020), description="Hot 100%_store")
    changed = await assets.update(
        DATA_CENTER, created.asset_id, {"location": "Hanau"}, valid_from=year(2022), actor="ann"
    )
    other = await center(assets, year(2020), name="other", description="cold")

    async def found(text: str, valid: datetime, kind: AssetKind = DATA_CENTER) -> list[UUID]:
        at = AsOf(valid, other.basis.system)
        return [asset.asset_id for asset in (await assets.page(kind, text, 10, None, at))[0]]

    assert await found("FRANKFURT", year(2021)) == [created.asset_id, other.asset_id]
    assert await found("frankfurt", year(2022)) == [other.asset_id]
    assert await found("hot hanau", year(2022)) == [created.asset_id]
    assert await found("hot hanau", year(2021)) == []
    assert await found("100%_s", year(2022)) == [created.asset_id]
    assert await found("100_%s", year(2022)) == []
    assert await found("hanau", year(2022), DATA_LAKE) == []
    assert await found("   ", year(2022)) == [created.asset_id, other.asset_id]
    assert changed.basis.system < other.basis.system


async def test_reads_make_a_constant_number_of_statements(assets: Assets) -> None:
    """One asset or fifty, retired ones among them: the same few statements."""
    ids = [(await center(assets, year(2020), name=f"dc {n}")).asset_id for n in range(50)]
    for asset_id in ids[::5]:
        await assets.retire(DATA_CENTER, asset_id, actor="ann")
    at = await assets.basis()
    asked: list[str] = []
    database = assets._database  # pyright: ignore[reportPrivateUsage]
    async with database.connection() as connection:
        with connection.query_logger(lambda record: asked.append(record.query)):
            found = await assets._by_id(connection, ids, at)  # pyright: ignore[reportPrivateUsage]
    assert len(found) == 50
    assert len(asked) == 3


async def test_no_answer_of_the_store_holds_a_secret(
    assets: Assets, caplog: pytest.LogCaptureFixture
) -> None:
    """Objects, versions, searches, errors and logs show the mask; the secret itself is kept, through changes too."""
    with caplog.at_level(logging.DEBUG):
        created = await assets.create(
            DATA_WAREHOUSE,
            {"name": "dwh", "connection": f"postgresql://u:{SECRET}@h/db"},
            valid_from=year(2020),
            actor="ann",
        )
        masked = created.attributes["connection"]
        asset_id = created.asset_id
        changed = await assets.update(
            DATA_WAREHOUSE, asset_id, {"connection": masked, "description": "x"}, actor="ann"
        )
        retired = await assets.retire(DATA_WAREHOUSE, asset_id, actor="ann")
        with pytest.raises(ConflictError) as caught:
            await assets.create(
                DATA_WAREHOUSE, {"name": "dwh", "connection": f"host=h password={SECRET}"}, actor="ann"
            )
        told = await assets.versions([asset_id], retired.basis.system)
    assert masked == "postgresql://u:***@h/db"
    assert SECRET not in repr([created, changed, retired, told, caught.value]) + caplog.text
    for text in (SECRET, "values", f"u:{SECRET}"):
        assert await assets.page(DATA_WAREHOUSE, text, 10, None, changed.basis) == ([], False)
    found, _ = await assets.page(DATA_WAREHOUSE, "u:***@h", 10, None, changed.basis)
    assert [asset.asset_id for asset in found] == [asset_id]
    async with assets._database.connection() as connection:  # pyright: ignore[reportPrivateUsage]
        rows = await connection.fetch("select attributes from fact where op = 'P' order by system_from")
        words = await connection.fetchval("select words from search_document")
    assert [revealed(row["attributes"], "connection") for row in rows] == [
        f"postgresql://u:{SECRET}@h/db"
    ] * 2
    assert SECRET not in words
