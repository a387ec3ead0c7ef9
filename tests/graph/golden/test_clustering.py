"""Clusters do not depend on order, and golden ids outlast merges and splits."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from graph.golden.clustering import assign, clusters
from graph.golden.matching import Identifier


def email(value: str) -> Identifier:
    """Return an e-mail identifier."""
    return Identifier("email", value)


def ids(*numbers: int) -> frozenset[UUID]:
    """Return record ids."""
    return frozenset(UUID(int=number) for number in numbers)


def fresh() -> Iterator[UUID]:
    """Return golden ids that sort after every other."""
    return (UUID(int=number) for number in range(1000, 2000))


def test_records_chain_through_shared_identifiers() -> None:
    """A, B and C are one customer where A meets B by e-mail and B meets C by phone."""
    records = {
        UUID(int=1): [email("a")],
        UUID(int=2): [email("a"), Identifier("phone", "1")],
        UUID(int=3): [Identifier("phone", "1")],
        UUID(int=4): [email("b")],
    }
    assert clusters(records, []) == [ids(1, 2, 3), ids(4)]


def test_a_person_s_word_links_what_shares_nothing() -> None:
    """A must-link joins two records without a common identifier."""
    records: dict[UUID, list[Identifier]] = {UUID(int=1): [], UUID(int=2): []}
    assert clusters(records, [(UUID(int=2), UUID(int=1))]) == [ids(1, 2)]


@given(
    st.dictionaries(st.integers(1, 12), st.lists(st.sampled_from("abcdef"), max_size=3), max_size=12),
    st.randoms(use_true_random=False),
)
def test_the_order_of_records_does_not_matter(held: dict[int, list[str]], random: Random) -> None:
    """Any order of records and identifiers gives the same clusters."""
    records = [(UUID(int=number), [email(value) for value in values]) for number, values in held.items()]
    expected = clusters(dict(records), [])
    random.shuffle(records)
    assert clusters({record: list(reversed(values)) for record, values in records}, []) == expected


def test_a_merge_keeps_the_oldest_id_and_redirects_the_other() -> None:
    """The survivor is the smaller, older id."""
    new = fresh()
    current = {UUID(int=1): UUID(int=20), UUID(int=2): UUID(int=10)}
    found = assign([ids(1, 2, 3)], current, lambda: next(new))
    assert set(found.golden_of.values()) == {UUID(int=10)}
    assert found.merged == {UUID(int=20): UUID(int=10)}
    assert found.born == frozenset()


def test_a_split_leaves_the_id_with_the_larger_part() -> None:
    """Where one golden record falls apart, the part with most records keeps its id and the other gets a new one."""
    new = fresh()
    current = dict.fromkeys(ids(1, 2, 3), UUID(int=10))
    found = assign([ids(1), ids(2, 3)], current, lambda: next(new))
    assert found.golden_of == {
        UUID(int=1): UUID(int=1000),
        UUID(int=2): UUID(int=10),
        UUID(int=3): UUID(int=10),
    }
    assert found.born == ids(1000)
    assert found.merged == {}


def test_a_new_group_gets_a_new_id() -> None:
    """Records never seen before become a golden record of their own."""
    new = fresh()
    found = assign([ids(5)], {}, lambda: next(new))
    assert found.golden_of == {UUID(int=5): UUID(int=1000)}
