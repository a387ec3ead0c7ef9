"""A user adds an entity type by a document: through GraphQL, REST, a folder and the command line."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from typer.testing import CliRunner

from graph.errors import InvalidInputError
from graph.golden.entity_type import CUSTOMER, PRODUCT, SHIPPED
from graph.store.database import Database
from service.app import create_app
from service.settings import Settings
from service.type_commands import app as types
from tests.service.conftest import Ask

VEHICLE: dict[str, Any] = {
    "name": "vehicle",
    "description": "A car.",
    "attributes": [
        {"name": "vin", "kind": "code", "identifier": "vin", "max_length": 17},
        {"name": "make", "kind": "company", "description": "Who made it."},
        {"name": "mileage", "kind": "number"},
    ],
    "matching": {
        "blocking": [["vin"]],
        "rules": [{"name": "same VIN", "outcome": "merge", "when": [{"attribute": "vin", "test": "equal"}]}],
    },
    "quality": [{"name": "VIN known", "attribute": "vin", "test": "present"}],
}

DEFINE = (
    "mutation ($document: JSON!) { defineEntityType(document: $document) { name policyVersion isShipped } }"
)


async def test_a_type_defined_by_a_user_is_reached_like_one_that_ships(
    ask: Ask, client: httpx.AsyncClient
) -> None:
    """Records are taken in, merged by its rules, asked for and judged by its quality rules."""
    defined = await ask(DEFINE, document=VEHICLE)
    assert defined["defineEntityType"] == {
        "name": "vehicle",
        "policyVersion": "definition 1",
        "isShipped": False,
    }
    records = [
        {"sourceSystem": "dealer", "key": "1", "vin": "wvwzzz1jz3w386752", "make": "Volkswagen AG"},
        {"sourceSystem": "garage", "key": "x", "vin": "WVWZZZ1JZ3W386752", "mileage": "120,000"},
    ]
    taken = (await client.post("/api/v1/records/vehicle", json=records)).json()
    assert (taken["accepted"], taken["rejected"]) == (2, 0)
    assert taken["results"][0]["goldenId"] == taken["results"][1]["goldenId"]
    found = await ask(
        """
        { goldenRecords(entityType: "vehicle") { nodes {
            attributes { name value kind } quality { score } sourceRecords { system } } } }
        """
    )
    [vehicle] = found["goldenRecords"]["nodes"]
    assert vehicle["attributes"] == [
        {"name": "vin", "value": "WVWZZZ1JZ3W386752", "kind": "code"},
        {"name": "make", "value": "Volkswagen AG", "kind": "company"},
        {"name": "mileage", "value": "120000", "kind": "number"},
    ]
    assert vehicle["quality"] == {"score": 1.0}
    assert [record["system"] for record in vehicle["sourceRecords"]] == ["dealer", "garage"]


async def test_a_type_defined_anew_reads_by_its_new_attributes_at_once(
    ask: Ask, client: httpx.AsyncClient
) -> None:
    """What was recorded stays; the same document again changes nothing."""
    await ask(DEFINE, document=VEHICLE)
    record = {"sourceSystem": "dealer", "key": "1", "vin": "1", "color": "red"}
    refused = (await client.post("/api/v1/records/vehicle", json=record)).json()
    assert refused["results"][0]["problems"] == [{"path": "$.color", "reason": "is not known"}]
    wider = VEHICLE | {"attributes": [*VEHICLE["attributes"], {"name": "color", "kind": "text"}]}
    assert (await ask(DEFINE, document=wider))["defineEntityType"]["policyVersion"] == "definition 2"
    assert (await ask(DEFINE, document=wider))["defineEntityType"]["policyVersion"] == "definition 2"
    assert (await client.post("/api/v1/records/vehicle", json=record)).json()["accepted"] == 1


async def test_what_records_hold_must_stay_in_a_definition(ask: Ask, client: httpx.AsyncClient) -> None:
    """An attribute can be taken away or change its kind only while nothing is recorded; those of shipped types never."""
    narrow = VEHICLE | {"attributes": [VEHICLE["attributes"][0] | {"kind": "text"}]}
    await ask(DEFINE, document=VEHICLE)
    assert (await ask(DEFINE, document=narrow))["defineEntityType"]["policyVersion"] == "definition 2"
    await client.post("/api/v1/records/vehicle", json={"sourceSystem": "dealer", "key": "1", "vin": "1"})
    refused = await client.put("/api/v1/entity-types/vehicle", json=VEHICLE)
    assert refused.json()["error"]["problems"] == [
        {"path": "$.attributes", "reason": "vin must stay of kind text; records hold values of that kind"}
    ]
    document = PRODUCT.document
    document["attributes"] = [one for one in document["attributes"] if one["name"] not in ("size", "gtin")]
    document["attributes"].append({"name": "gtin", "kind": "code"})
    document |= {"matching": {}, "quality": [], "survivorship": {}}
    refused = await client.put("/api/v1/entity-types/product", json=document)
    assert [problem["reason"] for problem in refused.json()["error"]["problems"]] == [
        "gtin must stay of kind code, check gtin; records hold values of that kind",
        "size is missing; records may hold it, so it must stay",
    ]


async def test_a_shipped_type_can_be_given_more_attributes(ask: Ask, client: httpx.AsyncClient) -> None:
    """A loyalty number of customers is taken in and shown beside what ships; the typed doors go on as before."""
    document = CUSTOMER.document
    document["attributes"].append({"name": "loyalty_number", "kind": "code"})
    await ask(DEFINE, document=document)
    record = {"sourceSystem": "crm", "key": "1", "firstName": "Ann", "loyaltyNumber": "L-1"}
    taken = (await client.post("/api/v1/records", json=record)).json()
    assert taken["accepted"] == 1
    found = await ask(
        """
        query ($id: ID!) {
          customer(id: $id) { firstName }
          goldenRecord(entityType: "customer", id: $id) { attribute(name: "loyaltyNumber") { value kind } }
        }
        """,
        id=taken["results"][0]["customerId"],
    )
    assert found["customer"] == {"firstName": "Ann"}
    assert found["goldenRecord"]["attribute"] == {"value": "L-1", "kind": "code"}
    created = await client.post("/api/v1/customers", json={"firstName": "Bob"})
    assert created.json()["firstName"] == "Bob"


async def test_a_wrong_document_is_refused_with_every_problem_and_nothing_is_written(
    client: httpx.AsyncClient, written: Callable[[], Awaitable[dict[str, int]]]
) -> None:
    """GraphQL and REST alike name each problem with its JSON path."""
    before = await written()
    wrong = VEHICLE | {"nested": {"x": ["vim"]}, "qualty": []}
    expected = [
        {"path": "$.qualty", "reason": "'qualty' is not known; did you mean quality?"},
        {"path": "$.nested.x[0]", "reason": "'vim' is not known; did you mean vin?"},
    ]
    body = (await client.post("/graphql", json={"query": DEFINE, "variables": {"document": wrong}})).json()
    assert body["errors"][0]["extensions"] == {"code": "INVALID_INPUT", "problems": expected}
    response = await client.put("/api/v1/entity-types/vehicle", json=wrong)
    assert (response.status_code, response.json()["error"]["problems"]) == (400, expected)
    response = await client.put("/api/v1/entity-types/car", json=VEHICLE)
    assert response.json()["error"]["problems"] == [
        {"path": "$.name", "reason": "must be car, as the path says"}
    ]
    assert (await client.put("/api/v1/entity-types/car", json=[])).status_code == 400
    assert await written() == before


async def test_entity_types_are_listed_with_their_attributes_and_documents(
    ask: Ask, client: httpx.AsyncClient
) -> None:
    """Types that ship come first; a document that is shown can be put again."""
    response = await client.put("/api/v1/entity-types/vehicle", json=VEHICLE)
    assert (response.status_code, response.json()["version"]) == (200, "definition 1")
    found = (
        await ask("{ entityTypes { name isShipped policyVersion document attributes { name kind group } } }")
    )["entityTypes"]
    assert [kind["name"] for kind in found] == [*SHIPPED, "vehicle"]
    assert [kind["policyVersion"] for kind in found] == ["shipped"] * 4 + ["definition 1"]
    assert found[0]["document"] == CUSTOMER.document
    assert found[4]["attributes"][2] == {"name": "mileage", "kind": "number", "group": "mileage"}
    again = await ask(DEFINE, document=found[4]["document"])
    assert again["defineEntityType"]["policyVersion"] == "definition 1"
    listed = (await client.get("/api/v1/entity-types")).json()["entityTypes"]
    assert [kind["name"] for kind in listed] == [*SHIPPED, "vehicle"]


async def test_a_folder_of_documents_defines_types_at_the_start(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    """What is there already stays as it is, start after start."""
    (tmp_path / "vehicle.json").write_text(json.dumps(VEHICLE))
    (tmp_path / "README.md").write_text("not a document")
    for _ in range(2):
        app = create_app(Settings(database_url=database_url, entity_types=tmp_path))
        async with app.router.lifespan_context(app):
            assert await _version_of_vehicle(app) == "definition 1"


async def _version_of_vehicle(app: Starlette) -> str:
    return (await app.state.services.entities.of("vehicle")).type.policy_version


async def test_a_folder_with_a_wrong_document_is_refused_before_anything_starts(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    """The file, the place and the reason of every problem are told."""
    (tmp_path / "a.json").write_text('{"name": "a",\n "attributes": oops}')
    (tmp_path / "b.json").write_text('{"name": "b", "attributes": [{"name": "x", "kind": "emial"}]}')
    app = create_app(Settings(database_url=database_url, entity_types=tmp_path))
    with pytest.raises(InvalidInputError) as caught:
        async with app.router.lifespan_context(app):
            pass
    assert [problem.path for problem in caught.value.problems] == ["a.json", "b.json $.attributes[0].kind"]
    assert "line 2 is not JSON" in caught.value.problems[0].reason
    missing = create_app(Settings(database_url=database_url, entity_types=tmp_path / "none"))
    with pytest.raises(InvalidInputError, match="GOLDTHREAD_ENTITY_TYPES: there is no folder"):
        async with missing.router.lifespan_context(missing):
            pass


def test_a_document_is_checked_on_the_command_line_without_a_database(tmp_path: Path) -> None:
    """All problems of all files are told; nothing needs to run."""
    good, bad = tmp_path / "vehicle.json", tmp_path / "bad.json"
    good.write_text(json.dumps(VEHICLE))
    bad.write_text('{"name": "b", "attributes": [{"name": "x", "kind": "emial"}]}')
    told = CliRunner().invoke(types, ["check", str(good)])
    assert (told.exit_code, told.output) == (0, "vehicle: 3 attributes, nothing wrong\n")
    told = CliRunner().invoke(types, ["check", str(good), str(bad), str(tmp_path / "none.json")])
    assert isinstance(told.exception, InvalidInputError)
    assert [problem.path for problem in told.exception.problems] == [
        f"{bad} $.attributes[0].kind",
        str(tmp_path / "none.json"),
    ]


async def test_a_type_is_added_shown_and_listed_on_the_command_line(
    database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is added is there at once for everybody on the database."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    file = tmp_path / "vehicle.json"
    file.write_text(json.dumps(VEHICLE))
    assert await _told("add", str(file)) == "vehicle: definition 1\n"
    assert await _told("add", str(file)) == "vehicle: definition 1\n"
    assert json.loads(await _told("show", "vehicle"))["attributes"][0]["name"] == "vin"
    listed = json.loads(await _told("list", "--json"))
    assert [kind["name"] for kind in listed] == [*SHIPPED, "vehicle"]
    assert "vehicle" in await _told("list")


async def _told(*words: str) -> str:
    """Return what a command prints; it runs its own event loop, so in a thread of its own."""
    import asyncio

    told = await asyncio.to_thread(CliRunner().invoke, types, list(words))
    assert told.exit_code == 0, told.output
    return told.output


async def test_a_definition_applied_as_a_policy_must_keep_what_records_hold_too(
    ask: Ask, client: httpx.AsyncClient
) -> None:
    """The door of policies is no way round the rule of definitions, nor may it define another type."""
    await ask(DEFINE, document=VEHICLE)
    await client.post("/api/v1/records/vehicle", json={"sourceSystem": "dealer", "key": "1", "vin": "1"})
    narrow = VEHICLE | {"attributes": [VEHICLE["attributes"][0] | {"kind": "text"}]}
    refused = await client.put("/api/v1/policies/vehicle/definition", json={"document": narrow})
    assert refused.status_code == 400
    assert refused.json()["error"]["problems"] == [
        {"path": "$.attributes", "reason": "vin must stay of kind code; records hold values of that kind"},
        {"path": "$.attributes", "reason": "make is missing; records may hold it, so it must stay"},
        {"path": "$.attributes", "reason": "mileage is missing; records may hold it, so it must stay"},
    ]
    refused = await client.put("/api/v1/policies/customer/definition", json={"document": VEHICLE})
    assert refused.json()["error"]["problems"] == [
        {"path": "$.name", "reason": "must be customer, whose definition it is"}
    ]
    shown = (await client.get("/api/v1/policies/vehicle")).json()
    assert [version["version"] for version in shown["versions"]] == [1]
