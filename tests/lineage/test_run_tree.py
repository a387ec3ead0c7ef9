"""Which run started which: trees of tasks, mapped tasks and their parts, and children page by page."""

from __future__ import annotations

from uuid import UUID

import pytest

from graph.errors import InvalidInputError, NotFoundError
from graph.store.database import Database
from graph.time import AsOf
from lineage.recorder import Recorder
from lineage.run_tree import RunTrees
from lineage.runs import Runs
from tests.lineage.conftest import record_all, run_event
from tests.lineage.test_runs import child_event, day, known_now


async def test_a_tree_has_tasks_mapped_tasks_and_their_parts(database: Database, recorder: Recorder) -> None:
    """Parents come before children; what lies deeper is counted; children come page by page."""
    tasks = [child_event(n, 90, "COMPLETE", n, job="dag.mapped") for n in (2, 3, 4)]
    for task in tasks:
        task["run"]["facets"]["parent"]["job"] = {"namespace": "scheduler", "name": "dag"}
    parts = [child_event(n, 2, "COMPLETE", n, job=f"dag.mapped.query.{n}") for n in (5, 6)]
    for part in parts:
        part["run"]["facets"]["parent"]["job"] = {"namespace": "scheduler", "name": "dag.mapped"}
    await record_all(recorder, [*tasks, *parts, run_event(90, "START", day(1).isoformat(), job="dag")])
    trees = RunTrees(database, Runs(database))

    async def shown(depth: int, at: AsOf | None = None) -> list[tuple[int, int, int | None, int]]:
        tree = await trees.tree(UUID(int=90), depth, at)
        assert not tree.truncated
        return [
            (node.run.run_id.int, node.depth, node.parent_run_id and node.parent_run_id.int, node.children)
            for node in tree.nodes
        ]

    whole = [(90, 0, None, 3), (2, 1, 90, 2), (3, 1, 90, 0), (4, 1, 90, 0), (5, 2, 2, 0), (6, 2, 2, 0)]
    assert await shown(3) == whole
    assert await shown(1) == whole[:4]
    assert await shown(0) == whole[:1]
    assert await shown(3, AsOf(day(3), await known_now(database))) == whole[:3]
    first = (await trees.children([UUID(int=90), UUID(int=3)], 2))[UUID(int=90)]
    assert ([run.run_id.int for run in first.runs], first.count) == ([2, 3], 3)
    second = await trees.children([UUID(int=90), UUID(int=3)], 2, first.next)
    assert [run.run_id.int for run in second[UUID(int=90)].runs] == [4]
    assert (second[UUID(int=90)].next, second[UUID(int=3)].runs, second[UUID(int=3)].count) == (None, (), 0)
    for depth in (-1, 21):
        with pytest.raises(InvalidInputError, match="must be 0 to 20"):
            await trees.tree(UUID(int=90), depth)
    with pytest.raises(NotFoundError):
        await trees.tree(UUID(int=7), 1)


async def test_a_tree_ends_where_runs_start_each_other(database: Database, recorder: Recorder) -> None:
    """Nonsense is shown once."""
    events = [child_event(1, 2, "START", 1, job="one"), child_event(2, 1, "START", 1, job="two")]
    await record_all(recorder, events)
    tree = await RunTrees(database, Runs(database)).tree(UUID(int=1), 20)
    assert [node.run.run_id.int for node in tree.nodes] == [1, 2]


async def test_a_tree_has_only_so_many_runs(database: Database, recorder: Recorder) -> None:
    """What is more is left out, and said to be."""
    await record_all(recorder, [child_event(n, 1, "START", n, job="task") for n in range(2, 6)])
    tree = await RunTrees(database, Runs(database), largest_tree=3).tree(UUID(int=1), 5)
    assert (len(tree.nodes), tree.truncated, tree.nodes[0].children) == (3, True, 4)
