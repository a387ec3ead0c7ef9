"""Reading jobs: what is held of them, what they read and write, and their parts."""

from __future__ import annotations

from graph.store.database import Database
from graph.time import instant
from lineage.held_facets import Held
from lineage.jobs import JobEdge, Jobs
from lineage.naming import job_id
from tests.lineage.stored_graph import StoredGraph, at, day, ds, job

LOAD = job_id(job("load"))


async def test_a_job_is_what_is_held_of_it_at_the_instants(database: Database) -> None:
    """Its facets from the time of their events on, and what it reads and writes, observed, declared or both."""
    stored, reads = StoredGraph(database), Jobs(database)
    await stored.flow(["a", "b"], "load", ["x"], since=2)
    await stored.flow(["b", "c"], "load", [], since=1, until=4, kind="declared")
    await stored.link("table", "x", known=6)
    await stored.facet("load", "sql", {"query": "select 1"}, role="J", since=1, until=3)
    await stored.facet("load", "sql", {"query": "select 2"}, role="J", since=3)
    state = (await reads.states([LOAD], at(3, 5)))[LOAD]
    assert state.facets == {"sql": Held({"query": "select 2"}, instant(day(3)))}
    assert state.inputs == (
        JobEdge(ds("a"), is_observed=True, is_declared=False),
        JobEdge(ds("b"), is_observed=True, is_declared=True),
        JobEdge(ds("c"), is_observed=False, is_declared=True),
    )
    assert state.outputs == (JobEdge(ds("x"), is_observed=True, is_declared=False),)
    later = (await reads.states([LOAD], at(5)))[LOAD]
    assert [edge.dataset.name for edge in (*later.inputs, *later.outputs)] == ["a", "b", "table"]
    assert (await reads.states([LOAD], at(1)))[LOAD].facets["sql"].body == {"query": "select 1"}


async def test_parts_of_a_job_are_told_from_both_sides(database: Database) -> None:
    """From when on they are known; a job that is not known is left out."""
    stored, reads = StoredGraph(database), Jobs(database)
    await stored.jobs("load", "alone")
    await stored.jobs("load.query.1", "load.query.2", part_of="load", known=3)
    part, alone = (job_id(job(name)) for name in ("load.query.1", "alone"))
    found = await reads.states([LOAD, part, alone, job_id(job("none"))], at(1))
    assert {key: (state.part_of, state.parts) for key, state in found.items()} == {
        LOAD: (None, (job("load.query.1"), job("load.query.2"))),
        part: (job("load"), ()),
        alone: (None, ()),
    }
    before = await reads.states([LOAD, part], at(1, 2))
    assert {key: state.parts for key, state in before.items()} == {LOAD: ()}
