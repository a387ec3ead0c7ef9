"""Assets of every kind at both doors: what people say of them stands beside what producers say, on both time axes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx
import pytest

from graph.identity import DatasetName, JobName
from lineage.naming import dataset_id, job_id
from tests.service.test_dataset_doors import day, event, post

Ask = Callable[..., Awaitable[dict[str, Any]]]
Written = Callable[[], Awaitable[dict[str, int]]]

TABLE = dataset_id(DatasetName("postgres://db:5432", "shop.public.orders"))
LOAD = job_id(JobName("scheduler", "load"))
SAID = """fragment said on Asset {
  id kind name qualifiedName description isRetired
  descriptions { text contentType saidBy }
  owners { name type kind saidBy } tags { key value source saidBy }
  glossaryTerms { name definition } domain { name parentName }
}"""
ASSET = (
    "query ($id: ID!, $a: DateTime, $k: DateTime) { asset(id: $id, asOf: $a, knownAt: $k) { ...said } }"
    + SAID
)
ANNOTATE = (
    "mutation ($id: ID!, $input: AnnotationInput!, $from: DateTime, $why: String) {"
    " annotateAsset(id: $id, input: $input, validFrom: $from, reason: $why) { ...said basis { asOf knownAt } } }"
    + SAID
)
LIST = """query ($kinds: [AssetKind!], $owner: String, $tag: String, $term: String, $domain: String, $namespace: String,
  $first: Int! = 20, $after: String) {
  assets(kinds: $kinds, owner: $owner, tag: $tag, term: $term, domain: $domain, namespace: $namespace, first: $first,
         after: $after) {
    count nodes { id kind name } pageInfo { hasNextPage endCursor }
    facets { aspect valueCount values { value count } } } }"""
STATED = {
    "schema": {"fields": [{"name": "id", "type": "int", "description": "the key"}]},
    "ownership": {"owners": [{"name": "team:shop", "type": "MAINTAINER"}]},
    "tags": {"tags": [{"key": "gold"}, {"key": "pii", "field": "id"}]},
    "documentation": {"description": "orders as they come"},
}


def orders_event() -> dict[str, Any]:
    """Return the event of a job that writes a table of a warehouse, which its producer describes, from a topic."""
    sent = event(1, "load", [], [])
    sent["inputs"] = [{"namespace": "kafka://broker:9092", "name": "orders"}]
    sent["outputs"] = [{"namespace": "postgres://db:5432", "name": "shop.public.orders", "facets": STATED}]
    return sent


@pytest.fixture
async def orders(client: httpx.AsyncClient) -> None:
    """Record that event."""
    await post(client, orders_event())


async def made(client: httpx.AsyncClient, path: str, **attributes: Any) -> str:
    """Create an asset that is there since 2020 and return its id."""
    response = await client.post(f"/api/v1/{path}", json={"validFrom": "2020-01-01T00:00:00Z", **attributes})
    assert response.status_code == 201, response.text
    return response.json()["id"]


SAID_OF_TABLE: dict[str, Any] = {
    "description": "# Orders",
    "descriptions": [
        {"text": "# Orders", "contentType": "text/markdown", "saidBy": "PEOPLE"},
        {"text": "orders as they come", "contentType": None, "saidBy": "PRODUCERS"},
    ],
    "owners": [
        {"name": "ann", "type": "steward", "kind": "PERSON", "saidBy": "PEOPLE"},
        {"name": "shop", "type": "owner", "kind": "TEAM", "saidBy": "PEOPLE"},
        {"name": "team:shop", "type": "MAINTAINER", "kind": None, "saidBy": "PRODUCERS"},
    ],
    "tags": [
        {"key": "gdpr", "value": "yes", "source": None, "saidBy": "PEOPLE"},
        {"key": "gold", "value": None, "source": None, "saidBy": "PRODUCERS"},
    ],
    "glossaryTerms": [{"name": "Order", "definition": "A wish to buy."}],
    "domain": {"name": "Sales/Orders", "parentName": "Sales"},
}
"""What people and producers say of the table."""


@pytest.mark.usefixtures("orders")
async def test_peoples_word_comes_first_beside_what_producers_say(
    ask: Ask, client: httpx.AsyncClient
) -> None:
    """Description, owners, tags, terms and domain of a dataset, by one mutation; REST shows the same."""
    await made(client, "domains", name="Sales")
    await made(client, "domains", name="Sales/Orders")
    term = await made(client, "glossary-terms", name="Order", definition="A wish to buy.")
    said = (
        await ask(
            ANNOTATE,
            id=str(TABLE),
            input={
                "description": "# Orders",
                "addOwners": [{"name": "ann", "role": "steward"}, {"name": "shop", "kind": "TEAM"}],
                "addTags": [{"key": "gdpr", "value": "yes"}],
                "addTerms": [term],
                "domain": "Sales/Orders",
            },
        )
    )["annotateAsset"]
    basis = said.pop("basis")
    assert said == {
        "id": str(TABLE),
        "kind": "DATASET",
        "name": "shop.public.orders",
        "qualifiedName": "postgres://db:5432/shop.public.orders",
        "isRetired": False,
        **SAID_OF_TABLE,
    }
    assert (await ask(ASSET, id=str(TABLE)))["asset"] == said
    rest = (await client.get("/api/v1/asset", params={"id": str(TABLE), **basis})).json()
    assert (rest["description"], [one["name"] for one in rest["owners"]]) == (
        "# Orders",
        ["ann", "shop", "team:shop"],
    )
    assert (rest["glossaryTerms"][0]["id"], rest["domain"]["name"], rest["basis"]) == (
        term,
        "Sales/Orders",
        basis,
    )
    dataset = await ask(
        f'{{ asset(id: "{TABLE}") {{ ... on Dataset {{ columns {{ id tags {{ key }} }} }} }} }}'
    )
    assert dataset == {"asset": {"columns": [{"id": f"{TABLE}.id", "tags": [{"key": "pii"}]}]}}


@pytest.mark.usefixtures("orders")
async def test_what_people_say_is_versioned_on_both_axes(ask: Ask) -> None:
    """Said from an instant on, and corrected later: each question gets what held then, as known then."""
    first = await ask(ANNOTATE, id=str(LOAD), input={"addTags": [{"key": "a"}]}, **{"from": day(10)})
    known = first["annotateAsset"]["basis"]["knownAt"]
    await ask(
        ANNOTATE,
        id=str(LOAD),
        input={"description": "loads", "addTags": [{"key": "b"}]},
        why="asked around",
        **{"from": day(5)},
    )
    await ask(ANNOTATE, id=str(LOAD), input={"removeTags": ["A"], "description": None}, **{"from": day(20)})

    async def told(at: str, known_at: str | None = None) -> tuple[str | None, list[str]]:
        found = (await ask(ASSET, id=str(LOAD), a=at, k=known_at))["asset"]
        return found["description"], [tag["key"] for tag in found["tags"]]

    assert await told(day(4)) == (None, [])
    assert await told(day(6)) == ("loads", ["b"])
    assert await told(day(12)) == ("loads", ["a", "b"])
    assert await told(day(25)) == (None, ["b"])
    assert await told(day(12), known) == (None, ["a"])
    assert await told(day(6), known) == (None, [])
    history = await ask(
        f'{{ asset(id: "{LOAD}") {{ annotationHistory {{ number validFrom validTo attributes actor reason }} }} }}'
    )
    assert [
        (one["number"], one["validFrom"], one["validTo"], sorted(one["attributes"]), one["reason"])
        for one in history["asset"]["annotationHistory"]
    ] == [
        (1, day(5), day(10), ["description", "tags"], "asked around"),
        (2, day(10), day(20), ["description", "tags"], "asked around"),
        (3, day(20), None, ["tags"], None),
    ]


@pytest.mark.usefixtures("orders")
async def test_every_kind_of_asset_is_one_asset(ask: Ask, client: httpx.AsyncClient) -> None:
    """Anything can be found by its id and annotated, a column and an entity type too."""
    lake = await made(client, "lakes", name="raw", storageLocation="s3://lake", description="the lake")
    listed = (await ask(LIST, kinds=["ENTITY_TYPE"]))["assets"]["nodes"]
    (customer,) = [one["id"] for one in listed if one["name"] == "customer"]
    topic = dataset_id(DatasetName("kafka://broker:9092", "orders"))
    for asset, kind, name in (
        (str(TABLE), "DATASET", "shop.public.orders"),
        (str(topic), "TOPIC", "orders"),
        (f"{TABLE}.id", "COLUMN", "id"),
        (str(LOAD), "JOB", "load"),
        (customer, "ENTITY_TYPE", "customer"),
        (lake, "DATA_LAKE", "raw"),
    ):
        said = await ask(
            ANNOTATE, id=asset, input={"description": f"of {name}", "addOwners": [{"name": "Ann"}]}
        )
        told = said["annotateAsset"]
        assert (told["id"], told["kind"], told["name"]) == (asset, kind, name)
        assert told["description"] == f"of {name}"
        assert told["owners"][0]["name"] == "Ann"
    found = (await ask(LIST, owner="ann"))["assets"]
    assert sorted(one["kind"] for one in found["nodes"]) == [
        "COLUMN",
        "DATASET",
        "DATA_LAKE",
        "ENTITY_TYPE",
        "JOB",
        "TOPIC",
    ]
    assert found["count"] == 6
    column = await ask(
        f'{{ asset(id: "{TABLE}.id") {{ ... on Column {{ dataType dataset {{ name }} tags {{ key }} }} }} }}'
    )
    assert column == {
        "asset": {"dataType": "int", "dataset": {"name": "shop.public.orders"}, "tags": [{"key": "pii"}]}
    }
    own = await ask(f'{{ dataLake(id: "{lake}") {{ versions {{ attributes }} }} }}')
    assert [one["attributes"]["description"] for one in own["dataLake"]["versions"]] == ["the lake", "of raw"]


@pytest.mark.usefixtures("orders")
async def test_a_renamed_dataset_keeps_what_was_said_of_it(ask: Ask, client: httpx.AsyncClient) -> None:
    """What was said under the old name is told of the new one, and it is found by it."""
    await ask(ANNOTATE, id=str(TABLE), input={"description": "kept", "addOwners": [{"name": "ann"}]})
    change = {
        "lifecycleStateChange": "RENAME",
        "previousIdentifier": {"namespace": "postgres://db:5432", "name": "shop.public.orders"},
    }
    sent = event(2, "rename", [], [])
    sent["outputs"] = [
        {
            "namespace": "postgres://db:5432",
            "name": "shop.public.bought",
            "facets": {"lifecycleStateChange": change},
        }
    ]
    await post(client, sent)
    told = (await ask(ASSET, id=str(TABLE)))["asset"]
    assert (told["name"], told["description"], told["owners"][0]["name"]) == (
        "shop.public.bought",
        "kept",
        "ann",
    )
    assert [one["name"] for one in (await ask(LIST, owner="ann"))["assets"]["nodes"]] == [
        "shop.public.bought"
    ]


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ({"description": 1}, "$.description"),
        ({"description": "x" * 50_001}, "$.description"),
        ({"addOwners": [{"name": " "}]}, "$.addOwners[0].name"),
        ({"addOwners": [{"name": "a", "kind": "robot"}]}, "$.addOwners[0].kind"),
        ({"addTags": [{"value": "x"}]}, "$.addTags[0].key"),
        ({"addTags": "x"}, "$.addTags"),
        ({"addTerms": ["nothing"]}, "$.addTerms[0]"),
        ({"domain": "nothing"}, "$.domain"),
        ({"colour": "red"}, "$.colour"),
        ({"addTags": [{"key": str(n)} for n in range(101)]}, "$.addTags"),
        ({"validFrom": "yesterday"}, "$.validFrom"),
    ],
)
@pytest.mark.usefixtures("orders")
async def test_what_cannot_be_said_is_refused_and_nothing_written(
    client: httpx.AsyncClient, written: Written, said: dict[str, Any], path: str
) -> None:
    """Each refusal names where it is."""
    before = await written()
    answer = await client.patch("/api/v1/asset", params={"id": str(LOAD)}, json=said)
    assert (answer.status_code, answer.json()["error"]["problems"][0]["path"]) == (400, path)
    assert await written() == before


@pytest.mark.usefixtures("orders")
async def test_what_is_not_known_cannot_be_annotated(client: httpx.AsyncClient, written: Written) -> None:
    """Neither an id that nothing has, nor a column of a job; what is no id is refused."""
    before = await written()
    for asset, status in (
        (str(UUID(int=1)), 404),
        (f"{LOAD}.id", 404),
        ("nonsense", 400),
        (f"{TABLE}.", 400),
    ):
        answer = await client.patch("/api/v1/asset", params={"id": asset}, json={"description": "x"})
        assert answer.status_code == status, answer.text
    assert await written() == before


@pytest.mark.usefixtures("orders")
async def test_saying_it_again_records_nothing(client: httpx.AsyncClient, written: Written) -> None:
    """A change that changes nothing leaves no fact."""
    said = {"description": "loads", "addOwners": [{"name": "ann"}], "addTags": [{"key": "a"}]}
    await client.patch("/api/v1/asset", params={"id": str(LOAD)}, json=said)
    before = await written()
    again = await client.patch("/api/v1/asset", params={"id": str(LOAD)}, json=said)
    assert (again.status_code, again.json()["description"]) == (200, "loads")
    assert await written() == before


@pytest.mark.usefixtures("orders")
async def test_people_who_speak_at_once_all_prevail(client: httpx.AsyncClient) -> None:
    """Eight owners added at one moment are eight owners."""

    async def add(n: int) -> int:
        said = {"addOwners": [{"name": f"owner {n}"}]}
        return (await client.patch("/api/v1/asset", params={"id": str(LOAD)}, json=said)).status_code

    assert await asyncio.gather(*map(add, range(8))) == [200] * 8
    told = (await client.get("/api/v1/asset", params={"id": str(LOAD)})).json()
    assert sorted(one["name"] for one in told["owners"]) == [f"owner {n}" for n in range(8)]


@pytest.mark.usefixtures("orders")
async def test_taking_away_what_was_never_said_writes_nothing(
    client: httpx.AsyncClient, written: Written
) -> None:
    """Not even that somebody tried; nor does a refused description leave the rest of its change behind."""
    lake = await made(client, "lakes", name="raw", storageLocation="s3://lake")
    before = await written()
    said = {"removeTags": ["a"], "removeOwners": [{"name": "ann"}], "description": None, "domain": None}
    answer = await client.patch("/api/v1/asset", params={"id": str(LOAD)}, json=said)
    assert (answer.status_code, answer.json()["tags"]) == (200, [])
    long = {"description": "x" * 10_001, "addTags": [{"key": "a"}]}
    refused = await client.patch("/api/v1/asset", params={"id": lake}, json=long)
    assert (refused.status_code, refused.json()["error"]["problems"][0]["path"]) == (400, "$.description")
    assert await written() == before
