"""Clusters a whole population at once: what `clustering.cluster` says of every connected component, on positions."""

from __future__ import annotations

import gc
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import pyarrow as pa
import pyarrow.compute as pc

from graph.batch.population import StoredPopulation
from graph.golden.component import Component, Finding, Pair, connected, solve
from graph.golden.matching import NEVER
from graph.golden.policy import MatchPolicy
from graph.golden.profile import Profile


@dataclass(frozen=True, slots=True)
class SaidOfPositions:
    """A steward's newest word about two records of a population."""

    a: int
    b: int
    is_same: bool
    is_stale: bool = False


@dataclass(frozen=True, slots=True)
class BatchClustering:
    """Of each record, by position, one record that stands for its group, and one for its component.

    `suggestions` are what stewards should look at; their pairs are positions, the smaller first.
    """

    group: list[int]
    component: list[int]
    suggestions: list[Finding]

    @property
    def groups(self) -> list[list[int]]:
        """The groups of two and more records."""
        groups: dict[int, list[int]] = {}
        for position, of in enumerate(self.group):
            groups.setdefault(of, []).append(position)
        return [group for group in groups.values() if len(group) > 1]


def batch_clusters(
    population: StoredPopulation, pairs: pa.Table, said: Sequence[SaidOfPositions], policy: MatchPolicy
) -> BatchClustering:
    """Group the records of a population, given the pairs that `scoring.score` kept (a, b and weight, by position)."""
    with _without_cycles():
        return _Clusters(population, pairs, said, policy).clustering()


@contextmanager
def _without_cycles() -> Generator[None]:
    """Put the search for cyclic garbage off: there is none, and looking for it among millions of pairs takes a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


_Evidence = tuple[dict[Pair, float], list[Pair], list[Pair], dict[Pair, bool]]
"""Weights, pairs a rule excludes, and the words of stewards: must_link, cannot_link with whether it is stale."""


class _Clusters:
    """The records that any pair is about, by their place in the order of source keys, and the pairs by these places."""

    def __init__(
        self,
        population: StoredPopulation,
        pairs: pa.Table,
        said: Sequence[SaidOfPositions],
        policy: MatchPolicy,
    ) -> None:
        self.population, self.policy, self.said = population, policy, said
        a, b = _ints(pairs["a"]), _ints(pairs["b"])
        named = {*a, *b, *(word.a for word in said), *(word.b for word in said)}
        self.chosen = self._in_key_order(named)
        place = dict(zip(self.chosen, range(len(self.chosen)), strict=True))
        self.weights = cast("list[float]", pairs["weight"].to_pylist())
        self.a, self.b = [place[x] for x in a], [place[y] for y in b]
        self.words = [(place[word.a], place[word.b]) for word in said]
        self.home = connected(len(self.chosen), self._joins())

    def clustering(self) -> BatchClustering:
        """Join what is plain at once, and solve the components where anything speaks against anything."""
        group = list(self.home)
        suggestions = self._solve(self._hard(), group)
        groups, components = list(range(len(self.population))), list(range(len(self.population)))
        for position, of, start in zip(self.chosen, group, self.home, strict=True):
            groups[position] = self.chosen[of]
            components[position] = self.chosen[start]
        return BatchClustering(groups, components, suggestions)

    def _in_key_order(self, named: Iterable[int]) -> list[int]:
        positions = pa.array(sorted(named), pa.int32())
        systems, keys = self.population.systems.take(positions), self.population.keys.take(positions)
        table = pa.table({"system": systems, "key": keys})
        order = pc.sort_indices(table, sort_keys=[("system", "ascending"), ("key", "ascending")])
        return cast("list[int]", positions.take(order).to_pylist())

    def _joins(self) -> Iterator[Pair]:
        edges = zip(self.a, self.b, self.weights, strict=True)
        yield from ((x, y) for x, y, weight in edges if weight != NEVER)
        yield from (pair for pair, word in zip(self.words, self.said, strict=True) if word.is_same)

    def _hard(self) -> set[int]:
        """Return the components, by their first place, in which anything could keep two records apart.

        Where every edge is strong, and no two records differ in what a veto is about, all of them are one.
        """
        home, merge_at = self.home, self.policy.merge_at
        edges = zip(self.a, self.b, self.weights, strict=True)
        hard = {home[x] for x, y, weight in edges if weight < merge_at and home[x] == home[y]}
        hard.update(home[x] for pair in self.words for x in pair)
        for veto in self.policy.vetoes:
            if veto.attribute in self.population.profiles.schema.names:
                self._add_differing(self._of_chosen(self.population.profiles[veto.attribute]), hard)
        if self.policy.duplicate_free:
            self._add_twice(hard)
        return hard

    def _add_differing(self, held: Any, hard: set[int]) -> None:
        """Add the components in which a record held several values, or two records hold different ones."""
        lengths: list[int | None] = pc.list_value_length(held).to_pylist()
        lasts = pc.list_element(pc.if_else(pc.equal(pc.list_value_length(held), pa.scalar(0)), None, held), 0)
        codes: list[int | None] = lasts.dictionary_encode().indices.to_pylist()
        seen: dict[int, int] = {}
        for start, code, length in zip(self.home, codes, lengths, strict=True):
            if code is not None and (length != 1 or seen.setdefault(start, code) != code):
                hard.add(start)

    def _add_twice(self, hard: set[int]) -> None:
        """Add the components that hold two records of a source that knows nobody twice."""
        seen: set[tuple[int, str]] = set()
        for start, system in zip(
            self.home, self._of_chosen(self.population.systems).to_pylist(), strict=True
        ):
            if system in self.policy.duplicate_free:
                if (start, system) in seen:
                    hard.add(start)
                seen.add((start, system))

    def _solve(self, hard: set[int], group: list[int]) -> list[Finding]:
        """Put the groups of some components into `group`, and return what there is to look at in them."""
        members: dict[int, list[int]] = {start: [] for start in sorted(hard)}
        inside: dict[int, int] = {}
        for place, start in enumerate(self.home):
            if start in hard:
                inside[place] = len(members[start])
                members[start].append(place)
        evidence = self._evidence(hard, inside)
        systems, profiles = self._known(list(inside))
        found: list[Finding] = []
        for start, mine in members.items():
            component = Component(
                [systems[place] for place in mine], [profiles[place] for place in mine], *evidence[start]
            )
            groups, findings = solve(component, self.policy)
            for one in groups:
                for i in one:
                    group[mine[i]] = mine[one[0]]
            for finding in findings:
                x, y = sorted(self.chosen[mine[i]] for i in finding.pair)
                found.append(Finding(finding.kind, (x, y), finding.weight, finding.reason))
        return found

    def _evidence(self, hard: set[int], inside: Mapping[int, int]) -> dict[int, _Evidence]:
        """Return what is known of the pairs inside each of some components, by the place inside."""
        home = self.home
        evidence: dict[int, _Evidence] = {start: ({}, [], [], {}) for start in hard}
        for x, y, weight in zip(self.a, self.b, self.weights, strict=True):
            start = home[x]
            if start in evidence and start == home[y]:
                pair = _pair(inside[x], inside[y])
                if weight == NEVER:
                    evidence[start][1].append(pair)
                else:
                    evidence[start][0][pair] = weight
        for word, (x, y) in zip(self.said, self.words, strict=True):
            if home[x] == home[y]:
                pair = _pair(inside[x], inside[y])
                if word.is_same:
                    evidence[home[x]][2].append(pair)
                else:
                    evidence[home[x]][3][pair] = word.is_stale
        return evidence

    def _known(self, places: Sequence[int]) -> tuple[dict[int, str], dict[int, Profile]]:
        """Return the source system of each record, and of its profile the attributes that a veto is about."""
        positions = pa.array([self.chosen[place] for place in places], pa.int32())
        names = cast("list[str]", self.population.systems.take(positions).to_pylist())
        systems = dict(zip(places, names, strict=True))
        profiles: dict[int, dict[str, tuple[str, ...]]] = {place: {} for place in places}
        for name in {veto.attribute for veto in self.policy.vetoes}:
            if name in self.population.profiles.schema.names:
                held = self.population.profiles[name].take(positions).to_pylist()
                for place, values in zip(places, held, strict=True):
                    if values:
                        profiles[place][name] = tuple(values)
        return systems, cast("dict[int, Profile]", profiles)

    def _of_chosen(self, column: Any) -> Any:
        return column.take(pa.array(self.chosen, pa.int32())).combine_chunks()


def _pair(x: int, y: int) -> Pair:
    return (x, y) if x < y else (y, x)


def _ints(column: Any) -> list[int]:
    return cast("list[int]", column.to_pylist())
