"""Walking lineage: what belongs to what in a job, edges under several names, and walks compared with a naive model."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.store.database import Database
from graph.time import instant
from lineage.columns import IS_EXPLICIT
from lineage.store import Lineage
from lineage.traversal import Edge, Said, Words, inputs_of_output, joined
from tests.lineage.conftest import clear
from tests.lineage.stored_graph import StoredGraph, at, column_lineage, day, ds

A, B, C, D, E = (UUID(int=number) for number in range(1, 6))


def edge(start: int = 1, end: int | None = None, known: int = 1) -> Edge:
    """Return an edge from A to B."""
    until = None if end is None else instant(day(end))
    return Edge(A, B, "observed", instant(day(start)), until, instant(day(known)))


@pytest.mark.parametrize(
    ("sources", "chosen", "chosen_explicitly"),
    [
        (None, {A, B, C}, {A, B, C}),
        (frozenset[UUID](), {C}, set[UUID]()),
        (frozenset({A}), {A, C}, {A}),
        (frozenset({A, D}), {A, C}, {A}),
        (frozenset({D}), {A, B, C}, {A, B, C}),
    ],
)
def test_an_output_follows_from_the_inputs_that_are_named_for_it_or_for_no_output(
    sources: frozenset[UUID] | None, chosen: set[UUID], chosen_explicitly: set[UUID]
) -> None:
    """From all where nothing is said or none of them named; explicit lineage leaves nothing out, so its word is all."""
    inputs, unnamed = frozenset({A, B, C}), frozenset({C})
    assert inputs_of_output(Said(sources), inputs, unnamed) == chosen
    assert inputs_of_output(Said(sources, is_explicit=True), inputs, unnamed) == chosen_explicitly


def test_words_of_a_job_lead_from_outputs_to_inputs_and_back() -> None:
    """A is named for D, B explicitly for E, and C for neither: only explicit words keep it out."""
    outputs = {D: [Said(frozenset({A}))], E: [Said(frozenset({B}), is_explicit=True)]}
    words = Words(frozenset({A, B, C}), outputs)
    assert words.unnamed == {C}
    assert (words.inputs_of([D]), words.inputs_of([E]), words.inputs_of([D, E])) == ({A, C}, {B}, {A, B, C})
    assert [words.outputs_of(frozenset({one})) for one in (A, B, C)] == [{D}, {E}, {D}]


def test_two_edges_of_one_dataset_are_one_over_the_whole_time() -> None:
    """An open end stays open; it has been believed since the first of them was."""
    assert joined(edge(1, 5, 3), edge(3, 9, 2)) == joined(edge(3, 9, 2), edge(1, 5, 3)) == edge(1, 9, 2)
    assert joined(edge(1, 5), edge(3)) == edge(1)


@dataclass(frozen=True)
class Model:
    """A small graph: what jobs read and write, what they state of outputs, and names of one dataset."""

    reads: frozenset[tuple[str, str]]
    writes: frozenset[tuple[str, str]]
    states: dict[tuple[str, str], frozenset[str]]
    explicit: frozenset[tuple[str, str]]
    links: frozenset[tuple[str, str]]

    def one(self, name: str) -> frozenset[str]:
        """Return all names of a dataset."""
        names = {name}
        while more := {x for link in self.links for x in link if set(link) & names} - names:
            names |= more
        return frozenset(names)

    def belongs(self, through: str, source: frozenset[str], output: frozenset[str]) -> bool:
        """Return whether an output of a job follows from an input of it, by any of its written names."""
        inputs = {self.one(name) for reader, name in self.reads if reader == through}
        if source not in inputs:
            return False
        named = {
            self.one(one)
            for (teller, name), stated in self.states.items()
            if teller == through and (through, name) in self.writes
            for one in stated
        }
        for name in output:
            if (through, name) not in self.writes:
                continue
            stated = self.states.get((through, name))
            sources = None if stated is None else {self.one(one) for one in stated}
            if sources is None or source in sources or (sources and not sources & inputs):
                return True
            if source not in named and (through, name) not in self.explicit:
                return True
        return False

    def upstream(self, start: str) -> set[frozenset[str]]:
        """Return the datasets that one follows from, over any number of jobs."""
        jobs = {through for through, _ in self.writes}
        everything = {self.one(name) for _, name in self.reads}
        found: set[frozenset[str]] = set()
        waiting = [self.one(start)]
        while waiting:
            output = waiting.pop()
            new = {
                source
                for through, source in product(jobs, everything)
                if source not in found and self.belongs(through, source, output)
            }
            found |= new
            waiting.extend(new)
        return found


NAMES, JOBS = ("a", "b", "c", "d", "e"), ("i", "j", "k")
SOME = st.frozensets(st.tuples(st.sampled_from(JOBS), st.sampled_from(NAMES)), max_size=9)
PAIRS = st.frozensets(st.tuples(st.sampled_from(JOBS), st.sampled_from(NAMES)), min_size=1, max_size=6)
MODELS = st.builds(
    Model,
    PAIRS,
    PAIRS,
    st.dictionaries(
        st.tuples(st.sampled_from(JOBS), st.sampled_from(NAMES)),
        st.frozensets(st.sampled_from(NAMES), max_size=2),
        max_size=6,
    ),
    SOME,
    st.frozensets(
        st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda pair: pair[0] < pair[1]),
        max_size=2,
    ),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(model=MODELS)
async def test_walks_both_ways_are_those_of_a_naive_model(database: Database, model: Model) -> None:
    """What is upstream of each dataset is what the model says, and downstream is the same seen from the other end."""
    await clear(database)
    stored, reads = StoredGraph(database), Lineage(database)
    await stored.datasets(*NAMES)
    for through in JOBS:
        await stored.flow(
            [name for reader, name in model.reads if reader == through],
            through,
            [name for writer, name in model.writes if writer == through],
        )
    for (through, output), sources in model.states.items():
        body = column_lineage(dataset=sorted(sources))
        if (through, output) in model.explicit:
            body[IS_EXPLICIT] = True
        await stored.says(through, output, body)
    for one, other in model.links:
        await stored.link(one, other)
    up: dict[str, set[str]] = {}
    for name in NAMES:
        graph = await reads.lineage(ds(name), "up", 50, at(31))
        up[name] = {other.name.name for other in graph.nodes if other.kind == "dataset"}
        expected = {name for one in model.upstream(name) for name in one} | model.one(name)
        shown = {
            alias
            for node in graph.nodes
            if node.kind == "dataset"
            for alias in (node.name.name, *(alias.name for alias in node.aliases))
        }
        assert shown == expected
    for name in NAMES:
        graph = await reads.lineage(ds(name), "down", 50, at(31))
        down = {node.name.name for node in graph.nodes if node.kind == "dataset"}
        shown_as = graph.nodes[0].name.name
        assert {other for other in NAMES if shown_as in up[other]} == {
            other for other in NAMES if (await reads.node(ds(other), at(31))).name.name in down
        }
