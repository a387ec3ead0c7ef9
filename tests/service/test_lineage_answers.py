"""A lineage graph looked at in several ways over GraphQL: views, neighbours, paths, and columns followed."""

from __future__ import annotations

import httpx

from tests.service.conftest import Ask
from tests.service.lineage_shop import ORDERS, REPORT, event, shop
from tests.service.test_lineage_doors import day, post

__all__ = ["shop"]

VIEW = """query ($of: LineageNodeInput!, $kinds: [LineageNodeKind!], $depth: Int! = 9) {
  lineage(of: $of, kinds: $kinds, depth: $depth, first: 200) {
    nodes { name hidden { upstream downstream } }
    edges { from to through { name } }
    columns { totalCount edges { dataset { name } column fromColumn transformations { masking type description } kind statedBy { name } } }
    groups(by: CONTAINER) { groups { name { namespace container } datasetCount jobCount insideCount } edges { count } }
    insights { cycleCount longestChain { name } singlePoints { name } ranking { node { name } upstreamCount downstreamCount score } order }
  }
}"""


async def test_datasets_alone_are_joined_by_edges_that_name_the_jobs(
    shop: httpx.AsyncClient, ask: Ask
) -> None:
    """Jobs alone are joined by way of datasets; columns, groups, shape and what is hidden come with the graph."""
    graph = (await ask(VIEW, of=REPORT, kinds=["DATASET"]))["lineage"]
    names = [node["name"] for node in graph["nodes"]]
    assert names == ["db.report", "db.clean", "db.customers", "db.orders"]
    assert sorted(one["name"] for edge in graph["edges"] for one in edge["through"]) == [
        "daily.clean",
        "daily.clean",
        "daily.report",
    ]
    assert graph["columns"]["totalCount"] == 3
    assert graph["columns"]["edges"][0] == {
        "dataset": {"name": "db.clean"},
        "column": "email",
        "fromColumn": "email",
        "transformations": [{"masking": True, "type": "DIRECT", "description": "sha256"}],
        "kind": "STATED",
        "statedBy": {"name": "daily.clean"},
    }
    assert graph["groups"]["groups"] == [
        {
            "name": {"namespace": "store", "container": "db"},
            "datasetCount": 4,
            "jobCount": 0,
            "insideCount": 3,
        }
    ]
    insights = graph["insights"]
    assert [node["name"] for node in insights["singlePoints"]] == ["db.clean"]
    assert insights["ranking"][0] == {
        "node": {"name": "db.clean"},
        "upstreamCount": 2,
        "downstreamCount": 1,
        "score": 0.666667,
    }
    jobs = (await ask(VIEW, of=REPORT, kinds=["JOB"]))["lineage"]
    assert [node["name"] for node in jobs["nodes"]] == ["daily.report", "daily.clean"]
    assert [edge["through"] for edge in jobs["edges"]] == [[{"name": "db.clean"}]]
    near = (await ask(VIEW, of={"name": "db.clean", "kind": "DATASET"}, depth=1))["lineage"]
    assert {node["name"]: node["hidden"] for node in near["nodes"]} == {
        "db.clean": {"upstream": 0, "downstream": 0},
        "daily.clean": {"upstream": 2, "downstream": 0},
        "daily.report": {"upstream": 0, "downstream": 1},
    }


NEIGHBOURS = """query ($of: LineageNodeInput!, $direction: LineageHeading! = DOWNSTREAM, $first: Int! = 2, $after: String, $search: String) {
  lineageNeighbours(of: $of, direction: $direction, first: $first, after: $after, search: $search) {
    of { name } nodes { name kind hidden { upstream downstream } } totalCount pageInfo { hasNextPage endCursor }
  }
}"""


async def test_a_wide_fan_out_is_paged_and_searched(shop: httpx.AsyncClient, ask: Ask) -> None:
    """Pages keep their basis: what is written in between is not in them."""
    for number in range(5):
        await post(
            shop, event(10 + number, day(3), f"fan.{number}", {"db.clean": {}}, {f"db.out{number}": {}})
        )
    clean = {"name": "db.clean", "kind": "DATASET"}
    page = (await ask(NEIGHBOURS, of=clean))["lineageNeighbours"]
    seen = [node["name"] for node in page["nodes"]]
    await post(shop, event(20, day(3), "aaa", {"db.clean": {}}, {}))
    while page["pageInfo"]["hasNextPage"]:
        page = (await ask(NEIGHBOURS, of=clean, after=page["pageInfo"]["endCursor"]))["lineageNeighbours"]
        assert page["totalCount"] == 6
        seen += [node["name"] for node in page["nodes"]]
    assert seen == ["daily.report", "fan.0", "fan.1", "fan.2", "fan.3", "fan.4"]
    page = (await ask(NEIGHBOURS, of=clean, search="FAN.4"))["lineageNeighbours"]
    assert (page["totalCount"], page["nodes"]) == (
        1,
        [{"name": "fan.4", "kind": "JOB", "hidden": {"upstream": 0, "downstream": 1}}],
    )
    assert (await ask(NEIGHBOURS, of=clean, search="none"))["lineageNeighbours"]["nodes"] == []
    rest = await shop.get(
        "/api/v1/lineage/neighbours", params={"dataset": "db.clean", "direction": "upstream"}
    )
    assert [node["name"] for node in rest.json()["nodes"]] == ["daily.clean"]


PATHS = """query ($from: LineageNodeInput!, $to: LineageNodeInput!) {
  lineagePaths(from: $from, to: $to) {
    isConnected length shortestCount shortest { nodes { name } } nodeCount nodes { name distance } edgeCount edges { kind } truncated
  }
}"""


async def test_paths_lead_from_one_node_to_another(shop: httpx.AsyncClient, ask: Ask) -> None:
    """The shortest ones in full, all that lies on any; none against the flow, which is said, and is no error."""
    await post(shop, event(3, day(3), "direct", {"db.orders": {}}, {"db.report": {}}))
    found = (await ask(PATHS, **{"from": ORDERS, "to": REPORT}))["lineagePaths"]
    assert (found["isConnected"], found["length"], found["shortestCount"]) == (True, 2, 1)
    assert [[node["name"] for node in way["nodes"]] for way in found["shortest"]] == [
        ["db.orders", "direct", "db.report"]
    ]
    assert [node["name"] for node in found["nodes"]] == [
        "db.orders",
        "daily.clean",
        "direct",
        "db.clean",
        "db.report",
        "daily.report",
    ]
    assert (found["nodeCount"], found["edgeCount"], len(found["edges"]), found["truncated"]) == (
        6,
        6,
        6,
        False,
    )
    none = (await ask(PATHS, **{"from": REPORT, "to": ORDERS}))["lineagePaths"]
    assert none == {
        "isConnected": False,
        "length": None,
        "shortestCount": 0,
        "shortest": [],
        "nodeCount": 0,
        "nodes": [],
        "edgeCount": 0,
        "edges": [],
        "truncated": False,
    }
    rest = await shop.get(
        "/api/v1/lineage/paths", params={"from": "db.orders", "to": "db.report", "toKind": "dataset"}
    )
    assert rest.json()["length"] == 2


COLUMNS = """query ($of: LineageNodeInput!, $columns: [String!], $direction: LineageHeading!) {
  columnPaths(of: $of, columns: $columns, direction: $direction) {
    columns { dataset { name } column distance isDirect isMasked }
    steps { fromColumn column isMasking statedBy { name } } wholeDatasets { name } truncated
  }
}"""


async def test_columns_are_followed_both_ways_with_what_is_masked(shop: httpx.AsyncClient, ask: Ask) -> None:
    """A masked column stays masked however far it goes."""
    up = (await ask(COLUMNS, of=REPORT, columns=["total"], direction="UPSTREAM"))["columnPaths"]
    assert [(one["dataset"]["name"], one["column"], one["distance"]) for one in up["columns"]] == [
        ("db.report", "total", 0),
        ("db.clean", "id", 1),
        ("db.orders", "id", 2),
    ]
    people = {"name": "db.customers", "kind": "DATASET"}
    down = (await ask(COLUMNS, of=people, columns=["email"], direction="DOWNSTREAM"))["columnPaths"]
    assert down["columns"][1] == {
        "dataset": {"name": "db.clean"},
        "column": "email",
        "distance": 1,
        "isDirect": True,
        "isMasked": True,
    }
    rest = await shop.get("/api/v1/lineage/columns", params={"dataset": "db.report", "columns": "total"})
    assert [one["column"] for one in rest.json()["columns"]] == ["total", "id", "id"]
