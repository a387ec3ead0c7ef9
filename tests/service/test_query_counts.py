"""Every list of the schema is read by the same number of statements, however many rows it and the list around it have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    parse,
    visit,
)
from starlette.applications import Starlette

from graph.store.database import Database
from lineage.indexing import Indexing
from service.graphql_documents import Documents
from service.schema.root import schema
from tests.service.conftest import Ask
from tests.service.members import act, alike, tasks_of
from tests.service.test_dataset_doors import FULL, event
from tests.service.test_dataset_doors import post as post_events
from tests.service.test_graphql_assets import ATTRIBUTES, RELATED, made
from tests.service.test_graphql_customers import statements
from tests.service.test_run_doors import SUBSET, day, facet, run_event
from tests.service.test_run_doors import post as post_runs
from tests.service.test_stream_letter_doors import keep, letter

CORE = Documents(schema).schema
MANY = 6
SLACK = 3
"""Statements more or less where several fields of an asset look up others at once, together or one after the other."""


@dataclass(frozen=True, slots=True)
class Case:
    """A document, what makes it answer one row and several, and where in the answer they are."""

    document: str
    few: dict[str, Any]
    many: dict[str, Any]
    rows: str


def paged(selection: str, rows: str, **given: str) -> Case:
    """Return the case of a list at the root that has `first`."""
    arguments = "".join(f" {name}: {value}" for name, value in given.items())
    document = f"query ($first: Int!) {{ {rows}(first: $first{arguments}) {selection} }}"
    return Case(document, {"first": 1}, {"first": MANY}, rows)


RECORD = (
    "beliefs { systemFrom } supersededBeliefs { systemTo } recordedAt supersededCount recordedCount"
    " members { key } sourceRecords { key } timeline { number provenance { attribute } %s }"
)
ENTITY = "attributes { name } " + RECORD % "attributes { name }"
SAID = "descriptions { text } glossaryTerms { name } annotationHistory { number }"
ASSET = f"versions {{ number }} hostedIn {{ name }} storedIn {{ name }} failsWith {{ name }} {SAID}"
DATASET = """columns { path } owners { name } tags { key } columnLineage { column }
  volume { nodes { runId run { state } } } quality { nodes { runId assertions { column } } }"""
PIPELINE_RUN = "state pipeline { name } taskCount tasks { state } taskTries { state }"
RUNS = f"runs(first: 2) {{ nodes {{ {PIPELINE_RUN} }} }}"
JOB = "inputs { dataset { name } } outputs { dataset { name } } owners { name } parts { name } tags { key }"

CASES: dict[str, Case] = {
    "customers": paged(f"{{ nodes {{ {RECORD % ''} history {{ version }} }} }}", "customers"),
    "golden records of a type": paged(f"{{ nodes {{ {ENTITY} }} }}", "products"),
    "golden records": paged(f"{{ nodes {{ {ENTITY} }} }}", "goldenRecords", entityType='"product"'),
    "data pipelines": paged(
        f"{{ nodes {{ {ASSET} reads {{ name }} writes {{ name }} {RUNS} lastRun {{ state }} }} }}",
        "dataPipelines",
    ),
    "runs of pipelines": paged(f"{{ nodes {{ {PIPELINE_RUN} lineageRun {{ state }} }} }}", "pipelineRuns"),
    "steps of pipelines": Case("{ pipelineSteps { name conf { name } } }", {}, {}, "pipelineSteps"),
    "data lakes": paged(f"{{ nodes {{ {ASSET} readBy {{ name }} writtenBy {{ name }} }} }}", "dataLakes"),
    "data centers": paged(f"{{ nodes {{ {ASSET} hosts {{ name }} }} }}", "dataCenters"),
    "review tasks": paged(
        "{ counts { count } totalCount nodes { attributes { attribute } history { action }"
        " left { members { key } } right { members { key } } explanation { steps { comparison } } } }",
        "reviewTasks",
        entityType='"member"',
        status="null",
    ),
    "match decisions": paged("{ nodes { verdict } }", "matchDecisions", entityType='"member"'),
    "assets of all kinds": paged(
        f"{{ count facets {{ aspect }} nodes {{ __typename name {SAID} ... on DataLake {{ versions {{ number }} }} }} }}",
        "assets",
        kinds="[DATA_LAKE]",
    ),
    "glossary terms": paged(
        "{ nodes { ... on GlossaryTerm { name relatedTerms { name } } } }", "assets", kinds="[GLOSSARY_TERM]"
    ),
    "what is found": paged("{ totalCount facets { name } nodes { asset { name } } }", "search", text='"use"'),
    "gaps of lineage": Case("{ lineageGaps { counts { kind count } } }", {}, {}, "lineageGaps"),
    "runs": paged(
        "{ nodes { facets { name } inputs { parts } outputs { parts volume { rowCount } } parent { id }"
        " read { version writings { mode } } readBy(first: 2) { runs { id } } } }",
        "runs",
    ),
    "events": paged("{ nodes { id } }", "events"),
    "warned events": paged("{ nodes { id } }", "eventWarnings"),
    "dead letters of streams": paged(
        "{ nodes { id problems { path } } topics { topic } }", "streamDeadLetters"
    ),
    "assets by their freshness": paged(
        "{ nodes { name ... on Dataset { freshness { isOverdue } } } }", "assets", freshness="[WRITTEN]"
    ),
    "warnings": paged("{ reason events }", "eventWarningCounts"),
    "a graph": Case(
        f"query ($job: String!) {{ lineage(of: {{name: $job, kind: JOB}}, direction: DOWNSTREAM, depth: 2, first: 20) {{"
        f" nodes {{ dataset {{ {DATASET} }} job {{ {JOB} }} }} }} }}",
        {"job": "narrow"},
        {"job": "wide"},
        "lineage",
    ),
    "what is said of the nodes of a graph": Case(
        "query ($job: String!) { lineage(of: {name: $job, kind: JOB}, direction: DOWNSTREAM, depth: 2, first: 20) { nodes {"
        f" dataset {{ {SAID} versions {{ number }} dataVersions(first: 2) {{ nodes {{ __typename }} }} }}"
        f" job {{ {SAID} versions {{ number }} }} }} }} }}",
        {"job": "narrow"},
        {"job": "wide"},
        "lineage",
    ),
    "a crosswalk": Case(
        "query ($id: ID!) { crosswalk(id: $id) { members { key } }"
        " survivorshipExplanations(id: $id) { group candidates { sourceRecord { key } } } }",
        {"id": "alone"},
        {"id": "several"},
        "crosswalk",
    ),
    "the quality of sources": Case(
        "query ($of: String!) { sourceQuality(entityType: $of) { system } }",
        {"of": "product"},
        {"of": "customer"},
        "sourceQuality",
    ),
    "entity types": Case("{ entityTypes { name } }", {}, {}, "entityTypes"),
}
"""Every list field of the schema is in one of them; who adds a field adds it to a case."""


def list_fields() -> Iterator[tuple[str, GraphQLField]]:
    """Yield the fields that answer lists or pages and read something for it, by Type.field."""
    for name, kind in CORE.type_map.items():
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and not name.startswith("__"):
            if kind in (CORE.mutation_type, CORE.subscription_type):
                continue
            for field_name, field in kind.fields.items():
                if is_list(field) and resolver(field) is not None:
                    yield f"{name}.{field_name}", field


def is_list(field: GraphQLField) -> bool:
    """Whether a field answers a list, or a page of one."""
    kind: Any = field.type
    while isinstance(kind, GraphQLNonNull):
        kind = kind.of_type
    return isinstance(kind, GraphQLList) or get_named_type(kind).name.endswith("Connection")


def resolver(field: GraphQLField) -> tuple[str, str] | None:
    """Return the function behind a field, which fields of several types may share; None: it is an attribute."""
    found = (field.extensions or {})["strawberry-definition"].base_resolver
    return (found.wrapped_func.__module__, found.wrapped_func.__qualname__) if found else None


class Asked(Visitor):
    """Gathers the functions behind the fields of documents."""

    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self._types = types
        self.resolvers: set[tuple[str, str] | None] = set()

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        """Take in a field."""
        field = self._types.get_field_def()
        if field is not None and not node.name.value.startswith("__"):
            self.resolvers.add(resolver(field))


def test_every_list_field_is_in_a_case() -> None:
    """No field of the schema that answers a list or a page is left out."""
    types = TypeInfo(CORE)
    asked = Asked(types)
    for case in CASES.values():
        visit(parse(case.document), TypeInfoVisitor(types, asked))
    left_out = {name for name, field in list_fields() if resolver(field) not in asked.resolvers}
    assert left_out == set()


@pytest.fixture
async def filled(app: Starlette, client: httpx.AsyncClient, ask: Ask, database: Database) -> dict[str, str]:
    """Fill everything that can be listed with several rows each, and return the ids that the cases name."""
    named = await _records(client, ask)
    await _assets(client, ask)
    await alike(app)
    await act(ask, "rejectReviewTasks(ids: $ids)", *(await tasks_of(ask))[:2])
    await _lineage(client)
    await keep(database, *(letter(number) for number in range(MANY)))
    await Indexing(database).catch_up()
    return named


async def _records(client: httpx.AsyncClient, ask: Ask) -> dict[str, str]:
    """Record three customers, one of two source records and with two versions, and three products."""
    said = [
        ("crm", "1", "ann@example.com", 2020),
        ("crm", "1", "ann@example.com", 2021),
        ("shop", "1", "ann@example.com", 2020),
        ("crm", "2", "bob@example.com", 2020),
        ("crm", "3", "eve@example.com", 2020),
    ]
    records = [
        {
            "sourceSystem": system,
            "key": key,
            "firstName": f"Name {year}",
            "email": email,
            "validFrom": f"{year}-01-01T00:00:00Z",
        }
        for system, key, email, year in said
    ]
    results = (await client.post("/api/v1/records", json=records)).json()["results"]
    products = [
        {"sourceSystem": "shop", "key": str(n), "attributes": {"gtin": gtin, "name": "Pen"}}
        for n, gtin in enumerate(["4006381333931", "036000291452", "96385074"])
    ]
    await ask(
        """mutation ($records: [EntityRecordInput!]!) {
             recordEntities(entityType: "product", records: $records) { accepted } }""",
        records=products,
    )
    return {"several": results[0]["customerId"], "alone": results[3]["customerId"]}


async def _assets(client: httpx.AsyncClient, ask: Ask) -> None:
    """Make three assets of each kind, related to each other."""
    term = """mutation ($name: String!) {
      createGlossaryTerm(input: {name: $name, definition: "said of many"}) { id } }"""
    for n in range(MANY):
        await ask(term, name=f"term-{n}")
        ids = {path: await made(client, path, name=f"{path}-{n}") for path in ATTRIBUTES}
        pipeline = f"/api/v1/pipelines/{ids['pipelines']}"
        await client.patch(pipeline, json={"runsAs": "worker:load_orders"})
        assert (await client.post(f"{pipeline}/run", json={})).status_code == 202
        for kind, source, target in RELATED:
            await ask(
                """mutation ($kind: RelationKind!, $from: ID!, $to: ID!) {
                     relateAssets(kind: $kind, from: $from, to: $to, validFrom: "2021-01-01T00:00:00Z") { holds } }""",
                **{"kind": kind, "from": ids[source], "to": ids[target]},
            )


async def _lineage(client: httpx.AsyncClient) -> None:
    """Post a job that writes one dataset and one that writes three, three runs with facets, and what is wrong with some."""
    await post_events(
        client,
        event(1, "narrow", ["raw"], [("n0", FULL)]),
        event(2, "wide", ["raw"], [(f"w{n}", FULL) for n in range(MANY)]),
        event(9, "use", ["n0"], ["m0"]),
        *(event(10 + n, f"use_{n}", [f"w{n}"], [f"u{n}"]) for n in range(MANY)),
    )
    runs: list[dict[str, Any]] = []
    for n in range(20, 20 + MANY):
        run = run_event(n, "COMPLETE", day(n), f"job_{n}")
        run["run"]["facets"] = {"processing_engine": facet(name="Spark", version="4")}
        run["inputs"] = [{"namespace": "store", "name": "raw", "inputFacets": {"subset": SUBSET}}]
        run["outputs"] = [
            {"namespace": "store", "name": f"r{n}", "outputFacets": {"outputStatistics": facet(rowCount=n)}}
        ]
        run["run"]["facets"][f"odd_{n}"] = "no object"
        runs.append(run)
    await post_runs(client, *runs)


async def test_the_number_of_statements_is_the_same_for_one_row_and_for_several(
    ask: Ask, filled: dict[str, str]
) -> None:
    """What a list asks of its rows is read for all of them at once."""
    told: dict[str, tuple[int, int]] = {}
    for name, case in CASES.items():
        few, many = (
            {key: filled.get(value, value) for key, value in one.items()} for one in (case.few, case.many)
        )
        await ask(case.document, **many)
        rows, counts = await asked_again(ask, case, few)
        more_rows, more_counts = await asked_again(ask, case, many)
        assert rows < more_rows or not case.few, name
        told[name] = counts, more_counts
    slack = {name: SLACK if name.startswith(("data ", "assets")) else 0 for name in told}
    assert {name: counts for name, counts in told.items() if abs(counts[0] - counts[1]) > slack[name]} == {}


async def asked_again(ask: Ask, case: Case, variables: dict[str, Any]) -> tuple[int, int]:
    """Return how many rows an answer has, and the least number of statements that it takes.

    What two fields ask for at the same time is sometimes read together and sometimes not.
    """
    counts: list[int] = []
    rows = 0
    for _ in range(4):
        with statements() as seen:
            rows = size((await ask(case.document, **variables))[case.rows])
        counts.append(len(seen))
    return rows, min(counts)


def size(found: Any) -> int:
    """Return how many rows an answer has."""
    if isinstance(found, dict):
        found = found.get("nodes") or next(value for value in found.values() if isinstance(value, list))
    return len(found)
