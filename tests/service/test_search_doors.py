"""The doors of search: GraphQL and REST alike, in few statements, and clear about what cannot be looked for."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx
import pytest

from graph.store.database import Database
from lineage.indexing import Indexing
from tests.service.conftest import Ask
from tests.service.test_graphql_customers import statements
from tests.service.test_run_doors import day, facet, post, run_event

QUERY = """query ($text: String!, $kinds: [String!], $filters: SearchFilters, $first: Int! = 20, $after: String) {
  search(text: $text, kinds: $kinds, filters: $filters, first: $first, after: $after) {
    totalCount totalIsLeast isMistyped basis { asOf knownAt } pageInfo { hasNextPage endCursor }
    facets { name omitted counts { value count } }
    nodes { id kind name namespace matches { field parts { text isMatch } } } edges { cursor }
} }"""


async def filled(client: httpx.AsyncClient, database: Database) -> None:
    """Post a job that writes two tables and index them."""
    event = run_event(1, "COMPLETE", day(1), "load_<b>parcels</b>")
    schema = facet(fields=[{"name": "parcel_id", "type": "int"}])
    event["outputs"] = [
        {"namespace": "store", "name": "db.parcels", "facets": {"schema": schema}},
        {"namespace": "store", "name": "db.returned_parcels", "facets": {}},
    ]
    await post(client, event)
    await Indexing(database).catch_up()


async def test_what_is_found_is_shown_with_where_it_matched(
    client: httpx.AsyncClient, ask: Ask, database: Database
) -> None:
    """Names, kinds, marked texts that are never markup, counts by facet, and the basis."""
    await filled(client, database)
    found = (await ask(QUERY, text="parcels"))["search"]
    assert [(one["kind"], one["namespace"], one["name"]) for one in found["nodes"]] == [
        ("dataset", "store", "db.parcels"),
        ("job", "scheduler", "load_<b>parcels</b>"),
        ("dataset", "store", "db.returned_parcels"),
    ]
    assert found["nodes"][1]["matches"] == [
        {
            "field": "name",
            "parts": [
                {"text": "load_<b>", "isMatch": False},
                {"text": "parcels", "isMatch": True},
                {"text": "</b>", "isMatch": False},
            ],
        }
    ]
    assert (found["totalCount"], found["totalIsLeast"], found["isMistyped"]) == (3, False, False)
    assert found["facets"] == [
        {
            "name": "kind",
            "omitted": 0,
            "counts": [{"value": "dataset", "count": 2}, {"value": "job", "count": 1}],
        },
        {
            "name": "namespace",
            "omitted": 0,
            "counts": [{"value": "store", "count": 2}, {"value": "scheduler", "count": 1}],
        },
    ]


async def test_a_hit_leads_on_to_its_asset(client: httpx.AsyncClient, ask: Ask, database: Database) -> None:
    """To all that is known of a dataset or job; a golden record is no asset of the catalog."""
    await filled(client, database)
    found = await ask(
        """{ search(text: "parcels") { nodes { name asset { __typename name ... on Dataset { columns { path } } } } } }"""
    )
    assert [one["asset"] for one in found["search"]["nodes"]] == [
        {"__typename": "Dataset", "name": "db.parcels", "columns": [{"path": "parcel_id"}]},
        {"__typename": "Job", "name": "load_<b>parcels</b>"},
        {"__typename": "Dataset", "name": "db.returned_parcels", "columns": []},
    ]


async def test_rest_tells_the_same(client: httpx.AsyncClient, ask: Ask, database: Database) -> None:
    """Hits, pages, counts and filters."""
    await filled(client, database)
    by_graphql = (await ask(QUERY, text="larcels", kinds=["dataset"]))["search"]
    answer = await client.get("/api/v1/search?text=larcels&kind=dataset&kind=nothing&facets=true")
    assert answer.status_code == 200
    by_rest = answer.json()
    assert by_rest["hits"] == by_graphql["nodes"]
    assert by_rest["isMistyped"] is True
    assert (by_rest["totalCount"], by_rest["facets"]) == (2, by_graphql["facets"])
    assert "facets" not in (await client.get("/api/v1/search?text=parcels")).json()


async def test_pages_go_on_where_the_one_before_ended(
    client: httpx.AsyncClient, ask: Ask, database: Database
) -> None:
    """Each hit once; the cursor of another search is refused."""
    await filled(client, database)
    names: list[str] = []
    found: dict[str, Any] = {"pageInfo": {"endCursor": None}}
    for _ in range(3):
        found = (await ask(QUERY, text="parcels", first=1, after=found["pageInfo"]["endCursor"]))["search"]
        names += [one["name"] for one in found["nodes"]]
    after = found["pageInfo"]["endCursor"]
    assert names == ["db.parcels", "load_<b>parcels</b>", "db.returned_parcels"]
    assert found["pageInfo"]["hasNextPage"] is False
    rest = (
        await client.get(f"/api/v1/search?text=parcels&first=2&after={found['edges'][0]['cursor']}")
    ).json()
    assert rest["hits"] == []
    other = await client.get(f"/api/v1/search?text=parcel&after={after}")
    assert (other.status_code, other.json()["error"]["code"]) == (400, "INVALID_INPUT")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("text=", "$.text: holds no letter or digit to look for"),
        (f"text={quote('%%__ -- !')}", "$.text: holds no letter or digit to look for"),
        (f"text={'x' * 10_000}", "$.text: has 10000 characters; at most 1000 are allowed"),
        ("text=a%00b", "$.text: holds a NUL character"),
        (f"text={'+'.join(f'w{n}x' for n in range(300))}", "$.text: "),
        (f"text={'+'.join('abcdefghijklmnopqrstuvwxyz')}", "$.text: has 26 words; at most 16 are looked for"),
        ("text=a&first=0", "$.first: must be 1 to 100"),
        ("text=a&first=1000", "$.first: must be 1 to 100"),
        ("text=a&after=nonsense", "$.after: is not a cursor of this list"),
        ("text=a&facets=maybe", "$.facets: must be true or false, got 'maybe'"),
        ("text=a&kinds=dataset", "$.kinds: is not known; did you mean kind?"),
        (
            f"text=a&{'&'.join('kind=x' for _ in range(101))}",
            "$.kinds: has 101 values; at most 100 are allowed",
        ),
    ],
)
async def test_what_cannot_be_looked_for_is_refused(client: httpx.AsyncClient, query: str, told: str) -> None:
    """With its place and the reason."""
    answer = await client.get(f"/api/v1/search?{query}")
    assert answer.status_code == 400
    problems: list[Any] = answer.json()["error"]["problems"]
    assert f"{problems[0]['path']}: {problems[0]['reason']}".startswith(told)


async def test_a_search_takes_few_statements(client: httpx.AsyncClient, ask: Ask, database: Database) -> None:
    """However many are found: the basis, the words, up to three ways to match, the texts, and the counts."""
    await filled(client, database)
    await ask(QUERY, text="parcels")  # a connection asks once what the types of arrays are
    with statements() as seen:
        await ask(QUERY, text="parcels")
    assert len(seen) == 7
    with statements() as seen:
        await ask(QUERY, text="larcels")
    assert len(seen) == 8
