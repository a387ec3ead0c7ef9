"""The REST doors of customers: create, find, change, delete, re-open, versions."""

from __future__ import annotations

from uuid import uuid4

import httpx
import pytest

CUSTOMERS = "/api/v1/customers"

ANN = {
    "firstName": "Ann",
    "lastName": "Lee",
    "email": "Ann@Example.org",
    "address": {"street": "Hauptstr. 1", "postalCode": "10115", "city": "Berlin", "country": "DE"},
    "birthDate": "1980-05-17",
    "validFrom": "2020-01-01T00:00:00Z",
}

ANN_SHOWN = {
    "isDeleted": False,
    "firstName": "Ann",
    "lastName": "Lee",
    "email": "ann@example.org",
    "phone": None,
    "address": {"street": "Hauptstr. 1", "postalCode": "10115", "city": "Berlin", "country": "DE"},
    "birthDate": "1980-05-17",
}


async def _create(client: httpx.AsyncClient, **changes: object) -> str:
    response = await client.post(CUSTOMERS, json=ANN | changes)
    assert response.status_code == 201, response.text
    return response.json()["id"]


async def test_a_created_customer_is_answered_whole(client: httpx.AsyncClient) -> None:
    """POST answers 201 with the customer at the instant from which it holds, and where to find it."""
    response = await client.post(CUSTOMERS, json=ANN)
    body = response.json()
    assert response.status_code == 201
    assert response.headers["location"] == f"{CUSTOMERS}/{body['id']}"
    assert body["basis"]["asOf"] == "2020-01-01T00:00:00Z"
    assert {name: body[name] for name in ANN_SHOWN} == ANN_SHOWN


async def test_a_customer_is_shown_as_of_an_instant(client: httpx.AsyncClient) -> None:
    """An update holds from its validFrom on; before it the customer is as it was."""
    customer_id = await _create(client)
    changed = await client.patch(
        f"{CUSTOMERS}/{customer_id}", json={"lastName": "Moe", "validFrom": "2022-06-01T02:00:00+02:00"}
    )
    assert changed.json()["lastName"] == "Moe"
    assert changed.json()["firstName"] == "Ann"
    before = await client.get(f"{CUSTOMERS}/{customer_id}", params={"asOf": "2022-05-31T23:59:59Z"})
    after = await client.get(f"{CUSTOMERS}/{customer_id}", params={"asOf": "2022-06-01T00:00:00Z"})
    assert (before.json()["lastName"], after.json()["lastName"]) == ("Lee", "Moe")
    assert after.json()["email"] == "ann@example.org"


async def test_what_was_known_before_a_change_stays_readable(client: httpx.AsyncClient) -> None:
    """With the knownAt of an earlier answer, a customer is as it was believed to be then."""
    customer_id = await _create(client)
    known = (await client.get(f"{CUSTOMERS}/{customer_id}")).json()["basis"]["knownAt"]
    await client.put(
        f"{CUSTOMERS}/{customer_id}", json={"firstName": "Anna", "validFrom": "2020-01-01T00:00:00Z"}
    )
    then = await client.get(f"{CUSTOMERS}/{customer_id}", params={"knownAt": known})
    now = await client.get(f"{CUSTOMERS}/{customer_id}")
    assert (then.json()["firstName"], now.json()["firstName"]) == ("Ann", "Anna")
    assert then.json()["basis"]["knownAt"] == known


async def test_a_plus_sign_in_a_query_string_need_not_be_escaped(client: httpx.AsyncClient) -> None:
    """An offset such as +02:00 is understood although a bare plus sign means a blank."""
    customer_id = await _create(client)
    response = await client.get(f"{CUSTOMERS}/{customer_id}?asOf=2021-01-01T02:00:00+02:00")
    assert response.json()["basis"]["asOf"] == "2021-01-01T00:00:00Z"


async def test_a_deleted_customer_says_so_keeps_its_history_and_can_be_reopened(
    client: httpx.AsyncClient,
) -> None:
    """DELETE ends a customer from an instant on; before it nothing changes; a later change re-opens it."""
    customer_id = await _create(client)
    path = f"{CUSTOMERS}/{customer_id}"
    deleted = await client.delete(path, params={"validFrom": "2023-01-01T00:00:00Z"})
    assert (deleted.status_code, deleted.json()["isDeleted"]) == (200, True)
    assert (await client.get(path)).json()["isDeleted"] is True
    assert (await client.get(path, params={"asOf": "2022-12-31T00:00:00Z"})).json()["isDeleted"] is False
    assert (await client.get(CUSTOMERS)).json()["customers"] == []
    reopened = await client.patch(path, json={"firstName": "Ann", "validFrom": "2024-01-01T00:00:00Z"})
    assert reopened.json()["isDeleted"] is False
    versions = (await client.get(f"{path}/versions")).json()["versions"]
    assert [(v["number"], v["isDeleted"], v["validFrom"], v["validTo"]) for v in versions] == [
        (1, False, "2020-01-01T00:00:00Z", "2023-01-01T00:00:00Z"),
        (2, True, "2023-01-01T00:00:00Z", "2024-01-01T00:00:00Z"),
        (3, False, "2024-01-01T00:00:00Z", None),
    ]


async def test_versions_tell_where_each_attribute_comes_from(client: httpx.AsyncClient) -> None:
    """Each version names source, record, door and instant of receipt for every attribute."""
    customer_id = await _create(client)
    body = (await client.get(f"{CUSTOMERS}/{customer_id}/versions")).json()
    [version] = body["versions"]
    assert body["customerId"] == customer_id
    assert version["systemFrom"] == body["knownAt"]
    told = {source["attribute"]: source for source in version["provenance"]}
    assert sorted(told) == [
        "birthDate",
        "city",
        "country",
        "email",
        "firstName",
        "lastName",
        "postalCode",
        "street",
    ]
    email = told["email"]
    assert (email["sourceSystem"], email["kind"], email["door"], email["actor"]) == (
        "goldthread",
        "snapshot",
        "rest",
        "anonymous",
    )
    assert (email["validFrom"], email["validFromAssumed"]) == ("2020-01-01T00:00:00Z", False)
    assert email["receivedAt"] == body["knownAt"]


async def test_a_customer_that_matches_a_known_one_joins_it(client: httpx.AsyncClient) -> None:
    """A second customer with the same e-mail is the same golden record."""
    first = await _create(client)
    assert await _create(client, phone="+49 30 901820", validFrom="2021-01-01T00:00:00Z") == first
    assert len((await client.get(CUSTOMERS)).json()["customers"]) == 1


async def test_pages_follow_one_another_at_one_basis(client: httpx.AsyncClient) -> None:
    """The cursor continues after the last customer, at the instants of the first page, whatever came since."""
    people = [
        {
            "firstName": name,
            "lastName": f"{name}son",
            "email": f"{name}@example.org",
            "birthDate": f"19{n}0-01-0{n}",
        }
        for n, name in enumerate(["Adam", "Berta", "Carl", "Dora", "Emil", "Frida"], start=2)
    ]
    ids = [await _create(client, **person) for person in people[:5]]
    first = (await client.get(CUSTOMERS, params={"first": 2})).json()
    await _create(client, **people[5])
    seen = [customer["id"] for customer in first["customers"]]
    page = first
    while page["pageInfo"]["hasNextPage"]:
        page = (
            await client.get(CUSTOMERS, params={"first": 2, "after": page["pageInfo"]["endCursor"]})
        ).json()
        assert page["basis"] == first["basis"]
        seen += [customer["id"] for customer in page["customers"]]
    assert seen == sorted(ids)


async def test_search_finds_by_any_attribute(client: httpx.AsyncClient) -> None:
    """A page with search holds the customers with that text in an attribute, upper and lower case alike."""
    ann = await _create(client)
    await _create(client, firstName="Bob", lastName="Ray", email="bob@example.org")
    found = (await client.get(CUSTOMERS, params={"search": "LEE"})).json()["customers"]
    assert [customer["id"] for customer in found] == [ann]
    assert (await client.get(CUSTOMERS, params={"search": "%"})).json()["customers"] == []


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
async def test_an_unknown_customer_is_not_found(client: httpx.AsyncClient, method: str) -> None:
    """An id nobody has answers 404 at every door."""
    body = {"firstName": "X"} if method == "PATCH" else None
    response = await client.request(method, f"{CUSTOMERS}/{uuid4()}", json=body)
    assert (response.status_code, response.json()["error"]["code"]) == (404, "NOT_FOUND")
    versions = await client.get(f"{CUSTOMERS}/{uuid4()}/versions")
    assert (versions.status_code, versions.json()["error"]["code"]) == (404, "NOT_FOUND")


async def test_a_customer_is_not_found_before_it_was_known(client: httpx.AsyncClient) -> None:
    """Before its first version, and before it was recorded, a customer does not exist."""
    customer_id = await _create(client)
    for instants in ({"asOf": "2019-12-31T23:59:59Z"}, {"knownAt": "2020-01-01T00:00:00Z"}):
        response = await client.get(f"{CUSTOMERS}/{customer_id}", params=instants)
        assert response.status_code == 404


async def test_versions_of_a_merged_id_are_those_of_the_customer_it_leads_to(
    client: httpx.AsyncClient,
) -> None:
    """An old id stays good for the versions too; before the merge was known it had its own."""
    [first, second] = sorted([await _create(client, email=f"{name}@example.org") for name in ("a", "b")])
    known = (await client.get(f"{CUSTOMERS}/{second}")).json()["basis"]["knownAt"]
    record = {"sourceSystem": "crm", "key": "1", "validFrom": "2021-01-01T00:00:00Z"}
    bridge = [
        {**record, "email": "a@example.org"},
        {**record, "email": "b@example.org", "firstName": "Anna", "sequence": 1},
    ]
    assert (await client.post("/api/v1/records", json=bridge)).json()["accepted"] == 2
    expected = (await client.get(f"{CUSTOMERS}/{first}/versions")).json()
    assert len(expected["versions"]) == 2
    assert (await client.get(f"{CUSTOMERS}/{second}/versions")).json() == expected
    before = (await client.get(f"{CUSTOMERS}/{second}/versions", params={"knownAt": known})).json()
    assert (before["customerId"], len(before["versions"])) == (second, 1)


async def test_the_id_of_something_else_is_no_customer(client: httpx.AsyncClient) -> None:
    """An asset is not shown as a customer without attributes."""
    made = await client.post("/api/v1/lakes", json={"name": "raw", "storageLocation": "s3://raw"})
    path = f"{CUSTOMERS}/{made.json()['id']}"
    assert [(await client.get(at)).status_code for at in (path, f"{path}/versions")] == [404, 404]
    query = f'{{ customer(id: "{made.json()["id"]}") {{ id }} }}'
    assert (await client.post("/graphql", json={"query": query})).json()["data"] == {"customer": None}
