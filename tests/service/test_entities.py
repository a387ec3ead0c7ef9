"""Golden records of any type in GraphQL: typed attributes, time on both axes, members, and our own words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from tests.service.conftest import Ask
from tests.service.test_graphql_customers import statements

RECORD = """
mutation ($type: String!, $records: [EntityRecordInput!]!) {
  recordEntities(entityType: $type, records: $records) {
    accepted unchanged rejected
    results { index status goldenId problems { path reason } }
  }
}
"""

GTIN, OTHER_GTIN = "4006381333931", "036000291452"


def _product(system: str, key: str, **attributes: Any) -> dict[str, Any]:
    return {
        "sourceSystem": system,
        "key": key,
        "validFrom": "2024-01-01T00:00:00Z",
        "attributes": {"gtin": GTIN, "name": "Marker"} | attributes,
    }


async def _taken(ask: Ask, *records: dict[str, Any], type: str = "product") -> list[dict[str, Any]]:
    told = (await ask(RECORD, type=type, records=list(records)))["recordEntities"]
    assert told["rejected"] == 0, told
    return told["results"]


async def test_records_of_one_product_become_one_golden_record(ask: Ask) -> None:
    """Two shops list one GTIN; each attribute says what it is, which group it survives in and where it comes from."""
    results = await _taken(
        ask,
        _product("shop", "1", price="1,299.00", currency="eur"),
        _product("market", "A-9", gtin="0" + GTIN, brand="Stabilo"),
        _product("shop", "2", gtin=OTHER_GTIN),
    )
    one, same, other = [result["goldenId"] for result in results]
    assert one == same != other
    found = await ask(
        """
        query ($id: ID!) {
          goldenRecord(entityType: "product", id: $id) {
            entityType isDeleted
            price: attribute(name: "price") { name value kind group provenance { sourceSystem sourceKey door } }
            brand: attribute(name: "brand") { value provenance { sourceSystem } }
            part: attribute(name: "manufacturer_part_number") { name value provenance { sourceSystem } }
            none: attribute(name: "vatId") { value }
            attributes { name }
            sourceRecords { system key }
          }
          product(id: $id) { name price currency brand entityType timeline { number price validFrom } }
        }
        """,
        id=one,
    )
    record = found["goldenRecord"]
    assert (record["entityType"], record["isDeleted"]) == ("product", False)
    assert record["price"] == {
        "name": "price",
        "value": "1299",
        "kind": "number",
        "group": "price",
        "provenance": {"sourceSystem": "shop", "sourceKey": "1", "door": "graphql"},
    }
    assert record["brand"] == {"value": "Stabilo", "provenance": {"sourceSystem": "market"}}
    assert record["part"] == {"name": "manufacturerPartNumber", "value": None, "provenance": None}
    assert record["none"] is None
    assert len(record["attributes"]) == 15
    assert record["sourceRecords"] == [{"system": "market", "key": "A-9"}, {"system": "shop", "key": "1"}]
    assert found["product"] == {
        "name": "Marker",
        "price": "1299",
        "currency": "EUR",
        "brand": "Stabilo",
        "entityType": "product",
        "timeline": [{"number": 1, "price": "1299", "validFrom": "2024-01-01T00:00:00Z"}],
    }


async def test_a_golden_record_is_found_by_source_key_search_and_page(ask: Ask) -> None:
    """Typed and general fields find the same golden records; a page goes on where the one before ended."""
    await _taken(ask, _product("shop", "1"), _product("shop", "2", gtin=OTHER_GTIN, name="Eraser"))
    found = await ask(
        """
        {
          one: goldenRecordBySourceKey(entityType: "product", system: "shop", key: "2") { id name: attribute(name: "name") { value } }
          none: goldenRecordBySourceKey(entityType: "product", system: "shop", key: "3") { id }
          foreign: goldenRecordBySourceKey(entityType: "supplier", system: "shop", key: "2") { id }
          same: product(sourceKey: {system: "shop", key: "2"}) { id name }
          searched: products(search: "ERAS") { nodes { name } }
          general: goldenRecords(entityType: "product", first: 1) { nodes { id } pageInfo { hasNextPage endCursor } }
          suppliers { nodes { id } }
        }
        """
    )
    assert found["one"]["name"] == {"value": "Eraser"}
    assert found["none"] is found["foreign"] is None
    assert found["same"] == {"id": found["one"]["id"], "name": "Eraser"}
    assert found["searched"]["nodes"] == [{"name": "Eraser"}]
    assert found["suppliers"]["nodes"] == []
    page = found["general"]
    assert page["pageInfo"]["hasNextPage"] is True
    after = page["pageInfo"]["endCursor"]
    rest = await ask(
        'query ($after: String) { goldenRecords(entityType: "product", after: $after) { nodes { id } pageInfo { hasNextPage } } }',
        after=after,
    )
    assert len(rest["goldenRecords"]["nodes"]) == 1
    assert rest["goldenRecords"]["nodes"] != page["nodes"]


async def test_who_was_thought_to_be_one_is_known_at_every_instant(ask: Ask) -> None:
    """Members are those of a system instant, with the reason, and how good what they say is."""
    await _taken(ask, _product("shop", "1"))
    product = 'product(sourceKey: {system: "shop", key: "1"})'
    before = (await ask(f"{{ {product} {{ basis {{ knownAt }} }} }}"))["product"]["basis"]["knownAt"]
    await _taken(ask, _product("market", "9", brand="Stabilo"))
    found = await ask(
        f"""
        query ($before: DateTime) {{
          {product} {{
            then: members(knownAt: $before) {{ system reason }}
            members {{ system key reason since recordId quality {{ score failed }} }}
            quality {{ score failed }}
          }}
        }}
        """,
        before=before,
    )
    assert found["product"]["then"] == [{"system": "shop", "reason": "new"}]
    market, shop = found["product"]["members"]
    assert (market["system"], market["key"], shop["system"]) == ("market", "9", "shop")
    assert market["quality"]["score"] > shop["quality"]["score"]
    assert "brand known" in shop["quality"]["failed"]
    assert found["product"]["quality"] == market["quality"]


async def test_our_own_word_creates_changes_clears_and_deletes(ask: Ask) -> None:
    """A change from an instant on leaves what was true before; null says that there is no value from then on."""
    created = await ask(
        """
        mutation {
          createEntity(
            entityType: "supplier", validFrom: "2024-01-01T00:00:00Z",
            attributes: {name: "Müller GmbH", vatId: "DE 136 695 976", address: {city: "Köln", country: "Germany"}, phone: "+4922112345678"}
          ) { id vat: attribute(name: "vatId") { value } }
        }
        """
    )
    golden_id = created["createEntity"]["id"]
    assert created["createEntity"]["vat"] == {"value": "DE136695976"}
    await ask(
        """
        mutation ($id: ID!) {
          updateEntity(entityType: "supplier", id: $id, validFrom: "2025-01-01T00:00:00Z",
            attributes: {phone: null, address: {city: "Bonn"}}) { id }
        }
        """,
        id=golden_id,
    )
    found = await ask(
        "query ($id: ID!) { supplier(id: $id) { name phone address { city country } timeline { number phone validFrom } } }",
        id=golden_id,
    )
    assert found["supplier"] == {
        "name": "Müller GmbH",
        "phone": None,
        "address": {"city": "Bonn", "country": "DE"},
        "timeline": [
            {"number": 1, "phone": "+4922112345678", "validFrom": "2024-01-01T00:00:00Z"},
            {"number": 2, "phone": None, "validFrom": "2025-01-01T00:00:00Z"},
        ],
    }
    deleted = await ask(
        'mutation ($id: ID!) { deleteEntity(entityType: "supplier", id: $id) { isDeleted } }', id=golden_id
    )
    assert deleted["deleteEntity"] == {"isDeleted": True}


async def test_null_clears_an_attribute_of_a_customer_and_only_that(ask: Ask) -> None:
    """What a change leaves out stays; two customers without a phone are not one for that."""
    ids: list[str] = []
    for name in ("ann", "bob"):
        created = await ask(
            'mutation ($input: CustomerInput!) { createCustomer(input: $input, validFrom: "2024-01-01T00:00:00Z") { id } }',
            input={"firstName": name, "email": f"{name}@example.org", "phone": f"+4922112345{len(ids)}78"},
        )
        ids.append(created["createCustomer"]["id"])
        await ask("mutation ($id: ID!) { updateCustomer(id: $id, input: {phone: null}) { id } }", id=ids[-1])
    found = await ask("{ customers { nodes { id phone email timeline { phone } } } }")
    assert [(one["id"], one["phone"], one["email"]) for one in found["customers"]["nodes"]] == [
        (ids[0], None, "ann@example.org"),
        (ids[1], None, "bob@example.org"),
    ]
    assert [version["phone"] for version in found["customers"]["nodes"][0]["timeline"]] == [
        "+4922112345078",
        None,
    ]


async def test_what_was_believed_before_a_correction_stays_asked(ask: Ask) -> None:
    """A correction that clears a value is a new belief about the past; the one before it is still told."""
    await _taken(ask, _product("shop", "1", price="5"))
    correction = {
        "sourceSystem": "shop",
        "key": "1",
        "kind": "CORRECTION",
        "validFrom": "2024-01-01T00:00:00Z",
        "attributes": {"price": None},
    }
    await _taken(ask, correction)
    found = await ask(
        """
        { product(sourceKey: {system: "shop", key: "1"}) {
            price beliefs(at: "2024-06-01T00:00:00Z") { systemTo version { price } } version { number price } } }
        """
    )
    assert found["product"]["price"] is None
    assert [belief["version"]["price"] for belief in found["product"]["beliefs"]] == ["5", None]
    assert found["product"]["beliefs"][1]["systemTo"] is None
    assert found["product"]["version"] == {"number": 1, "price": None}


async def test_a_bad_record_is_refused_with_its_problems_and_leaves_the_others_alone(ask: Ask) -> None:
    """Attributes are those of the type; the envelope stands beside them, never among them."""
    records = [
        _product("shop", "1"),
        _product("shop", "2", gtin="4006381333932", colour="red"),
        _product("shop", "3") | {"attributes": ["x"]},
        _product("shop", "4", validFrom="2020-01-01T00:00:00Z"),
        {"sourceSystem": "shop", "key": "5"},
    ]
    told = (await ask(RECORD, type="product", records=records))["recordEntities"]
    assert (told["accepted"], told["rejected"]) == (1, 4)
    assert [[(p["path"], p["reason"]) for p in result["problems"]] for result in told["results"][1:4]] == [
        [
            ("$.colour", "is not known; did you mean color?"),
            ("$.gtin", "is not a GTIN: its last digit should be 1: '4006381333932'"),
        ],
        [("$", "attributes must be an object of attributes and their values")],
        [("$", "attributes.validFrom is no attribute; it stands beside the attributes")],
    ]
    assert told["results"][4]["problems"][0]["reason"].startswith(
        "a snapshot needs at least one of: name, brand"
    )


async def test_bad_questions_and_changes_say_what_is_wrong_and_write_nothing(
    client: httpx.AsyncClient, written: Callable[[], Awaitable[dict[str, int]]]
) -> None:
    """An unknown type is told with the known ones; no argument is guessed."""
    cases = [
        ('{ goldenRecord(entityType: "vehicle", id: "01a1fe10-bc56-74c6-a957-a67c51589d47") { id } }', "no entity type is called 'vehicle'; known are customer, product, supplier, organization"),
        ('{ goldenRecord(entityType: "product", id: "1") { id } }', "$.id: is not a UUID"),
        ('{ goldenRecords(entityType: "product", first: 101) { nodes { id } } }', "$.first: must be 1 to 100, got 101"),
        ('{ goldenRecords(entityType: "product", after: "x") { nodes { id } } }', "$.after: is not a cursor"),
        ("{ product { id } }", "$: needs exactly one of id and sourceKey"),
        ('{ sourceQuality(entityType: "x") { system } }', "no entity type is called 'x'"),
        ('mutation { createEntity(entityType: "product", attributes: [1]) { id } }', "$.attributes: must be an object"),
        ('mutation { createEntity(entityType: "product", attributes: {key: "1"}) { id } }', "$.attributes.key: is no attribute"),
        ('mutation { createEntity(entityType: "product", attributes: {gtin: "1"}) { id } }', "$.gtin: is not a GTIN"),
        ('mutation { createEntity(entityType: "product", attributes: {name: null}) { id } }', "$: names no attribute"),
        ('mutation { deleteEntity(entityType: "product", id: "01a1fe10-bc56-74c6-a957-a67c51589d47") { id } }', "no product has the id"),
        ('mutation { recordEntities(entityType: "product", records: []) { accepted } }', "must be 1 to 100 records, got 0"),
    ]  # fmt: skip
    before = await written()
    for query, reason in cases:
        body = (await client.post("/graphql", json={"query": query})).json()
        assert reason in body["errors"][0]["message"], (query, body["errors"])
    assert await written() | {"origin": 0} == before | {"origin": 0}  # that somebody came may be kept


async def test_a_page_makes_the_same_number_of_statements_however_long(ask: Ask) -> None:
    """Members, provenance and versions of a page are read set by set."""
    query = """
    query ($first: Int!) {
      products(first: $first) {
        nodes {
          attributes { name provenance { sourceSystem } } timeline { number }
          members { system quality { score } } quality { score }
        }
      }
    }
    """
    records = [_product("shop", str(n), gtin=gtin) for n, gtin in enumerate([GTIN, OTHER_GTIN, "96385074"])]
    await _taken(ask, *records)
    await ask(query, first=3)  # opens the connections it needs, which say things of their own
    counts: list[int] = []
    for first in (1, 3):
        with statements() as seen:
            page = await ask(query, first=first)
        assert len(page["products"]["nodes"]) == first
        counts.append(len(seen))
    assert counts == [7, 7]
