"""Where facets differ from the specification: the path and reason of each difference, and none where there is none."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openlineage.client.serde import Serde

from graph.errors import Problem
from lineage.conformance import MOST, SHAPES, facet_warnings
from tests.lineage.test_facets import JSON, OFFICIAL

SAID = {"_producer": "https://example.com", "_schemaURL": "https://example.com/x.json"}
BY_CLASS = {
    "DatasetVersionDatasetFacet": "version",
    "DatasourceDatasetFacet": "dataSource",
    "DataQualityAssertionsDatasetFacet": "dataQualityAssertions",
    "ProcessingEngineRunFacet": "processing_engine",
    "SQLJobFacet": "sql",
}


def facet_name(facet: object) -> str:
    """Return what the specification calls a facet of the official client."""
    name = type(facet).__name__
    if name in BY_CLASS:
        return BY_CLASS[name]
    for end in ("Facet", "Run", "Job", "Dataset", "Input", "Output"):
        name = name.removesuffix(end)
    return name[0].lower() + name[1:]


@pytest.mark.parametrize("facet", [facet for facet, _ in OFFICIAL], ids=lambda facet: type(facet).__name__)
def test_the_official_client_keeps_to_the_specification(facet: object) -> None:
    """What openlineage-python writes gives no warning."""
    name = facet_name(facet)
    assert name in SHAPES
    assert facet_warnings(name, orjson.loads(Serde.to_json(facet))) == []


FIELD = {"namespace": "n", "name": "t", "field": "c"}
WRONG: list[tuple[str, Any, list[tuple[str, str]]]] = [
    ("custom_thing", {}, [("$._producer", "is missing"), ("$._schemaURL", "is missing")]),
    ("custom_thing", {**SAID, "anything": None}, []),
    ("custom_thing", None, [("$", "must be an object, is null")]),
    ("schema", [], [("$", "must be an object, is a list")]),
    ("sql", {**SAID, "_producer": 7, "query": "select 1"}, [("$._producer", "must be a text, is a number")]),
    ("sql", {**SAID, "query": None, "extra": 1}, [("$.query", "must be a text, is null")]),
    ("sql", {**SAID, "_deleted": True}, []),
    ("sql", {**SAID, "_deleted": "yes", "query": ""}, [("$._deleted", "must be true or false, is 'yes'")]),
    (
        "schema",
        {**SAID, "fields": [{"name": "a", "fields": [{"name": "b", "type": {}}, {"ordinal_position": True}]}]},
        [
            ("$.fields[0].fields[0].type", "must be a text, is an object"),
            ("$.fields[0].fields[1].name", "is missing"),
            ("$.fields[0].fields[1].ordinal_position", "must be a whole number, is true or false"),
        ],
    ),
    ("schema", {**SAID, "fields": {}}, [("$.fields", "must be a list, is an object")]),
    (
        "columnLineage",
        {**SAID, "fields": {"x": {"inputFields": [FIELD, {"namespace": "n", "name": "t"}]}, "y": {}}},
        [("$.fields.x.inputFields[1].field", "is missing"), ("$.fields.y.inputFields", "is missing")],
    ),
    (
        "columnLineage",
        {**SAID, "fields": {"x": {"inputFields": [FIELD], "transformationType": "MASKED", "transformationDescription": ""}}},
        [("$.fields.x", "uses transformationType, deprecated since 1-2-0; transformations replace it")],
    ),
    (
        "columnLineage",
        {**SAID, "fields": {"x": {"inputFields": [FIELD], "transformationType": "", "transformationDescription": ""}}},
        [],
    ),
    (
        "lifecycleStateChange",
        {**SAID, "lifecycleStateChange": "MOVE"},
        [("$.lifecycleStateChange", "must be one of ALTER, CREATE, DROP, OVERWRITE, RENAME, TRUNCATE, is 'MOVE'")],
    ),
    (
        "parent",
        {**SAID, "run": {"runId": "x"}, "job": {"namespace": "n"}, "root": {"run": {}}},
        [
            ("$.run.runId", "must be a UUID, is 'x'"),
            ("$.job.name", "is missing"),
            ("$.root.run.runId", "is missing"),
            ("$.root.job", "is missing"),
        ],
    ),
    ("parentRun", SAID, [("$", "is called parent; parentRun is not understood")]),
    (
        "nominalTime",
        {**SAID, "nominalStartTime": "2026-01-01", "nominalEndTime": "2026-01-01T00:00:00Z"},
        [("$.nominalStartTime", "must be a time with a zone, such as 2026-01-01T00:00:00Z, is '2026-01-01'")],
    ),
    (
        "dataQualityMetrics",
        {**SAID, "rowCount": 1.5, "columnMetrics": {"a": {"min": "0", "quantiles": {"0.5": 1}}}},
        [
            ("$.rowCount", "must be a whole number, is a number"),
            ("$.columnMetrics.a.min", "must be a number, is '0'"),
        ],
    ),
    (
        "lineage",
        {**SAID, "entries": [{"namespace": "n", "name": "t", "inputs": [{"type": "TABLE"}]}]},
        [
            ("$.entries[0].type", "is missing"),
            ("$.entries[0].inputs[0].type", "must be one of DATASET, JOB, is 'TABLE'"),
        ],
    ),
    ("lineage", {**SAID, "inputs": [], "fields": {"x": {}}}, [("$.fields.x.inputs", "is missing")]),
    (
        "subset",
        {**SAID, "inputCondition": {"type": "binary", "left": {"type": "location", "locations": [1]}, "right": 3}},
        [
            ("$.inputCondition.left.locations[0]", "must be a text, is a number"),
            ("$.inputCondition.right", "must be an object, is a number"),
        ],
    ),
    ("ownership", SAID, []),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "wanted"), WRONG)
def test_each_difference_has_its_path_and_reason(
    name: str, value: Any, wanted: list[tuple[str, str]]
) -> None:
    """Missing members, wrong types and deprecated ones are told; members that the specification does not know are fine."""
    assert facet_warnings(name, value) == [Problem(*one) for one in wanted]


def test_a_facet_has_so_many_warnings_at_most() -> None:
    """A thousand wrong columns are told by the first few."""
    assert len(facet_warnings("schema", {**SAID, "fields": [{}] * 1000})) == MOST


@given(
    name=st.sampled_from(sorted(name for name in SHAPES if not name.startswith("@"))),
    value=JSON,
    member=st.integers(0, 20),
)
def test_no_facet_raises(name: str, value: object, member: int) -> None:
    """Whatever JSON a facet is, its differences are told."""
    shape = SHAPES[name]
    assert isinstance(shape, dict)
    members = [each.removesuffix("*") for each in shape]
    for facet in (
        value,
        {members[member % len(members)]: value},
        {**SAID, members[member % len(members)]: [value]},
    ):
        assert all(problem.path.startswith("$") for problem in facet_warnings(name, facet))
