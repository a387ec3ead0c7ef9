"""Lists of assets by how fresh they are, at both doors."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from starlette.applications import Starlette

from lineage.fresh_assets import FreshAssets
from lineage.known_assets import AssetsWanted
from service.context import Services
from tests.service.conftest import Ask
from tests.service.test_dataset_doors import post
from tests.service.test_histories import sent

LIST = """query ($f: [FreshnessStanding!], $first: Int! = 20, $after: String, $a: DateTime) {
  assets(freshness: $f, first: $first, after: $after, asOf: $a) { nodes { name } pageInfo { hasNextPage endCursor } } }"""


def at(hours: float) -> str:
    """Return the instant so many hours after the first."""
    return (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours)).isoformat()


@pytest.fixture
async def tables(client: httpx.AsyncClient) -> None:
    """Let jobs write one table hourly for a day, one hourly for ten hours, and one once; all read `raw`."""
    events = []
    number = 0
    for name, hours in (("steady", 25), ("stalled", 11), ("single", 1)):
        for hour in range(hours):
            number += 1
            events.append(sent(number, "COMPLETE", at(hour), job=name, outputs={name: {}}))
    await post(client, *events)


@pytest.mark.usefixtures("tables")
async def test_assets_are_listed_by_how_fresh_they_are(
    app: Starlette, ask: Ask, client: httpx.AsyncClient
) -> None:
    """Overdue, on time, written too seldom, never written; of several standings any; page by page, however few are looked at."""

    async def names(*standings: str) -> list[str]:
        return [one["name"] for one in (await ask(LIST, f=list(standings), a=at(24.5)))["assets"]["nodes"]]

    assert await names("OVERDUE") == ["stalled"]
    assert await names("ON_TIME") == ["steady"]
    assert await names("WRITTEN") == ["single"]
    assert await names("UNWRITTEN") == ["raw"]
    assert await names("OVERDUE", "ON_TIME") == ["stalled", "steady"]
    assert await names() == []
    first = (await ask(LIST, f=["OVERDUE", "ON_TIME"], first=1, a=at(24.5)))["assets"]
    assert first["pageInfo"]["hasNextPage"] is True
    after = first["pageInfo"]["endCursor"]
    second = (await ask(LIST, f=["OVERDUE", "ON_TIME"], first=1, after=after))["assets"]
    assert [one["name"] for one in second["nodes"]] == ["steady"]
    services: Services = app.state.services
    one_by_one = FreshAssets(services.catalog.known, services.catalog.histories, most_examined=1)
    basis = await services.assets.basis(datetime.fromisoformat(at(24.5)), None)
    nothing, place = await one_by_one.page(AssetsWanted(), ["overdue"], 5, None, basis)
    assert (nothing, place and place.name) == ([], "raw")
    asked = {"freshness": "overdue,unwritten", "asOf": at(24.5)}
    answer = (await client.get("/api/v1/assets", params=asked)).json()
    assert [one["name"] for one in answer["assets"]] == ["raw", "stalled"]
    refused = await client.get("/api/v1/assets", params={"freshness": "old"})
    assert (refused.status_code, "overdue" in refused.text) == (400, True)
