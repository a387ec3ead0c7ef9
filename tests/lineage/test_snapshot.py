"""The lineage graph in memory, compared with a naive model of random graphs with validity on both axes."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.graph_difference import Span, edge_entries, node_lists
from lineage.snapshot.graph import Snapshot
from lineage.snapshot.loading import applied
from lineage.traversal import HEADINGS, Direction, Heading
from tests.lineage.temporal_graphs import (
    DATASETS,
    DAYS,
    JOBS,
    ROWS,
    EdgeRow,
    Rows,
    Times,
    World,
    at,
    day,
    kind_of,
    naive_walk,
)

NODES = (*DATASETS, *JOBS)
INSTANTS = st.tuples(st.integers(0, DAYS), st.integers(0, DAYS))
QUESTIONS = {
    "rows": ROWS,
    "basis": INSTANTS,
    "node": st.sampled_from(NODES),
    "direction": st.sampled_from(list(HEADINGS)),
    "depth": st.integers(1, 9),
    "limit": st.integers(1, 12),
}
ALWAYS = Times(0, None, 0, None)


@settings(max_examples=150, deadline=None)
@given(**QUESTIONS)
def test_a_walk_is_that_of_a_naive_model(
    rows: Rows, basis: tuple[int, int], node: UUID, direction: Direction, depth: int, limit: int
) -> None:
    """Nodes with distances, edges with their spans, what was cut and all counts, at any instants, depth and limit."""
    world = World(rows, *basis)
    start = world.by(node)
    naive = naive_walk(world, start, HEADINGS[direction], depth, limit)
    walked = rows.snapshot().walk(node, kind_of(node), direction, depth, at(*basis), limit)
    assert list(walked.distances.items()) == naive.distances
    edges = world.edges
    assert list(walked.edges) == sorted(
        (edges[key] for key in naive.edges), key=lambda edge: (edge.origin, edge.target, edge.kind)
    )
    assert (walked.truncated, walked.frontier, walked.reached) == (
        naive.truncated,
        naive.frontier,
        naive.reached,
    )
    assert walked.kinds == {key: kind_of(key) for key in walked.distances}


@settings(max_examples=100, deadline=None)
@given(rows=ROWS, basis=INSTANTS, some=st.frozensets(st.sampled_from(NODES)))
def test_neighbours_subgraphs_and_words_are_those_of_a_naive_model(
    rows: Rows, basis: tuple[int, int], some: frozenset[UUID]
) -> None:
    """One hop around each node, the edges between some, and what jobs say where that matters."""
    world, snapshot = World(rows, *basis), rows.snapshot()
    edges = sorted(world.edges.values(), key=lambda edge: (edge.origin, edge.target, edge.kind))
    for node in NODES:
        here = world.by(node)
        assert snapshot.neighbours(node, "up", at(*basis)) == [one for one in edges if one.target == here]
        assert snapshot.neighbours(node, "down", at(*basis)) == [one for one in edges if one.origin == here]
    among = {world.by(node) for node in some}
    assert snapshot.subgraph(some, at(*basis)) == [
        one for one in edges if one.origin in among and one.target in among
    ]
    words = snapshot.words(JOBS, at(*basis))
    assert {job: said for job, said in words.items() if job in world.words} == {
        job: world.words[job] for job in words if job in world.words
    }
    for job in world.words.keys() - words.keys():
        said = world.words[job]
        assert all(said.inputs_of([output]) == said.inputs for output in said.of_outputs)


@settings(max_examples=200, deadline=None)
@given(rows=ROWS, basis=INSTANTS, ends=st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)))
def test_what_lies_between_two_nodes_is_what_lies_on_a_way(
    rows: Rows, basis: tuple[int, int], ends: tuple[UUID, UUID]
) -> None:
    """A node that both can be reached and reaches the end, but not by one way through the jobs there, is left out."""
    world = World(rows, *basis)
    origin, target = map(world.by, ends)
    found = rows.snapshot().between(*ends, (kind_of(ends[0]), kind_of(ends[1])), at(*basis))
    hops = _hops_between(world, origin, target)
    assert {(edge.origin, edge.target) for edge in found.edges} == hops
    assert set(found.from_origin) == set(found.to_target) == {node for hop in hops for node in hop}
    assert found.kinds == {node: kind_of(node) for node in found.from_origin}
    ways: list[tuple[Heading, UUID, Mapping[UUID, int]]] = [
        ("down", origin, found.from_origin),
        ("up", target, found.to_target),
    ]
    for heading, start, told in ways:
        nearest: dict[UUID, int] = {}
        for (node, _), distance in world.places(heading, start).items():
            nearest[node] = min(distance, nearest.get(node, distance))
        assert told == {node: nearest[node] for node in told}


def _hops_between(world: World, origin: UUID, target: UUID) -> set[tuple[UUID, UUID]]:
    """Return the ends of edges on ways: those made on from places that lead on to the target."""
    places = world.places("down", origin)
    after: dict[tuple[UUID, UUID | None], set[tuple[UUID, UUID | None]]] = {
        place: {(node, place[0] if node in world.words else None) for node in world.onward("down", place)}
        for place in places
    }
    leading = {place for place in places if place[0] == target}
    while more := {place for place, ahead in after.items() if ahead & leading} - leading:
        leading |= more
    return {(place[0], ahead[0]) for place in leading for ahead in after[place] if ahead in leading}


@settings(max_examples=300, deadline=None)
@given(rows=ROWS, earlier=INSTANTS, later=INSTANTS)
def test_a_difference_makes_the_later_graph_of_the_earlier(
    rows: Rows, earlier: tuple[int, int], later: tuple[int, int]
) -> None:
    """Edges removed are taken away, those added put there, those changed given their other span; no more is told."""
    found = rows.snapshot().difference(at(*earlier), at(*later))
    worlds = World(rows, *earlier), World(rows, *later)
    before, after = (
        {key: Span(edge.valid_from, edge.valid_to) for key, edge in world.edges.items()} for world in worlds
    )
    told = {change: list(some.part()) for change, some in edge_entries(before, after).items()}
    assert {change: list(some.part()) for change, some in found.edges.items()} == told
    then, here = ({node for key in edges for node in key[:2]} for edges in (before, after))
    renamed = {node for node in then & here if worlds[0].names_of(node) != worlds[1].names_of(node)}
    nodes = {change: list(some.part()) for change, some in found.nodes.items()}
    assert nodes == {change: list(some.part()) for change, some in node_lists(then, here, renamed).items()}
    assert list(found.written.part()) == sorted(
        {key[1] for key in before.keys() ^ after.keys() if kind_of(key[1]) == "dataset"}
    )
    for listed in (*found.nodes.values(), *found.edges.values()):
        whole = list(listed.part())
        assert len(listed) == len(whole)
        assert [*listed.part(0, 1), *listed.part(1, 99)] == whole


@settings(max_examples=150, deadline=None)
@given(rows=ROWS, steps=st.lists(st.integers(0, DAYS), min_size=1, max_size=4).map(sorted))
def test_a_graph_that_is_caught_up_is_one_that_is_built_anew(rows: Rows, steps: list[int]) -> None:
    """However often it was brought up to date on the way."""
    snapshot = rows.snapshot(steps[0])
    for known in steps[1:]:
        assert applied(snapshot, rows.told(_days(snapshot), known))
        snapshot.known_at = day(known)
    assert _all_answers(snapshot, steps[-1]) == _all_answers(rows.snapshot(steps[-1]), steps[-1])


def _days(snapshot: Snapshot) -> int:
    return (snapshot.known_at - day(0)).days


def _all_answers(snapshot: Snapshot, known: int) -> list[object]:
    bases = [at(2, system) for system in range(known + 1)]
    walks = [snapshot.walk(node, kind_of(node), "both", 20, basis) for basis in bases for node in NODES]
    return [*walks, *(snapshot.words(JOBS, basis) for basis in bases)]


def test_ending_what_is_not_there_is_noticed() -> None:
    """Somebody rewrote the past: the graph has to be built anew."""
    rows = Rows((EdgeRow(JOBS[0], DATASETS[0], True, False, Times(0, None, 1, 3)),), (), ())
    snapshot = Rows((), (), ()).snapshot(2)
    assert not applied(snapshot, rows.told(2, 4))


def test_the_size_tells_what_is_in_memory() -> None:
    """Numbers of rows, and bytes that grow with them."""
    few = [EdgeRow(JOBS[0], one, False, False, ALWAYS) for one in DATASETS]
    some, none = Rows(tuple(few), (), ()).snapshot().size(), Rows((), (), ()).snapshot().size()
    assert (some.nodes, some.edges, some.statements, some.links) == (7, 6, 0, 0)
    assert some.bytes > none.bytes
