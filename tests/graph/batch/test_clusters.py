"""Clusters of a whole population: the same as component by component, at once."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from graph.batch.clusters import SaidOfPositions, batch_clusters
from graph.batch.population import StoredPopulation
from graph.golden.clustering import Edge, Record, Said, cluster
from graph.golden.entity_type import CUSTOMER
from graph.golden.matching import NEVER
from graph.golden.policy import Veto
from graph.identity import SourceKey

PLAIN = replace(CUSTOMER.matching, vetoes=(Veto("birth_date", 0),), merge_at=4.0, review_at=0.0)
POLICIES = (PLAIN, replace(PLAIN, duplicate_free=frozenset({"crm"})), replace(PLAIN, vetoes=()))
SIZE = 12

positions = st.integers(0, SIZE - 1)
pairs = st.tuples(positions, positions).filter(lambda pair: pair[0] < pair[1])
weights = st.sampled_from([0.5, 3.0, 4.0, 7.0, 12.0, NEVER])
births = st.lists(
    st.lists(st.sampled_from(["1980-01-01", "1990-12-31"]), max_size=2, unique=True),
    min_size=SIZE,
    max_size=SIZE,
)
systems = st.lists(st.sampled_from(["crm", "shop"]), min_size=SIZE, max_size=SIZE)


@given(
    st.dictionaries(pairs, weights, max_size=20),
    st.dictionaries(pairs, st.tuples(st.booleans(), st.booleans()), max_size=3),
    births,
    systems,
    st.sampled_from(POLICIES),
)
def test_everybody_at_once_is_clustered_as_each_component_alone(
    scored: dict[tuple[int, int], float],
    said: dict[tuple[int, int], tuple[bool, bool]],
    born: list[list[str]],
    named: list[str],
    policy: object,
) -> None:
    """Groups and suggestions are those of `clustering.cluster`, whatever edges, vetoes and stewards say."""
    assert policy in POLICIES
    matching = POLICIES[POLICIES.index(policy)]  # pyright: ignore[reportArgumentType]
    keys = [SourceKey(named[n], f"{(n * 7) % SIZE}") for n in range(SIZE)]
    people = _population(keys, born)
    table = pa.table(
        {
            "a": pa.array([a for a, _ in scored], pa.int32()),
            "b": pa.array([b for _, b in scored], pa.int32()),
            "weight": pa.array(scored.values(), pa.float64()),
        }
    )
    words = [SaidOfPositions(a, b, same, stale and not same) for (a, b), (same, stale) in said.items()]
    found = batch_clusters(people, table, words, matching)

    records = {
        UUID(int=n): Record(UUID(int=n), keys[n], {"birth_date": tuple(born[n])} if born[n] else {})
        for n in range(SIZE)
    }
    expected = cluster(
        records,
        [Edge(UUID(int=a), UUID(int=b), weight) for (a, b), weight in scored.items()],
        [
            Said(
                UUID(int=word.a),
                UUID(int=word.b),
                "must_link" if word.is_same else "cannot_link",
                word.is_stale,
            )
            for word in words
        ],
        matching,
    )
    groups = {frozenset(n for n in range(SIZE) if found.group[n] == g) for g in found.group}
    assert groups == {frozenset(record.int for record in group) for group in expected.groups}
    assert {(s.kind, s.pair, s.weight, s.reason) for s in found.suggestions} == {
        (s.kind, (s.a.int, s.b.int), s.weight, s.reason) for s in expected.suggestions
    }
    assert set(found.groups and [frozenset(group) for group in found.groups]) == {
        group for group in groups if len(group) > 1
    }


def _population(keys: list[SourceKey], born: list[list[str]]) -> StoredPopulation:
    known = pa.array([values or None for values in born], pa.list_(pa.string()))
    return StoredPopulation(
        pa.table({"record": pa.array(range(SIZE)), "birth_date": known}),
        pa.chunked_array([[str(UUID(int=n)) for n in range(SIZE)]]),
        pa.chunked_array([[key.system for key in keys]]),
        pa.chunked_array([[key.key for key in keys]]),
        pa.chunked_array([pa.nulls(SIZE, pa.string())]),
    )
