"""Policies at the doors: shown, previewed, applied and explained; pins that hold over a period; bad ones refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from unittest.mock import ANY

import httpx
from starlette.applications import Starlette

from tests.service.conftest import Ask

CRM_FIRST = {"default": [{"strategy": "source_priority", "sources": ["crm"]}, "recency"]}

RECORDS = """
mutation ($records: [SourceRecordInput!]!) {
  recordCustomers(records: $records) { results { customerId } }
}
"""
CITY = """
query ($id: ID!, $asOf: DateTime, $knownAt: DateTime) {
  customer(id: $id, asOf: $asOf, knownAt: $knownAt) { address { street city } basis { knownAt } }
}
"""
PREVIEW = """
query ($matching: JSON, $survivorship: JSON) {
  policyPreview(matching: $matching, survivorship: $survivorship) {
    goldenRecords merged split moved changed attributes { attribute goldenRecords } reviewsOpened reviewsClosed
    regrouped { before { goldenId sourceRecords { system key } } after { system key } }
    changes { goldenId attribute validFrom validTo before after }
    reviews { kind a { system key } b { system key } weight reason }
  }
}
"""
APPLY = """
mutation ($part: PolicyPart!, $document: JSON!, $note: String) {
  applyPolicy(part: $part, document: $document, note: $note) {
    policyVersion survivorship versions { part version actor note }
  }
}
"""
EXPLAIN = """
query ($id: ID!, $attribute: String!, $asOf: DateTime, $knownAt: DateTime) {
  survivorshipExplanation(id: $id, attribute: $attribute, asOf: $asOf, knownAt: $knownAt) {
    goldenId group attributes strategies rule
    candidates {
      sourceRecord { system key } rank reason
      values { attribute value saidAt isTaken }
      scores { strategy score }
    }
  }
}
"""
PIN = """
mutation ($key: SourceKeyInput!, $verdict: PinVerdict!, $from: DateTime, $to: DateTime) {
  pinSource(sourceKey: $key, attribute: "city", verdict: $verdict, validFrom: $from, validTo: $to, note: "sure") {
    goldenId pins { group verdict validFrom validTo }
  }
}
"""
WITHDRAW = """
mutation ($key: SourceKeyInput!) { withdrawPin(sourceKey: $key, attribute: "city") { goldenId pins { group } } }
"""
LATER = "2023-01-01T00:00:00Z"


async def _ann(ask: Ask) -> str:
    """Record a customer whose shop moved her to Köln in 2022."""
    ann = {"firstName": "Ann", "email": "ann@example.org"}
    records = [
        {"sourceSystem": "crm", "key": "1", "validFrom": "2020-01-01T00:00:00Z", **ann}
        | {"address": {"street": "Am Tor 1", "city": "Bonn"}},
        {"sourceSystem": "shop", "key": "7", "validFrom": "2022-01-01T00:00:00Z", **ann}
        | {"address": {"city": "Köln"}},
    ]
    results = (await ask(RECORDS, records=records))["recordCustomers"]["results"]
    assert results[0]["customerId"] == results[1]["customerId"]
    return results[0]["customerId"]


async def _idle(app: Starlette) -> None:
    await app.state.services.policies.recomputations.idle()


async def test_a_preview_names_what_would_change_and_changes_nothing(ask: Ask) -> None:
    """The totals and the values before and after are told; the customer stays as it is."""
    golden_id = await _ann(ask)
    told = (await ask(PREVIEW, survivorship=CRM_FIRST))["policyPreview"]
    assert told == {
        "goldenRecords": 1,
        "merged": 0,
        "split": 0,
        "moved": 0,
        "changed": 1,
        "attributes": [
            {"attribute": "city", "goldenRecords": 1},
            {"attribute": "street", "goldenRecords": 1},
        ],
        "reviewsOpened": 0,
        "reviewsClosed": 0,
        "regrouped": [],
        "changes": [
            {
                "goldenId": golden_id,
                "attribute": name,
                "validFrom": "2022-01-01T00:00:00Z",
                "validTo": None,
                "before": old,
                "after": new,
            }
            for name, old, new in (("city", "Köln", "Bonn"), ("street", None, "Am Tor 1"))
        ],
        "reviews": [],
    }
    assert (await ask(CITY, id=golden_id, asOf=LATER))["customer"]["address"] == {
        "street": None,
        "city": "Köln",
    }


async def test_an_applied_policy_is_a_new_belief(ask: Ask, app: Starlette) -> None:
    """From now on the policy counts, for all of valid time; the belief of before stays as it was."""
    golden_id = await _ann(ask)
    before = await ask(CITY, id=golden_id, asOf=LATER)
    applied = await ask(APPLY, part="SURVIVORSHIP", document=CRM_FIRST, note="crm is checked by hand")
    assert applied["applyPolicy"] == {
        "policyVersion": "survivorship 1",
        "survivorship": {"groups": {}, "trust": {}} | CRM_FIRST,
        "versions": [
            {"part": "SURVIVORSHIP", "version": 1, "actor": "anonymous", "note": "crm is checked by hand"}
        ],
    }
    await _idle(app)
    now = await ask(CITY, id=golden_id, asOf=LATER)
    assert now["customer"]["address"] == {"street": "Am Tor 1", "city": "Bonn"}
    known = before["customer"]["basis"]["knownAt"]
    assert (await ask(CITY, id=golden_id, asOf=LATER, knownAt=known)) == before
    run = await ask("{ policy { policyVersion versions { done total finishedAt } } }")
    assert run["policy"] == {
        "policyVersion": "survivorship 1",
        "versions": [{"done": 1, "total": 1, "finishedAt": ANY}],
    }
    assert run["policy"]["versions"][0]["finishedAt"] is not None
    then = await ask(EXPLAIN, id=golden_id, attribute="city", asOf=LATER, knownAt=known)
    assert then["survivorshipExplanation"]["rule"] == "recency"


async def test_an_explanation_tells_of_every_source_why(ask: Ask, app: Starlette) -> None:
    """Each candidate is shown with its values, how it stands by each strategy, and the reason."""
    golden_id = await _ann(ask)
    await ask(APPLY, part="SURVIVORSHIP", document=CRM_FIRST)
    await _idle(app)
    explained = (await ask(EXPLAIN, id=golden_id, attribute="postalCode", asOf=LATER))[
        "survivorshipExplanation"
    ]
    assert explained == {
        "goldenId": golden_id,
        "group": "address",
        "attributes": ["street", "postalCode", "city", "country"],
        "strategies": ["source_priority", "recency"],
        "rule": "source_priority",
        "candidates": [
            {
                "sourceRecord": {"system": "crm", "key": "1"},
                "rank": 1,
                "reason": "first by source priority",
                "values": [
                    {"attribute": name, "value": value, "saidAt": "2020-01-01T00:00:00Z", "isTaken": True}
                    for name, value in (("street", "Am Tor 1"), ("city", "Bonn"))
                ],
                "scores": [
                    {"strategy": "source_priority", "score": "place 1"},
                    {"strategy": "recency", "score": "2020-01-01T00:00:00Z"},
                ],
            },
            {
                "sourceRecord": {"system": "shop", "key": "7"},
                "rank": 2,
                "reason": "source priority: not listed against place 1",
                "values": [
                    {"attribute": "city", "value": "Köln", "saidAt": "2022-01-01T00:00:00Z", "isTaken": False}
                ],
                "scores": [
                    {"strategy": "source_priority", "score": "not listed"},
                    {"strategy": "recency", "score": "2022-01-01T00:00:00Z"},
                ],
            },
        ],
    }


async def test_a_matching_is_previewed_in_groups(ask: Ask) -> None:
    """Records that would no longer be one are shown as they are and as they would be, and nothing is written."""
    golden_id = await _ann(ask)
    matching = (await ask("{ policy { matching } }"))["policy"]["matching"]
    told = (await ask(PREVIEW, matching=matching | {"rules": [], "merge_at": 40, "review_at": -40}))[
        "policyPreview"
    ]
    crm, shop = {"system": "crm", "key": "1"}, {"system": "shop", "key": "7"}
    assert (told["merged"], told["split"], told["moved"], told["reviewsOpened"]) == (0, 1, 1, 1)
    assert told["regrouped"] == [
        {"before": [{"goldenId": golden_id, "sourceRecords": [crm, shop]}], "after": [[crm], [shop]]}
    ]
    assert [(r["kind"], r["a"], r["b"]) for r in told["reviews"]] == [("possible_match", crm, shop)]
    assert (await ask("{ policy { policyVersion versions { version } } }"))["policy"] == {
        "policyVersion": "shipped",
        "versions": [],
    }


async def test_a_pin_holds_over_its_period_and_can_be_withdrawn(ask: Ask) -> None:
    """The pinned source wins over the period, at once, and no longer once the pin is withdrawn."""
    golden_id = await _ann(ask)
    crm = {"system": "crm", "key": "1"}
    pinned = await ask(PIN, key=crm, verdict="PIN", **{"from": "2022-06-01T00:00:00Z", "to": LATER})
    assert pinned["pinSource"] == {
        "goldenId": golden_id,
        "pins": [
            {"group": "address", "verdict": "PIN", "validFrom": "2022-06-01T00:00:00Z", "validTo": LATER}
        ],
    }
    for at, city in (("2022-05-31", "Köln"), ("2022-06-01", "Bonn"), ("2023-01-01", "Köln")):
        held = await ask(CITY, id=golden_id, asOf=f"{at}T00:00:00Z")
        assert held["customer"]["address"]["city"] == city
    withdrawn = await ask(WITHDRAW, key=crm)
    assert withdrawn["withdrawPin"] == {"goldenId": golden_id, "pins": []}
    held = await ask(CITY, id=golden_id, asOf="2022-06-01T00:00:00Z")
    assert held["customer"]["address"]["city"] == "Köln"


async def test_an_ignored_source_gives_nothing(ask: Ask) -> None:
    """Without its address, the other source gives the address for all of valid time."""
    golden_id = await _ann(ask)
    ignored = await ask(PIN, key={"system": "shop", "key": "7"}, verdict="IGNORE")
    assert ignored["pinSource"]["pins"] == [
        {"group": "address", "verdict": "IGNORE", "validFrom": None, "validTo": None}
    ]
    assert (await ask(CITY, id=golden_id, asOf=LATER))["customer"]["address"]["city"] == "Bonn"
    told = await ask(EXPLAIN, id=golden_id, attribute="city", asOf=LATER)
    assert [c["reason"] for c in told["survivorshipExplanation"]["candidates"]] == [
        "no other record speaks of it",
        "a steward said to ignore it",
    ]


async def _problems(client: httpx.AsyncClient, query: str, **variables: Any) -> list[Any]:
    body = (await client.post("/graphql", json={"query": query, "variables": variables})).json()
    return [(error["extensions"]["code"], error["message"]) for error in body["errors"]]


async def test_bad_policies_and_pins_are_refused_and_nothing_is_written(
    client: httpx.AsyncClient, written: Callable[[], Awaitable[dict[str, int]]]
) -> None:
    """The problems name their paths; no version and no pin is stored."""
    bad = {"groups": {"adress": ["recency"]}}
    hint = "$.groups.adress: 'adress' is not known; did you mean address?"
    assert await _problems(client, APPLY, part="SURVIVORSHIP", document=bad) == [("INVALID_INPUT", hint)]
    assert await _problems(client, PREVIEW, survivorship=bad) == [
        ("INVALID_INPUT", hint.replace("$.", "$.survivorship.", 1))
    ]
    assert await _problems(client, PREVIEW) == [
        ("INVALID_INPUT", "$: needs a matching or a survivorship document, or both")
    ]
    assert await _problems(client, '{ policy(entityType: "custmer") { matching } }') == [("NOT_FOUND", ANY)]
    nobody = {"system": "crm", "key": "none"}
    assert await _problems(client, PIN, key=nobody, verdict="PIN") == [
        ("NOT_FOUND", "no customer record of crm has the key none")
    ]
    assert await _problems(client, WITHDRAW.replace('"city"', '"town"'), key=nobody) == [
        ("INVALID_INPUT", ANY)
    ]
    nowhere = "00000000-0000-0000-0000-000000000001"
    assert await _problems(client, EXPLAIN, id=nowhere, attribute="city") == [
        ("NOT_FOUND", f"no customer {nowhere} is known then")
    ]
    assert await written() == {}


async def test_the_rest_doors_say_the_same(client: httpx.AsyncClient, ask: Ask, app: Starlette) -> None:
    """A policy is shown, previewed and put over REST."""
    golden_id = await _ann(ask)
    shown = (await client.get("/api/v1/policies/customer")).json()
    assert (shown["entityType"], shown["policyVersion"], shown["versions"]) == ("customer", "shipped", [])
    told = await client.post("/api/v1/policies/customer/preview?first=1", json={"survivorship": CRM_FIRST})
    assert told.status_code == 200
    assert told.json()["attributes"] == {"city": 1, "street": 1}
    assert [change["after"] for change in told.json()["changes"]] == ["Bonn"]
    put = await client.put(
        "/api/v1/policies/customer/survivorship", json={"document": CRM_FIRST, "note": "so"}
    )
    assert put.status_code == 202
    assert [(v["part"], v["version"], v["note"]) for v in put.json()["versions"]] == [
        ("survivorship", 1, "so")
    ]
    await _idle(app)
    assert (await ask(CITY, id=golden_id, asOf=LATER))["customer"]["address"]["city"] == "Bonn"
    for path, body, status in (
        ("/api/v1/policies/customer/nothing", {"document": {}}, 400),
        ("/api/v1/policies/customer/survivorship", {"documents": {}}, 400),
        ("/api/v1/policies/nobody/survivorship", {"document": {}}, 404),
        ("/api/v1/policies/%00/survivorship", {"document": {}}, 404),
    ):
        refused = await client.put(path, json=body)
        assert refused.status_code == status, refused.text
