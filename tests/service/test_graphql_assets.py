"""Assets in GraphQL: created, changed and retired, where they are and what stops with them, in few statements."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from graph.catalog.asset import KINDS, AssetKind
from graph.catalog.relation import RELATION_KINDS
from lineage.known_assets import ALL_KINDS
from service.schema.asset import AssetKind as AssetKindEnum
from service.schema.asset_changes import RelationKind
from service.schema.assets import TYPES

Ask = Callable[..., Awaitable[dict[str, Any]]]
Written = Callable[[], Awaitable[dict[str, int]]]

ATTRIBUTES: dict[str, dict[str, Any]] = {
    "pipelines": {
        "name": "load",
        "source": "s3://raw",
        "destination": "dwh",
        "runsAs": "worker:load_orders",
        "schedule": "0 4 * * *",
        "timeZone": "Europe/Berlin",
        "onNewFile": "orders",
        "description": None,
    },
    "lakes": {"name": "raw", "storageLocation": "s3://raw", "description": None},
    "warehouses": {"name": "dwh", "connection": "postgresql://h/db", "description": None},
    "data-centers": {
        "name": "fra1",
        "location": "Frankfurt",
        "capacityTb": 100.0,
        "usedTb": 20.0,
        "description": None,
    },
    "brokers": {"name": "bus", "connection": "kafka://k:9092", "description": None},
    "glossary-terms": {"name": "Order", "definition": "A wish to buy.", "description": None},
    "domains": {"name": "Sales/Orders", "description": None},
}
KIND_NAMES = {
    "pipelines": "pipeline",
    "lakes": "data_lake",
    "warehouses": "data_warehouse",
    "data-centers": "data_center",
    "brokers": "message_broker",
    "glossary-terms": "glossary_term",
    "domains": "domain",
}
CREATE = {
    "pipelines": (
        "createDataPipeline",
        "DataPipelineInput",
        "dataPipeline",
        "source destination runsAs schedule timeZone onNewFile",
    ),
    "lakes": ("createDataLake", "DataLakeInput", "dataLake", "storageLocation"),
    "warehouses": ("createDataWarehouse", "DataWarehouseInput", "dataWarehouse", "connection"),
    "data-centers": ("createDataCenter", "DataCenterInput", "dataCenter", "location capacityTb usedTb"),
    "brokers": ("createMessageBroker", "MessageBrokerInput", "messageBroker", "connection"),
    "glossary-terms": ("createGlossaryTerm", "GlossaryTermInput", "glossaryTerm", "definition"),
    "domains": ("createDomain", "DomainInput", "domain", ""),
}


async def made(client: httpx.AsyncClient, path: str, **more: Any) -> str:
    """Create an asset that is there since 2020 and return its id."""
    body = ATTRIBUTES[path] | {"validFrom": "2020-01-01T00:00:00Z"} | more
    response = await client.post(f"/api/v1/{path}", json=body)
    assert response.status_code == 201, response.text
    return response.json()["id"]


@pytest.mark.parametrize("path", CREATE)
async def test_graphql_creates_shows_changes_and_retires_every_kind(
    ask: Ask, client: httpx.AsyncClient, path: str
) -> None:
    """The same life as at the REST door, which then shows the same asset."""
    create, input_type, one, fields = CREATE[path]
    noun, changes = create.removeprefix("create"), input_type.replace("Input", "Changes")
    shape = f"id kind name description isRetired basis {{ asOf knownAt }} {fields}"
    created = (
        await ask(
            f'mutation ($input: {input_type}!) {{ made: {create}(input: $input, validFrom: "2020-01-01T00:00:00Z")'
            f" {{ {shape} }} }}",
            input=ATTRIBUTES[path],
        )
    )["made"]
    asset_id, basis = created.pop("id"), created.pop("basis")
    assert created == {"kind": KIND_NAMES[path].upper(), "isRetired": False, **ATTRIBUTES[path]}
    changed = await ask(
        f"mutation ($id: ID!, $input: {changes}!) {{ update{noun}(id: $id, input: $input,"
        ' validFrom: "2022-01-01T00:00:00Z", reason: "told") { description } }',
        id=asset_id,
        input={"description": "new"},
    )
    assert changed == {f"update{noun}": {"description": "new"}}
    query = f'query ($a: DateTime, $k: DateTime) {{ {one}(id: "{asset_id}", asOf: $a, knownAt: $k) {{ description }} }}'
    assert await ask(query, a="2021-01-01T00:00:00Z") == {one: {"description": None}}
    assert await ask(query, a="2022-01-01T00:00:00Z") == {one: {"description": "new"}}
    assert await ask(query, a="2022-01-01T00:00:00Z", k=basis["knownAt"]) == {one: {"description": None}}
    assert await ask(query, a="2019-01-01T00:00:00Z") == {one: None}
    assert await ask(f'{{ {one}(name: "{ATTRIBUTES[path]["name"]}") {{ id }} }}') == {one: {"id": asset_id}}
    await ask(f'mutation {{ retire{noun}(id: "{asset_id}", validFrom: "2024-01-01T00:00:00Z") {{ id }} }}')
    told = await ask(
        f'{{ asset(id: "{asset_id}") {{ isRetired __typename'
        " versions { number validFrom validTo isRetired attributes actor reason } } }"
    )
    assert told["asset"]["isRetired"] is True
    assert told["asset"]["__typename"] == noun
    assert [
        (v["number"], v["validFrom"][:4], v["isRetired"], v["attributes"], v["reason"])
        for v in told["asset"]["versions"]
    ] == [
        (1, "2020", False, ATTRIBUTES[path], None),
        (2, "2022", False, ATTRIBUTES[path] | {"description": "new"}, "told"),
        (3, "2024", True, ATTRIBUTES[path] | {"description": "new"}, None),
    ]
    rest = (await client.get(f"/api/v1/{path}/{asset_id}")).json()
    assert rest["isRetired"] is True
    assert rest["description"] == "new"


WORK = {"name": "load", "source": "s3://raw", "destination": "dwh"}
REFUSED: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"runsAs": "load"}, [("$.runsAs", "must be airflow:DAG or worker:STEP")]),
    (
        {"runsAs": "worker:load_orders", "timeZone": "Berlin", "onNewFile": "tables", "schedule": "often"},
        [
            ("$.timeZone", "must be a time zone such as Europe/Berlin or UTC, got 'Berlin'"),
            ("$.onNewFile", "must be one of customers, orders"),
            ("$.schedule", "must have five fields"),
        ],
    ),
    ({"onNewFile": "orders"}, [("$.onNewFile", "needs runsAs")]),
]
"""What a pipeline cannot have, and where and why it says so."""


@pytest.mark.parametrize(("given", "told"), REFUSED)
async def test_a_refused_attribute_is_named_as_it_was_written(
    client: httpx.AsyncClient, written: Written, given: dict[str, Any], told: list[tuple[str, str]]
) -> None:
    """In GraphQL as its schema spells it, whether it is created or changed; at the REST door as it came; nothing is kept."""
    pipeline = (await client.post("/api/v1/pipelines", json=WORK)).json()["id"]
    before = await written()
    create = "mutation ($of: DataPipelineInput!) { createDataPipeline(input: $of) { id } }"
    change = f'mutation ($of: DataPipelineChanges!) {{ updateDataPipeline(id: "{pipeline}", input: $of) {{ id }} }}'
    for document, more in ((create, WORK | {"name": "other"}), (change, {})):
        body = {"query": document, "variables": {"of": more | given}}
        (error,) = (await client.post("/graphql", json=body)).json()["errors"]
        assert _differing(error["extensions"]["problems"], told) == []
    answer = await client.patch(f"/api/v1/pipelines/{pipeline}", json=given)
    assert (answer.status_code, _differing(answer.json()["error"]["problems"], told)) == (400, [])
    snake = await client.patch(f"/api/v1/pipelines/{pipeline}", json={"runs_as": "load"})
    assert [one["path"] for one in snake.json()["error"]["problems"]] == ["$.runs_as"]
    assert await written() == before


def _differing(problems: list[dict[str, str]], told: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return what was to be told and is not, and what is told beyond."""
    found = {one["path"]: one["reason"] for one in problems}
    missing = [(path, reason) for path, reason in told if reason not in found.pop(path, "")]
    return missing + list(found.items())


RELATED = [
    ("HOSTED_IN", "lakes", "data-centers"),
    ("STORED_IN", "warehouses", "lakes"),
    ("READS", "pipelines", "lakes"),
    ("WRITES", "pipelines", "warehouses"),
]
AROUND = """
query ($a: DateTime) {
  dataCenter(name: "fra1", asOf: $a) { hosts { name } failsWith { name __typename } hostedIn { name } }
  dataWarehouse(name: "dwh", asOf: $a) {
    hostedIn { name capacityTb } storedIn { name hostedIn { name } }
    writtenBy { name } readBy { name } failsWith { name }
  }
  dataPipeline(name: "load", asOf: $a) { reads { name } writes { name } hostedIn { name } }
  dataLake(name: "raw", asOf: $a) { readBy { name source } failsWith { name } }
}
"""


@pytest.fixture
async def estate(ask: Ask, client: httpx.AsyncClient) -> dict[str, str]:
    """Return the ids of one asset of each kind, related to each other since 2021."""
    ids = {path: await made(client, path) for path in ATTRIBUTES}
    for kind, source, target in RELATED:
        related = await ask(
            "mutation ($k: RelationKind!, $f: ID!, $t: ID!) { relateAssets(kind: $k, from: $f, to: $t,"
            ' validFrom: "2021-01-01T00:00:00Z") { kind holds from { name } to { name } } }',
            k=kind,
            f=ids[source],
            t=ids[target],
        )
        assert related["relateAssets"] == {
            "kind": kind,
            "holds": True,
            "from": {"name": ATTRIBUTES[source]["name"]},
            "to": {"name": ATTRIBUTES[target]["name"]},
        }
    return ids


@pytest.mark.usefixtures("estate")
async def test_graphql_shows_where_an_asset_is_and_what_stops_with_it(ask: Ask) -> None:
    """Through stores and pipelines, at the instant asked about."""
    assert await ask(AROUND, a="2021-06-01T00:00:00Z") == {
        "dataCenter": {
            "hosts": [{"name": "raw"}],
            "failsWith": [
                {"name": "load", "__typename": "DataPipeline"},
                {"name": "raw", "__typename": "DataLake"},
                {"name": "dwh", "__typename": "DataWarehouse"},
            ],
            "hostedIn": [],
        },
        "dataWarehouse": {
            "hostedIn": [{"name": "fra1", "capacityTb": 100.0}],
            "storedIn": [{"name": "raw", "hostedIn": [{"name": "fra1"}]}],
            "writtenBy": [{"name": "load"}],
            "readBy": [],
            "failsWith": [{"name": "load"}],
        },
        "dataPipeline": {"reads": [{"name": "raw"}], "writes": [{"name": "dwh"}], "hostedIn": []},
        "dataLake": {
            "readBy": [{"name": "load", "source": "s3://raw"}],
            "failsWith": [{"name": "load"}, {"name": "dwh"}],
        },
    }
    before = await ask(AROUND, a="2020-06-01T00:00:00Z")
    assert before["dataCenter"] == {"hosts": [], "failsWith": [], "hostedIn": []}
    assert before["dataPipeline"] == {"reads": [], "writes": [], "hostedIn": []}


async def test_graphql_leaves_out_what_is_retired_or_related_no_more(
    ask: Ask, estate: dict[str, str]
) -> None:
    """A retired asset stops with nothing; an ended relation leads nowhere."""
    await ask(f'mutation {{ retireDataPipeline(id: "{estate["pipelines"]}") {{ id }} }}')
    after = await ask('{ dataCenter(name: "fra1") { failsWith { name } } }')
    assert after == {"dataCenter": {"failsWith": [{"name": "raw"}, {"name": "dwh"}]}}
    ended = await ask(
        "mutation ($f: ID!, $t: ID!) { unrelateAssets(kind: HOSTED_IN, from: $f, to: $t) { holds } }",
        f=estate["lakes"],
        t=estate["data-centers"],
    )
    assert ended == {"unrelateAssets": {"holds": False}}
    assert await ask('{ dataCenter(name: "fra1") { hosts { name } } }') == {"dataCenter": {"hosts": []}}


async def test_graphql_lists_make_a_constant_number_of_statements(
    ask: Ask, client: httpx.AsyncClient, app: Starlette
) -> None:
    """Two lakes or twenty, with all that is around them and two levels deep: no more statements."""
    query = (
        "{ dataLakes(first: 50) { nodes { name versions { number } hostedIn { name hosts { name } versions { number } }"
        " storedIn { name } readBy { name reads { name } } failsWith { name kind } } } }"
    )
    center = await made(client, "data-centers")
    asked: list[str] = []

    def note(record: Any) -> None:
        if "tenant_id" in record.query:  # not what the driver asks for itself
            asked.append(record.query)

    pool = app.state.services.database.pool
    async with AsyncExitStack() as stack:
        for _ in range(pool.get_max_size()):
            connection = await stack.enter_async_context(pool.acquire())
            connection.add_query_logger(note)
    counts: list[int] = []
    for numbers in (range(2), range(2, 20)):
        for n in numbers:
            lake = await made(client, "lakes", name=f"lake {n}")
            pipeline = await made(client, "pipelines", name=f"load {n}")
            for said in (
                {"kind": "hosted_in", "from": lake, "to": center},
                {"kind": "reads", "from": pipeline, "to": lake},
            ):
                assert (await client.post("/api/v1/relations", json=said)).status_code == 201
        asked.clear()
        found = (await ask(query))["dataLakes"]["nodes"]
        counts.append(len(asked))
        assert len(found) == numbers.stop
        assert all(len(lake["readBy"][0]["reads"]) == 1 for lake in found)
        assert len(found[0]["hostedIn"][0]["hosts"]) == numbers.stop
    assert max(counts) <= 20  # 15 to 18: what two fields ask for at one moment goes in one statement


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_graphql_types_have_the_attributes_of_their_kind(kind: AssetKind) -> None:
    """What a kind is made of is said once, as data; the types and enumerations follow it."""
    definition: Any = TYPES[kind.name].__strawberry_definition__  # pyright: ignore[reportAttributeAccessIssue]
    fields = {field.python_name: field.description for field in definition.fields}
    assert all(attribute.name in fields for attribute in kind.attributes)
    assert all(
        fields[attribute.name] == attribute.description
        for attribute in kind.attributes
        if attribute.name not in ("name", "description")
    )


def test_graphql_enumerations_name_every_kind() -> None:
    """A new kind of asset or relation cannot be forgotten at the door."""
    assert sorted(str(one.value) for one in AssetKindEnum) == sorted(ALL_KINDS)
    assert [str(one.value) for one in RelationKind] == list(RELATION_KINDS)
