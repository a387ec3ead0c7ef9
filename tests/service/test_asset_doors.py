"""Assets through REST and GraphQL: the same objects, versions and refusals at both doors, and never a secret."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

Ask = Callable[..., Awaitable[dict[str, Any]]]
Written = Callable[[], Awaitable[dict[str, int]]]

SECRET = "hunter2"
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


async def made(client: httpx.AsyncClient, path: str, **more: Any) -> str:
    """Create an asset that is there since 2020 and return its id."""
    body = ATTRIBUTES[path] | {"validFrom": "2020-01-01T00:00:00Z"} | more
    response = await client.post(f"/api/v1/{path}", json=body)
    assert response.status_code == 201, response.text
    return response.json()["id"]


@pytest.mark.parametrize("path", ATTRIBUTES)
async def test_rest_creates_shows_changes_and_retires_every_kind(
    client: httpx.AsyncClient, path: str
) -> None:
    """One asset of each kind through its whole life, with exact answers."""
    response = await client.post(
        f"/api/v1/{path}", json=ATTRIBUTES[path] | {"validFrom": "2020-01-01T00:00:00Z"}
    )
    created = response.json()
    asset_id, basis = created["id"], created["basis"]
    assert response.status_code == 201
    assert response.headers["location"] == f"/api/v1/{path}/{asset_id}"
    expected = {"id": asset_id, "kind": KIND_NAMES[path], "isRetired": False, **ATTRIBUTES[path]}
    assert created == expected | {"basis": basis}
    changed = await client.patch(
        f"/api/v1/{path}/{asset_id}",
        json={"description": "new", "validFrom": "2022-01-01T00:00:00Z", "reason": "told"},
    )
    assert changed.status_code == 200
    assert changed.json()["description"] == "new"
    for query, description in [
        ({"asOf": "2021-01-01T00:00:00Z"}, None),
        ({"asOf": "2022-01-01T00:00:00Z"}, "new"),
        ({"asOf": "2022-01-01T00:00:00Z", "knownAt": basis["knownAt"]}, None),
    ]:
        shown = await client.get(f"/api/v1/{path}/{asset_id}", params=query)
        assert shown.status_code == 200
        assert shown.json() == expected | {"description": description, "basis": shown.json()["basis"]}
        assert shown.json()["basis"]["asOf"] == query["asOf"]
    retired = await client.delete(
        f"/api/v1/{path}/{asset_id}", params={"validFrom": "2024-01-01T00:00:00Z", "reason": "sold"}
    )
    assert retired.status_code == 200
    assert retired.json()["isRetired"] is True
    told = (await client.get(f"/api/v1/{path}/{asset_id}/versions")).json()
    assert [
        (v["number"], v["validFrom"], v["validTo"], v["isRetired"], v["description"], v["actor"], v["reason"])
        for v in told["versions"]
    ] == [
        (1, "2020-01-01T00:00:00Z", "2022-01-01T00:00:00Z", False, None, "anonymous", None),
        (2, "2022-01-01T00:00:00Z", "2024-01-01T00:00:00Z", False, "new", "anonymous", "told"),
        (3, "2024-01-01T00:00:00Z", None, True, "new", "anonymous", "sold"),
    ]
    before = await client.get(f"/api/v1/{path}/{asset_id}/versions", params={"knownAt": basis["knownAt"]})
    assert [(v["number"], v["validTo"]) for v in before.json()["versions"]] == [(1, None)]
    assert (await client.get(f"/api/v1/{path}", params={"asOf": "2025-01-01T00:00:00Z"})).json()[
        "pageInfo"
    ] == {"hasNextPage": False, "endCursor": None}


async def test_rest_pages_carry_their_basis(client: httpx.AsyncClient) -> None:
    """The second page does not see what was created after the first."""
    ids = [await made(client, "data-centers", name=f"dc {n}") for n in range(3)]
    first = (await client.get("/api/v1/data-centers", params={"first": "2"})).json()
    assert [asset["id"] for asset in first["dataCenters"]] == ids[:2]
    assert first["pageInfo"]["hasNextPage"] is True
    await made(client, "data-centers", name="late")
    second = (
        await client.get("/api/v1/data-centers", params={"after": first["pageInfo"]["endCursor"]})
    ).json()
    assert [asset["id"] for asset in second["dataCenters"]] == ids[2:]
    assert second["basis"] == first["basis"]
    found = (await client.get("/api/v1/data-centers", params={"search": "DC 1"})).json()
    assert [asset["name"] for asset in found["dataCenters"]] == ["dc 1"]


CENTER = ATTRIBUTES["data-centers"]
BAD: list[tuple[str, Any, int, list[tuple[str, str]]]] = [
    ("data-centers", [], 400, [("$", "must be an object")]),
    (
        "data-centers",
        {},
        400,
        [("$.name", "is missing"), ("$.location", "is missing"), ("$.capacityTb", "is missing")],
    ),
    (
        "data-centers",
        CENTER | {"usedTb": 101},
        400,
        [("$.usedTb", "must be at most capacityTb 100, got 101")],
    ),
    ("data-centers", CENTER | {"capacityTb": -1}, 400, [("$.capacityTb", "must not be negative")]),
    ("data-centers", CENTER | {"usedTb": "1"}, 400, [("$.usedTb", "must be a number, got text")]),
    ("data-centers", CENTER | {"locaton": "x"}, 400, [("$.locaton", "is not known; did you mean location?")]),
    ("data-centers", CENTER | {"name": "a\0"}, 400, [("$.name", "holds a NUL character (\\u0000)")]),
    (
        "data-centers",
        CENTER | {"name": "x" * 900_000},
        400,
        [("$.name", "is 900,000 characters long; at most 200 are allowed")],
    ),
    (
        "data-centers",
        CENTER | {"validFrom": "2020-01-01T00:00:00"},
        400,
        [("$.validFrom", "2020-01-01T00:00:00 has no time zone; write 2025-01-01T00:00:00Z or +02:00")],
    ),
    (
        "data-centers",
        CENTER | {"validFrom": 5},
        400,
        [("$.validFrom", "must be text such as 2025-01-01T00:00:00Z")],
    ),
    ("data-centers", CENTER | {"reason": 5}, 400, [("$.reason", "must be text, got a number")]),
    (
        "warehouses",
        {"name": "w", "connection": f"postgresql://u:a/{SECRET}@h/db"},
        400,
        [("$.connection", "has an @ after its host: write / ? # ; @ inside a value as %2F %3F %23 %3B %40")],
    ),
    (
        "warehouses",
        {"name": "w", "connection": {"password": SECRET}},
        400,
        [("$.connection", "must be text, got an object")],
    ),
]


@pytest.mark.parametrize(("path", "body", "status", "problems"), BAD)
async def test_rest_refuses_bad_input_and_writes_nothing(
    client: httpx.AsyncClient,
    written: Written,
    path: str,
    body: Any,
    status: int,
    problems: list[tuple[str, str]],
) -> None:
    """Each with its path and reason, never quoting a secret."""
    response = await client.post(f"/api/v1/{path}", json=body)
    assert response.status_code == status
    told = response.json()["error"]
    assert told["code"] == "INVALID_INPUT"
    assert [(problem["path"], problem["reason"]) for problem in told["problems"]] == problems
    assert SECRET not in response.text
    assert await written() == {}


UNKNOWN_ID = "0190a1b2-0000-7000-8000-000000000001"
OTHER_ID = "0190a1b2-0000-7000-8000-000000000002"


@pytest.mark.parametrize(
    ("method", "url", "status"),
    [
        ("GET", "/api/v1/lakes/nonsense", 400),
        ("GET", f"/api/v1/lakes/{UNKNOWN_ID}", 404),
        ("GET", f"/api/v1/lakes/{UNKNOWN_ID}/versions", 404),
        ("DELETE", f"/api/v1/lakes/{UNKNOWN_ID}", 404),
        ("GET", "/api/v1/lakes?first=0", 400),
        ("GET", "/api/v1/lakes?first=x", 400),
        ("GET", "/api/v1/lakes?frist=1", 400),
        ("GET", "/api/v1/lakes?after=x", 400),
        ("GET", "/api/v1/lakes?asOf=yesterday", 400),
        ("GET", "/api/v1/lakes?search=%00", 400),
        ("GET", "/api/v1/relations", 400),
        ("GET", f"/api/v1/relations?asset={UNKNOWN_ID}", 404),
        ("DELETE", f"/api/v1/relations?kind=reads&from={UNKNOWN_ID}&to={OTHER_ID}", 404),
        ("DELETE", f"/api/v1/relations?kind=likes&from={UNKNOWN_ID}&to={OTHER_ID}", 400),
        ("PUT", "/api/v1/lakes", 405),
    ],
)
async def test_rest_answers_impossible_requests_with_their_status(
    client: httpx.AsyncClient, written: Written, method: str, url: str, status: int
) -> None:
    """A clear status, a code, and nothing written."""
    response = await client.request(method, url)
    assert response.status_code == status
    assert response.json()["error"]["code"]
    assert await written() == {}


async def test_rest_finds_an_asset_only_at_the_doors_of_its_kind(client: httpx.AsyncClient) -> None:
    """A lake is no warehouse, whichever way it is asked for."""
    lake = await made(client, "lakes")
    for method, url in [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/versions")]:
        response = await client.request(
            method, f"/api/v1/warehouses/{lake}{url}", json={} if method == "PATCH" else None
        )
        assert response.status_code == 404
    taken = await client.post("/api/v1/lakes", json=ATTRIBUTES["lakes"])
    assert (taken.status_code, taken.json()["error"]["code"]) == (409, "CONFLICT")


async def test_rest_relates_and_unrelates(client: httpx.AsyncClient) -> None:
    """A relation is answered with its basis, listed at both ends while it holds, and ends."""
    lake, center = await made(client, "lakes"), await made(client, "data-centers")
    said = {"kind": "hosted_in", "from": lake, "to": center}
    response = await client.post("/api/v1/relations", json=said | {"validFrom": "2021-01-01T00:00:00Z"})
    related = response.json()
    assert response.status_code == 201
    assert related == said | {
        "id": related["id"],
        "holds": True,
        "validFrom": "2021-01-01T00:00:00Z",
        "basis": related["basis"],
    }
    for asset in (lake, center):
        for as_of, expected in [("2020-06-01", []), ("2021-06-01", [said | {"id": related["id"]}])]:
            listed = await client.get("/api/v1/relations", params={"asset": asset, "asOf": as_of})
            assert listed.json()["relations"] == expected
    ended = await client.delete("/api/v1/relations", params=said | {"validFrom": "2021-03-01T00:00:00Z"})
    assert (ended.status_code, ended.json()["holds"]) == (200, False)
    listed = await client.get("/api/v1/relations", params={"asset": lake, "asOf": "2021-06-01"})
    assert listed.json()["relations"] == []
    wrong = await client.post("/api/v1/relations", json=said | {"kind": "reads"})
    assert wrong.json()["error"]["problems"] == [
        {"path": "$.from", "reason": "a data_lake cannot be the start of reads; pipeline can"}
    ]
