"""Golden ids outlast merges and splits, and come back when what was merged is taken apart."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from graph.golden.clustering import assign


def record_id(name: str) -> UUID:
    """Return the record id of a one-letter name."""
    return UUID(int=ord(name))


def ids(names: str) -> frozenset[UUID]:
    """Return record ids, one per letter."""
    return frozenset(record_id(name) for name in names)


def fresh() -> Iterator[UUID]:
    """Return golden ids that sort after every other."""
    return (UUID(int=number) for number in range(1000, 2000))


def golden(number: int) -> UUID:
    """Return a golden id."""
    return UUID(int=number)


def test_a_merge_keeps_the_oldest_id_and_redirects_the_other() -> None:
    """The survivor is the smaller, older id."""
    new = fresh()
    current = {record_id("a"): golden(20), record_id("b"): golden(10)}
    found = assign([ids("abc")], current, lambda: next(new))
    assert set(found.golden_of.values()) == {golden(10)}
    assert found.merged == {golden(20): golden(10)}
    assert found.born == found.returned == frozenset()


def test_a_split_leaves_the_id_with_the_larger_part() -> None:
    """Where one golden record falls apart, the part with most records keeps its id and the other gets a new one."""
    new = fresh()
    found = assign([ids("a"), ids("bc")], dict.fromkeys(ids("abc"), golden(10)), lambda: next(new))
    assert found.golden_of == {
        record_id("a"): golden(1000),
        record_id("b"): golden(10),
        record_id("c"): golden(10),
    }
    assert found.born == {golden(1000)}
    assert found.merged == {}


def test_a_new_group_gets_a_new_id() -> None:
    """Records never seen before become a golden record of their own."""
    new = fresh()
    found = assign([ids("e")], {}, lambda: next(new))
    assert found.golden_of == {record_id("e"): golden(1000)}


def test_an_unmerge_gives_both_their_own_id_back() -> None:
    """The larger part came from 20, so it is 20 again, and 10 stays with the one that always was 10."""
    current = dict.fromkeys(ids("abc"), golden(10))
    former = {record_id("b"): [golden(20)], record_id("c"): [golden(20)]}
    found = assign([ids("a"), ids("bc")], current, lambda: golden(1), former)
    assert found.golden_of == {
        record_id("a"): golden(10),
        record_id("b"): golden(20),
        record_id("c"): golden(20),
    }
    assert found.returned == {golden(20)}
    assert found.born == frozenset()
    assert found.merged == {}


def test_an_id_returns_to_one_group_only() -> None:
    """Where what once was 20 comes back in two parts, the larger is 20 again and the other is new."""
    current = dict.fromkeys(ids("abcd"), golden(10))
    former = {record_id(name): [golden(20)] for name in "bcd"}
    found = assign([ids("a"), ids("b"), ids("cd")], current, lambda: golden(1000), former)
    assert [found.golden_of[record_id(name)].int for name in "abcd"] == [10, 1000, 20, 20]
    assert found.returned == {golden(20)}
    assert found.born == {golden(1000)}


def test_an_id_in_use_never_returns() -> None:
    """What another group holds now is not given to a second one."""
    current = {record_id("a"): golden(10), record_id("b"): golden(10), record_id("c"): golden(20)}
    former = {record_id("b"): [golden(20)]}
    found = assign([ids("a"), ids("b"), ids("c")], current, lambda: golden(1000), former)
    assert [found.golden_of[record_id(name)].int for name in "abc"] == [10, 1000, 20]
    assert found.returned == frozenset()


@given(st.lists(st.integers(0, 3), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_merge_and_unmerge_give_the_same_ids_back(homes: list[int], random: Random) -> None:
    """However many golden records are made one, taking them apart again gives each its own id."""
    before = {UUID(int=number): golden(100 + home) for number, home in enumerate(homes)}
    together = assign([frozenset(before)], before, lambda: golden(1))
    apart: dict[UUID, set[UUID]] = {}
    for record, golden_id in before.items():
        apart.setdefault(golden_id, set()).add(record)
    former = {record: [before[record]] for record in before if together.golden_of[record] != before[record]}
    groups = [frozenset(group) for group in apart.values()]
    random.shuffle(groups)
    after = assign(groups, together.golden_of, lambda: golden(1), former)
    assert after.golden_of == before
    assert after.returned == set(together.merged)
    assert (after.born, after.merged) == (frozenset(), {})


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=1, max_size=9))
def test_every_group_has_one_id_of_its_own(records: list[tuple[int, int]]) -> None:
    """No two groups share an id, and every id in use before is either kept or redirects to one in use."""
    parts: dict[int, set[UUID]] = {}
    for number, (part, _) in enumerate(records):
        parts.setdefault(part, set()).add(UUID(int=number))
    current = {UUID(int=number): golden(100 + home) for number, (_, home) in enumerate(records) if home}
    new = fresh()
    found = assign([frozenset(part) for part in parts.values()], current, lambda: next(new), {})
    of = [{found.golden_of[record] for record in part} for part in parts.values()]
    assert all(len(golden_ids) == 1 for golden_ids in of)
    used = {golden_id for golden_ids in of for golden_id in golden_ids}
    assert len(used) == len(parts)
    assert set(current.values()) == (used & set(current.values())) | set(found.merged)
    assert set(found.merged.values()) <= used
    assert used.isdisjoint(found.merged)
    assert found.born == used - set(current.values())
