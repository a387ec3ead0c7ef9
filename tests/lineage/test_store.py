"""Reading lineage: hops, limits, names, columns as of an instant, runs page by page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from graph.errors import ConflictError, InvalidInputError, NotFoundError
from graph.identity import DatasetName, JobName
from graph.store.database import Database
from graph.time import AsOf, instant
from lineage.facets import Column
from lineage.naming import Named, dataset_id, job_id
from lineage.recorder import Recorder
from lineage.store import Direction, Frontier, Lineage, LineageGraph, RunFacet
from tests.lineage.conftest import dataset, dataset_event, job_event, record_all, run_event


def day(number: int) -> str:
    """Return a day of January 2026."""
    return f"2026-01-{number:02d}T00:00:00Z"


def shown(graph: LineageGraph) -> dict[str, int]:
    """Return the distance of each node by its name."""
    return {node.name.name: node.distance for node in graph.nodes}


@pytest.fixture
async def chain(database: Database, recorder: Recorder) -> Lineage:
    """Return a reader on raw → to_clean → clean → to_mart → mart, with a side branch clean → to_other → other."""
    steps = [("raw", "clean"), ("clean", "mart"), ("clean", "other")]
    await record_all(
        recorder,
        [
            run_event(n, "COMPLETE", day(n), [source], [target], job=f"to_{target}")
            for n, (source, target) in enumerate(steps, 1)
        ],
    )
    return Lineage(database)


@pytest.mark.parametrize(
    ("name", "direction", "depth", "nodes", "frontier"),
    [
        ("mart", "up", 1, {"mart": 0, "to_mart": 1}, Frontier(1, 0)),
        ("mart", "up", 2, {"mart": 0, "to_mart": 1, "clean": 2}, Frontier(1, 0)),
        ("mart", "up", 4, {"mart": 0, "to_mart": 1, "clean": 2, "to_clean": 3, "raw": 4}, Frontier(0, 0)),
        ("mart", "up", 100, {"mart": 0, "to_mart": 1, "clean": 2, "to_clean": 3, "raw": 4}, Frontier(0, 0)),
        ("mart", "down", 3, {"mart": 0}, Frontier(0, 0)),
        ("raw", "down", 2, {"raw": 0, "to_clean": 1, "clean": 2}, Frontier(0, 2)),
        ("clean", "both", 1, {"clean": 0, "to_clean": 1, "to_mart": 1, "to_other": 1}, Frontier(1, 2)),
        ("to_mart", "both", 1, {"to_mart": 0, "clean": 1, "mart": 1}, Frontier(1, 0)),
        ("mart", "both", 3, {"mart": 0, "to_mart": 1, "clean": 2, "to_clean": 3}, Frontier(1, 0)),
    ],
)
async def test_depth_counts_hops_and_each_direction_is_followed_for_itself(
    chain: Lineage, name: str, direction: Direction, depth: int, nodes: dict[str, int], frontier: Frontier
) -> None:
    """One hop is from a dataset to its jobs; siblings that only share an ancestor are no lineage."""
    graph = await chain.lineage(Named(name), direction, depth, await chain.basis())
    assert (shown(graph), graph.frontier, graph.truncated) == (nodes, frontier, False)
    ids = {node.id for node in graph.nodes}
    assert all(edge.origin in ids and edge.target in ids for edge in graph.edges)
    assert len(graph.edges) == len(nodes) - 1


async def test_edges_point_the_way_the_data_flows(chain: Lineage) -> None:
    """From a dataset into the job that reads it, from a job into the dataset it writes, whichever way was asked."""
    clean, mart = (dataset_id(DatasetName("store", name)) for name in ("clean", "mart"))
    job = job_id(JobName("scheduler", "to_mart"))
    at = await chain.basis()
    asked: list[tuple[str, Direction]] = [("mart", "up"), ("clean", "down")]
    for start, direction in asked:
        graph = await chain.lineage(Named(start), direction, 2, at)
        assert {(clean, job), (job, mart)} <= {(edge.origin, edge.target) for edge in graph.edges}
        (edge,) = [edge for edge in graph.edges if edge.target == mart]
        assert (edge.kind, edge.valid_from, edge.valid_to) == ("observed", instant(day(2)), None)
        assert edge.system_from <= at.system


async def test_a_cycle_is_walked_once(database: Database, recorder: Recorder) -> None:
    """A dataset that is made from itself ends the walk instead of prolonging it."""
    events = [
        run_event(1, "COMPLETE", day(1), ["a"], ["b"], job="forth"),
        run_event(2, "COMPLETE", day(1), ["b"], ["a"], job="back"),
    ]
    await record_all(recorder, events)
    reads = Lineage(database)
    graph = await reads.lineage(Named("a"), "both", 50, await reads.basis())
    assert shown(graph) == {"a": 0, "forth": 1, "back": 1, "b": 2}
    assert len(graph.edges) == 4


async def test_too_large_a_graph_is_cut_and_says_how_much_is_missing(
    database: Database, recorder: Recorder
) -> None:
    """Two thousand nodes are shown; the others directly behind are counted."""
    await record_all(
        recorder, [run_event(1, "COMPLETE", day(1), [f"in_{n:04d}" for n in range(2_100)], ["out"])]
    )
    reads = Lineage(database)
    graph = await reads.lineage(Named("out"), "up", 5, await reads.basis())
    assert (len(graph.nodes), len(graph.edges), graph.truncated) == (2_000, 1_999, True)
    assert graph.frontier == Frontier(upstream=102, downstream=0)
    again = await reads.lineage(Named("out"), "up", 5, graph.basis)
    assert again == graph


async def test_declared_and_observed_edges_stand_side_by_side(database: Database, recorder: Recorder) -> None:
    """What the design says and what a run did are two edges between the same nodes."""
    await record_all(recorder, [job_event(day(1), ["a"], None), run_event(1, "COMPLETE", day(2), ["a"])])
    reads = Lineage(database)
    graph = await reads.lineage(Named("a"), "down", 1, await reads.basis())
    assert [(edge.kind, edge.valid_from) for edge in graph.edges] == [
        ("declared", instant(day(1))),
        ("observed", instant(day(2))),
    ]
    early = await reads.lineage(Named("a"), "down", 1, AsOf(instant(day(1)), graph.basis.system))
    assert [edge.kind for edge in early.edges] == ["declared"]


async def test_names_alone_are_found_where_they_are_unique(database: Database, recorder: Recorder) -> None:
    """A whole name, or its end after a dot or slash; whole names come first; several candidates are listed."""
    inputs = [
        dataset(name)
        for name in ("db.mart.customers", "/lake/orders", "orders", "x.total", "y.total", "100%_sure")
    ]
    await record_all(recorder, [{**run_event(1, "COMPLETE", day(1), job="flow.load"), "inputs": inputs}])
    await record_all(recorder, [run_event(2, "COMPLETE", day(1), job="customers_job")])
    reads = Lineage(database)
    for called, name in (
        (Named("customers"), "db.mart.customers"),
        (Named("mart.customers"), "db.mart.customers"),
        (Named("orders"), "orders"),
        (Named("load"), "flow.load"),
        (Named("100%_sure"), "100%_sure"),
        (Named("x.total", "store", "dataset"), "x.total"),
        (dataset_id(DatasetName("store", "orders")), "orders"),
        (JobName("scheduler", "flow.load"), "flow.load"),
    ):
        assert (await reads.node(called)).name.name == name
    with pytest.raises(
        ConflictError, match=r"'total' can mean dataset 'x.total' in 'store'; dataset 'y.total'"
    ):
        await reads.node(Named("total"))
    for unknown in (
        Named("ustomers"),
        Named("100__sure"),
        Named("customers", "elsewhere"),
        Named("customers", kind="job"),
        DatasetName("store", "none"),
        JobName("store", "orders"),
        UUID(int=5),
    ):
        with pytest.raises(NotFoundError):
            await reads.node(unknown)


@pytest.mark.parametrize("depth", [0, -1, 101])
async def test_depth_is_bounded(chain: Lineage, depth: int) -> None:
    """Less than one hop or more than a hundred is refused."""
    with pytest.raises(InvalidInputError, match="must be 1 to 100"):
        await chain.lineage(Named("mart"), "up", depth, await chain.basis())


async def test_the_basis_is_now_by_default_and_never_past_what_is_committed(chain: Lineage) -> None:
    """What may be known is clamped to the last committed instant, so that an answer asked again is the same."""
    at = await chain.basis()
    assert await chain.basis(instant(day(1)), instant("8000-01-01T00:00:00Z")) == AsOf(
        instant(day(1)), at.system
    )
    early = await chain.basis(None, instant("2001-01-01T00:00:00Z"))
    graph = await chain.lineage(Named("mart"), "up", 9, early)
    assert shown(graph) == {"mart": 0}


def schema(*names: str, **members: Any) -> dict[str, Any]:
    """Return a schema facet of some columns."""
    return {"fields": [{"name": name, "type": "int"} for name in names], **members}


async def test_columns_are_those_of_the_instant(database: Database, recorder: Recorder) -> None:
    """The newest schema by the valid instant, as known; a schema seen on an input counts where no other is known."""
    written = run_event(1, "COMPLETE", day(2), ["source"])
    written["outputs"] = [dataset("t", facets={"schema": schema("a", "b"), "ownership": {"owners": []}})]
    read = run_event(2, "COMPLETE", day(4))
    read["inputs"] = [
        dataset("t", facets={"schema": schema("a")}),
        dataset("u", facets={"schema": schema("z")}),
    ]
    await record_all(recorder, [written, read])
    reads = Lineage(database)
    before = await reads.basis()
    await record_all(recorder, [dataset_event(day(3), "t", {"schema": schema("a", "b", "c")})])
    after = await reads.basis()

    async def columns(name: str, valid: str, at: AsOf) -> list[str]:
        state = await reads.dataset(Named(name), AsOf(instant(valid), at.system))
        return [column.path for column in state.columns]

    assert await columns("t", day(1), after) == []
    assert await columns("t", day(2), after) == ["a", "b"]
    assert await columns("t", day(5), before) == ["a", "b"]
    assert await columns("t", day(5), after) == ["a", "b", "c"]
    assert await columns("u", day(5), after) == ["z"]
    state = await reads.dataset(DatasetName("store", "t"), after)
    assert (state.columns[2], state.schema_since) == (Column("c", "int", None), instant(day(3)))
    assert sorted(state.facets) == ["ownership", "schema"]


async def test_a_deleted_facet_is_gone_from_then_on(database: Database, recorder: Recorder) -> None:
    """What was said before a facet was deleted does not come back, and still holds before the deletion."""
    await record_all(
        recorder,
        [
            dataset_event(day(1), "t", {"schema": schema("a")}),
            dataset_event(day(2), "t", {"schema": schema("a", "b")}),
            dataset_event(day(3), "t", {"schema": {"_deleted": True}}),
        ],
    )
    reads = Lineage(database)
    at = await reads.basis()
    assert (await reads.dataset(Named("t"), at)).facets == {}
    past = await reads.dataset(Named("t"), AsOf(instant(day(2)), at.system))
    assert [column.path for column in past.columns] == ["a", "b"]


async def test_a_run_knows_its_times_its_parents_and_the_newest_of_its_facets(
    database: Database, recorder: Recorder
) -> None:
    """Facets replace each other by the time of their events; what a run saw of a dataset stays with the run."""
    first = run_event(1, "START", day(1), ["a"])
    first["run"]["facets"] = {
        "parent": {"run": {"runId": str(UUID(int=8))}, "root": {"run": {"runId": str(UUID(int=9))}}},
        "nominalTime": {"nominalStartTime": day(1), "nominalEndTime": day(2)},
        "processing_engine": {"version": "1"},
    }
    last = run_event(1, "FAIL", day(3))
    last["run"]["facets"] = {"errorMessage": {"message": "no"}, "processing_engine": {"version": "2"}}
    last["outputs"] = [
        dataset(
            "b",
            facets={"dataQualityMetrics": {"rowCount": 1}},
            outputFacets={"outputStatistics": {"rowCount": 2}},
        )
    ]
    for event in (last, first):
        await record_all(recorder, [event])
    reads = Lineage(database)
    run = await reads.run(UUID(int=1))
    assert (run.state, run.started_at, run.ended_at) == ("FAIL", instant(day(1)), instant(day(3)))
    assert (run.nominal_from, run.nominal_to) == (instant(day(1)), instant(day(2)))
    assert (run.parent_run_id, run.root_run_id) == (UUID(int=8), UUID(int=9))
    assert (run.inputs, run.outputs) == ((DatasetName("store", "a"),), (DatasetName("store", "b"),))
    found = (await reads.run_facets([run.run_id]))[run.run_id]
    b = DatasetName("store", "b")
    assert [facet for facet in found if facet.name not in {"parent", "nominalTime"}] == [
        RunFacet(None, None, "errorMessage", {"message": "no"}),
        RunFacet(None, None, "processing_engine", {"version": "2"}),
        RunFacet("O", b, "dataQualityMetrics", {"rowCount": 1}),
        RunFacet("O", b, "outputStatistics", {"rowCount": 2}),
    ]
    assert (await reads.dataset(b, await reads.basis())).facets == {}
    with pytest.raises(NotFoundError):
        await reads.run(UUID(int=2))
    with pytest.raises(NotFoundError):
        await reads.event(UUID(int=2))


async def test_the_runs_of_a_job_come_latest_first_and_page_by_page(
    database: Database, recorder: Recorder
) -> None:
    """No run is shown twice or left out, also where several start at once; runs that start later are not in it."""
    events = [run_event(n, "START", day(1 + n // 2)) for n in range(1, 8)]
    await record_all(recorder, [*events, run_event(99, "START", day(1), job="other")])
    reads = Lineage(database)
    at = AsOf(instant(day(3)), (await reads.basis()).system)
    pages: list[list[int]] = []
    after, more = None, True
    while more:
        runs, more = await reads.runs(JobName("scheduler", "job"), 2, after, at)
        pages.append([run.run_id.int for run in runs])
        after = runs[-1].run_id
    assert pages == [[5, 4], [3, 2], [1]]


async def test_job_facets_are_those_of_the_instant(database: Database, recorder: Recorder) -> None:
    """A job facet holds from the time of its event until the next of its name."""
    events = [run_event(n, "COMPLETE", day(n)) for n in (1, 2)]
    for event in events:
        event["job"]["facets"] = {"sql": {"query": f"select {event['eventTime'][9]}"}}
    await record_all(recorder, events)
    reads = Lineage(database)
    at = await reads.basis()
    job = JobName("scheduler", "job")
    assert await reads.job_facets(job, at) == {"sql": {"query": "select 2"}}
    assert await reads.job_facets(job, AsOf(instant(day(1)), at.system)) == {"sql": {"query": "select 1"}}
