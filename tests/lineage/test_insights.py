"""What the shape of a graph tells, compared with counting by hand and by trying all."""

from __future__ import annotations

from itertools import pairwise
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.insights import MOST_RANKED, Criticality, Insights, insights

N = [UUID(int=number) for number in range(8)]
graphs = st.sets(st.tuples(st.sampled_from(N), st.sampled_from(N)), max_size=16)


def reached(edges: set[tuple[UUID, UUID]], start: UUID) -> set[UUID]:
    """Return a node and all that follows from it."""
    found = {start}
    while more := {target for origin, target in edges if origin in found} - found:
        found |= more
    return found


def parts(nodes: set[UUID], edges: set[tuple[UUID, UUID]]) -> int:
    """Return into how many pieces a graph falls, whichever way its edges point."""
    both = {pair for pair in edges if set(pair) <= nodes}
    both |= {(target, origin) for origin, target in both}
    left, count = set(nodes), 0
    while left:
        left -= reached(both, left.pop())
        count += 1
    return count


def test_a_diamond_behind_a_bridge() -> None:
    """0 → 1 → 2, 3 → 4: without 1 it falls apart, and most ways pass it."""
    edges = [(N[0], N[1]), (N[1], N[2]), (N[1], N[3]), (N[2], N[4]), (N[3], N[4])]
    found = insights(N[:5], edges)
    assert found == Insights(
        (),
        0,
        tuple(N[:5]),
        (N[1],),
        found.ranking,
        (N[0], N[1], N[2], N[4]),
    )
    assert found.ranking[0] == Criticality(N[1], 1, 3, 0.571429)
    assert insights([], []) == Insights((), 0, (), (), (), ())


def test_cycles_are_told_once_and_stand_together_in_the_order() -> None:
    """The shortest way round through the first node; a node that follows from itself is one."""
    edges = [(N[0], N[1]), (N[1], N[2]), (N[2], N[1]), (N[2], N[3]), (N[3], N[1]), (N[4], N[4])]
    found = insights(N[:6], edges)
    assert (found.cycles, found.cycle_count) == (((N[1], N[2]), (N[4],)), 2)
    assert found.order == (N[0], N[1], N[2], N[3], N[4], N[5])
    assert len(found.longest_chain) == 2


@settings(deadline=None)
@given(graphs)
def test_the_shape_is_what_trying_all_says(edges: set[tuple[UUID, UUID]]) -> None:
    """Single points split a piece; the order puts origins first; counts are those of all reached."""
    found = insights(N, edges)
    after = {node: reached(edges, node) for node in N}
    before = {node: {other for other in N if node in after[other]} for node in N}
    assert set(found.single_points) == {
        node for node in N if parts(set(N) - {node}, edges) > parts(set(N), edges)
    }
    place = {node: number for number, node in enumerate(found.order)}
    assert sorted(place) == N
    assert all(place[origin] < place[target] for origin, target in edges if origin not in after[target])
    for cycle in found.cycles:
        assert all(pair in edges for pair in pairwise((*cycle, cycle[0])))
    assert len(found.ranking) == min(len(N), MOST_RANKED)
    assert {one.node: (one.upstream, one.downstream) for one in found.ranking} == {
        node: (len(before[node]) - 1, len(after[node]) - 1) for node in N
    }
    assert all(pair[1] in after[pair[0]] for pair in pairwise(found.longest_chain))
