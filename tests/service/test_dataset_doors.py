"""The doors of single datasets and jobs: what is held of them at an instant, over GraphQL and REST alike."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.service.conftest import Ask
from tests.service.test_graphql_customers import statements

DATASET = """
query ($name: String!, $asOf: DateTime, $knownAt: DateTime) {
  dataset(namespace: "store", name: $name, asOf: $asOf, knownAt: $knownAt) {
    basis { asOf knownAt } id namespace name displayName
    aliases { namespace name displayName } formerNames { namespace name displayName }
    schemaSince columns { ...column }
    schemaHistory(first: 4) { truncated versions { validFrom validTo
      columns { ...column }
      added { ...column }
      removed { ...column }
      changed { before { ...column }
                after { ...column } }
      changes { kind isBreaking before { ...column } after { ...column } } isBreaking } }
    columnLineage { ...edge }
    owners { ...owner } tags { ...tag } descriptions { text contentType saidBy }
    documentation { description contentType } dataSource { name uri } storage { layer fileFormat }
    catalog { framework type name metadataUri warehouseUri source properties }
    version lifecycle { change since isDropped } facets
    columnImpact(column: "id") { truncated edges { ...edge } }
  }
}
fragment column on DatasetColumn { id path type description ordinalPosition tags { ...tag } }
fragment edge on ColumnEdge {
  dataset { namespace name displayName } column fromDataset { namespace name displayName } fromColumn
  transformations { type subtype masking description } kind statedBy { namespace name displayName } validFrom
}
fragment owner on Owner { name type kind saidBy }
fragment tag on Tag { key value source saidBy }
"""
JOB = """
query ($name: String!, $asOf: DateTime) { job(namespace: "scheduler", name: $name, asOf: $asOf) {
  basis { asOf knownAt } id namespace name displayName
  inputs { dataset { namespace name displayName } isObserved isDeclared }
  outputs { dataset { namespace name displayName } isObserved isDeclared }
  partOf { name } parts { name } owners { ...owner } tags { ...tag } descriptions { text contentType saidBy }
  documentation { description contentType } sql { query dialect }
  sourceCodeLocation { url type repoUrl path version tag branch pullRequestNumber }
  jobType { processingType integration jobType isEndless } facets } }
fragment owner on Owner { name type kind saidBy }
fragment tag on Tag { key value source saidBy }
"""
STATED: dict[str, Any] = {"kind": None, "saidBy": "PRODUCERS"}
"""What an owner is of whom producers speak."""


def day(number: int) -> str:
    """Return a day of January 2026."""
    return f"2026-01-{number:02d}T00:00:00Z"


def as_rest(value: Any) -> Any:
    """Return what GraphQL answers with the words of enumerations as REST spells them."""
    if isinstance(value, list):
        return [as_rest(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key: one.lower() if key in ("kind", "saidBy") and isinstance(one, str) else as_rest(one)
        for key, one in value.items()
    }


def name(text: str, namespace: str = "store") -> dict[str, str]:
    """Return a name as the doors show it."""
    return {"namespace": namespace, "name": text, "displayName": text}


def event(number: int, job: str, inputs: list[Any], outputs: list[Any], **facets: Any) -> dict[str, Any]:
    """Return the event of a completed run; datasets are names, or names with facets."""

    def given(dataset: Any) -> dict[str, Any]:
        called, of_dataset = dataset if isinstance(dataset, tuple) else (dataset, {})
        return {"namespace": "store", "name": called, "facets": of_dataset}

    return {
        "eventTime": day(number),
        "eventType": "COMPLETE",
        "run": {"runId": str(UUID(int=number))},
        "job": {"namespace": "scheduler", "name": job, "facets": facets},
        "inputs": [given(one) for one in inputs],
        "outputs": [given(one) for one in outputs],
    }


async def post(client: httpx.AsyncClient, *events: Any) -> None:
    """Post events in a batch, having seen that none was refused."""
    answer = (await client.post("/api/v1/lineage/batch", json=list(events))).json()
    assert answer["status"] == "success", answer


FULL: dict[str, Any] = {
    "schema": {
        "fields": [
            {"name": "id", "type": "int", "description": "the key"},
            {"name": "who", "type": "struct", "fields": [{"name": "mail", "type": "text"}]},
        ]
    },
    "ownership": {"owners": [{"name": "team:data", "type": "OWNER"}]},
    "tags": {
        "tags": [
            {"key": "gold", "value": "true", "source": "DBT"},
            {"key": "pii", "value": "true", "source": "USER", "field": "who.mail"},
        ]
    },
    "documentation": {"description": "# Customers", "contentType": "text/markdown"},
    "dataSource": {"name": "warehouse", "uri": "postgres://db:5432"},
    "storage": {"storageLayer": "iceberg", "fileFormat": "parquet"},
    "catalog": {"framework": "iceberg", "type": "rest", "name": "main", "warehouseUri": "s3://lake"},
    "version": {"datasetVersion": "snapshot-7"},
    "lifecycleStateChange": {"lifecycleStateChange": "OVERWRITE"},
    "columnLineage": {
        "fields": {
            "id": {
                "inputFields": [
                    {
                        "namespace": "store",
                        "name": "raw",
                        "field": "key",
                        "transformations": [
                            {
                                "type": "DIRECT",
                                "subtype": "IDENTITY",
                                "description": "as it is",
                                "masking": True,
                            }
                        ],
                    }
                ]
            }
        }
    },
}


EARLY: dict[str, Any] = {
    "schema": {"fields": [{"name": "id", "type": "text"}, {"name": "old", "type": "int"}]}
}


async def test_a_dataset_shows_all_that_is_held_of_it_through_both_doors(
    client: httpx.AsyncClient, ask: Ask
) -> None:
    """Typed where the facet is known, raw for all; the same over REST and GraphQL."""
    await post(client, event(1, "load", ["raw"], [("t", EARLY)]), event(3, "load", ["raw"], [("t", FULL)]))
    found = (await ask(DATASET, name="t", asOf=day(9)))["dataset"]
    assert found["version"] == "snapshot-7"
    assert found["lifecycle"] == {"change": "OVERWRITE", "since": day(3), "isDropped": False}
    assert found["owners"] == [{"name": "team:data", "type": "OWNER", **STATED}]
    assert found["tags"] == [{"key": "gold", "value": "true", "source": "DBT", "saidBy": "PRODUCERS"}]
    assert found["documentation"] == {"description": "# Customers", "contentType": "text/markdown"}
    assert found["dataSource"] == {"name": "warehouse", "uri": "postgres://db:5432"}
    assert found["storage"] == {"layer": "iceberg", "fileFormat": "parquet"}
    assert (found["catalog"]["type"], found["catalog"]["warehouseUri"]) == ("rest", "s3://lake")
    kept = {"schema", "ownership", "tags", "documentation", "dataSource", "storage", "catalog"}
    assert {key: FULL[key] for key in kept} == found["facets"]
    rest = (await client.get("/api/v1/dataset", params={"name": "t", **found["basis"]})).json()
    assert found.pop("columnImpact") == {"truncated": False, "edges": []}
    assert rest == as_rest(found)
    past = (await ask(DATASET, name="t", asOf=day(2)))["dataset"]
    assert (past["owners"], past["version"], past["lifecycle"], past["columnLineage"]) == ([], None, None, [])
    assert past["schemaHistory"] == found["schemaHistory"]


async def test_a_dataset_shows_its_columns_their_history_and_what_they_follow_from(
    client: httpx.AsyncClient, ask: Ask
) -> None:
    """Nested columns by their path, with their tags; what a version changed; who states the lineage of a column."""
    await post(client, event(1, "load", ["raw"], [("t", EARLY)]), event(3, "load", ["raw"], [("t", FULL)]))
    found = (await ask(DATASET, name="t", asOf=day(9)))["dataset"]
    pii = {"key": "pii", "value": "true", "source": "USER", "saidBy": "PRODUCERS"}
    assert found["schemaSince"] == day(3)
    assert [(c["path"], c["type"], c["description"], c["tags"]) for c in found["columns"]] == [
        ("id", "int", "the key", []),
        ("who", "struct", None, []),
        ("who.mail", "text", None, [pii]),
    ]
    latest, first = found["schemaHistory"]["versions"]
    assert (first["validFrom"], first["validTo"], latest["validTo"]) == (day(1), day(3), None)
    assert [c["path"] for c in latest["added"]] == ["who", "who.mail"]
    assert [c["path"] for c in latest["removed"]] == ["old"]
    assert [(c["before"]["type"], c["after"]["type"]) for c in latest["changed"]] == [("text", "int")]
    assert [(c["kind"], c["isBreaking"]) for c in latest["changes"]] == [
        ("TYPE_CHANGED", True),
        ("ADDED", False),
        ("ADDED", False),
        ("REMOVED", True),
    ]
    assert (latest["isBreaking"], first["isBreaking"], first["changes"]) == (True, False, [])
    assert found["columnLineage"] == [
        {
            "dataset": name("t"),
            "column": "id",
            "fromDataset": name("raw"),
            "fromColumn": "key",
            "transformations": [
                {"type": "DIRECT", "subtype": "IDENTITY", "masking": True, "description": "as it is"}
            ],
            "kind": "STATED",
            "statedBy": name("load", "scheduler"),
            "validFrom": day(3),
        }
    ]


async def test_what_follows_from_a_column_is_the_same_through_both_doors(
    client: httpx.AsyncClient, ask: Ask
) -> None:
    """One job further, with the job that says so."""
    await post(client, event(1, "load", ["raw"], [("t", FULL)]))
    query = """{ dataset(name: "raw") { basis { asOf knownAt } columnImpact(column: "key") { truncated edges {
        dataset { namespace name displayName } column fromDataset { namespace name displayName } fromColumn
        transformations { type subtype masking description }
        kind statedBy { namespace name displayName } validFrom } }
        none: columnImpact(column: "id") { edges { column } } } }"""
    found = (await ask(query))["dataset"]
    assert [(e["column"], e["dataset"]["name"], e["kind"]) for e in found["columnImpact"]["edges"]] == [
        ("id", "t", "STATED")
    ]
    assert found["none"] == {"edges": []}
    given = {"name": "raw", "column": "key", **found["basis"]}
    rest = (await client.get("/api/v1/dataset/impact", params=given)).json()
    found["columnImpact"]["edges"][0]["kind"] = "stated"
    assert {key: rest[key] for key in ("truncated", "edges")} == found["columnImpact"]


async def test_other_names_of_a_dataset_lead_to_it_from_when_on_they_were_said(
    client: httpx.AsyncClient, ask: Ask
) -> None:
    """A symlink that comes late joins what was two, for all valid time; asked as known before, it is still two."""
    await post(client, event(1, "load", ["raw"], ["/lake/t"]), event(2, "use", ["db.t"], ["out"]))
    before = (await ask(DATASET, name="/lake/t"))["dataset"]
    assert before["aliases"] == []
    identifiers = [{"namespace": "store", "name": "db.t", "type": "TABLE"}]
    await post(client, event(3, "load", ["raw"], [("/lake/t", {"symlinks": {"identifiers": identifiers}})]))
    for called in ("/lake/t", "db.t"):
        after = (await ask(DATASET, name=called, asOf=day(1)))["dataset"]
        assert (after["id"], after["name"]) == (before["id"], "/lake/t")
        assert [alias["name"] for alias in after["aliases"]] == ["db.t"]
        assert (await client.get("/api/v1/dataset", params={"name": called})).json()["id"] == before["id"]
    query = """query ($knownAt: DateTime) { lineage(of: {name: "out"}, direction: UPSTREAM, depth: 9, knownAt: $knownAt) {
        nodes { name distance aliases { name } } } }"""
    nodes = (await ask(query))["lineage"]["nodes"]
    assert [node["name"] for node in nodes] == ["out", "use", "/lake/t", "load", "raw"]
    assert nodes[2]["aliases"] == [{"name": "db.t"}]
    nodes = (await ask(query, knownAt=before["basis"]["knownAt"]))["lineage"]["nodes"]
    assert [node["name"] for node in nodes] == ["out", "use", "db.t"]
    again = (await ask(DATASET, name="/lake/t", **before["basis"]))["dataset"]
    assert again == before


async def test_a_renamed_dataset_tells_its_former_names(client: httpx.AsyncClient, ask: Ask) -> None:
    """It is shown by the name it has now."""
    change = {
        "lifecycleStateChange": "RENAME",
        "previousIdentifier": {"namespace": "store", "name": "old"},
    }
    await post(
        client,
        event(1, "load", ["raw"], ["old"]),
        event(2, "rename", [], [("new", {"lifecycleStateChange": change})]),
    )
    found = (await ask(DATASET, name="old"))["dataset"]
    assert (found["name"], found["aliases"], found["formerNames"]) == ("new", [name("old")], [name("old")])
    assert found["lifecycle"] == {"change": "RENAME", "since": day(2), "isDropped": False}


async def test_a_job_shows_all_that_is_held_of_it_through_both_doors(
    client: httpx.AsyncClient, ask: Ask
) -> None:
    """What it reads and writes, and its facets, typed and raw."""
    facets: dict[str, Any] = {
        "sql": {"query": "insert into t select 1", "dialect": "postgres"},
        "sourceCodeLocation": {"type": "git", "url": "https://example.org/load.sql", "branch": "main"},
        "jobType": {"processingType": "STREAMING", "integration": "FLINK", "jobType": "JOB"},
        "ownership": {"owners": [{"name": "team:data"}]},
        "documentation": {"description": "loads"},
        "tags": {"tags": [{"key": "gold", "value": "yes", "source": "USER"}]},
    }
    declared = {
        "eventTime": day(1),
        "job": {"namespace": "scheduler", "name": "load"},
        "inputs": [{"namespace": "store", "name": "raw"}, {"namespace": "store", "name": "more"}],
    }
    await post(client, declared, event(2, "load", ["raw"], ["t"], **facets))
    found = (await ask(JOB, name="load"))["job"]
    assert found["inputs"] == [
        {"dataset": name("more"), "isObserved": False, "isDeclared": True},
        {"dataset": name("raw"), "isObserved": True, "isDeclared": True},
    ]
    assert found["outputs"] == [{"dataset": name("t"), "isObserved": True, "isDeclared": False}]
    assert found["sql"] == facets["sql"]
    assert found["sourceCodeLocation"]["branch"] == "main"
    assert found["jobType"] == {
        "processingType": "STREAMING",
        "integration": "FLINK",
        "jobType": "JOB",
        "isEndless": True,
    }
    assert (found["owners"], found["documentation"]["description"]) == (
        [{"name": "team:data", "type": None, **STATED}],
        "loads",
    )
    assert found["tags"] == [{**tag, "saidBy": "PRODUCERS"} for tag in facets["tags"]["tags"]]
    assert (found["facets"], found["partOf"], found["parts"]) == (facets, None, [])
    assert (await client.get("/api/v1/job", params={"name": "load", **found["basis"]})).json() == as_rest(
        found
    )
    past = (await ask(JOB, name="load", asOf=day(1)))["job"]
    assert (past["sql"], past["facets"], past["outputs"]) == (None, {}, [])


WIDE = """
{ lineage(of: {name: "load", kind: JOB}, depth: 2) { nodes { name
    job { sql { query } inputs { dataset { name } } parts { name } facets }
    dataset { columns { path tags { key } } owners { name } schemaHistory { versions { validFrom } }
      columnLineage { column } columnImpact { edges { column } } version lifecycle { change } facets } } } }
"""


async def test_a_graph_makes_the_same_number_of_statements_however_many_nodes(
    client: httpx.AsyncClient, ask: Ask
) -> None:
    """All that is asked of its nodes is read at once for all of them."""
    counts: list[int] = []
    for number in (1, 30):
        outputs = [(f"t{n}", FULL) for n in range(number)]
        await post(
            client,
            event(number, "load", ["raw"], outputs, sql={"query": "select 1"}),
            *(
                event(100 - n, f"use_{n}", [f"t{n}"], [f"u{n}"]) | {"eventTime": day(2)}
                for n in range(number)
            ),
        )
        await ask(WIDE)
        with statements() as seen:
            nodes = (await ask(WIDE))["lineage"]["nodes"]
        assert len(nodes) == 2 + 2 * number
        assert sum(node["dataset"] is not None for node in nodes) == 1 + number
        assert all(node["job"]["inputs"] for node in nodes if node["job"])
        counts.append(sum(one.startswith("--") for one in seen))  # not those by which a driver learns types
    assert counts == [30, 30]


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("dataset", {}, 400),
        ("dataset", {"name": "t", "nodeId": str(UUID(int=1))}, 400),
        ("dataset", {"nodeId": "t"}, 400),
        ("dataset", {"name": "t", "dataset": "t"}, 400),
        ("dataset", {"name": "t", "asOf": "2026-01-01T00:00:00"}, 400),
        ("dataset", {"name": "none"}, 404),
        ("dataset", {"name": "load"}, 404),
        ("dataset", {"name": "t", "knownAt": "2020-01-01T00:00:00Z"}, 404),
        ("dataset", {"name": "both"}, 409),
        ("dataset/impact", {"name": "t", "column": "a\0"}, 400),
        ("dataset/impact", {"name": "none"}, 404),
        ("job", {"name": "t"}, 404),
        ("job", {"name": "load", "first": "3"}, 400),
        ("job", {"name": "load", "namespace": "scheduler"}, 200),
    ],
)
async def test_questions_that_cannot_be_answered_say_why(
    client: httpx.AsyncClient, path: str, query: dict[str, str], status: int
) -> None:
    """400 for a question that makes no sense, 404 for what is not known (then), 409 for a name that means several."""
    await post(client, event(1, "load", ["x.both", "y.both"], ["t"]))
    response = await client.get(f"/api/v1/{path}", params=query)
    assert response.status_code == status, response.text
    if status == 400:
        job = (await client.get("/api/v1/job", params={"name": "load"})).json()["id"]
        assert (await client.get("/api/v1/dataset", params={"nodeId": job})).status_code == 400


async def test_what_is_not_known_is_null_in_graphql(client: httpx.AsyncClient) -> None:
    """Also what was not known then; a page that is too large is refused."""
    await post(client, event(1, "load", ["raw"], ["t"]))
    query = """{ a: dataset(name: "none") { id } b: dataset(name: "t", knownAt: "2020-01-01T00:00:00Z") { id }
        c: job(name: "t") { id } d: dataset(name: "t") { name } }"""
    answer = (await client.post("/graphql", json={"query": query})).json()
    assert answer["data"] == {"a": None, "b": None, "c": None, "d": {"name": "t"}}
    query = """{ dataset(name: "t") { schemaHistory(first: 101) { truncated } } }"""
    answer = (await client.post("/graphql", json={"query": query})).json()
    assert answer["errors"][0]["extensions"]["code"] == "INVALID_INPUT"
