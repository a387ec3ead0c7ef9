"""Ways through a lineage graph compared with those found by trying all, and what belongs together in a job."""

from __future__ import annotations

from itertools import pairwise
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.flows import Flow, Flows, flows_between
from lineage.naming import NodeKind
from lineage.paths import Ways, ways
from lineage.traversal import Edge, Said, Words
from tests.lineage.test_traversal import edge

DATASETS = [UUID(int=number) for number in range(1, 6)]
JOBS = [UUID(int=number) for number in range(11, 15)]
KINDS: dict[UUID, NodeKind] = {**dict.fromkeys(DATASETS, "dataset"), **dict.fromkeys(JOBS, "job")}

reads = st.sets(st.tuples(st.sampled_from(DATASETS), st.sampled_from(JOBS)), max_size=12)
writes = st.sets(st.tuples(st.sampled_from(JOBS), st.sampled_from(DATASETS)), max_size=12)
said = st.dictionaries(
    st.tuples(st.sampled_from(JOBS), st.sampled_from(DATASETS)),
    st.frozensets(st.sampled_from(DATASETS), max_size=3),
    max_size=6,
)


def words_of(
    edges: set[tuple[UUID, UUID]], stated: dict[tuple[UUID, UUID], frozenset[UUID]]
) -> dict[UUID, Words]:
    """Return what each job says explicitly of what it writes."""
    return {
        job: Words(
            frozenset(origin for origin, target in edges if target == job),
            {
                target: [Said(stated.get((job, target)), is_explicit=True)]
                for origin, target in edges
                if origin == job
            },
        )
        for job in JOBS
    }


def flows_of(edges: set[tuple[UUID, UUID]], words: dict[UUID, Words] | None = None) -> Flows:
    """Return edges by their ends."""
    return Flows.of([edge()._replace(origin=origin, target=target) for origin, target in edges], words)


def all_ways(flows: Flows, start: UUID, end: UUID) -> list[tuple[UUID, ...]]:
    """Return every way from one node to another that meets no node twice, by trying all."""
    found: list[tuple[UUID, ...]] = []

    def go(way: list[UUID]) -> None:
        last, entered_by = way[-1], way[-2] if len(way) > 1 else None
        if last == end:
            found.append(tuple(way))
            return
        ahead = flows.outputs(last, entered_by) if last in JOBS else flows.onward.get(last, ())
        for one in ahead:
            if one not in way:
                go([*way, one])

    go([start])
    return found


@settings(deadline=None)
@given(reads, writes, said, st.sampled_from([*DATASETS, *JOBS]), st.sampled_from([*DATASETS, *JOBS]))
def test_shortest_ways_are_those_found_by_trying_all(
    into: set[tuple[UUID, UUID]],
    out: set[tuple[UUID, UUID]],
    stated: dict[tuple[UUID, UUID], frozenset[UUID]],
    start: UUID,
    end: UUID,
) -> None:
    """All of them are counted, however few are told; what lies on a way without rounds is among the nodes on any."""
    flows = flows_of(into | out, words_of(into | out, stated))
    found = ways(flows, start, KINDS[start], end, 100)
    tried = all_ways(flows, start, end)
    shortest = min(map(len, tried), default=0)
    assert set(found.shortest) == {way for way in tried if len(way) == shortest}
    assert found.count == len(found.shortest)
    assert found.length == (shortest - 1 if tried else None)
    assert found.nodes >= {node for way in tried for node in way}
    assert found.edges >= {pair for way in tried for pair in pairwise(way)}
    assert bool(found.nodes) == bool(tried)
    few = ways(flows, start, KINDS[start], end, 1)
    assert (few.shortest, few.count) == (found.shortest[:1], found.count)


def test_a_node_that_leads_nowhere_is_on_no_way() -> None:
    """Nor is one that is only led to from elsewhere."""
    (a, b, c, d, _), (one, two, three, _) = DATASETS, JOBS
    flows = flows_of({(a, one), (one, b), (one, c), (d, two), (two, b), (c, three)})
    assert ways(flows, a, "dataset", b, 5) == Ways(
        ((a, one, b),), 1, frozenset({a, one, b}), frozenset({(a, one), (one, b)})
    )
    assert ways(flows, a, "dataset", a, 5).nodes == {a}


@settings(deadline=None)
@given(reads, writes, said)
def test_flows_between_datasets_pass_a_job_that_leads_on(
    into: set[tuple[UUID, UUID]],
    out: set[tuple[UUID, UUID]],
    stated: dict[tuple[UUID, UUID], frozenset[UUID]],
) -> None:
    """Through a job flows only what it says belongs together; between jobs, everything that lies between them."""
    edges = into | out
    words = words_of(edges, stated)
    flows = flows_of(edges, words)
    between = {
        (flow.origin, flow.target): set(flow.through) for flow in flows_between(flows, KINDS, "dataset")
    }
    expected: dict[tuple[UUID, UUID], set[UUID]] = {}
    for origin, job in into:
        for target in words[job].outputs_of(frozenset({origin})):
            expected.setdefault((origin, target), set()).add(job)
    assert between == expected
    of_jobs = {(flow.origin, flow.target) for flow in flows_between(flows, KINDS, "job")}
    assert of_jobs == {(one, other) for one, middle in out for here, other in into if here == middle}


def test_a_flow_holds_while_all_its_edges_hold() -> None:
    """Over two ways it holds as long as either does, and is observed where one of them is all through."""
    (a, b, *_), (one, two, *_) = DATASETS, JOBS

    def held(origin: UUID, target: UUID, kind: str, start: int, end: int | None) -> Edge:
        return edge(start, end, start)._replace(origin=origin, target=target, kind=kind)

    flows = Flows.of(
        [
            held(a, one, "declared", 1, 9),
            held(one, b, "observed", 3, None),
            held(a, two, "observed", 5, 20),
            held(two, b, "observed", 4, 12),
        ]
    )
    span = edge(3, 12, 3)
    assert list(flows_between(flows, KINDS, "dataset")) == [
        Flow(a, b, (one, two), "observed", span.valid_from, span.valid_to, span.system_from)
    ]
