"""Where an asset is hosted and what stops with it, through any number of relations."""

from __future__ import annotations

from uuid import UUID

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.catalog.relation import (
    HOSTED_IN,
    READS,
    RELATION_KINDS,
    STORED_IN,
    WRITES,
    Relation,
    relation_kind,
)
from graph.catalog.topology import Topology
from graph.errors import InvalidInputError

CENTER, LAKE, WAREHOUSE, PIPELINE, OTHER = (UUID(int=number) for number in range(1, 6))
ESTATE = [
    Relation(HOSTED_IN, LAKE, CENTER),
    Relation(STORED_IN, WAREHOUSE, LAKE),
    Relation(READS, PIPELINE, LAKE),
    Relation(WRITES, PIPELINE, WAREHOUSE),
    Relation(HOSTED_IN, PIPELINE, OTHER),
]


def test_an_asset_is_hosted_where_what_stores_it_is() -> None:
    """Stored-in leads on to hosted-in; reading from a lake moves nobody into its data center."""
    topology = Topology(ESTATE)
    assert topology.hosted_in(LAKE) == {CENTER}
    assert topology.hosted_in(WAREHOUSE) == {CENTER}
    assert topology.hosted_in(PIPELINE) == {OTHER}
    assert topology.hosted_in(CENTER) == set()


def test_what_needs_a_failed_asset_stops_with_it() -> None:
    """A data center takes its lake, the warehouse on it and the pipeline between them along."""
    topology = Topology(ESTATE)
    assert topology.fails_with(CENTER) == {LAKE, WAREHOUSE, PIPELINE}
    assert topology.fails_with(WAREHOUSE) == {PIPELINE}
    assert topology.fails_with(PIPELINE) == set()
    assert topology.fails_with(UUID(int=99)) == set()


def test_circles_are_walked_once() -> None:
    """Two stores that hold each other fail together and are hosted alike."""
    topology = Topology(
        [Relation(STORED_IN, LAKE, WAREHOUSE), Relation(STORED_IN, WAREHOUSE, LAKE), *ESTATE[:1]]
    )
    assert topology.fails_with(LAKE) == {WAREHOUSE}
    assert topology.hosted_in(WAREHOUSE) == {CENTER}


IDS = st.sampled_from([UUID(int=number) for number in range(8)])


@given(edges=st.lists(st.tuples(st.sampled_from(sorted(RELATION_KINDS)), IDS, IDS)), start=IDS)
def test_failure_spreads_like_a_naive_walk(edges: list[tuple[str, UUID, UUID]], start: UUID) -> None:
    """The set that fails is the least one closed under "needs something in it"."""
    failed = {start}
    needs = [(source, target) for kind, source, target in edges if RELATION_KINDS[kind].needs]
    while grown := {source for source, target in needs if target in failed} - failed:
        failed |= grown
    topology = Topology(Relation(RELATION_KINDS[kind], source, target) for kind, source, target in edges)
    assert topology.fails_with(start) == failed - {start}
    ways = topology.ways(start)
    assert ways.keys() == failed - {start}
    assert all((one, through) in needs for one, (_, through) in ways.items())
    steps = {start: 0} | {one: distance for one, (distance, _) in ways.items()}
    assert all(distance == steps[through] + 1 for distance, through in ways.values())
    assert all(steps[source] <= steps[target] + 1 for source, target in needs if target in failed)
    placed = nx.DiGraph([(s, t) for kind, s, t in edges if kind in ("hosted_in", "stored_in")])
    ends = {t for kind, _, t in edges if kind == "hosted_in"}
    reachable = {t for t in ends if start in placed and t != start and nx.has_path(placed, start, t)}
    assert topology.hosted_in(start) - {start} == reachable


@pytest.mark.parametrize(
    ("kind", "source", "target", "reason"),
    [
        ("hosted_in", "data_center", "data_center", "$.from: a data_center cannot be the start of hosted_in"),
        ("hosted_in", "data_lake", "data_warehouse", "$.to: hosted_in leads to data_center"),
        ("reads", "data_lake", "data_warehouse", "$.from: a data_lake cannot be the start of reads"),
        ("writes", "pipeline", "data_center", "$.to: writes leads to data_lake or data_warehouse"),
    ],
)
def test_only_fitting_kinds_stand_at_the_ends(kind: str, source: str, target: str, reason: str) -> None:
    """Which kinds may be related how is data; everything else is refused with what may."""
    with pytest.raises(InvalidInputError) as caught:
        relation_kind(kind).between(source, target)
    assert str(caught.value).startswith(reason)


def test_an_unknown_kind_of_relation_names_the_known() -> None:
    """The refusal says what there is."""
    with pytest.raises(InvalidInputError, match="must be one of hosted_in, stored_in, reads, writes"):
        relation_kind("likes")


def test_a_relation_has_one_id_whoever_says_it() -> None:
    """The id comes from the content, direction included."""
    assert Relation(READS, LAKE, CENTER).relation_id == Relation(READS, LAKE, CENTER).relation_id
    assert Relation(READS, LAKE, CENTER).relation_id != Relation(READS, CENTER, LAKE).relation_id
    assert Relation(READS, LAKE, CENTER).relation_id != Relation(WRITES, LAKE, CENTER).relation_id
