"""Clusters do not depend on order or on our ids, and vetoes and stewards are heard."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.golden.clustering import Clustering, Edge, Record, Said, cluster
from graph.golden.component import CONTRADICTED, connected, near
from graph.golden.matching import NEVER
from graph.golden.policy import MatchPolicy, Veto
from graph.identity import SourceKey

POLICY = MatchPolicy(
    blocking=(), vetoes=(Veto("birth_date", 1),), duplicate_free=frozenset({"census"}), contested_margin=4.0
)
"""Merges from 4 bits, reviews from 0."""

BIRTH_DATES = ("1980-01-02", "1980-02-01", "1980-01-03", "1955-12-24", "1999-07-31")


def record_id(name: str) -> UUID:
    """Return the record id of a one-letter name."""
    return UUID(int=ord(name))


def ids(names: str) -> frozenset[UUID]:
    """Return record ids, one per letter."""
    return frozenset(record_id(name) for name in names)


def records(names: str, **known: str) -> dict[UUID, Record]:
    """Return a record per letter, of the system `crm` or `census` for capitals; `known` gives birth dates."""
    return {
        record_id(name): Record(
            record_id(name),
            SourceKey("census" if name.isupper() else "crm", name),
            {"birth_date": (known[name],)} if name in known else {},
        )
        for name in names
    }


def edges(*told: tuple[str, float]) -> list[Edge]:
    """Return the edges of pairs such as ("ab", 12.0)."""
    return [Edge(record_id(pair[0]), record_id(pair[1]), weight) for pair, weight in told]


def same(pair: str) -> Said:
    """Return a steward's yes."""
    return Said(record_id(pair[0]), record_id(pair[1]), "must_link")


def different(pair: str, is_stale: bool = False) -> Said:
    """Return a steward's no."""
    return Said(record_id(pair[0]), record_id(pair[1]), "cannot_link", is_stale)


def groups(found: Clustering) -> set[str]:
    """Return each group as a text of its records' letters."""
    return {"".join(sorted(chr(record.int) for record in group)) for group in found.groups}


def suggestions(found: Clustering) -> set[tuple[str, str, float]]:
    """Return the kind, pair and weight of each suggestion."""
    return {(s.kind, chr(s.a.int) + chr(s.b.int), s.weight) for s in found.suggestions}


def test_records_chain_through_strong_edges() -> None:
    """A, B and C are one where A is like B and B is like C; D, like nobody, stands alone."""
    found = cluster(records("abcd"), edges(("ab", 9.0), ("bc", 5.0)), [], POLICY)
    assert groups(found) == {"abc", "d"}
    assert found.suggestions == []


def test_an_edge_below_merge_at_is_suggested_once_per_pair_of_groups() -> None:
    """Of several weak edges between two groups, a steward sees the strongest."""
    found = cluster(records("abc"), edges(("ab", 9.0), ("ac", 1.0), ("bc", 2.5)), [], POLICY)
    assert groups(found) == {"ab", "c"}
    assert suggestions(found) == {("possible_match", "bc", 2.5)}


def test_an_edge_below_review_at_says_nothing() -> None:
    """What is not worth a look neither joins nor is suggested."""
    found = cluster(records("ab"), edges(("ab", -0.5)), [], POLICY)
    assert (groups(found), suggestions(found)) == ({"a", "b"}, set())


def test_records_that_a_birth_date_keeps_apart_are_a_conflict() -> None:
    """However strong the edge, two birth dates that cannot be one are two people, and a steward hears of it."""
    found = cluster(records("ab", a="1980-01-02", b="1999-07-31"), edges(("ab", 40.0)), [], POLICY)
    assert groups(found) == {"a", "b"}
    assert [(s.kind, s.weight, s.reason) for s in found.suggestions] == [
        ("conflict", 40.0, "birth_date differs")
    ]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("1980-01-02", "1980-01-02", True),
        ("1980-01-02", "1980-01-12", True),
        ("1980-01-02", "1980-10-02", True),
        ("1980-03-12", "1980-12-03", True),
        ("1980-03-12", "1981-12-03", False),
        ("1980-01-02", "1980-11-12", False),
    ],
)
def test_values_are_near_within_the_edits_or_with_day_and_month_exchanged(
    one: str, other: str, expected: bool
) -> None:
    """A typing error or the other order of day and month does not make another person."""
    assert near(one, other, 1) is expected
    assert near(other, one, 1) is expected


def test_a_veto_is_about_groups() -> None:
    """C cannot join the group of A through B, although B's birth date is unknown."""
    known = records("abc", a="1980-01-02", c="1955-12-24")
    found = cluster(known, edges(("ab", 30.0), ("bc", 20.0)), [], POLICY)
    assert groups(found) == {"ab", "c"}
    assert suggestions(found) == {("conflict", "bc", 20.0)}


def test_a_group_that_learns_a_spelling_may_join_after_all() -> None:
    """B is too far from A until C, which lies between, has joined one of them."""
    known = records("abc", a="1980-01-11", b="1980-01-22", c="1980-01-12")
    found = cluster(known, edges(("ab", 30.0), ("ac", 20.0)), [], POLICY)
    assert groups(found) == {"abc"}


def test_a_source_that_holds_nobody_twice_keeps_its_records_apart() -> None:
    """Two records of such a source never meet, not even through a third."""
    found = cluster(records("ABc"), edges(("Ac", 30.0), ("Bc", 12.0)), [], POLICY)
    assert groups(found) == {"Ac", "B"}
    assert [s.reason for s in found.suggestions] == ["census holds nobody twice"]


def test_a_rule_s_never_keeps_groups_apart() -> None:
    """A NEVER pair is kept apart through any third record."""
    found = cluster(records("abc"), edges(("ab", 30.0), ("bc", 20.0), ("ac", NEVER)), [], POLICY)
    assert groups(found) == {"ab", "c"}
    assert suggestions(found) == {("conflict", "bc", 20.0)}


def test_a_steward_s_yes_links_what_shares_nothing() -> None:
    """A must_link needs no edge and outranks rules, birth dates and sources without duplicates."""
    known = records("ABc", A="1980-01-02", B="1999-07-31")
    found = cluster(known, edges(("AB", NEVER)), [same("AB")], POLICY)
    assert groups(found) == {"AB", "c"}
    assert found.suggestions == []


def test_a_steward_s_no_is_not_asked_again() -> None:
    """Two records said to be different stay apart and come up no more."""
    found = cluster(records("ab"), edges(("ab", 30.0)), [different("ab")], POLICY)
    assert (groups(found), suggestions(found)) == ({"a", "b"}, set())


def test_a_no_outlasts_a_chain_of_yes() -> None:
    """Of two must_links that would join what is said to be different, the later by source key is refused and shown."""
    found = cluster(records("abc"), [], [same("ab"), same("bc"), different("ac")], POLICY)
    assert groups(found) == {"ab", "c"}
    assert suggestions(found) == {("conflict", "bc", 0.0)}


def test_a_stale_no_is_asked_again() -> None:
    """Where identities have changed since, the engine still does not join, and a steward is asked about that pair."""
    said = [different("ac", is_stale=True)]
    found = cluster(records("abc"), edges(("ab", 30.0), ("bc", 12.0)), said, POLICY)
    assert groups(found) == {"ab", "c"}
    assert suggestions(found) == {("reopened", "ac", 12.0)}


def test_a_stale_no_is_reopened_where_the_two_still_look_alike() -> None:
    """The suggestion names the pair the steward spoke of; without any likeness there is none."""
    said = [different("ab", is_stale=True)]
    assert suggestions(cluster(records("ab"), edges(("ab", 2.0)), said, POLICY)) == {("reopened", "ab", 2.0)}
    assert suggestions(cluster(records("ab"), [], said, POLICY)) == set()


def test_a_stale_no_does_not_refuse_a_steward_s_yes() -> None:
    """A must_link of the same identities joins what a stale cannot_link was about."""
    said = [different("ac", is_stale=True), same("ab"), same("bc")]
    assert groups(cluster(records("abc"), [], said, POLICY)) == {"abc"}


def test_a_record_that_two_groups_can_claim_joins_neither() -> None:
    """X is as like A as like B, whose birth dates differ: it stands alone, and both pairs are contested."""
    known = records("abx", a="1980-01-02", b="1999-07-31")
    found = cluster(known, edges(("ax", 12.0), ("bx", 10.0)), [], POLICY)
    assert groups(found) == {"a", "b", "x"}
    assert suggestions(found) == {("contested", "ax", 12.0), ("contested", "bx", 10.0)}


def test_a_record_that_is_much_more_like_one_joins_it() -> None:
    """Five bits more are enough."""
    known = records("abx", a="1980-01-02", b="1999-07-31")
    found = cluster(known, edges(("ax", 15.0), ("bx", 10.0)), [], POLICY)
    assert groups(found) == {"ax", "b"}
    assert suggestions(found) == {("conflict", "bx", 10.0)}


def test_a_group_can_be_contested_as_a_whole() -> None:
    """X and Y are surely one; whose they are is not."""
    known = records("abxy", a="1980-01-02", b="1999-07-31")
    found = cluster(known, edges(("xy", 40.0), ("ax", 12.0), ("by", 10.0)), [], POLICY)
    assert groups(found) == {"a", "b", "xy"}
    assert suggestions(found) == {("contested", "ax", 12.0), ("contested", "by", 10.0)}


def test_who_was_separated_by_a_steward_is_never_bridged() -> None:
    """Between two that a steward keeps apart, no margin is enough."""
    found = cluster(records("abx"), edges(("ax", 40.0), ("bx", 5.0)), [different("ab")], POLICY)
    assert groups(found) == {"a", "b", "x"}
    assert suggestions(found) == {("contested", "ax", 40.0), ("contested", "bx", 5.0)}


def test_a_steward_s_yes_settles_a_contest() -> None:
    """A must_link takes the contested record where it belongs."""
    said = [different("ab"), same("ax")]
    found = cluster(records("abx"), edges(("ax", 40.0), ("bx", 5.0)), said, POLICY)
    assert groups(found) == {"ax", "b"}
    assert suggestions(found) == set()


def test_edges_of_records_that_are_not_there_are_passed_over() -> None:
    """Edges and words about other records, or a record and itself, change nothing."""
    told = edges(("ab", 9.0), ("az", 9.0), ("aa", 9.0), ("zy", 9.0))
    found = cluster(records("ab"), told, [same("az"), different("aa")], POLICY)
    assert groups(found) == {"ab"}


def test_ties_go_to_the_smaller_source_key() -> None:
    """Of two equal edges that exclude each other, the one of the smaller source keys counts, whatever the ids."""
    policy = MatchPolicy(blocking=(), duplicate_free=frozenset({"census"}), contested_margin=-1.0)
    found = cluster(records("ABc"), edges(("Bc", 9.0), ("Ac", 9.0)), [], policy)
    assert groups(found) == {"Ac", "B"}


Pair = tuple[int, int]
Found = tuple[set[frozenset[int]], set[tuple[str, frozenset[int], float, str]]]
"""The groups and the suggestions, by the numbers of the records."""


@dataclass(frozen=True, slots=True)
class World:
    """Records (source system and birth date), edges and words, by number."""

    records: Sequence[tuple[str, str | None]]
    weights: Mapping[Pair, float]
    said: Mapping[Pair, tuple[Literal["must_link", "cannot_link"], bool]]

    def found(self, random: Random | None = None, only: Collection[int] | None = None) -> Found:
        """Cluster all records or some, with ids and in an order that `random` decides."""
        names = list(range(len(self.records)))
        chosen = [number for number in names if only is None or number in only]
        weights, said = list(self.weights.items()), list(self.said.items())
        if random is not None:
            for sequence in (names, chosen, weights, said):
                random.shuffle(sequence)
        of = [UUID(int=name) for name in names]
        number_of = {identity: number for number, identity in enumerate(of)}
        found = cluster(
            {of[number]: self._record(number, of[number]) for number in chosen},
            [Edge(of[a], of[b], weight) for (a, b), weight in weights],
            [Said(of[b], of[a], verdict, is_stale) for (a, b), (verdict, is_stale) in said],
            POLICY,
        )
        return (
            {frozenset(number_of[record] for record in group) for group in found.groups},
            {
                (s.kind, frozenset((number_of[s.a], number_of[s.b])), s.weight, s.reason)
                for s in found.suggestions
            },
        )

    def _record(self, number: int, identity: UUID) -> Record:
        system, born = self.records[number]
        return Record(identity, SourceKey(system, f"{number:03}"), {"birth_date": (born,)} if born else {})

    def home(self, said: bool = True) -> list[int]:
        """Return the connected component of each record."""
        joining = [pair for pair, weight in self.weights.items() if weight != NEVER]
        joining.extend(pair for pair, (verdict, _) in self.said.items() if said and verdict == "must_link")
        return connected(len(self.records), joining)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Draw a small world in which most things happen: ties, vetoes, rules, words old and new."""
    count = draw(st.integers(2, 9))
    system = st.sampled_from(("census", "crm", "web", "pos"))
    record = st.tuples(system, st.none() | st.sampled_from(BIRTH_DATES))
    pairs = st.sampled_from([(a, b) for a in range(count) for b in range(a + 1, count)])
    weight = st.sampled_from((NEVER, -2.0, 0.0, 3.0, 4.0, 6.0, 6.0, 9.0, 9.5, 15.0, 40.0))
    word = st.tuples(st.sampled_from(("must_link", "cannot_link")), st.booleans())
    return World(
        draw(st.lists(record, min_size=count, max_size=count)),
        draw(st.dictionaries(pairs, weight, max_size=18)),
        draw(st.dictionaries(pairs, word, max_size=4)),
    )


@given(worlds(), st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_neither_order_nor_record_ids_matter(world: World, random: Random) -> None:
    """Fifty orders with fifty sets of record ids give the same groups and suggestions, by source key."""
    expected = world.found()
    for _ in range(50):
        assert world.found(random) == expected


@given(worlds())
@settings(deadline=None)
def test_each_component_can_be_clustered_on_its_own(world: World) -> None:
    """Clustering component by component gives what clustering everything gives."""
    home = world.home()
    groups: set[frozenset[int]] = set()
    suggestions: set[tuple[str, frozenset[int], float, str]] = set()
    for start in set(home):
        found = world.found(only=[number for number, first in enumerate(home) if first == start])
        groups |= found[0]
        suggestions |= found[1]
    assert (groups, suggestions) == world.found()


@given(worlds())
@settings(deadline=None)
def test_a_steward_s_word_is_kept(world: World) -> None:
    """What is said to be different is never one; what is said to be the same is, unless that would break a no."""
    groups, suggestions = world.found()
    together = {pair for pair in world.said if any(set(pair) <= group for group in groups)}
    contradicted = {
        pair for kind, pair, _, reason in suggestions if (kind, reason) == ("conflict", CONTRADICTED)
    }
    noes = [pair for pair, word in world.said.items() if word == ("cannot_link", False)]
    assert together.isdisjoint(noes)
    for pair, (verdict, _) in world.said.items():
        if verdict == "must_link" and not contradicted:
            assert pair in together


@given(worlds())
@settings(deadline=None)
def test_what_the_engine_joined_no_veto_forbids(world: World) -> None:
    """Without a steward's yes: no rule's never, no stale no and no source without duplicates is in any group twice."""
    mute = World(world.records, world.weights, {p: w for p, w in world.said.items() if w[0] == "cannot_link"})
    groups, _ = mute.found()
    home = mute.home()
    apart = {pair for pair, weight in world.weights.items() if weight == NEVER} | set(mute.said)
    for group in groups:
        assert len({home[number] for number in group}) == 1
        assert not any(set(pair) <= group for pair in apart)
        assert [mute.records[number][0] for number in group].count("census") <= 1


@given(worlds())
@settings(deadline=None)
def test_at_most_one_suggestion_for_two_groups_and_none_within_one(world: World) -> None:
    """A steward is asked once about each pair of golden records."""
    groups, suggestions = world.found()
    of = {number: group for group in groups for number in group}
    asked = [frozenset(of[number] for number in pair) for _, pair, _, _ in suggestions]
    assert all(len(pair) == 2 for pair in asked)
    assert len(asked) == len(set(asked))


@given(worlds())
@settings(deadline=None)
def test_a_contested_group_bridges_nobody(world: World) -> None:
    """A group that is contested has no strong edge inside of it to what it is contested with."""
    groups, suggestions = world.found()
    of = {number: group for group in groups for number in group}
    for kind, pair, weight, _ in suggestions:
        if kind == "contested":
            assert weight >= POLICY.merge_at
            assert len({of[number] for number in pair}) == 2
