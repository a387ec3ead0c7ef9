"""Reading events: what is refused, with its path, and what is taken as it comes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import pytest
from openlineage.client import event_v2, serde
from openlineage.client.facet_v2 import column_lineage_dataset, nominal_time_run, parent_run, schema_dataset

from graph.errors import InvalidInputError, Problem
from graph.identity import DatasetName, JobName
from graph.store.database import Database
from lineage.columns import ColumnEdge, Transformation, column_edges
from lineage.events import DatasetEvent, JobEvent, RunEvent, decode
from lineage.facets import Column, ParentRun, columns, nominal_time, parent
from lineage.naming import display_name, run_id
from lineage.recorder import Recorded, Recorder
from tests.lineage.conftest import DATASET_EVENT, MODEL, RUN_EVENT, dataset_event, job_event, model, run_event

AT = "2026-01-01T00:00:00Z"
GOOD = run_event(1, "START", AT, ["a"], ["b"])


def changed(**members: Any) -> bytes:
    """Return the good event with members replaced, or left out where the value is ..."""
    merged = {**GOOD, **members}
    return orjson.dumps({name: merged[name] for name in sorted(merged) if merged[name] is not ...})


BAD: list[tuple[bytes, str, str]] = [
    (b"", "$", "is not JSON"),
    (b"{", "$", "is not JSON"),
    (b"\xff\xfe", "$", "not valid UTF-8"),
    (b'{"eventTime": NaN}', "$", "is not JSON"),
    (b'{"producer": "\\ud800"}', "$", "is not JSON"),
    (b"[" * 100_000, "$", ""),
    (b"[]", "$", "one JSON object"),
    (b"7", "$", "one JSON object"),
    (b"{}", "$.run", "is missing"),
    (changed(producer=7).replace(b":7,", b":" + b"[" * 300 + b"]" * 300 + b","), "$", "nested too deeply"),
    (changed(extra=7).replace(b":7,", b":" + b"[" * 1_500 + b"]" * 1_500 + b","), "$", "nested too deeply"),
    (
        changed(run={"runId": GOOD["run"]["runId"], "facets": {"x": {"deep": 7}}}).replace(
            b":7}", b":" + b"[" * 1_000 + b"]" * 1_000 + b"}"
        ),
        "$",
        "nested too deeply",
    ),
    (
        changed(inputs=[{"namespace": "n", "name": "a", "facets": {"x": {"deep": 7}}}]).replace(
            b":7}", b":" + b"[" * 210 + b"]" * 210 + b"}"
        ),
        "$.inputs[0].facets.x",
        "nested too deeply",
    ),
    (changed(job={"namespace": "n", "name": 7}).replace(b":7}", b":1e400}"), "$.job", "infinity"),
    (
        changed(job={"namespace": "n", "name": "j", "facets": {"x": {"y": 7}}}).replace(b":7}", b":1e400}"),
        "$.job.facets.x",
        "infinity",
    ),
    (changed(inputs=[{"namespace": "n", "name": "\\ud800"}]).replace(b"\\\\u", b"\\u"), "$", "is not JSON"),
    (changed(producer="a\0b"), "$.producer", "NUL"),
    (
        changed(inputs=[{"namespace": "n", "name": "a", "facets": {"x": {"k\0": 1}}}]),
        "$.inputs[0].facets.x",
        "NUL",
    ),
    (changed(eventTime=...), "$.eventTime", "is missing"),
    (changed(eventTime=None), "$.eventTime", "is missing"),
    (changed(eventTime=1767225600), "$.eventTime", "must be a text"),
    (changed(eventTime="yesterday"), "$.eventTime", "is not an ISO 8601 instant"),
    (changed(eventTime="0000-01-01T00:00:00Z"), "$.eventTime", "is not an ISO 8601 instant"),
    (changed(eventTime="9999-12-31T23:59:59Z"), "$.eventTime", "lies outside"),
    (changed(eventTime="2026-13-01T00:00:00Z"), "$.eventTime", "is not an ISO 8601 instant"),
    (changed(eventTime="x" * 1_000_000), "$.eventTime", "is not an ISO 8601 instant"),
    (changed(run=...), "$.run", "is missing"),
    (changed(run=None), "$.run", "is missing"),
    (changed(run=7), "$.run", "must be an object, got number"),
    (changed(run={}), "$.run.runId", "is missing"),
    (changed(run={"runId": " "}), "$.run.runId", "is empty"),
    (changed(run={"runId": "x" * 2_001}), "$.run.runId", "has 2001 characters"),
    (changed(run={"runId": 1}), "$.run.runId", "must be a string, got number"),
    (changed(job=...), "$.job", "is missing"),
    (changed(job={"namespace": "n"}), "$.job.name", "is missing"),
    (changed(job={"namespace": "n", "name": None}), "$.job.name", "must be a string, got null"),
    (changed(job={"namespace": "", "name": "j"}), "$.job.namespace", "is empty"),
    (changed(job={"namespace": "n", "name": " \t"}), "$.job.name", "is empty"),
    (changed(job={"namespace": "n", "name": "x" * 1_000_000}), "$.job.name", "has 1000000 characters"),
    (changed(inputs={}), "$.inputs", "must be an array, got object"),
    (changed(inputs=["a"]), "$.inputs[0]", "must be an object, got string"),
    (
        changed(outputs=[{"namespace": "n", "name": "a"}, {"name": "b"}]),
        "$.outputs[1].namespace",
        "is missing",
    ),
    (changed(outputs=[{"namespace": "n", "name": "x" * 2_001}]), "$.outputs[0].name", "has 2001 characters"),
    (
        changed(run={"runId": GOOD["run"]["runId"], "facets": {"x" * 401: {}}}),
        "$.run.facets",
        "facet name has 401",
    ),
]


@pytest.mark.parametrize(("raw", "path", "reason"), BAD, ids=[f"{n}-{bad[1]}" for n, bad in enumerate(BAD)])
def test_malformed_events_are_refused_with_their_path(raw: bytes, path: str, reason: str) -> None:
    """What cannot be placed is refused, with the path of the first thing wrong and a reason."""
    with pytest.raises(InvalidInputError) as refused:
        decode(raw)
    assert refused.value.problems[0].path == path
    assert reason in refused.value.problems[0].reason
    assert len(refused.value.problems[0].reason) < 300


async def test_a_batch_of_malformed_events_leaves_nothing_but_the_good_one(
    database: Database, recorder: Recorder
) -> None:
    """Refused events leave no row anywhere, not even a name, and take no good event with them."""
    results = await recorder.record_batch([raw for raw, _, _ in BAD])
    assert all(isinstance(result, InvalidInputError) for result in results)
    assert await model(database) == {name: [] for name in MODEL}
    mixed = [BAD[0][0], orjson.dumps(GOOD), BAD[20][0]]
    refused, recorded, also_refused = await recorder.record_batch(mixed)
    assert isinstance(refused, InvalidInputError)
    assert isinstance(also_refused, InvalidInputError)
    assert recorded == Recorded(decode(orjson.dumps(GOOD)).event_id, duplicate=False)
    assert len((await model(database))["events"]) == 1


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        ("2026-01-01T00:00:00Z", 0),
        ("2026-01-01t00:00:00z", 0),
        ("2026-01-01T00:00:00.1Z", 100_000),
        ("2026-01-01T00:00:00.123456Z", 123_456),
        ("2026-01-01T00:00:00.123456789Z", 123_456),
        ("2026-01-01T00:00:00.999999999Z", 999_999),
        ("2026-01-01T05:45:00.5+05:45", 500_000),
        ("2025-12-31T16:00:00-0800", 0),
        ("2026-01-01 00:00Z", 0),
    ],
)
def test_event_times_have_any_offset_and_up_to_nine_digits(text: str, micros: int) -> None:
    """Every spelling is the same instant in UTC; digits past the microsecond are cut, so that order is kept."""
    assert decode(changed(eventTime=text)).content.event_time == datetime(
        2026, 1, 1, 0, 0, 0, micros, tzinfo=UTC
    )


RUN_ID = GOOD["run"]["runId"]

WARNED: list[tuple[bytes, str, str]] = [
    (changed(eventTime="2026-01-01T00:00:00"), "$.eventTime", "has no time zone; read as UTC"),
    (
        changed(eventTime="2026-01-01"),
        "$.eventTime",
        "has no time of day and no zone; read as midnight UTC",
    ),
    (changed(eventType="start"), "$.eventType", "must be START, got 'start'"),
    (
        changed(eventType="DONE"),
        "$.eventType",
        "must be one of START, RUNNING, COMPLETE, ABORT, FAIL, OTHER, got 'DONE'; counts as OTHER",
    ),
    (
        changed(eventType=3),
        "$.eventType",
        "must be one of START, RUNNING, COMPLETE, ABORT, FAIL, OTHER, got 3; counts as OTHER",
    ),
    (changed(producer=...), "$.producer", "is missing"),
    (changed(producer=7), "$.producer", "must be a string"),
    (changed(schemaURL=...), "$.schemaURL", "is missing"),
    (changed(schemaURL=DATASET_EVENT), "$.schemaURL", "says DatasetEvent, but this is a RunEvent"),
    (
        changed(run={"runId": "run_id"}),
        "$.run.runId",
        f"is not a UUID; the run is kept as {run_id('run_id')}",
    ),
    (
        changed(run={"runId": RUN_ID, "facets": []}),
        "$.run.facets",
        "must be an object, got array; left out",
    ),
    (
        changed(inputs=[{"namespace": "n", "name": "a", "inputFacets": 7}]),
        "$.inputs[0].inputFacets",
        "must be an object, got number; left out",
    ),
]


@pytest.mark.parametrize(
    ("raw", "path", "reason"), WARNED, ids=[f"{n}-{one[1]}" for n, one in enumerate(WARNED)]
)
def test_what_can_be_placed_is_taken_and_warned_of(raw: bytes, path: str, reason: str) -> None:
    """What differs from the specification and can be placed is taken, and told with its path and reason."""
    assert decode(raw).warnings == (Problem(path, reason),)


def test_what_is_as_specified_has_no_warnings() -> None:
    """Neither has what may be left out or null."""
    assert decode(orjson.dumps(GOOD)).warnings == ()
    bare = changed(
        eventType=..., inputs=None, outputs=..., run={"runId": RUN_ID}, job={"namespace": "n", "name": "j"}
    )
    event = decode(bare)
    assert event.warnings == ()
    assert isinstance(event.content, RunEvent)
    assert (event.content.event_type, event.content.inputs, event.content.outputs) == ("OTHER", (), ())


def test_warnings_of_facets_tell_where_the_facet_stands() -> None:
    """Each mention of a facet is warned of by its own path, also where the same bytes were read before."""
    facets = {"schema": {"_producer": 7, "_schemaURL": "https://example.com", "fields": []}}
    raw = changed(inputs=[{"namespace": "n", "name": name, "facets": facets} for name in "ab"])
    for _ in range(2):
        assert {warning.path for warning in decode(raw).warnings} == {
            "$.inputs[0].facets.schema._producer",
            "$.inputs[1].facets.schema._producer",
        }


def test_a_run_id_that_is_no_uuid_is_kept_beside_the_id_made_of_it() -> None:
    """Any spelling of a UUID is that UUID; anything else always makes the same id."""
    for given, made, kept in (
        ("run_id", run_id("run_id"), "run_id"),
        (RUN_ID.upper(), UUID(RUN_ID), None),
        (f" {RUN_ID} ", UUID(RUN_ID), None),
        (UUID(RUN_ID).hex, UUID(RUN_ID), None),
    ):
        content = decode(changed(run={"runId": given})).content
        assert isinstance(content, RunEvent)
        assert (content.run.run_id, content.run.given_id) == (made, kept)


def test_the_kind_follows_from_the_schema_url_and_else_from_the_shape() -> None:
    """Both spellings of the URL count; without one, a run, a job or a dataset tells."""
    assert isinstance(decode(orjson.dumps(GOOD)).content, RunEvent)
    assert isinstance(decode(changed(schemaURL=RUN_EVENT.replace("$defs", "definitions"))).content, RunEvent)
    assert isinstance(decode(changed(schemaURL=...)).content, RunEvent)
    assert isinstance(decode(changed(schemaURL=7)).content, RunEvent)
    assert isinstance(decode(changed(schemaURL=DATASET_EVENT)).content, RunEvent)
    for event, kind in ((job_event(AT, ["a"], None), JobEvent), (dataset_event(AT, "a", {}), DatasetEvent)):
        assert isinstance(decode(orjson.dumps(event)).content, kind)
        assert isinstance(decode(orjson.dumps({**event, "schemaURL": "https://example.com"})).content, kind)


def test_the_same_bytes_have_the_same_id() -> None:
    """Content and spelling both count; the id is a UUID version 8 that starts with the time."""
    first = decode(orjson.dumps(GOOD)).event_id
    assert decode(orjson.dumps(GOOD)).event_id == first
    rewritten = orjson.dumps(GOOD, option=orjson.OPT_INDENT_2)
    for other in (rewritten, changed(extra=1), changed(eventType="COMPLETE")):
        assert decode(other).event_id != first
        assert decode(other).event_id.int >> 80 == 1767225600000
    assert (first.version, first.variant) == (8, UUID(int=first.int).variant)
    assert first.int >> 80 == 1767225600000
    assert decode(changed(eventTime="1600-01-01T00:00:00Z")).event_id.version == 8


def test_an_event_has_at_most_two_hundred_levels() -> None:
    """What is taken leaves room for the levels of the answers in which its facets are shown."""

    def nested(levels: int) -> bytes:
        return changed(producer=7).replace(b":7", b":" + b"[" * levels + b"]" * levels)

    assert decode(nested(199)).raw == nested(199)
    with pytest.raises(InvalidInputError, match="is nested too deeply; 200 levels are allowed"):
        decode(nested(200))


def test_bytes_stay_as_they_came() -> None:
    """Keys that the specification does not know, blanks and spellings stay in the raw event."""
    raw = b' {"extra": {"deep": [1.0, 1e3]}, ' + orjson.dumps(GOOD)[1:] + b"\n"
    assert decode(raw).raw == raw


def official_facets() -> tuple[
    schema_dataset.SchemaDatasetFacet, column_lineage_dataset.ColumnLineageDatasetFacet
]:
    """Return a nested schema and column lineage as openlineage-python builds them."""
    city = schema_dataset.SchemaDatasetFacetFields(name="city", type="text")
    schema = schema_dataset.SchemaDatasetFacet(
        fields=[
            schema_dataset.SchemaDatasetFacetFields(name="id", type="int", description="key"),
            schema_dataset.SchemaDatasetFacetFields(name="place", type="struct", fields=[city]),
        ]
    )
    how = column_lineage_dataset.Transformation(
        type="DIRECT", subtype="IDENTITY", description="", masking=True
    )
    source = column_lineage_dataset.InputField(
        namespace="store", name="a", field="key", transformations=[how]
    )
    fields = {"id": column_lineage_dataset.Fields(inputFields=[source])}
    return schema, column_lineage_dataset.ColumnLineageDatasetFacet(fields=fields)


def test_events_of_the_official_client_are_understood() -> None:
    """What openlineage-python builds and writes is read with all its parts."""
    own_id, parent_id = (f"01941f29-7c00-7000-8000-00000000000{n}" for n in (1, 2))
    started = parent_run.ParentRunFacet(
        run=parent_run.Run(runId=parent_id), job=parent_run.Job(namespace="scheduler", name="dag")
    )
    schema, lineage = official_facets()
    written = event_v2.OutputDataset(
        namespace="store", name="b", facets={"schema": schema, "columnLineage": lineage}
    )
    sent = event_v2.RunEvent(
        eventType=event_v2.RunState.COMPLETE,
        eventTime="2026-01-01T00:00:00.123456+00:00",
        run=event_v2.Run(
            runId=own_id,
            facets={
                "parent": started,
                "nominalTime": nominal_time_run.NominalTimeRunFacet(nominalStartTime=AT),
            },
        ),
        job=event_v2.Job(namespace="scheduler", name="job"),
        inputs=[event_v2.InputDataset(namespace="store", name="a")],
        outputs=[written],
    )
    event = decode(serde.Serde.to_json(sent).encode())
    content = event.content
    assert event.warnings == ()
    assert isinstance(content, RunEvent)
    assert (str(content.run.run_id), content.event_type) == (own_id, "COMPLETE")
    assert content.event_time == datetime(2026, 1, 1, 0, 0, 0, 123456, tzinfo=UTC)
    assert parent(content.run.facets["parent"].value) == ParentRun(
        UUID(parent_id), JobName("scheduler", "dag")
    )
    start = nominal_time(content.run.facets["nominalTime"].value)
    assert start == (datetime(2026, 1, 1, tzinfo=UTC), None)
    assert [one.name for one in (*content.inputs, *content.outputs)] == ["a", "b"]
    facets = content.outputs[0].facets
    assert columns(facets["schema"].value) == [
        Column("id", "int", "key"),
        Column("place", "struct", None),
        Column("place.city", "text", None),
    ]
    how = (Transformation("DIRECT", "IDENTITY", masking=True),)
    assert column_edges(facets["columnLineage"].value) == [
        ColumnEdge(DatasetName("store", "a"), "key", "id", how)
    ]


@pytest.mark.parametrize(
    ("kind", "name", "shown"),
    [
        ("dataset", "/x/lake/customers", "customers"),
        ("dataset", "/x/lake/customers/", "customers"),
        ("dataset", "lake/customers.parquet", "customers.parquet"),
        ("dataset", "db.schema.table", "schema.table"),
        ("dataset", "schema.table", "schema.table"),
        ("dataset", "orders.csv", "orders.csv"),
        ("dataset", "/", "/"),
        ("dataset", "a..b", "a..b"),
        ("job", "dag.group.task", "dag.group.task"),
        ("job", "folder/task", "task"),
    ],
)
def test_names_are_shown_by_the_part_that_people_say(kind: str, name: str, shown: str) -> None:
    """A path is shown by its last part, a table with its schema, a job with its dag."""
    assert display_name(DatasetName("n", name) if kind == "dataset" else JobName("n", name)) == shown
