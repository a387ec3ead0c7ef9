"""Lists of assets of every kind: by name, page by page, filtered and counted, in few statements."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import httpx
import pytest

from graph.identity import DatasetName
from lineage.naming import dataset_id
from tests.service.test_dataset_doors import event, post
from tests.service.test_graphql_customers import statements
from tests.service.test_known_assets import ANNOTATE, LIST, LOAD, SAID, STATED, made, orders_event

Ask = Callable[..., Awaitable[dict[str, Any]]]


def own(seen: Sequence[str]) -> int:
    """Return how many of the statements are our own: a new connection of the driver looks up types."""
    return sum("typeinfo_tree" not in one and "current_setting('jit" not in one for one in seen)


@pytest.fixture
async def orders(client: httpx.AsyncClient) -> None:
    """Let a job write a table of a warehouse that its producer describes, from a topic."""
    await post(client, orders_event())


@pytest.mark.usefixtures("orders")
async def test_assets_are_listed_by_name_filtered_and_counted(ask: Ask, client: httpx.AsyncClient) -> None:
    """Page by page by name; by kind, owner, tag, term, domain and namespace, whoever says so."""
    term = await made(client, "glossary-terms", name="Order", definition="A wish to buy.")
    await made(client, "domains", name="Sales")
    below = await made(client, "domains", name="Sales/Orders")
    await ask(
        ANNOTATE, id=str(LOAD), input={"domain": below, "addTerms": ["Order"], "addTags": [{"key": "Gold"}]}
    )

    async def names(**wanted: Any) -> list[str]:
        return [one["name"] for one in (await ask(LIST, **wanted))["assets"]["nodes"]]

    assert await names(domain="Sales") == await names(domain=below) == await names(term=term) == ["load"]
    assert await names(domain="Saled") == await names(term="nothing") == await names(owner="nobody") == []
    assert await names(owner="TEAM:SHOP") == ["shop.public.orders"]
    assert await names(tag="gold") == ["load", "shop.public.orders"]
    assert await names(tag="gold", kinds=["JOB"]) == ["load"]
    assert await names(namespace="kafka://broker:9092") == ["orders"]
    everything = (await ask(LIST))["assets"]
    assert everything["count"] == len(everything["nodes"]) > 6
    assert [one["name"] for one in everything["nodes"]] == sorted(one["name"] for one in everything["nodes"])
    facets = {one["aspect"]: one["values"] for one in everything["facets"]}
    assert {"value": "topic", "count": 1} in facets["kind"]
    assert facets["tag"] == [{"value": "Gold", "count": 1}, {"value": "gold", "count": 1}]
    assert facets["owner"] == [{"value": "team:shop", "count": 1}]
    assert facets["domain"] == [{"value": below, "count": 1}]
    pages: list[str] = []
    after: str | None = None
    while True:
        page = (await ask(LIST, first=2, after=after))["assets"]
        pages += [one["id"] for one in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert pages == [one["id"] for one in everything["nodes"]]
    rest = (await client.get("/api/v1/assets", params={"tag": "gold", "counts": "true"})).json()
    assert ([one["name"] for one in rest["assets"]], rest["count"]) == (["load", "shop.public.orders"], 2)


async def test_a_list_of_assets_makes_no_more_statements_however_long(
    ask: Ask, client: httpx.AsyncClient
) -> None:
    """One dataset and job or twenty of each, with all that is said of them and where they lie."""
    center = await made(client, "data-centers", name="fra1", location="Frankfurt", capacityTb=1)
    store = await made(client, "warehouses", name="dwh", connection="postgresql://db:5432/shop")
    related = {"kind": "hosted_in", "from": store, "to": center}
    assert (await client.post("/api/v1/relations", json=related)).status_code == 201
    query = (
        "{ assets(first: 100, kinds: [DATASET, JOB]) { count nodes { ...said hostedIn { name } storedIn { name }"
        " annotationHistory { number } versions { number } failsWith { name } ... on Dataset { freshness { isOverdue }"
        " dataVersions(first: 3) { nodes { version } } columns { tags { key } } }"
        " ... on Job { runHistory { total { runs } } } } } }" + SAID
    )
    counts: list[int] = []
    for numbers in (range(1), range(1, 20)):
        for n in numbers:
            sent = event(n + 1, f"load {n}", [], [])
            sent["outputs"] = [
                {"namespace": "postgres://db:5432", "name": f"shop.public.t{n}", "facets": STATED}
            ]
            await post(client, sent)
            key = dataset_id(DatasetName("postgres://db:5432", f"shop.public.t{n}"))
            await ask(ANNOTATE, id=str(key), input={"addTags": [{"key": f"tag {n}"}]})
        with statements() as seen:
            found = (await ask(query))["assets"]
        counts.append(own(seen))
        assert len(found["nodes"]) == found["count"] == 2 * numbers.stop
    tables = [one for one in found["nodes"] if one["kind"] == "DATASET"]
    assert all(
        one["hostedIn"] == [{"name": "fra1"}] and one["storedIn"] == [{"name": "dwh"}] for one in tables
    )
    assert counts[1] <= counts[0] + 2, counts
