"""Reading events: what is refused, with its path, and what is taken as it comes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import orjson
import pytest
from openlineage.client import event_v2, serde
from openlineage.client.facet_v2 import column_lineage_dataset, nominal_time_run, parent_run, schema_dataset

from graph.errors import InvalidInputError
from graph.identity import DatasetName, JobName
from graph.store.database import Database
from lineage.columns import ColumnEdge, Transformation, column_edges
from lineage.events import DatasetEvent, JobEvent, RunEvent, decode
from lineage.facets import Column, ParentRun, columns, nominal_time, parent
from lineage.naming import display_name
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
    (b"[" * 100_000, "$", "is not JSON"),
    (b"[]", "$", "one JSON object"),
    (b"7", "$", "one JSON object"),
    (b"{}", "$.run", "is missing"),
    (changed(producer=7).replace(b":7,", b":" + b"[" * 300 + b"]" * 300 + b","), "$", "nested too deeply"),
    (changed(producer="a\0b"), "$.producer", "NUL"),
    (
        changed(inputs=[{"namespace": "n", "name": "a", "facets": {"x": {"k\0": 1}}}]),
        "$.inputs[0].facets.x",
        "NUL",
    ),
    (changed(eventTime=...), "$.eventTime", "is missing"),
    (changed(eventTime=None), "$.eventTime", "is missing"),
    (changed(eventTime=1767225600), "$.eventTime", "must be a text"),
    (changed(eventTime="2026-01-01T00:00:00"), "$.eventTime", "no time zone"),
    (changed(eventTime="2026-01-01"), "$.eventTime", "no time of day"),
    (changed(eventTime="yesterday"), "$.eventTime", "is not an ISO 8601 instant"),
    (changed(eventTime="0000-01-01T00:00:00Z"), "$.eventTime", "is not an ISO 8601 instant"),
    (changed(eventTime="9999-12-31T23:59:59Z"), "$.eventTime", "lies outside"),
    (changed(eventTime="2026-13-01T00:00:00Z"), "$.eventTime", "is not an ISO 8601 instant"),
    (changed(eventTime="x" * 1_000_000), "$.eventTime", "is not an ISO 8601 instant"),
    (changed(eventType="DONE"), "$.eventType", "must be one of START, RUNNING, COMPLETE, ABORT, FAIL, OTHER"),
    (changed(eventType=3), "$.eventType", "must be of type str, got int"),
    (changed(run=...), "$.run", "is missing"),
    (changed(run=None), "$.run", "must be of type object, got null"),
    (changed(run={}), "$.run.runId", "is missing"),
    (changed(run={"runId": "run_id"}), "$.run.runId", "is not a UUID"),
    (changed(run={"runId": 1}), "$.run.runId", "must be of type uuid, got int"),
    (
        changed(run={"runId": GOOD["run"]["runId"], "facets": []}),
        "$.run.facets",
        "must be of type object, got array",
    ),
    (changed(job=...), "$.job", "is missing"),
    (changed(job={"namespace": "n"}), "$.job.name", "is missing"),
    (changed(job={"namespace": "n", "name": None}), "$.job.name", "must be of type str, got null"),
    (changed(job={"namespace": "", "name": "j"}), "$.job.namespace", "is empty"),
    (changed(job={"namespace": "n", "name": " \t"}), "$.job.name", "is empty"),
    (changed(job={"namespace": "n", "name": "x" * 1_000_000}), "$.job.name", "has 1000000 characters"),
    (changed(inputs={}), "$.inputs", "must be of type array, got object"),
    (changed(inputs=["a"]), "$.inputs[0]", "must be of type object, got str"),
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
    (changed(schemaURL=DATASET_EVENT), "$.dataset", "is missing"),
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


def test_the_kind_follows_from_the_schema_url_and_else_from_the_shape() -> None:
    """Both spellings of the URL count; without one, a run, a job or a dataset tells."""
    assert isinstance(decode(orjson.dumps(GOOD)).content, RunEvent)
    assert isinstance(decode(changed(schemaURL=RUN_EVENT.replace("$defs", "definitions"))).content, RunEvent)
    assert isinstance(decode(changed(schemaURL=...)).content, RunEvent)
    assert isinstance(decode(changed(schemaURL=7)).content, RunEvent)
    for event, kind in ((job_event(AT, ["a"], None), JobEvent), (dataset_event(AT, "a", {}), DatasetEvent)):
        assert isinstance(decode(orjson.dumps(event)).content, kind)
        assert isinstance(decode(orjson.dumps({**event, "schemaURL": "https://example.com"})).content, kind)


def test_an_event_has_one_id_however_it_is_written() -> None:
    """Order of keys and blanks do not count, content does; the id is a UUID version 8 that starts with the time."""
    first = decode(orjson.dumps(GOOD)).event_id
    rewritten = orjson.dumps(dict(reversed(GOOD.items())), option=orjson.OPT_INDENT_2)
    assert decode(rewritten).event_id == first
    assert decode(changed(extra=1)).event_id != first
    assert decode(changed(eventType="COMPLETE")).event_id != first
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
    run_id, parent_id = (f"01941f29-7c00-7000-8000-00000000000{n}" for n in (1, 2))
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
            runId=run_id,
            facets={
                "parent": started,
                "nominalTime": nominal_time_run.NominalTimeRunFacet(nominalStartTime=AT),
            },
        ),
        job=event_v2.Job(namespace="scheduler", name="job"),
        inputs=[event_v2.InputDataset(namespace="store", name="a")],
        outputs=[written],
    )
    content = msgspec.to_builtins(decode(serde.Serde.to_json(sent).encode()).content)
    assert (content["run"]["runId"], content["eventType"]) == (run_id, "COMPLETE")
    assert content["eventTime"] == "2026-01-01T00:00:00.123456Z"
    assert parent(content["run"]["facets"]["parent"]) == ParentRun(UUID(parent_id), None)
    assert nominal_time(content["run"]["facets"]["nominalTime"]) == (datetime(2026, 1, 1, tzinfo=UTC), None)
    assert [one["name"] for one in (*content["inputs"], *content["outputs"])] == ["a", "b"]
    assert columns(content["outputs"][0]["facets"]["schema"]) == [
        Column("id", "int", "key"),
        Column("place", "struct", None),
        Column("place.city", "text", None),
    ]
    how = (Transformation("DIRECT", "IDENTITY", masking=True),)
    assert column_edges(content["outputs"][0]["facets"]["columnLineage"]) == [
        ColumnEdge(DatasetName("store", "a"), "key", "id", how)
    ]


def test_malformed_parts_of_a_facet_are_left_out_and_the_rest_is_read() -> None:
    """A facet is never a reason to refuse an event; what can be read of it is."""
    assert columns(
        {"fields": [{"name": "a"}, {"type": "int"}, 3, {"name": "b", "type": 7, "fields": "x"}]}
    ) == [
        Column("a", None, None),
        Column("b", None, None),
    ]
    assert columns({"fields": {}}) == columns({}) == []
    given = {"namespace": "n", "name": "t", "field": "c"}
    old = {"inputFields": [given, {"name": "t"}, 3], "transformationType": "MASKED"}
    source = DatasetName("n", "t")
    assert column_edges({"fields": {"x": old, "y": 3}, "dataset": [given]}) == [
        ColumnEdge(source, "c", "x", (Transformation("DIRECT", "MASKED", masking=True),)),
        ColumnEdge(source, "c", None, ()),
    ]
    assert parent({"run": {"runId": "no"}, "root": 3}) == ParentRun(None, None)
    assert nominal_time({"nominalStartTime": "no", "nominalEndTime": "2026-01-01t00:00:00z"})[1] is not None


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
