"""Reading datasets: what is held of them at two instants, the history of their schemas, their last change."""

from __future__ import annotations

from typing import Any

import pytest

from graph.store.database import Database
from graph.time import instant
from lineage.datasets import Datasets, LastWrite
from lineage.facets import Column
from lineage.naming import dataset_id
from lineage.recorder import Recorder
from lineage.store import Lineage
from tests.lineage.conftest import dataset, dataset_event, record_all, run_event
from tests.lineage.stored_graph import StoredGraph, at, day, ds

T, U = dataset_id(ds("t")), dataset_id(ds("u"))


@pytest.fixture
def stored(database: Database) -> StoredGraph:
    """Return what writes the tables."""
    return StoredGraph(database)


@pytest.fixture
def reads(database: Database) -> Datasets:
    """Return a reader."""
    return Datasets(database)


def schema(*names: str, **members: Any) -> dict[str, Any]:
    """Return a schema facet of some columns."""
    return {"fields": [{"name": name, "type": "int"} for name in names], **members}


async def columns(reads: Datasets, name: str, valid: int, known: int = 31) -> list[str]:
    """Return the names of the columns of a dataset."""
    key = dataset_id(ds(name))
    return [column.path for column in (await reads.states([key], at(valid, known)))[key].columns]


async def test_columns_are_those_of_the_instants(stored: StoredGraph, reads: Datasets) -> None:
    """As they were and as they were believed to be; what was deleted does not hold."""
    await stored.datasets("t")
    await stored.facet("t", "schema", schema("a"), since=2, until=4)
    await stored.facet("t", "schema", schema("a", "b"), since=4, known=1, unknown=10)
    await stored.facet("t", "schema", schema("a", "b"), since=4, until=6, known=10)
    await stored.facet("t", "schema", {"_deleted": True}, since=6, known=10)
    assert await columns(reads, "t", 1) == []
    assert await columns(reads, "t", 3) == ["a"]
    assert await columns(reads, "t", 5) == ["a", "b"]
    assert await columns(reads, "t", 20, known=9) == ["a", "b"]
    assert await columns(reads, "t", 20) == []
    state = (await reads.states([T], at(5)))[T]
    assert (state.columns[1], state.schema_since) == (Column("b", "int", None), instant(day(4)))
    assert (await reads.states([T], at(20)))[T].facets == {}


async def test_what_writers_say_outranks_what_readers_say(stored: StoredGraph, reads: Datasets) -> None:
    """A reader may have selected columns only; what it says counts where no writer says anything, for each facet."""
    await stored.datasets("t")
    await stored.facet("t", "schema", schema("a"), role="I", since=1)
    await stored.facet("t", "schema", schema("a", "b"), role="W", since=3, until=5)
    await stored.facet("t", "ownership", {"owners": []}, role="I", since=4)
    assert [await columns(reads, "t", valid) for valid in (2, 3, 4, 5)] == [
        ["a"],
        ["a", "b"],
        ["a", "b"],
        ["a"],
    ]
    assert list((await reads.states([T], at(4)))[T].facets) == ["ownership", "schema"]


async def test_all_names_of_a_dataset_say_what_holds_of_it(stored: StoredGraph, reads: Datasets) -> None:
    """The name it is shown by comes first, the others fill what it does not say; before the link each has its own."""
    await stored.link("t", "u", known=5)
    await stored.facet("t", "schema", schema("a"), since=2)
    await stored.facet("u", "schema", schema("b"), since=3)
    await stored.facet("u", "ownership", {"owners": []}, since=1)
    for key in (T, U):
        state = (await reads.states([key], at(10)))[key]
        assert (state.node.name, state.node.aliases) == (ds("t"), (ds("u"),))
        assert [column.path for column in state.columns] == ["a"]
        assert sorted(state.facets) == ["ownership", "schema"]
    assert await columns(reads, "t", 1) == []
    before = await reads.states([T, U], at(10, 4))
    assert before == {}
    await stored.datasets("v", known=2)
    assert list(await reads.states([T, dataset_id(ds("v"))], at(10, 3))) == [dataset_id(ds("v"))]


async def test_the_history_of_a_schema_is_that_of_what_counted(stored: StoredGraph, reads: Datasets) -> None:
    """Over all valid time, as known; latest first; what only repeats the columns is no version of its own."""
    await stored.datasets("t")
    await stored.facet("t", "schema", schema("a"), role="I", since=1)
    await stored.facet("t", "schema", schema("a", "b"), since=3, until=5)
    await stored.facet("t", "schema", schema("a", "b", _producer="other"), since=5, until=8)
    await stored.facet("t", "schema", schema("a", "c"), since=8, known=10)
    history = (await reads.schema_histories([T], 10, at(1)))[T]
    assert [(one.valid_from, one.valid_to, [c.path for c in one.columns]) for one in history.versions] == [
        (instant(day(8)), None, ["a", "c"]),
        (instant(day(3)), instant(day(8)), ["a", "b"]),
        (instant(day(1)), instant(day(3)), ["a"]),
    ]
    latest = history.versions[0]
    assert ([c.path for c in latest.added], [c.path for c in latest.removed]) == (["c"], ["b"])
    assert not history.truncated
    before = (await reads.schema_histories([T], 10, at(1, 9)))[T]
    assert [(one.valid_from, one.valid_to) for one in before.versions] == [
        (instant(day(8)), None),
        (instant(day(3)), instant(day(8))),
        (instant(day(1)), instant(day(3))),
    ]
    short = (await reads.schema_histories([T], 1, at(1)))[T]
    assert (short.versions, short.truncated) == (history.versions[:1], True)
    assert (await reads.schema_histories([U], 1, at(1)))[U].versions == ()


def wrote(run: int, kind: str, at: str, job: str, **facets: Any) -> dict[str, Any]:
    """Return an event of a run that writes t."""
    event = run_event(run, kind, at, job=job)
    event["outputs"] = [dataset("t", facets=facets)]
    return event


async def test_the_last_writer_tells_the_version_and_what_became_of_a_dataset(
    database: Database, recorder: Recorder, reads: Datasets
) -> None:
    """Failed runs do not count, nor what happened or was heard of later; nor who no longer writes the dataset."""
    await record_all(
        recorder,
        [
            wrote(1, "COMPLETE", day(1), "a", version={"datasetVersion": "v1"}),
            wrote(2, "COMPLETE", day(3), "a", version={"datasetVersion": "v2"}),
            wrote(3, "FAIL", day(4), "a", version={"datasetVersion": "v3"}),
            wrote(4, "COMPLETE", day(6), "b", lifecycleStateChange={"lifecycleStateChange": "DROP"}),
        ],
    )
    known = (await Lineage(database).basis()).system

    async def last(valid: int) -> LastWrite:
        return (await reads.last_writes([T], type(at(1))(instant(day(valid)), known)))[T]

    assert await last(2) == LastWrite("v1", instant(day(1)))
    assert await last(5) == LastWrite("v2", instant(day(3)))
    assert await last(6) == LastWrite("v2", instant(day(3)), "DROP", instant(day(6)))
    await record_all(
        recorder, [dataset_event(day(8), "t", {"lifecycleStateChange": {"lifecycleStateChange": "create"}})]
    )
    assert await last(9) == LastWrite("v2", instant(day(3)), "DROP", instant(day(6)))
    known = (await Lineage(database).basis()).system
    assert await last(9) == LastWrite("v2", instant(day(3)), "CREATE", instant(day(8)))
    assert (await reads.last_writes([U], at(9)))[U] == LastWrite()
