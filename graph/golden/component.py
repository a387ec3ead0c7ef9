"""Clusters one connected component of source records: from the strongest edge down, unless a veto keeps groups apart."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal

from rapidfuzz.distance import DamerauLevenshtein

from graph.golden.comparison import Level, test_of
from graph.golden.policy import MatchPolicy
from graph.golden.profile import Profile

Pair = tuple[int, int]
"""Positions of two records in their component, the smaller first."""

Kind = Literal["possible_match", "contested", "conflict", "reopened"]
"""possible_match: alike, but not enough to merge. contested: one of two could be joined by either of two that are kept
apart, so it is joined by neither. conflict: alike enough, but for a veto. reopened: a steward kept the two apart, and they
have changed since."""

STEWARD = "a steward keeps them apart"
CHANGED = "a steward kept them apart, and they have changed since"
RULE = "a rule keeps them apart"
CONTRADICTED = "said to be the same, and one of theirs said to be apart"
EITHER = "could as well be another's that is kept apart"
NOT_ENOUGH = "alike, but not enough to be one"

FEW = 4
"""No more values than this are compared with each other before anything else is done."""

_EXCHANGED = test_of(Level("day_month_swapped", ("date",)))


@dataclass(slots=True)
class Component:
    """Records that hang together, in the order of their source keys; a record is spoken of by its position there.

    `weights` of the pairs worth a look, in bits; `never` are the pairs a rule excludes; `cannot_link` tells of each of
    its pairs whether the word is stale.
    """

    systems: Sequence[str]
    profiles: Sequence[Profile]
    weights: Mapping[Pair, float]
    never: Collection[Pair] = ()
    must_link: Collection[Pair] = ()
    cannot_link: Mapping[Pair, bool] = field(default_factory=dict[Pair, bool])


@dataclass(frozen=True, slots=True)
class Finding:
    """Two records of different groups that are worth a steward's look, and why they were not joined."""

    kind: Kind
    pair: Pair
    weight: float
    reason: str


def solve(component: Component, policy: MatchPolicy) -> tuple[list[list[int]], list[Finding]]:
    """Return the groups of a component and what a steward should look at, at most one finding per pair of groups.

    Where a group could be joined by either of two that are kept apart, it is set aside and all is done again without it.
    """
    if _is_plain(component, policy):
        return [list(range(len(component.systems)))], []
    solver = _Solver(component, policy)
    aside: list[list[int]] = []
    while True:
        forest, refused = solver.joined(aside)
        contested = solver.contested(forest, refused) if refused else []
        if not contested:
            return [group.members for group in forest.groups()], solver.findings(forest)
        aside.extend(contested)


def _is_plain(component: Component, policy: MatchPolicy) -> bool:
    """Tell whether a component is one group at first sight, as most are: all edges are strong and nothing can object."""
    if component.never or component.must_link or component.cannot_link:
        return False
    if min(component.weights.values(), default=policy.merge_at) < policy.merge_at:
        return False
    free = [system for system in component.systems if system in policy.duplicate_free]
    if len(free) > len(set(free)):
        return False
    for veto in policy.vetoes:
        known = {value for profile in component.profiles for value in profile.get(veto.attribute, ())}
        if len(known) > FEW or not all(near(a, b, veto.max_distance) for a, b in combinations(known, 2)):
            return False
    return True


def connected(records: int, pairs: Iterable[tuple[int, int]]) -> list[int]:
    """Return of each record, by position, the first of those it is connected with, directly or through others."""
    parent = list(range(records))
    for pair in pairs:
        a, b = pair
        while parent[a] != a:
            parent[a] = a = parent[parent[a]]
        while parent[b] != b:
            parent[b] = b = parent[parent[b]]
        if a != b:
            parent[max(a, b)] = min(a, b)
    for record in range(records):
        parent[record] = parent[parent[record]]
    return parent


class _Group:
    """Records that were joined, `weight` by which edge, and the group `above` that they were then joined into."""

    __slots__ = ("above", "is_aside", "known", "members", "sources", "weight")

    def __init__(
        self,
        members: list[int],
        known: Sequence[frozenset[str]],
        sources: frozenset[str],
        weight: float = 0.0,
        is_aside: bool = False,
    ) -> None:
        self.members = members
        self.known = known
        self.sources = sources
        self.weight = weight
        self.is_aside = is_aside
        self.above: _Group | None = None


class _Forest:
    """The groups while they grow, and how they grew."""

    def __init__(self, leaves: Sequence[_Group], records: int) -> None:
        self._tops = dict(enumerate(leaves))
        self._home = [0] * records
        for slot, leaf in enumerate(leaves):
            for record in leaf.members:
                self._home[record] = slot
        self._leaves = leaves
        self._first = list(self._home)

    def group_of(self, record: int) -> _Group:
        """Return the group a record is in now."""
        return self._tops[self._home[record]]

    def groups(self) -> list[_Group]:
        """Return all groups there are now."""
        return list(self._tops.values())

    def way_down(self, record: int) -> list[_Group]:
        """Return the parts that a record's group was made of with the record in them, the largest first."""
        parts: list[_Group] = []
        part: _Group = self._leaves[self._first[record]]
        while part.above is not None:
            parts.append(part)
            part = part.above
        return parts[::-1]

    def join(self, a: int, b: int, weight: float) -> None:
        """Make one group of those of two records."""
        into, gone = self._home[a], self._home[b]
        if len(self._tops[into].members) < len(self._tops[gone].members):
            into, gone = gone, into
        left, right = self._tops[into], self._tops.pop(gone)
        known = [mine | theirs for mine, theirs in zip(left.known, right.known, strict=True)]
        both = _Group(left.members + right.members, known, left.sources | right.sources, weight)
        left.above = right.above = both
        for record in right.members:
            self._home[record] = into
        self._tops[into] = both


class _Solver:
    """What stays the same while a component is clustered again and again."""

    def __init__(self, component: Component, policy: MatchPolicy) -> None:
        self._component = component
        self._policy = policy
        self._found: dict[tuple[_Group, _Group], str | None] = {}
        self._apart: dict[int, dict[int, str]] = {}
        for pair in component.never:
            self._keep_apart(pair, RULE)
        for pair, is_stale in component.cannot_link.items():
            self._keep_apart(pair, CHANGED if is_stale else STEWARD)
        self._atoms, self._contradictions = self._linked()
        self._strong = sorted(
            (-weight, pair) for pair, weight in component.weights.items() if weight >= policy.merge_at
        )

    def _keep_apart(self, pair: Pair, reason: str) -> None:
        a, b = pair
        self._apart.setdefault(a, {})[b] = reason
        self._apart.setdefault(b, {})[a] = reason

    def _linked(self) -> tuple[list[list[int]], list[Pair]]:
        """Return the records in groups as must_link joins them, and the pairs a cannot_link would not let it join."""
        atom_of = [[record] for record in range(len(self._component.systems))]
        contradictions: list[Pair] = []
        for a, b in sorted(self._component.must_link):
            left, right = atom_of[a], atom_of[b]
            if left is right:
                continue
            if self._spoken(left, right) == STEWARD:
                contradictions.append((a, b))
                continue
            left.extend(right)
            for record in right:
                atom_of[record] = left
        return list({id(atom): atom for atom in atom_of}.values()), contradictions

    def _spoken(self, left: Sequence[int], right: Sequence[int]) -> str | None:
        """Return why two groups are kept apart by a word about two of their records, the steward's word first."""
        others = frozenset(right)
        found = {
            reason
            for record in left
            for other, reason in self._apart.get(record, {}).items()
            if other in others
        }
        return next((reason for reason in (STEWARD, CHANGED, RULE) if reason in found), None)

    def _leaf(self, members: list[int], is_aside: bool) -> _Group:
        profiles, systems = self._component.profiles, self._component.systems
        known = [
            frozenset(value for record in members for value in profiles[record].get(veto.attribute, ()))
            for veto in self._policy.vetoes
        ]
        sources = self._policy.duplicate_free.intersection(systems[record] for record in members)
        return _Group(members, known, sources, is_aside=is_aside)

    def _veto(self, left: _Group, right: _Group) -> str | None:
        """Return why two groups must not be one."""
        pair = (left, right)
        if pair not in self._found:
            self._found[pair] = self._found[right, left] = self._look_for_veto(left, right)
        return self._found[pair]

    def _look_for_veto(self, left: _Group, right: _Group) -> str | None:
        spoken = self._spoken(left.members, right.members) if self._apart else None
        if spoken is not None:
            return spoken
        twice = left.sources & right.sources
        if twice:
            return f"{min(twice)} holds nobody twice"
        for veto, mine, theirs in zip(self._policy.vetoes, left.known, right.known, strict=True):
            if mine and theirs and mine.isdisjoint(theirs) and not _any_near(mine, theirs, veto.max_distance):
                return f"{veto.attribute} differs"
        return None

    def joined(self, aside: Sequence[list[int]]) -> tuple[_Forest, list[tuple[float, Pair]]]:
        """Return the groups, and the edges that a veto refused with their weights, the strongest first."""
        self._found.clear()
        alone = {record for members in aside for record in members}
        leaves = [self._leaf(members, True) for members in aside]
        leaves.extend(self._leaf(atom, False) for atom in self._atoms if atom[0] not in alone)
        forest = _Forest(leaves, len(self._component.systems))
        edges = [(-weight, pair) for weight, pair in self._strong if alone.isdisjoint(pair)]
        while True:
            refused: list[tuple[float, Pair]] = []
            for weight, (a, b) in edges:
                left, right = forest.group_of(a), forest.group_of(b)
                if left is right:
                    continue
                if self._veto(left, right) is None:
                    forest.join(a, b, weight)
                else:
                    refused.append((weight, (a, b)))
            if not refused or len(refused) == len(edges):
                return forest, refused
            edges = refused  # a group that has learned another spelling since may be near enough now

    def contested(self, forest: _Forest, refused: Iterable[tuple[float, Pair]]) -> list[list[int]]:
        """Return the parts of groups that another group could claim with equal right."""
        found: list[list[int]] = []
        taken: set[int] = set()
        for weight, (a, b) in refused:
            for here, there in ((a, b), (b, a)):
                part = self._claimed(forest, here, there, weight)
                if part is not None and taken.isdisjoint(part):
                    found.append(part)
                    taken.update(part)
        return found

    def _claimed(self, forest: _Forest, here: int, there: int, weight: float) -> list[int] | None:
        """Return the largest part of its group around a record that the group of another could have had instead."""
        own, other = forest.group_of(here), forest.group_of(there)
        for part in forest.way_down(here):
            if part.above is not None and self._veto(part, other) is None:
                is_equal = part.above.weight - weight < self._policy.contested_margin
                return part.members if is_equal or self._veto(own, other) == STEWARD else None
        return None

    def findings(self, forest: _Forest) -> list[Finding]:
        """Return the strongest edge between each two groups, where it is worth a look."""
        if len(forest.groups()) == 1:
            return []
        best: dict[frozenset[int], tuple[float, Pair]] = {}
        for pair, weight in sorted(self._component.weights.items(), key=lambda edge: (-edge[1], edge[0])):
            groups = frozenset(id(forest.group_of(record)) for record in pair)
            if len(groups) > 1:
                best.setdefault(groups, (weight, pair))
        found = {
            frozenset(id(forest.group_of(record)) for record in pair): Finding(
                "conflict", pair, self._component.weights.get(pair, 0.0), CONTRADICTED
            )
            for pair in self._contradictions
        }
        for groups, (weight, pair) in best.items():
            finding = self._finding(forest, pair, weight)
            if finding is not None:
                found.setdefault(groups, finding)
        return list(found.values())

    def _finding(self, forest: _Forest, pair: Pair, weight: float) -> Finding | None:
        left, right = (forest.group_of(record) for record in pair)
        veto = self._veto(left, right)
        if veto == STEWARD:
            return None
        if veto == CHANGED:
            return Finding("reopened", self._reopened(left, right), weight, CHANGED)
        if weight < self._policy.merge_at:
            return None if veto else Finding("possible_match", pair, weight, NOT_ENOUGH)
        if veto:
            return Finding("conflict", pair, weight, veto)
        return Finding("contested", pair, weight, EITHER)

    def _reopened(self, left: _Group, right: _Group) -> Pair:
        """Return the first pair of two groups that a stale word is about."""
        stale = [
            (min(a, b), max(a, b))
            for a in left.members
            for b in right.members
            if self._apart.get(a, {}).get(b) == CHANGED
        ]
        return min(stale)


def _any_near(left: Iterable[str], right: Iterable[str], most: int) -> bool:
    return any(near(one, other, most) for one in left for other in right)


def near(one: str, other: str, most: int) -> bool:
    """Tell whether two values may be one in truth: at most that many edits apart, or dates with day and month exchanged.

    An edit adds, drops or replaces a character or exchanges two neighbours (Damerau-Levenshtein, unrestricted).
    """
    return DamerauLevenshtein.distance(one, other, score_cutoff=most) <= most or _EXCHANGED((one,), (other,))
