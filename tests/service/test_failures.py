"""What stops when something fails, at both doors: through relations, placement by namespace, and lineage."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from graph.identity import DatasetName
from lineage.naming import dataset_id
from tests.service.test_dataset_doors import day, post
from tests.service.test_graphql_customers import statements
from tests.service.test_known_asset_lists import own
from tests.service.test_known_assets import made

Ask = Callable[..., Awaitable[dict[str, Any]]]
Written = Callable[[], Awaitable[dict[str, int]]]

SHOP = "postgres://db:5432"
FAILURE = """query ($of: ID!, $kinds: [AssetKind!], $first: Int! = 50, $after: String, $a: DateTime, $k: DateTime) {
  failure(of: $of, kinds: $kinds, first: $first, after: $after, asOf: $a, knownAt: $k) {
    of { name } count truncated counts { kind effect count } basis { asOf knownAt }
    hits { asset { id kind name } effect distance throughId } pageInfo { hasNextPage endCursor } } }"""
ESTATE = """{ estate { count placed unplaced pageInfo { hasNextPage }
  stores { store { name hostedIn { name } } datasets topics files } } }"""


def run(
    number: int, job: str, inputs: list[tuple[str, str]], outputs: list[tuple[str, str]]
) -> dict[str, Any]:
    """Return the event of a completed run; datasets are given by namespace and name."""

    def named(given: list[tuple[str, str]]) -> list[dict[str, str]]:
        return [{"namespace": namespace, "name": name} for namespace, name in given]

    return {
        "eventTime": day(number),
        "eventType": "COMPLETE",
        "run": {"runId": f"00000000-0000-0000-0000-0000000000{number:02d}"},
        "job": {"namespace": "scheduler", "name": job},
        "inputs": named(inputs),
        "outputs": named(outputs),
    }


async def related(client: httpx.AsyncClient, kind: str, source: str, target: str) -> None:
    """Relate two assets since 2020."""
    said = {"kind": kind, "from": source, "to": target, "validFrom": "2020-01-01T00:00:00Z"}
    answer = await client.post("/api/v1/relations", json=said)
    assert answer.status_code == 201, answer.text


@pytest.fixture
async def estate(client: httpx.AsyncClient) -> dict[str, str]:
    """A warehouse in one data center and a lake in another, with data that flows from the one into the other."""
    ids = {
        "fra": await made(client, "data-centers", name="fra", location="Frankfurt", capacityTb=1),
        "ber": await made(client, "data-centers", name="ber", location="Berlin", capacityTb=1),
        "dwh": await made(client, "warehouses", name="dwh", connection="postgresql://me:pw@db:5432/shop"),
        "lake": await made(client, "lakes", name="lake", storageLocation="s3://lake/raw"),
        "bus": await made(client, "brokers", name="bus", connection="kafka://k:9092"),
        "sync": await made(client, "pipelines", name="sync", source="dwh", destination="lake"),
    }
    for kind, source, target in (
        ("hosted_in", "dwh", "fra"),
        ("hosted_in", "bus", "fra"),
        ("hosted_in", "lake", "ber"),
        ("reads", "sync", "dwh"),
    ):
        await related(client, kind, ids[source], ids[target])
    await post(
        client,
        run(1, "fill", [("kafka://k:9092", "orders")], [(SHOP, "shop.public.orders")]),
        run(2, "export", [(SHOP, "shop.public.orders")], [("s3://lake", "raw/orders")]),
        run(3, "report", [("s3://lake", "raw/orders")], [("elsewhere", "report")]),
        run(4, "other", [("s3://lake", "raw/other")], [("elsewhere", "other")]),
    )
    return ids


async def test_a_data_center_takes_along_what_lies_in_it_and_what_follows(
    ask: Ask, client: httpx.AsyncClient, estate: dict[str, str]
) -> None:
    """Stores and pipelines by relations, tables and topics by their namespace, readers and writers; the rest gets old."""
    found = (await ask(FAILURE, of=estate["fra"]))["failure"]
    assert [(hit["asset"]["name"], hit["effect"], hit["distance"]) for hit in found["hits"]] == [
        ("dwh", "STOPS", 1),
        ("bus", "STOPS", 1),
        ("shop.public.orders", "STOPS", 2),
        ("sync", "STOPS", 2),
        ("orders", "STOPS", 2),
        *sorted([("export", "STOPS", 3), ("fill", "STOPS", 3)], key=lambda one: _job(found, one[0])),
        ("raw/orders", "STALE", 4),
        ("report", "STALE", 5),
        ("report", "STALE", 6),
    ]
    assert found["of"] == {"name": "fra"}
    assert (found["count"], found["truncated"]) == (10, False)
    assert {(one["kind"], one["effect"]): one["count"] for one in found["counts"]} == {
        ("DATA_WAREHOUSE", "STOPS"): 1,
        ("MESSAGE_BROKER", "STOPS"): 1,
        ("PIPELINE", "STOPS"): 1,
        ("DATASET", "STOPS"): 1,
        ("TOPIC", "STOPS"): 1,
        ("JOB", "STOPS"): 2,
        ("JOB", "STALE"): 1,
        ("DATASET", "STALE"): 2,
    }
    by_id = {hit["asset"]["id"]: hit for hit in found["hits"]}
    assert all(
        hit["distance"] == (by_id[hit["throughId"]]["distance"] if hit["throughId"] in by_id else 0) + 1
        for hit in found["hits"]
    )
    rest = (await client.get("/api/v1/failure", params={"of": estate["fra"], "first": "50"})).json()
    assert [(hit["asset"]["id"], hit["effect"].upper()) for hit in rest["hits"]] == [
        (hit["asset"]["id"], hit["effect"]) for hit in found["hits"]
    ]
    assert rest["counts"][0] == {"kind": "data_warehouse", "effect": "stops", "count": 1}


def _job(found: dict[str, Any], name: str) -> str:
    return next(hit["asset"]["id"] for hit in found["hits"] if hit["asset"]["name"] == name)


async def test_failure_is_paged_and_shows_the_kinds_asked_for(ask: Ask, estate: dict[str, str]) -> None:
    """All pages together are the whole list at one basis; what is not shown is counted all the same."""
    whole = (await ask(FAILURE, of=estate["fra"]))["failure"]
    paged: list[Any] = []
    after: str | None = None
    while True:
        page = (await ask(FAILURE, of=estate["fra"], first=3, after=after))["failure"]
        paged += page["hits"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert paged == whole["hits"]
    jobs = (await ask(FAILURE, of=estate["fra"], kinds=["JOB"]))["failure"]
    assert [hit["asset"]["kind"] for hit in jobs["hits"]] == ["JOB"] * 3
    assert jobs["counts"] == whole["counts"]


async def test_failure_starts_at_anything_and_holds_as_of_instants(
    ask: Ask, client: httpx.AsyncClient, estate: dict[str, str]
) -> None:
    """A table, a job or a lake; before runs were heard of, and before relations held, nothing follows."""

    async def names(of: str, **at: Any) -> list[str]:
        return [hit["asset"]["name"] for hit in (await ask(FAILURE, of=of, **at))["failure"]["hits"]]

    table = str(dataset_id(DatasetName(SHOP, "shop.public.orders")))
    assert sorted(await names(table)) == ["export", "fill", "raw/orders", "report", "report"]
    assert sorted(await names(estate["lake"])) == [
        "export", "other", "other", "raw/orders", "raw/other", "report", "report",
    ]  # fmt: skip
    assert await names(estate["sync"]) == []
    assert "report" not in await names(estate["fra"], a=day(2))
    assert (
        await names(estate["fra"], k=(await ask(FAILURE, of=estate["fra"]))["failure"]["basis"]["knownAt"])
        != []
    )
    missing = await client.get("/api/v1/failure", params={"of": "00000000-0000-0000-0000-000000000001"})
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "NOT_FOUND")
    bad = await client.get("/api/v1/failure", params={"of": estate["fra"], "kinds": "tables"})
    assert (bad.status_code, bad.json()["error"]["problems"][0]["path"]) == (400, "$.kinds")


async def test_what_was_said_outranks_the_address(
    ask: Ask, client: httpx.AsyncClient, estate: dict[str, str]
) -> None:
    """A table that people say lies in the lake does so, whatever its namespace tells; said of a dataset, kept as any relation."""
    table = str(dataset_id(DatasetName(SHOP, "shop.public.orders")))
    stored = "query ($id: ID!) { asset(id: $id) { storedIn { name } hostedIn { name } } }"
    assert (await ask(stored, id=table))["asset"] == {
        "storedIn": [{"name": "dwh"}],
        "hostedIn": [{"name": "fra"}],
    }
    await related(client, "stored_in", table, estate["lake"])
    assert (await ask(stored, id=table))["asset"] == {
        "storedIn": [{"name": "lake"}],
        "hostedIn": [{"name": "ber"}],
    }
    hit = [hit["asset"]["name"] for hit in (await ask(FAILURE, of=estate["dwh"]))["failure"]["hits"]]
    assert hit == ["sync"]
    assert (await ask(ESTATE))["estate"]["stores"][1]["datasets"] == 3
    listed = await client.get("/api/v1/relations", params={"asset": table})
    assert [one["kind"] for one in listed.json()["relations"]] == ["stored_in"]


async def test_an_unfitting_relation_is_refused(
    client: httpx.AsyncClient, estate: dict[str, str], written: Written
) -> None:
    """A dataset cannot be stored in a data center, nor anything in a dataset; nothing is written."""
    table = str(dataset_id(DatasetName(SHOP, "shop.public.orders")))
    before = await written()
    for kind, source, target in (("stored_in", table, estate["fra"]), ("stored_in", estate["dwh"], table)):
        answer = await client.post("/api/v1/relations", json={"kind": kind, "from": source, "to": target})
        assert answer.status_code == 400, answer.text
    assert await written() == before


@pytest.mark.usefixtures("estate")
async def test_the_estate_tells_what_lies_where(ask: Ask, client: httpx.AsyncClient) -> None:
    """Each store with its data center and how much lies in it; what lies nowhere is counted."""
    assert (await ask(ESTATE))["estate"] == {
        "count": 3,
        "placed": 4,
        "unplaced": 2,
        "pageInfo": {"hasNextPage": False},
        "stores": [
            {"store": {"name": "dwh", "hostedIn": [{"name": "fra"}]}, "datasets": 1, "topics": 0, "files": 0},
            {
                "store": {"name": "lake", "hostedIn": [{"name": "ber"}]},
                "datasets": 2,
                "topics": 0,
                "files": 0,
            },
            {"store": {"name": "bus", "hostedIn": [{"name": "fra"}]}, "datasets": 0, "topics": 1, "files": 0},
        ],
    }
    first = (await client.get("/api/v1/estate", params={"first": "2"})).json()
    assert [one["name"] for one in first["stores"]] == ["dwh", "lake"]
    second = (await client.get("/api/v1/estate", params={"after": first["pageInfo"]["endCursor"]})).json()
    assert ([one["name"] for one in second["stores"]], second["basis"]) == (["bus"], first["basis"])


async def test_failure_makes_the_same_number_of_statements_however_much_is_hit(
    ask: Ask, client: httpx.AsyncClient, estate: dict[str, str]
) -> None:
    """One table in the warehouse or twenty."""
    counts: list[int] = []
    for numbers in (range(1), range(1, 20)):
        await post(client, *(run(n + 5, f"read {n}", [(SHOP, f"shop.t{n}")], []) for n in numbers))
        with statements() as seen:
            found = (await ask(FAILURE, of=estate["fra"], first=100))["failure"]
        counts.append(own(seen))
        assert found["count"] == 10 + 2 * numbers.stop
    assert counts[0] == counts[1], counts
