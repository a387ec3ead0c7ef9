"""Questions about lineage over GraphQL and REST: impact, differences, what runs read, origins."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.service.conftest import Ask
from tests.service.lineage_shop import ORDERS, event, follows, schema, shop
from tests.service.test_graphql_customers import statements
from tests.service.test_lineage_doors import day, post

__all__ = ["shop"]

IMPACT = """query ($of: LineageNodeInput!, $column: String, $first: Int! = 20, $after: String) {
  impact(of: $of, column: $column, first: $first, after: $after) {
    totals { datasets jobs columns critical high medium low }
    owners { name }
    nodes { node { name } severity isCertain columns allColumns dependantCount distance lastWrittenAt owners { name type kind saidBy } }
    pageInfo { hasNextPage endCursor } truncated beyond
  }
}"""


async def test_impact_tells_what_is_hit_how_surely_and_whose_it_is(shop: httpx.AsyncClient, ask: Ask) -> None:
    """The nearest are the worst; pages add up; as CSV in one file."""
    hit = (await ask(IMPACT, of=ORDERS))["impact"]
    assert hit["totals"] == {
        "datasets": 2,
        "jobs": 2,
        "columns": 2,
        "critical": 0,
        "high": 2,
        "medium": 2,
        "low": 0,
    }
    assert hit["owners"] == [{"name": "team:finance"}]
    assert [
        (one["node"]["name"], one["severity"], one["columns"], one["dependantCount"]) for one in hit["nodes"]
    ] == [
        ("daily.clean", "HIGH", [], 3),
        ("db.clean", "HIGH", ["id"], 2),
        ("daily.report", "MEDIUM", [], 1),
        ("db.report", "MEDIUM", ["total"], 0),
    ]
    assert hit["nodes"][3]["lastWrittenAt"] == day(2)
    assert hit["nodes"][3]["owners"] == [
        {"name": "team:finance", "type": "MAINTAINER", "kind": None, "saidBy": "PRODUCERS"}
    ]
    first = (await ask(IMPACT, of=ORDERS, first=3))["impact"]
    rest = (await ask(IMPACT, of=ORDERS, first=3, after=first["pageInfo"]["endCursor"]))["impact"]
    assert first["nodes"] + rest["nodes"] == hit["nodes"]
    assert not rest["pageInfo"]["hasNextPage"]
    text = (await shop.get("/api/v1/lineage/impact", params={"dataset": "db.orders", "format": "csv"})).text
    assert text.splitlines()[:3] == [
        "severity,certain,distance,kind,namespace,name,columns,golden_attributes,dependants,owners,last_written_at",
        "high,true,1,job,scheduler,daily.clean,,,3,,",
        f"high,true,2,dataset,store,db.clean,id,,2,,{day(1)}",
    ]


async def test_impact_of_a_column_leaves_out_what_does_not_follow_from_it(
    shop: httpx.AsyncClient, ask: Ask
) -> None:
    """The note goes nowhere; of what a job says nothing of it is only possible."""
    assert (await ask(IMPACT, of=ORDERS, column="note"))["impact"]["nodes"] == []
    hit = (await ask(IMPACT, of=ORDERS, column="id"))["impact"]
    assert [(one["node"]["name"], one["isCertain"]) for one in hit["nodes"]] == [
        ("daily.clean", True),
        ("db.clean", True),
        ("daily.report", True),
        ("db.report", True),
    ]
    await post(shop, event(4, day(3), "silent", {"db.report": {}}, {"db.copy": {}}))
    silent = (await ask(IMPACT, of=ORDERS, column="id"))["impact"]["nodes"][-2:]
    assert [(one["node"]["name"], one["severity"], one["allColumns"]) for one in silent] == [
        ("silent", "LOW", False),
        ("db.copy", "LOW", True),
    ]
    answer = await shop.get("/api/v1/lineage/impact", params={"job": "silent", "column": "id"})
    assert answer.json()["error"]["problems"] == [
        {"path": "$.column", "reason": "can only be given with a dataset"}
    ]


DIFF = """query ($from: LineageInstants!, $to: LineageInstants!, $of: LineageNodeInput, $first: Int! = 100, $after: String, $parts: [LineagePart!]) {
  lineageDiff(from: $from, to: $to, of: $of, first: $first, after: $after, parts: $parts) {
    counts { part added removed changed }
    changes { part change node { name } edge { from { name } to { name } validFrom validFromBefore }
      column { dataset { name } column fromColumn before { kind } after { kind } } schemaChanges { kind before { path } after { path } isBreaking } }
    pageInfo { hasNextPage endCursor } truncated
  }
}"""


async def test_a_difference_tells_what_was_added_removed_and_changed(
    shop: httpx.AsyncClient, ask: Ask
) -> None:
    """Of everything and around a node alike; a page goes on where the one before ended."""
    await post(
        shop,
        event(
            5,
            day(4),
            "daily.clean",
            {"db.orders": schema("id:int", "amount:int")},
            {"db.clean": follows(id=("db.orders", "id"))},
        ),
    )
    span = {"from": {"asOf": day(3)}, "to": {"asOf": day(5)}}
    whole = (await ask(DIFF, **span))["lineageDiff"]
    assert whole["counts"] == [
        {"part": "NODES", "added": 0, "removed": 1, "changed": 0},
        {"part": "EDGES", "added": 0, "removed": 1, "changed": 0},
        {"part": "COLUMNS", "added": 0, "removed": 1, "changed": 0},
        {"part": "SCHEMAS", "added": 0, "removed": 0, "changed": 1},
    ]
    gone, edge, column, changed = whole["changes"]
    assert (gone["change"], gone["node"]["name"]) == ("REMOVED", "db.customers")
    assert (edge["edge"]["from"]["name"], edge["edge"]["validFromBefore"]) == ("db.customers", day(1))
    assert (column["column"]["column"], column["column"]["before"], column["column"]["after"]) == (
        "email",
        {"kind": "STATED"},
        None,
    )
    assert changed["node"]["name"] == "db.orders"
    assert [(one["kind"], one["isBreaking"]) for one in changed["schemaChanges"]] == [
        ("ADDED", False),
        ("REMOVED", True),
    ]
    around = (await ask(DIFF, **span, of={"name": "db.clean", "kind": "DATASET"}))["lineageDiff"]
    assert around["changes"] == whole["changes"]
    first = (await ask(DIFF, **span, first=3))["lineageDiff"]
    rest = (await ask(DIFF, **span, first=3, after=first["pageInfo"]["endCursor"]))["lineageDiff"]
    assert first["changes"] + rest["changes"] == whole["changes"]
    answer = await shop.get(
        "/api/v1/lineage/diff", params={"fromAsOf": day(3), "toAsOf": day(5), "parts": "edges"}
    )
    assert [one["part"] for one in answer.json()["counts"]] == ["edges"]


READ = """query ($id: ID!) {
  run(id: $id) {
    read { dataset { name } version isWhole isExact truncated writings { run { id } mode isAssumed version rows writtenAt } }
    readBy { dataset { name } replacedAt truncated runs { id } }
  }
}"""


def written(change: str | None, version: str, rows: int) -> dict[str, Any]:
    """Return the members of an output with a life cycle change, a version and a count of rows."""
    facets: dict[str, Any] = {"version": {"datasetVersion": version}}
    if change:
        facets["lifecycleStateChange"] = {"lifecycleStateChange": change}
    return {"facets": facets, "outputFacets": {"outputStatistics": {"rowCount": rows}}}


async def test_a_run_read_the_last_overwrite_and_what_was_added_since(
    client: httpx.AsyncClient, ask: Ask
) -> None:
    """And what it wrote was read by those who began before it was replaced."""
    writings = [
        (1, "OVERWRITE", "v1"),
        (2, "OVERWRITE", "v2"),
        (3, None, "v3"),
        (5, None, "v5"),
        (6, "TRUNCATE", "v6"),
    ]
    for number, change, version in writings:
        await post(client, event(number, day(number), "load", {}, {"db.t": written(change, version, number)}))
    await post(client, event(100, day(4), "read", {"db.t": {}}, {"db.x": {}}))
    exact = {"facets": {"version": {"datasetVersion": "v2"}}}
    await post(client, event(101, "2026-01-05T12:00:00Z", "read", {"db.t": exact}, {"db.x": {}}))
    await post(client, event(102, day(8), "read", {"db.t": {}}, {"db.x": {}}))

    (read,) = (await ask(READ, id=str(UUID(int=100))))["run"]["read"]
    assert [
        (one["run"]["id"], one["mode"], one["isAssumed"], one["version"], one["rows"])
        for one in read["writings"]
    ] == [
        (str(UUID(int=2)), "REPLACED", False, "v2", 2),
        (str(UUID(int=3)), "ADDED", True, "v3", 3),
    ]
    assert (read["isWhole"], read["isExact"], read["truncated"]) == (True, False, False)
    (read,) = (await ask(READ, id=str(UUID(int=101))))["run"]["read"]
    assert ([one["version"] for one in read["writings"]], read["isExact"], read["version"]) == (
        ["v2"],
        True,
        "v2",
    )
    (wrote,) = (await ask(READ, id=str(UUID(int=2))))["run"]["readBy"]
    assert ([run["id"] for run in wrote["runs"]], wrote["replacedAt"]) == (
        [str(UUID(int=100)), str(UUID(int=101))],
        day(6),
    )
    rest = (await client.get(f"/api/v1/runs/{UUID(int=6)}/lineage")).json()
    assert [(one["runs"][0]["id"], one["replacedAt"]) for one in rest["readBy"]] == [
        (str(UUID(int=102)), None)
    ]


async def test_impact_tells_of_writings_that_went_well_by_the_instants(
    shop: httpx.AsyncClient, ask: Ask
) -> None:
    """A run that goes on has written nothing yet; one that ended later, or was told of later, is not seen before."""
    query = """query ($of: LineageNodeInput!, $asOf: DateTime, $knownAt: DateTime) {
      impact(of: $of, asOf: $asOf, knownAt: $knownAt) { basis { knownAt } nodes { node { name } lastWrittenAt } }
    }"""

    async def written(**instants: str) -> tuple[str, str]:
        found = (await ask(query, of=ORDERS, **instants))["impact"]
        (at,) = [one["lastWrittenAt"] for one in found["nodes"] if one["node"]["name"] == "db.report"]
        return at, found["basis"]["knownAt"]

    await post(shop, event(900, day(20), "daily.report", {"db.clean": {}}, {"db.report": {}}, "START"))
    at, before = await written()
    assert at == day(2)
    await post(shop, event(900, day(21), "daily.report", {"db.clean": {}}, {"db.report": {}}))
    assert (await written())[0] == day(21)
    assert (await written(knownAt=before))[0] == day(2)
    assert (await written(asOf=day(20)))[0] == day(2)


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("lineage/neighbours?dataset=db.orders&direction=both", 400, "$.direction"),
        ("lineage/neighbours?dataset=db.orders&first=101", 400, "must be 1 to 100"),
        ("lineage/neighbours?dataset=db.orders&after=x", 400, "is not a cursor of this list"),
        ("lineage/neighbours?dataset=none", 404, "no dataset or job 'none' is known"),
        ("lineage/paths?from=db.orders", 400, "$.to: is missing"),
        ("lineage/paths?from=db.orders&to=db.report&toKind=table", 400, "must be dataset or job"),
        ("lineage/paths?from=db.orders&to=none", 404, "'none'"),
        ("lineage/impact?dataset=db.orders&format=xml", 400, "must be one of json, csv"),
        ("lineage/impact?dataset=db.orders&depth=101", 400, "must be 1 to 100"),
        ("lineage/diff?parts=edges,all", 400, "$.parts"),
        ("lineage/diff?after=x", 400, "is not a cursor of this list"),
        ("lineage/diff?dataset=none", 404, "'none'"),
        ("lineage/columns?job=daily.clean", 400, "$.job: is not known"),
        ("lineage/columns?dataset=db.orders&depth=0", 400, "must be 1 to 50"),
        ("lineage/origin?id=x&attribute=email", 400, "is not a UUID"),
        ("lineage/origin?id=x&attribute=email&entityType=%00", 400, "$.entityType: holds a NUL character"),
        ("lineage/origin?id=00000000-0000-0000-0000-000000000001&attribute=x", 400, "is none of a customer"),
        (
            "lineage/origin?id=00000000-0000-0000-0000-000000000001&attribute=email",
            404,
            "is known at that time",
        ),
        ("lineage/export?dataset=db.orders&format=exe", 400, "must be one of json, csv, mermaid"),
        ("lineage?dataset=db.orders&kinds=table", 400, "must be dataset, job, or both"),
        ("lineage?dataset=db.orders&groupBy=owner", 400, "must be one of namespace, container"),
        ("runs/00000000-0000-0000-0000-000000000063/causes", 404, "no run"),
        ("runs/00000000-0000-0000-0000-000000000063/lineage", 404, "no run"),
        ("runs/00000000-0000-0000-0000-000000000002/causes?hours=0", 400, "must be 1 to 2160"),
    ],
)
async def test_questions_that_make_no_sense_say_what_is_wrong(
    shop: httpx.AsyncClient, path: str, status: int, words: str
) -> None:
    """400 for what can never be answered, 404 for what is not known, each in words."""
    answer = await shop.get(f"/api/v1/{path}")
    assert (answer.status_code, words in answer.json()["error"]["message"]) == (status, True), answer.text


async def test_the_number_of_statements_does_not_grow_with_the_answer(
    shop: httpx.AsyncClient, ask: Ask
) -> None:
    """What is around each of many nodes, and who owns each of what is hit, is read for all at once."""
    fields = "nodes { name hidden { upstream } } columns { totalCount } groups(by: CONTAINER) { groups { jobCount } }"
    queries = {
        "lineage": 'query { lineage(of: {name: "db.clean", kind: DATASET}, first: 100) { ' + fields + " } }",
        "neighbours": 'query { lineageNeighbours(of: {name: "db.clean", kind: DATASET}) { nodes { hidden { upstream } } } }',
        "impact": 'query { impact(of: {name: "db.orders", kind: DATASET}) { nodes { node { name } owners { name } } } }',
    }

    async def counted() -> dict[str, int]:
        counts: dict[str, int] = {}
        for name, query in queries.items():
            with statements() as seen:
                await ask(query)
            counts[name] = len(seen)
        return counts

    await counted()  # connections ask about types once
    few = await counted()
    for number in range(6):
        await post(
            shop, event(10 + number, day(3), f"fan.{number}", {"db.clean": {}}, {f"db.out{number}": {}})
        )
    assert await counted() == few


async def test_an_export_is_posted_to_make_the_graph_anew(shop: httpx.AsyncClient) -> None:
    """What one catalog tells another takes; an export again says the same."""
    query = {"dataset": "db.report", "depth": "9", "format": "openlineage"}
    told_once = await shop.get("/api/v1/lineage/export", params=query)
    assert told_once.headers["goldthread-truncated"] == "false"
    answer = await shop.post("/api/v1/lineage/batch", json=told_once.json())
    assert answer.json()["summary"]["failed"] == 0, answer.text
    again = (await shop.get("/api/v1/lineage/export", params=query)).json()
    assert [event["eventTime"] for event in again] == [event["eventTime"] for event in told_once.json()]
    for form, begin in (
        ("csv", "from_kind,"),
        ("mermaid", "flowchart LR"),
        ("graphml", "<?xml"),
        ("json", '{"basis"'),
    ):
        text = (await shop.get("/api/v1/lineage/export", params=query | {"format": form})).text
        assert text.startswith(begin)
