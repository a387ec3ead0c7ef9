"""Column lineage as facets state it: both styles of transformations, whole datasets, and explicit lineage."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from graph.identity import DatasetName, JobName
from lineage.columns import ColumnEdge, ExplicitLineage, JobFlow, Transformation, column_edges, explicit

STORE = "postgres://store:5432"
OWN = JobName("airflow", "dag.task")
IDENTITY = (Transformation("DIRECT", "IDENTITY", masking=False),)


def table(name: str, **members: Any) -> dict[str, Any]:
    """Return a member of a facet that names a dataset."""
    return {"namespace": STORE, "name": name, "type": "DATASET", **members}


def field(name: str, column: str, **members: Any) -> dict[str, Any]:
    """Return an input field of a columnLineage facet."""
    return {"namespace": STORE, "name": name, "field": column, **members}


def test_both_styles_of_transformations_are_read() -> None:
    """Since 1-2-0 each input has a list of its own, before all inputs of a column shared one; Airflow sends both, empty."""
    new = [
        {"type": "DIRECT", "subtype": "AGGREGATION", "masking": True, "description": "sum(x)"},
        {"type": "INDIRECT"},
    ]
    facet = {
        "fields": {
            "new": {"inputFields": [field("a", "x", transformations=new)]},
            "old": {
                "inputFields": [field("a", "y"), field("b", "z")],
                "transformationType": "MASKED",
                "transformationDescription": "hash",
            },
            "none": {
                "inputFields": [field("a", "w", transformations=[])],
                "transformationType": "",
                "transformationDescription": "",
            },
        }
    }
    old = (Transformation("DIRECT", "MASKED", masking=True, description="hash"),)
    a, b = DatasetName(STORE, "a"), DatasetName(STORE, "b")
    assert column_edges(facet) == [
        ColumnEdge(
            a,
            "x",
            "new",
            (
                Transformation("DIRECT", "AGGREGATION", masking=True, description="sum(x)"),
                Transformation("INDIRECT", None, masking=False),
            ),
        ),
        ColumnEdge(a, "y", "old", old),
        ColumnEdge(b, "z", "old", old),
        ColumnEdge(a, "w", "none", ()),
    ]


def test_what_affects_every_column_has_no_output() -> None:
    """Members of `dataset` are inputs of the output as a whole; without a field they are whole datasets themselves."""
    how = [{"type": "INDIRECT", "subtype": "FILTER", "masking": False}]
    facet = {
        "fields": {},
        "dataset": [field("a", "x", transformations=how), {"namespace": STORE, "name": "b"}],
    }
    assert column_edges(facet) == [
        ColumnEdge(
            DatasetName(STORE, "a"), "x", None, (Transformation("INDIRECT", "FILTER", masking=False),)
        ),
        ColumnEdge(DatasetName(STORE, "b"), None, None, ()),
    ]


def test_malformed_parts_of_column_lineage_are_left_out() -> None:
    """What can be read of a facet is read."""
    given_field = field("t", "c")
    odd = {"inputFields": [given_field, {"name": "t"}, 3, field("t", ""), field("", "c"), field("t", 7)]}  # pyright: ignore[reportArgumentType]
    facet = {"fields": {"x": odd, "y": 3, "z": {}}, "dataset": [given_field, None]}
    c = DatasetName(STORE, "t")
    assert column_edges(facet) == [ColumnEdge(c, "c", "x", ()), ColumnEdge(c, "c", None, ())]
    assert column_edges({}) == column_edges({"fields": [], "dataset": {}}) == []


def test_explicit_lineage_of_a_job_is_stated_for_each_target() -> None:
    """Only what an entry says flows, not each input into each output; columns and whole datasets side by side."""
    how = [{"type": "DIRECT", "subtype": "IDENTITY"}]
    facet = {
        "_producer": "p",
        "_schemaURL": "u",
        "entries": [
            table("c", inputs=[table("a")]),
            table(
                "d",
                inputs=[
                    table("b"),
                    table("b", field="k", transformations=[{"type": "INDIRECT", "subtype": "JOIN"}]),
                ],
                fields={
                    "x": {"inputs": [table("b", field="y", transformations=how)]},
                    "z": {"inputs": [table("b")]},
                },
            ),
        ],
    }
    a, b, c, d = (DatasetName(STORE, name) for name in "abcd")
    said = explicit(facet, OWN)
    assert (said.inputs, said.outputs, said.flows) == ([a, b], [c, d], [])
    assert said.statements[c] == {
        "_producer": "p",
        "_schemaURL": "u",
        "_lineage": True,
        "fields": {},
        "dataset": [{"namespace": STORE, "name": "a"}],
    }
    assert column_edges(said.statements[d]) == [
        ColumnEdge(b, "y", "x", IDENTITY),
        ColumnEdge(b, None, "z", ()),
        ColumnEdge(b, None, None, ()),
        ColumnEdge(b, "k", None, (Transformation("INDIRECT", "JOIN", masking=False),)),
    ]


def test_no_tracked_upstream_is_said_and_silence_is_not() -> None:
    """An entry with `inputs: []` states that nothing goes into its target; one without says nothing of it."""
    facet = {"entries": [table("made", inputs=[]), table("named")]}
    made, named = DatasetName(STORE, "made"), DatasetName(STORE, "named")
    assert explicit(facet, OWN) == ExplicitLineage(
        [], [made, named], {made: {"_lineage": True, "fields": {}, "dataset": []}}
    )


def test_entries_of_one_target_join_under_its_canonical_name() -> None:
    """Two spellings of a target are one statement."""
    other = {**table("a"), "namespace": "postgresql://STORE"}
    facet = {"entries": [table("a", inputs=[table("b")]), {**other, "inputs": [table("c")]}]}
    said = explicit(facet, OWN)
    assert list(said.statements) == [DatasetName(STORE, "a")]
    assert [one["name"] for one in said.statements[DatasetName(STORE, "a")]["dataset"]] == ["b", "c"]


def test_data_that_jobs_hand_on_is_kept_apart() -> None:
    """A job as source or target makes a flow between jobs; without a name it is the event's own job."""
    run = "0198f2d4-7b3c-7000-8000-0123456789ab"
    other = {"type": "JOB", "namespace": "airflow", "name": "dag.other"}
    facet = {
        "entries": [
            {"type": "JOB", "inputs": [{**other, "runId": run}, table("read")]},
            {**other, "inputs": [{"type": "JOB"}, table("read by the other")]},
            table("made", inputs=[], fields={"total": {"inputs": [{"type": "JOB", "transformations": []}]}}),
        ]
    }
    said = explicit(facet, OWN)
    them = JobName("airflow", "dag.other")
    assert said.flows == [JobFlow(them, OWN, UUID(run)), JobFlow(OWN, them)]
    assert said.inputs == [DatasetName(STORE, "read")]
    assert said.statements == {
        DatasetName(STORE, "made"): {
            "_lineage": True,
            "fields": {"total": {"inputFields": []}},
            "dataset": [],
        }
    }


def test_explicit_lineage_of_a_dataset_is_of_the_dataset() -> None:
    """The facet of a dataset has no target but the dataset that carries it."""
    view = DatasetName(STORE, "view")
    facet = {"inputs": [table("a")], "fields": {"x": {"inputs": [table("b", field="y")]}}}
    said = explicit(facet, view)
    assert (said.inputs, said.outputs) == ([DatasetName(STORE, "a"), DatasetName(STORE, "b")], [])
    assert column_edges(said.statements[view]) == [
        ColumnEdge(DatasetName(STORE, "b"), "y", "x", ()),
        ColumnEdge(DatasetName(STORE, "a"), None, None, ()),
    ]
    assert explicit({"_producer": "p"}, view) == ExplicitLineage()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["", "a", "JOB", "DATASET"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["fields", "dataset", "inputFields", "inputs", "entries", "namespace", "name", "field", "type", "runId",
                 "transformations", "subtype", "masking", "x"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)  # fmt: skip


@given(facet=st.dictionaries(st.sampled_from(["fields", "dataset", "inputs", "entries"]), JSON))
def test_no_facet_raises(facet: dict[str, Any]) -> None:
    """Whatever JSON a facet is, it is read, and what explicit lineage becomes can be read as column lineage."""
    column_edges(facet)
    for own in (OWN, DatasetName(STORE, "t")):
        said = explicit(facet, own)
        for body in said.statements.values():
            assert {edge.dataset for edge in column_edges(body)} <= set(said.inputs)
