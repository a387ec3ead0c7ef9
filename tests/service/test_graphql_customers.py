"""Customers in GraphQL: both axes, timelines, beliefs, history, provenance, mutations, and their statements."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any
from unittest.mock import ANY

import asyncpg
import httpx
from starlette.applications import Starlette

from tests.service.conftest import Ask

RECORDS = """
mutation ($records: [SourceRecordInput!]!) {
  recordCustomers(records: $records) {
    accepted unchanged rejected
    results { index status customerId problems { path reason } customer { firstName } }
  }
}
"""

WHOLE_PAGE = """
query ($first: Int!) {
  customers(first: $first) {
    nodes {
      id firstName address { city }
      version { number validFrom validTo systemFrom }
      timeline { number firstName provenance { attribute sourceSystem sourceKey door receivedAt position }
        message { offset } file { path } load { rows } }
      history { version isCurrent attributes sourceSystem }
      beliefs { systemFrom systemTo version { number firstName } }
      sourceRecords { system key }
    }
  }
}
"""


def _ann(**changes: Any) -> dict[str, Any]:
    record = {
        "sourceSystem": "crm",
        "key": "1",
        "validFrom": "2020-01-01T00:00:00Z",
        "firstName": "Ann",
        "email": "ann@example.org",
    }
    return record | changes


async def _ann_with_history(ask: Ask) -> str:
    """Record a customer who became Anna in 2022, which the source corrected to 2021 later on."""
    first = await ask(RECORDS, records=[_ann(), _ann(validFrom="2022-01-01T00:00:00Z", firstName="Anna")])
    await ask(
        RECORDS,
        records=[
            _ann(
                kind="CORRECTION",
                validFrom="2021-01-01T00:00:00Z",
                validTo="2022-01-01T00:00:00Z",
                firstName="Anna",
                email=None,
            )
        ],
    )
    return first["recordCustomers"]["results"][0]["customerId"]


async def test_records_are_taken_in_one_by_one(ask: Ask) -> None:
    """The mutation tells of each record what became of it and which customer it belongs to."""
    told = await ask(RECORDS, records=[_ann(), _ann(), _ann(key="2", email="nonsense")])
    golden_id = told["recordCustomers"]["results"][0]["customerId"]
    accepted = {"customerId": golden_id, "problems": [], "customer": {"firstName": "Ann"}}
    assert told["recordCustomers"] == {
        "accepted": 1,
        "unchanged": 1,
        "rejected": 1,
        "results": [
            {"index": 0, "status": "ACCEPTED"} | accepted,
            {"index": 1, "status": "UNCHANGED"} | accepted,
            {
                "index": 2,
                "status": "REJECTED",
                "customerId": None,
                "customer": None,
                "problems": [{"path": "$.email", "reason": ANY}],
            },
        ],
    }


async def test_a_customer_is_found_by_id_source_key_and_email(ask: Ask) -> None:
    """The three ways to name a customer lead to the same one; what nobody is called leads to null."""
    golden_id = (await ask(RECORDS, records=[_ann()]))["recordCustomers"]["results"][0]["customerId"]
    found = await ask(
        """
        query ($id: ID!) {
          byId: customer(id: $id) { id }
          byKey: customer(sourceKey: {system: "crm", key: "1"}) { id }
          byEmail: customer(email: " ANN@example.org") { id }
          nobody: customer(email: "bob@example.org") { id }
          noKey: customer(sourceKey: {system: "shop", key: "1"}) { id }
          notYet: customer(id: $id, asOf: "2019-01-01T00:00:00Z") { id }
        }
        """,
        id=golden_id,
    )
    one = {"id": golden_id}
    assert found == {
        "byId": one,
        "byKey": one,
        "byEmail": one,
        "nobody": None,
        "noKey": None,
        "notYet": None,
    }


async def test_a_timeline_is_what_we_believe_and_history_its_scd2_shape(ask: Ask) -> None:
    """Timeline, history and the version at the basis tell the same story in their shapes."""
    golden_id = await _ann_with_history(ask)
    customer = (
        await ask(
            """
            query ($id: ID!) {
              customer(id: $id, asOf: "2020-06-01T00:00:00Z") {
                firstName
                version { number validFrom validTo }
                timeline { number firstName email validFrom validTo }
                history { customerId version isCurrent isDeleted sourceSystem validFrom validTo attributes }
              }
            }
            """,
            id=golden_id,
        )
    )["customer"]
    first, second = "2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z"
    assert customer["firstName"] == "Ann"
    assert customer["version"] == {"number": 1, "validFrom": first, "validTo": second}
    assert customer["timeline"] == [
        {"number": 1, "firstName": "Ann", "email": "ann@example.org", "validFrom": first, "validTo": second},
        {"number": 2, "firstName": "Anna", "email": "ann@example.org", "validFrom": second, "validTo": None},
    ]
    assert [(row["version"], row["isCurrent"], row["sourceSystem"]) for row in customer["history"]] == [
        (1, True, "crm"),
        (2, False, "crm"),
    ]
    assert customer["history"][1]["attributes"] == {
        "firstName": "Anna",
        "lastName": None,
        "email": "ann@example.org",
        "phone": None,
        "birthDate": None,
        "address": None,
    }


async def test_beliefs_tell_what_was_held_of_one_instant_and_when(ask: Ask) -> None:
    """Of June 2021 we first believed Ann, then, corrected, Anna; the first belief ends where the second begins."""
    golden_id = await _ann_with_history(ask)
    beliefs = (
        await ask(
            """
            query ($id: ID!) {
              customer(id: $id) {
                beliefs(at: "2021-06-01T00:00:00Z") { systemFrom systemTo version { firstName } }
              }
            }
            """,
            id=golden_id,
        )
    )["customer"]["beliefs"]
    assert [belief["version"]["firstName"] for belief in beliefs] == ["Ann", "Anna"]
    assert beliefs[0]["systemTo"] == beliefs[1]["systemFrom"]
    assert beliefs[1]["systemTo"] is None


async def test_an_answer_can_be_had_again_by_its_basis(ask: Ask) -> None:
    """With asOf and knownAt of an answer's basis the same answer comes, whatever was recorded since."""
    query = """
    query ($asOf: DateTime, $knownAt: DateTime) {
      customer(email: "ann@example.org", asOf: $asOf, knownAt: $knownAt) {
        firstName basis { asOf knownAt } timeline { firstName }
      }
    }
    """
    await ask(RECORDS, records=[_ann()])
    then = (await ask(query))["customer"]
    await ask(RECORDS, records=[_ann(validFrom="2019-01-01T00:00:00Z", firstName="Annie")])
    assert (await ask(query, **then["basis"]))["customer"] == then
    assert len((await ask(query))["customer"]["timeline"]) == 2


async def test_customers_are_created_changed_and_deleted(ask: Ask) -> None:
    """Each mutation returns the customer as it is from then on."""
    created = (
        await ask(
            'mutation { createCustomer(validFrom: "2020-01-01T00:00:00Z", input: {firstName: "Bo",'
            ' birthDate: "1999-12-31", address: {street: "A 1", city: "Bonn"}})'
            " { id firstName birthDate address { street postalCode city } isDeleted } }"
        )
    )["createCustomer"]
    assert created == {
        "id": created["id"],
        "firstName": "Bo",
        "birthDate": "1999-12-31",
        "address": {"street": "A 1", "postalCode": None, "city": "Bonn"},
        "isDeleted": False,
    }
    changed = await ask(
        'mutation ($id: ID!) { updateCustomer(id: $id, input: {phone: "+49 30 901820"}) { id phone firstName } }',
        id=created["id"],
    )
    assert changed["updateCustomer"] == {"id": created["id"], "phone": "+4930901820", "firstName": "Bo"}
    deleted = await ask(
        "mutation ($id: ID!) { deleteCustomer(id: $id) { isDeleted firstName } }", id=created["id"]
    )
    assert deleted["deleteCustomer"] == {"isDeleted": True, "firstName": "Bo"}
    assert (await ask("{ customers { nodes { id } } }"))["customers"]["nodes"] == []


async def test_pages_carry_their_basis_in_the_cursor(ask: Ask) -> None:
    """Every page of a list is read at the basis of its first."""
    await ask(RECORDS, records=[_ann(key=str(n), email=f"c{n}@example.org") for n in range(5)])
    query = """
    query ($after: String) {
      customers(first: 2, after: $after) {
        basis { asOf knownAt } nodes { id } edges { cursor node { id } } pageInfo { hasNextPage endCursor }
      }
    }
    """
    page = (await ask(query))["customers"]
    bases, ids = [page["basis"]], [node["id"] for node in page["nodes"]]
    while page["pageInfo"]["hasNextPage"]:
        await ask(RECORDS, records=[_ann(key=f"later {len(ids)}", email=f"later{len(ids)}@example.org")])
        page = (await ask(query, after=page["edges"][-1]["cursor"]))["customers"]
        bases.append(page["basis"])
        ids += [node["id"] for node in page["nodes"]]
    assert bases == [bases[0]] * 3
    assert len(ids) == 5
    assert ids == sorted(ids)


async def test_a_page_makes_the_same_number_of_statements_however_long(app: Starlette, ask: Ask) -> None:
    """Timelines, histories, beliefs, provenance and crosswalk of a page are read set-based: one customer or fifty."""
    await ask(RECORDS, records=[_ann(key=str(n), email=f"c{n}@example.org") for n in range(50)])
    counts: list[int] = []
    for first in (1, 50):
        with statements() as seen:
            page = await ask(WHOLE_PAGE, first=first)
        assert len(page["customers"]["nodes"]) == first
        assert all(node["timeline"][0]["provenance"] for node in page["customers"]["nodes"])
        counts.append(len(seen))
    assert counts == [9, 9]


async def test_expected_failures_have_their_code_and_problems(client: httpx.AsyncClient) -> None:
    """A refused argument is told with its path; an unknown id of a mutation is NOT_FOUND."""
    query = """
    mutation {
      a: updateCustomer(id: "01890000-0000-7000-8000-000000000000", input: {firstName: "X"}) { id }
    }
    """
    answer = (await client.post("/graphql", json={"query": query})).json()
    assert answer["data"] is None
    assert answer["errors"] == [
        {
            "message": "no customer has the id 01890000-0000-7000-8000-000000000000",
            "locations": [{"line": 3, "column": 7}],
            "path": ["a"],
            "extensions": {"code": "NOT_FOUND"},
        }
    ]


_LEARNING = ("typeinfo", "current_setting", "pg_catalog")


@contextmanager
def statements() -> Generator[list[str]]:
    """Gather the SQL that any connection runs meanwhile, but for what a new one asks to learn about types."""
    seen: list[str] = []
    original = asyncpg.Connection.__dict__["_do_execute"]

    async def noted(self: Any, query: str, *rest: Any, **more: Any) -> Any:
        if not any(word in query for word in _LEARNING):
            seen.append(query)
        return await original(self, query, *rest, **more)

    setattr(asyncpg.Connection, "_do_execute", noted)  # noqa: B010 - the type checker knows no such attribute
    try:
        yield seen
    finally:
        setattr(asyncpg.Connection, "_do_execute", original)  # noqa: B010
