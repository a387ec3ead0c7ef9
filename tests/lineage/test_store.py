"""Reading the lineage graph: hops, limits, names, what belongs together in a job, other names of a dataset."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from graph.errors import ConflictError, InvalidInputError, NotFoundError
from graph.identity import DatasetName, JobName
from graph.store.database import Database
from graph.time import AsOf, instant
from lineage.columns import IS_EXPLICIT
from lineage.naming import Named, dataset_id, job_id
from lineage.store import Direction, Frontier, Lineage, LineageGraph
from tests.lineage.in_memory import LineageInMemory
from tests.lineage.stored_graph import StoredGraph, at, column_lineage, day, ds, job


def shown(graph: LineageGraph) -> dict[str, int]:
    """Return the distance of each node by its name."""
    return {node.name.name: node.distance for node in graph.nodes}


@pytest.fixture(params=["newest", "past"])
async def stored(database: Database, request: pytest.FixtureRequest) -> AsyncIterator[StoredGraph]:
    """Return what writes the graph; its last day is the newest known, or long past: statements differ by that."""
    last = day(31) if request.param == "newest" else "2026-06-01T00:00:00Z"
    async with database.connection() as connection:
        before = await connection.fetchval("select last_at from clock where tenant_id = 1")
        await connection.execute("update clock set last_at = $1 where tenant_id = 1", instant(last))
    yield StoredGraph(database)
    async with database.connection() as connection:
        await connection.execute("update clock set last_at = $1 where tenant_id = 1", before)


@pytest.fixture(params=[Lineage, LineageInMemory])
def reads(database: Database, request: pytest.FixtureRequest) -> Lineage:
    """Return a reader, of PostgreSQL or of the graph in memory."""
    return request.param(database)


@pytest.fixture
async def chain(stored: StoredGraph, reads: Lineage) -> Lineage:
    """Return a reader on raw → to_clean → clean → to_mart → mart, with a side branch clean → to_other → other."""
    steps = [("raw", "clean"), ("clean", "mart"), ("clean", "other")]
    for n, (source, target) in enumerate(steps, 1):
        await stored.flow([source], f"to_{target}", [target], since=n)
    return reads


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
    graph = await chain.lineage(Named(name), direction, depth, at(31))
    assert (shown(graph), graph.frontier, graph.truncated) == (nodes, frontier, False)
    ids = {node.id for node in graph.nodes}
    assert all(edge.origin in ids and edge.target in ids for edge in graph.edges)
    assert len(graph.edges) == len(nodes) - 1


async def test_edges_point_the_way_the_data_flows(chain: Lineage) -> None:
    """From a dataset into the job that reads it, from a job into the dataset it writes, whichever way was asked."""
    clean, mart = (dataset_id(DatasetName("store", name)) for name in ("clean", "mart"))
    job = job_id(JobName("scheduler", "to_mart"))
    asked: list[tuple[str, Direction]] = [("mart", "up"), ("clean", "down")]
    for start, direction in asked:
        graph = await chain.lineage(Named(start), direction, 2, at(31))
        assert {(clean, job), (job, mart)} <= {(edge.origin, edge.target) for edge in graph.edges}
        (edge,) = [edge for edge in graph.edges if edge.target == mart]
        assert (edge.kind, edge.valid_from, edge.valid_to) == ("observed", instant(day(2)), None)
        assert edge.system_from == instant(day(1))


async def test_a_cycle_is_walked_once(stored: StoredGraph, reads: Lineage) -> None:
    """A dataset that is made from itself ends the walk instead of prolonging it."""
    await stored.flow(["a"], "forth", ["b"])
    await stored.flow(["b"], "back", ["a"])
    graph = await reads.lineage(Named("a"), "both", 50, at(31))
    assert shown(graph) == {"a": 0, "forth": 1, "back": 1, "b": 2}
    assert len(graph.edges) == 4


async def test_too_large_a_graph_is_cut_and_says_how_much_is_missing(
    stored: StoredGraph, reads: Lineage
) -> None:
    """Two thousand nodes are shown; the others directly behind are counted."""
    await stored.flow([f"in_{n:04d}" for n in range(2_100)], "job", ["out"])
    graph = await reads.lineage(Named("out"), "up", 5, at(31))
    assert (len(graph.nodes), len(graph.edges), graph.truncated) == (2_000, 1_999, True)
    assert graph.frontier == Frontier(upstream=102, downstream=0)
    assert await reads.lineage(Named("out"), "up", 5, graph.basis) == graph


async def test_declared_and_observed_edges_stand_side_by_side(stored: StoredGraph, reads: Lineage) -> None:
    """What the design says and what a run did are two edges between the same nodes."""
    await stored.flow(["a"], "job", [], since=1, kind="declared")
    await stored.flow(["a"], "job", [], since=2)
    graph = await reads.lineage(Named("a"), "down", 1, at(31))
    assert [(edge.kind, edge.valid_from) for edge in graph.edges] == [
        ("declared", instant(day(1))),
        ("observed", instant(day(2))),
    ]
    assert [edge.kind for edge in (await reads.lineage(Named("a"), "down", 1, at(1))).edges] == ["declared"]


async def test_what_was_believed_before_is_still_told(stored: StoredGraph, reads: Lineage) -> None:
    """An edge whose belief has ended holds for those who ask as of then, on both axes."""
    await stored.flow(["a"], "job", ["t"], since=1, known=2, unknown=5)
    await stored.flow(["a"], "job", ["t"], since=1, until=10, known=5)
    for valid, known, found in ((9, 4, True), (20, 4, True), (9, 6, True), (20, 6, False)):
        graph = await reads.lineage(Named("t"), "up", 2, at(valid, known))
        assert (shown(graph) == {"t": 0, "job": 1, "a": 2}) is found
    with pytest.raises(NotFoundError):
        await reads.lineage(Named("t"), "up", 2, at(9, 1))


async def test_names_alone_are_found_where_they_are_unique(stored: StoredGraph, reads: Lineage) -> None:
    """A whole name, or its end after a dot or slash; whole names come first; several candidates are listed."""
    names = ("db.mart.customers", "/lake/orders", "orders", "x.total", "y.total", "100%_sure")
    await stored.datasets(*names)
    await stored.jobs("flow.load", "customers_job")
    await stored.jobs("flow.load.query.1", part_of="flow.load")
    for called, name in (
        (Named("customers"), "db.mart.customers"),
        (Named("mart.customers"), "db.mart.customers"),
        (Named("orders"), "orders"),
        (Named("load"), "flow.load"),
        (Named("100%_sure"), "100%_sure"),
        (Named("x.total", "store", "dataset"), "x.total"),
        (Named("flow.load.query.1"), "flow.load.query.1"),
        (dataset_id(DatasetName("store", "orders")), "orders"),
        (JobName("scheduler", "flow.load"), "flow.load"),
    ):
        assert (await reads.node(called, at(31))).name.name == name
    with pytest.raises(
        ConflictError, match=r"'total' can mean dataset 'x.total' in 'store'; dataset 'y.total'"
    ):
        await reads.node(Named("total"), at(31))
    for unknown in (
        Named("ustomers"),
        Named("100__sure"),
        Named("customers", "elsewhere"),
        Named("customers", kind="job"),
        Named("query.1"),
        DatasetName("store", "none"),
        JobName("store", "orders"),
        UUID(int=5),
    ):
        with pytest.raises(NotFoundError):
            await reads.node(unknown, at(31))


async def test_a_node_is_found_from_when_on_it_was_known(stored: StoredGraph, reads: Lineage) -> None:
    """By its name, its id or the end of its name; before, nobody could have known of it."""
    await stored.flow(["db.a"], "flow.job", [], since=1, known=5)
    for of in (
        Named("a"),
        ds("db.a"),
        dataset_id(ds("db.a")),
        Named("job"),
        job("flow.job"),
        job_id(job("flow.job")),
    ):
        assert (await reads.node(of, at(1, 5))).name.name in {"db.a", "flow.job"}
        with pytest.raises(NotFoundError):
            await reads.node(of, at(31, 4))


async def test_a_dataset_is_found_under_each_of_its_spellings(
    database: Database, stored: StoredGraph, reads: Lineage
) -> None:
    """The scheme of a database and its default port may be written in several ways."""
    await stored.datasets("t")
    async with database.connection() as connection:
        await connection.execute(
            "update dataset set namespace = 'postgres://db:5432', dataset_id = $1",
            dataset_id(DatasetName("postgres://db:5432", "t")),
        )
    for namespace in ("postgres://db:5432", "postgresql://DB", "postgres://db"):
        assert (await reads.node(DatasetName(namespace, "t"), at(1))).name.namespace == "postgres://db:5432"
        assert (await reads.node(Named("t", namespace), at(1))).name.namespace == "postgres://db:5432"


@pytest.mark.parametrize("depth", [0, -1, 101])
async def test_depth_is_bounded(reads: Lineage, depth: int) -> None:
    """Less than one hop or more than a hundred is refused."""
    with pytest.raises(InvalidInputError, match="must be 1 to 100"):
        await reads.lineage(Named("mart"), "up", depth, at(31))


async def test_the_basis_is_now_by_default_and_never_past_what_is_committed(reads: Lineage) -> None:
    """What may be known is clamped to the last committed instant, so that an answer asked again is the same."""
    basis = await reads.basis()
    assert await reads.basis(instant(day(1)), instant("8000-01-01T00:00:00Z")) == AsOf(
        instant(day(1)), basis.system
    )
    early = instant("1990-01-01T00:00:00Z")
    assert (await reads.basis(None, early)).system == min(early, basis.system)


async def many_to_many(stored: StoredGraph) -> None:
    """Add a job that makes x from a, y from b and c, z from everything it reads, and w from nothing."""
    await stored.flow(["a", "b", "c"], "job", ["x", "y", "z", "w"])
    await stored.says("job", "x", column_lineage(("k", "a", "k")))
    await stored.says("job", "y", column_lineage(("k", "b", "k"), dataset=["c"]))
    await stored.says("job", "w", {"fields": {}, "dataset": []})


@pytest.mark.parametrize(
    ("name", "direction", "found"),
    [
        ("x", "up", {"a"}),
        ("y", "up", {"b", "c"}),
        ("z", "up", {"a", "b", "c"}),
        ("w", "up", set[str]()),
        ("a", "down", {"x", "z"}),
        ("b", "down", {"y", "z"}),
        ("c", "down", {"y", "z"}),
        ("job", "both", {"a", "b", "c", "x", "y", "z", "w"}),
    ],
)
async def test_through_a_job_only_that_is_followed_which_belongs_together(
    stored: StoredGraph, reads: Lineage, name: str, direction: Direction, found: set[str]
) -> None:
    """An output follows from the inputs that its job names for it; where it names none, from those named for no output."""
    await many_to_many(stored)
    near = await reads.lineage(Named(name), direction, 1, at(31))
    far = await reads.lineage(Named(name), direction, 2, at(31))
    ends = {node.name.name for node in far.nodes if node.kind == "dataset"} - {name}
    assert ends == found
    assert {edge.origin for edge in far.edges} | {edge.target for edge in far.edges} | {far.nodes[0].id} == {
        node.id for node in far.nodes
    }
    if name != "job":
        behind = near.frontier.upstream if direction == "up" else near.frontier.downstream
        assert behind == len(found)


async def test_a_job_reached_by_two_of_its_outputs_shows_the_inputs_of_both(
    stored: StoredGraph, reads: Lineage
) -> None:
    """Also where the second way to the job is longer; the nearest way gives the distance."""
    await many_to_many(stored)
    await stored.flow(["x", "y"], "join", ["end"])
    await stored.flow(["y"], "detour", ["y2"])
    await stored.flow(["x", "y2"], "late", ["far"])
    graph = await reads.lineage(Named("end"), "up", 4, at(31))
    assert shown(graph) == {"end": 0, "join": 1, "x": 2, "y": 2, "job": 3, "a": 4, "b": 4, "c": 4}
    graph = await reads.lineage(Named("far"), "up", 20, at(31))
    assert shown(graph) == {
        "far": 0, "late": 1, "x": 2, "y2": 2, "job": 3, "detour": 3, "a": 4, "y": 4, "b": 6, "c": 6,
    }  # fmt: skip
    down = await reads.lineage(Named("b"), "down", 20, at(31))
    assert shown(down) == {
        "b": 0, "job": 1, "y": 2, "z": 2, "join": 3, "detour": 3, "end": 4, "y2": 4, "late": 5, "far": 6,
    }  # fmt: skip


async def test_what_belongs_together_is_that_of_the_instants(stored: StoredGraph, reads: Lineage) -> None:
    """A statement counts while it holds and as it was believed; one that was deleted says nothing."""
    await stored.flow(["a", "b"], "job", ["x", "y"])
    await stored.says("job", "y", column_lineage(("k", "b", "k")))
    await stored.says("job", "x", column_lineage(("k", "a", "k")), since=5, until=10, known=3)
    await stored.says("job", "x", {"_deleted": True}, since=10, known=3)
    for valid, known, found in (
        (4, 31, {"a", "b"}),
        (5, 31, {"a"}),
        (5, 2, {"a", "b"}),
        (10, 31, {"a", "b"}),
    ):
        graph = await reads.lineage(Named("x"), "up", 2, at(valid, known))
        assert {node.name.name for node in graph.nodes if node.distance == 2} == found


async def test_what_a_job_states_outranks_what_its_sql_tells(stored: StoredGraph, reads: Lineage) -> None:
    """Where nothing is stated, what was worked out from the SQL counts; other jobs' words on the dataset do not."""
    await stored.flow(["a", "b"], "job", ["x", "y"])
    await stored.says("job", "y", column_lineage(("k", "a", "k"), ("k", "b", "k")))
    await stored.says("other", "x", column_lineage(("k", "b", "k")))
    await stored.says("job", "x", column_lineage(("k", "a", "k")), role="S")
    await stored.says("job", "x", column_lineage(("k", "b", "k")), since=5)
    for valid, found in ((4, {"a"}), (5, {"b"})):
        graph = await reads.lineage(Named("x"), "up", 2, at(valid))
        assert {node.name.name for node in graph.nodes if node.distance == 2} == found


async def test_an_input_that_no_statement_names_feeds_all_outputs_but_those_of_explicit_lineage(
    stored: StoredGraph, reads: Lineage
) -> None:
    """Producers leave out what is only joined or filtered by; what once was named for an output says nothing today."""
    await stored.flow(["a", "b", "c"], "job", ["x", "y", "e", "f"])
    await stored.flow([], "job", ["old"], until=5)
    await stored.says("job", "x", column_lineage(("k", "a", "k"), ("k", "cte", "k")))
    await stored.says("job", "y", column_lineage(("k", "b", "k")), role="S")
    await stored.says("job", "e", {IS_EXPLICIT: True, **column_lineage(("k", "a", "k"))})
    await stored.says("job", "f", {IS_EXPLICIT: True, **column_lineage(dataset=[])})
    await stored.says("job", "old", column_lineage(("k", "c", "k")))
    asked: list[tuple[str, Direction, str]] = [
        ("x", "up", "ac"), ("y", "up", "bc"), ("e", "up", "a"), ("f", "up", ""),
        ("a", "down", "xe"), ("b", "down", "y"), ("c", "down", "xy"),
    ]  # fmt: skip
    for name, direction, found in asked:
        graph = await reads.lineage(Named(name), direction, 2, at(31))
        assert {node.name.name for node in graph.nodes if node.distance == 2} == set(found)
    then = await reads.lineage(Named("x"), "up", 2, at(4))
    assert {node.name.name for node in then.nodes if node.distance == 2} == {"a"}


async def test_a_statement_that_names_no_input_cannot_tell_them_apart(
    stored: StoredGraph, reads: Lineage
) -> None:
    """Producers call datasets by other names in column lineage at times; nothing is lost by that."""
    await stored.flow(["a", "b"], "job", ["x", "y"])
    await stored.says("job", "x", column_lineage(("k", "elsewhere", "k")))
    up = await reads.lineage(Named("x"), "up", 2, at(31))
    assert shown(up) == {"x": 0, "job": 1, "a": 2, "b": 2}
    down = await reads.lineage(Named("a"), "down", 2, at(31))
    assert shown(down) == {"a": 0, "job": 1, "x": 2, "y": 2}


async def test_the_names_of_one_dataset_are_one_node(stored: StoredGraph, reads: Lineage) -> None:
    """Edges of all names are shown at the one that says of itself that it has others, whichever is asked for."""
    await stored.flow(["src"], "load", ["/path/t"], since=1)
    await stored.flow(["db.t"], "use", ["out"], since=2)
    await stored.link("/path/t", "db.t", known=10)
    after, before = at(20, 10), at(20, 9)
    for of in (Named("db.t"), Named("/path/t"), ds("db.t"), dataset_id(ds("db.t")), Named("t")):
        graph = await reads.lineage(of, "both", 9, after)
        assert shown(graph) == {"/path/t": 0, "load": 1, "use": 1, "out": 2, "src": 2}
        assert graph.nodes[0].aliases == (ds("db.t"),)
        assert len(graph.edges) == 4
    asked: list[tuple[str, Direction]] = [("src", "down"), ("out", "up")]
    for start, direction in asked:
        graph = await reads.lineage(Named(start), direction, 9, after)
        assert len(graph.nodes) == 5
        assert {node.name.name for node in graph.nodes if node.distance == 2} == {"/path/t"}
        assert (await reads.lineage(Named(start), direction, 1, after)).frontier in (
            Frontier(1, 0),
            Frontier(0, 1),
        )
    assert shown(await reads.lineage(ds("db.t"), "both", 9, before)) == {"db.t": 0, "use": 1, "out": 2}
    with pytest.raises(ConflictError):
        await reads.node(Named("t"), before)
    early = await reads.lineage(ds("db.t"), "both", 9, at(1, 31))
    assert shown(early) == {"/path/t": 0, "load": 1, "src": 2}


async def test_a_renamed_dataset_has_the_lineage_of_all_its_names(
    stored: StoredGraph, reads: Lineage
) -> None:
    """It is shown by its latest name at any valid instant; two edges of one job are one."""
    await stored.flow(["src"], "load", ["old"], since=1, until=5)
    await stored.flow(["src"], "load", ["new"], since=4)
    await stored.flow(["older"], "use", ["out"], since=1)
    await stored.link("new", "old", "rename", since=5)
    await stored.link("old", "older", "rename", since=3)
    for valid, start, end in ((2, 1, 5), (4, 1, None), (20, 4, None)):
        graph = await reads.lineage(Named("older"), "both", 9, at(valid))
        assert shown(graph) == {"new": 0, "load": 1, "use": 1, "out": 2, "src": 2}
        assert (graph.nodes[0].aliases, graph.nodes[0].former_names) == ((ds("old"), ds("older")),) * 2
        (edge,) = [edge for edge in graph.edges if edge.target == graph.nodes[0].id]
        assert (edge.valid_from, edge.valid_to) == (
            instant(day(start)),
            instant(day(end)) if end else None,
        )


async def test_statements_under_other_names_belong_to_the_same_datasets(
    stored: StoredGraph, reads: Lineage
) -> None:
    """Column lineage may call a dataset by the name of its table where the job reads its path."""
    await stored.flow(["/a", "/b"], "job", ["x", "y"])
    await stored.link("/a", "db.a")
    await stored.link("/b", "db.b")
    await stored.says("job", "x", column_lineage(("k", "db.a", "k")))
    await stored.says("job", "y", column_lineage(("k", "db.a", "k"), ("k", "db.b", "k")))
    up = await reads.lineage(Named("x"), "up", 2, at(31))
    assert shown(up) == {"x": 0, "job": 1, "/a": 2}
    for start, found in (("db.a", {"x", "y"}), ("db.b", {"y"})):
        down = await reads.lineage(Named(start), "down", 2, at(31))
        assert {node.name.name for node in down.nodes if node.distance == 2} == found
