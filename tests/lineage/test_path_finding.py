"""Ways through the stored graph: from memory as by statements, and all of them however much follows from the start."""

from __future__ import annotations

from itertools import product

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from graph.errors import NotFoundError
from graph.identity import DatasetName, JobName
from graph.store.database import Database
from graph.time import AsOf
from lineage.naming import job_id
from lineage.path_finding import PathFinder, Paths
from lineage.recorder import Recorder
from lineage.snapshot.memory import Snapshots
from lineage.store import Lineage
from tests.lineage.conftest import clear, record_all
from tests.lineage.stored_graph import StoredGraph, at, ds, job
from tests.lineage.test_snapshot_memory import EVENTS

NODES: tuple[DatasetName | JobName, ...] = (ds("a"), ds("b"), ds("c"), ds("d"), job("i"), job("j"))


async def _found(finder: PathFinder, start: DatasetName | JobName, end: DatasetName | JobName, basis: AsOf, shown: int) -> Paths | str:  # fmt: skip
    try:
        return await finder.paths(start, end, 3, basis, shown)
    except NotFoundError as error:
        return str(error)


@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(events=EVENTS, shown=st.integers(1, 5))
async def test_memory_and_database_find_the_same_ways(
    database: Database, events: list[dict[str, object]], shown: int
) -> None:
    """Whatever jobs say of what belongs together, from datasets and from jobs, as many nodes shown as are asked for."""
    await clear(database)
    await record_all(Recorder(database), events)
    stored, remembered = Lineage(database), Lineage(database, memory=Snapshots(database))
    basis = await stored.basis()
    await remembered.snapshot(basis)
    for start, end in product(NODES, NODES):
        expected = await _found(PathFinder(stored), start, end, basis, shown)
        assert await _found(PathFinder(remembered), start, end, basis, shown) == expected
        if isinstance(expected, Paths):
            assert len(expected.nodes) == min(shown, len(expected.ways.nodes))


async def test_in_memory_all_that_follows_from_the_start_is_looked_at(database: Database) -> None:
    """By statements only so many nodes are, and it is said that there may be further ways."""
    graph = StoredGraph(database)
    names = "abcdefg"
    for number in range(len(names) - 1):
        await graph.flow([names[number]], f"step_{number}", [names[number + 1]])
    stored, remembered = Lineage(database), Lineage(database, memory=Snapshots(database))
    basis = await stored.basis(at(5).valid)
    await remembered.snapshot(basis)
    cut = await PathFinder(stored, most_examined=5).paths(ds("a"), ds("g"), 1, basis)
    assert (cut.ways.length, cut.truncated, cut.nodes) == (None, True, ())
    whole = await PathFinder(remembered, most_examined=5).paths(ds("a"), ds("g"), 1, basis, 2)
    assert (whole.ways.length, whole.truncated, len(whole.ways.nodes)) == (12, False, 13)
    assert [node.name.name for node in whole.nodes] == ["a", "step_0"]
    assert whole.names[job_id(job("step_5"))].name == job("step_5")
