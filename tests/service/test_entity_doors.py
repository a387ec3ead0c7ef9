"""The REST doors of golden records of any type."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

GOLDEN = "/api/v1/golden/organization"
RECORDS = "/api/v1/records/organization"
LEI = "5299000J2N45DDNE4Y28"


async def _created(client: httpx.AsyncClient, **attributes: Any) -> dict[str, Any]:
    response = await client.post(
        GOLDEN, json={"validFrom": "2024-01-01T00:00:00Z", "name": "Acme", "lei": LEI} | attributes
    )
    assert response.status_code == 201, response.text
    body: dict[str, Any] = response.json()
    assert response.headers["Location"] == f"{GOLDEN}/{body['id']}"
    return body


async def test_a_golden_record_is_created_shown_changed_and_deleted(client: httpx.AsyncClient) -> None:
    """Attributes are shown under their type, with quality and basis; a change leaves what was true before."""
    body = await _created(client, address={"city": "Köln", "country": "Germany"}, vat_id="DE136695976")
    assert body["entityType"] == "organization"
    assert body["attributes"]["address"] == {
        "street": None,
        "postalCode": None,
        "city": "Köln",
        "country": "DE",
    }
    assert body["attributes"]["vatId"] == "DE136695976"
    assert "registration known" in body["quality"]["failed"]
    place = f"{GOLDEN}/{body['id']}"
    changes = {"validFrom": "2025-01-01T00:00:00Z", "name": "Acme Corp", "vatId": None}
    changed = (await client.patch(place, json=changes)).json()
    assert (changed["attributes"]["name"], changed["attributes"]["vatId"]) == ("Acme Corp", None)
    before = (await client.get(f"{place}?asOf=2024-06-01T00:00:00Z")).json()
    assert (before["attributes"]["name"], before["attributes"]["vatId"]) == ("Acme", "DE136695976")
    assert (await client.delete(f"{place}?validFrom=2026-01-01T00:00:00Z")).json()["isDeleted"] is True
    versions = (await client.get(f"{place}/versions")).json()["versions"]
    assert [(v["attributes"]["name"], v["isDeleted"]) for v in versions] == [
        ("Acme", False),
        ("Acme Corp", False),
        ("Acme Corp", True),
    ]
    assert {"lei", "vatId"} <= {source["attribute"] for source in versions[0]["provenance"]}


async def test_records_of_a_type_come_as_json_ndjson_and_csv(client: httpx.AsyncClient) -> None:
    """Columns and fields are the attributes of the type the path names; what joins is told by its golden id."""
    record = {"sourceSystem": "register", "key": "1", "lei": LEI, "name": "Acme Inc."}
    first = (await client.post(RECORDS, json=record)).json()["results"][0]
    lines = json.dumps(record | {"sourceSystem": "crm"}) + "\n{broken\n"
    second = (
        await client.post(RECORDS, content=lines, headers={"Content-Type": "application/x-ndjson"})
    ).json()
    table = f"source_system,key,LEI,vatId,legal_form\nerp,7,{LEI},DE136695976,Inc\n"
    third = (await client.post(RECORDS, content=table, headers={"Content-Type": "text/csv"})).json()
    assert (second["accepted"], second["rejected"], third["accepted"]) == (1, 1, 1), third
    assert first["goldenId"] == second["results"][0]["goldenId"] == third["results"][0]["goldenId"]
    refused = await client.post(
        RECORDS, content="source_system,key,gtin\n", headers={"Content-Type": "text/csv"}
    )
    assert refused.json()["error"]["problems"] == [{"path": "$.gtin", "reason": "is no column of a record"}]


async def test_golden_records_are_listed_searched_and_found_by_source_record(
    client: httpx.AsyncClient,
) -> None:
    """A page carries its basis and where the next begins; a source record leads to its golden record."""
    await _created(client)
    await client.post(RECORDS, json={"sourceSystem": "crm", "key": "9", "name": "Zenith"})
    page = (await client.get(f"{GOLDEN}?first=1")).json()
    assert page["pageInfo"]["hasNextPage"] is True
    rest = (await client.get(GOLDEN, params={"after": page["pageInfo"]["endCursor"]})).json()
    assert [one["attributes"]["name"] for one in (*page["goldenRecords"], *rest["goldenRecords"])] == [
        "Acme",
        "Zenith",
    ]
    [found] = (await client.get(f"{GOLDEN}?search=zen")).json()["goldenRecords"]
    [named] = (await client.get(f"{GOLDEN}?system=crm&key=9")).json()["goldenRecords"]
    assert found["id"] == named["id"] == rest["goldenRecords"][0]["id"]
    assert (await client.get(f"{GOLDEN}?system=crm&key=10")).json()["goldenRecords"] == []
    assert (await client.get("/api/v1/golden/supplier")).json()["goldenRecords"] == []


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "told"),
    [
        ("GET", "/api/v1/golden/vehicle", None, 404, "no entity type is called 'vehicle'; known are customer"),
        ("POST", "/api/v1/records/vehicle", {}, 404, "no entity type is called 'vehicle'"),
        ("GET", f"{GOLDEN}/7", None, 400, "$.id: is not a UUID"),
        ("GET", f"{GOLDEN}/01a1fe10-bc56-74c6-a957-a67c51589d47", None, 404, "no organization 01a1fe10"),
        ("GET", f"{GOLDEN}?system=crm", None, 400, "is named by system and key"),
        ("GET", f"{GOLDEN}?serach=x", None, 400, "$.serach: is not known; did you mean search?"),
        ("POST", GOLDEN, {"nme": "x"}, 400, "$.nme: is not known; did you mean name?"),
        ("POST", GOLDEN, {"name": "x", "key": "1"}, 400, "$.key: is not known"),
        ("POST", GOLDEN, {"lei": LEI[:-1] + "9"}, 400, "$.lei: is not a LEI: its check digits do not fit"),
        ("POST", GOLDEN, {"name": None}, 400, "$: names no attribute"),
        ("POST", GOLDEN, [], 400, "must be an object with the attributes of the organization"),
        ("POST", GOLDEN, {"name": "x", "validFrom": 5}, 400, "$.validFrom: must be text"),
        ("POST", GOLDEN, {"name": "x", "validFrom": None, "valid_from": None}, 400, "$.validFrom: is given twice"),
        ("PATCH", f"{GOLDEN}/01a1fe10-bc56-74c6-a957-a67c51589d47", {"name": "x"}, 404, "no organization has the id"),
        ("DELETE", f"{GOLDEN}/01a1fe10-bc56-74c6-a957-a67c51589d47", None, 404, "no organization has the id"),
    ],
)  # fmt: skip
async def test_a_bad_request_says_what_is_wrong_and_writes_nothing(
    client: httpx.AsyncClient,
    written: Callable[[], Awaitable[dict[str, int]]],
    method: str,
    path: str,
    body: object,
    status: int,
    told: str,
) -> None:
    """Each has its status, and the reason in words."""
    before = await written()
    response = await client.request(method, path, json=body)
    error = response.json()["error"]
    shown = "; ".join(f"{p['path']}: {p['reason']}" for p in error.get("problems") or []) or error["message"]
    assert (response.status_code, told in shown) == (status, True), response.text
    assert await written() | {"origin": 0} == before | {"origin": 0}  # that somebody came may be kept


async def test_a_table_may_be_delimited_as_its_country_does(client: httpx.AsyncClient) -> None:
    """Semicolons and tabs are understood; what is in quotes stays whole."""
    table = f'source_system;key;name;lei\nregister;1;"Acme; Tools";{LEI}\n'
    taken = (await client.post(RECORDS, content=table, headers={"Content-Type": "text/csv"})).json()
    assert taken["accepted"] == 1
    golden_id = taken["results"][0]["goldenId"]
    assert (await client.get(f"{GOLDEN}/{golden_id}")).json()["attributes"]["name"] == "Acme; Tools"
