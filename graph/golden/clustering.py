"""Groups source records into golden records, in any order the same, and gives each group a golden id that lasts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from graph.golden.component import Component, Kind, Pair, connected, solve
from graph.golden.matching import NEVER
from graph.golden.policy import MatchPolicy
from graph.golden.profile import Profile
from graph.identity import SourceKey


@dataclass(slots=True)
class Record:
    """What clustering has to know of a source record."""

    id: UUID
    key: SourceKey
    profile: Profile


@dataclass(slots=True)
class Edge:
    """How much two records look like one, in bits, where that is at least `review_at`; NEVER where a rule excludes it."""

    a: UUID
    b: UUID
    weight: float


@dataclass(frozen=True, slots=True)
class Said:
    """A steward's newest word about two records; stale where what identifies one of them has changed since.

    must_link outranks every veto of the engine. cannot_link is kept even by a chain of must_link; a stale one only keeps
    the engine from joining the two.
    """

    a: UUID
    b: UUID
    verdict: Literal["must_link", "cannot_link"]
    is_stale: bool = False


@dataclass(slots=True)
class Suggestion:
    """Two records, `a` the smaller id, that a steward should look at; `reason` holds no personal data."""

    kind: Kind
    a: UUID
    b: UUID
    weight: float
    reason: str


@dataclass(frozen=True, slots=True)
class Clustering:
    """The groups of records that are one each, and what a steward should look at, both in an order that
    hangs on source keys alone.
    """

    groups: list[frozenset[UUID]]
    suggestions: list[Suggestion]


@dataclass(frozen=True, slots=True)
class Assignment:
    """The golden id of each source record.

    `born` are the ids given for the first time, `merged` loser → survivor, `returned` the ids that had been given up and
    stand on their own again.
    """

    golden_of: Mapping[UUID, UUID]
    born: frozenset[UUID]
    merged: Mapping[UUID, UUID]
    returned: frozenset[UUID] = frozenset()


def cluster(
    records: Mapping[UUID, Record], edges: Iterable[Edge], said: Iterable[Said], policy: MatchPolicy
) -> Clustering:
    """Group records that are one, from the strongest edge down, ties by source key; edges to other records do not count.

    Each connected component (edges that are not NEVER, must_link) is clustered on its own, so clustering some components
    gives what clustering all of them gives.
    """
    ordered = sorted(records.values(), key=lambda record: (record.key.system, record.key.key, record.id))
    place_of = {record.id: place for place, record in enumerate(ordered)}
    weights = _weights(edges, place_of, policy.review_at)
    words = {
        _pair(place_of[word.a], place_of[word.b]): word
        for word in said
        if word.a != word.b and word.a in place_of and word.b in place_of
    }
    joining = [pair for pair, weight in weights.items() if weight != NEVER]
    joining.extend(pair for pair, word in words.items() if word.verdict == "must_link")
    groups: list[frozenset[UUID]] = []
    suggestions: list[Suggestion] = []
    for members, component in _components(ordered, joining, weights, words):
        if len(members) == 1:
            groups.append(frozenset((members[0].id,)))
            continue
        found, findings = solve(component, policy)
        groups.extend(frozenset(members[place].id for place in group) for group in found)
        for finding in findings:
            a, b = sorted(members[place].id for place in finding.pair)
            suggestions.append(Suggestion(finding.kind, a, b, finding.weight, finding.reason))
    return Clustering(groups, suggestions)


def _pair(a: int, b: int) -> Pair:
    return (a, b) if a < b else (b, a)


def _weights(edges: Iterable[Edge], place_of: Mapping[UUID, int], review_at: float) -> dict[Pair, float]:
    """Return the weight of each pair that is worth a look or excluded; where it is told twice, NEVER, else the most."""
    weights: dict[Pair, float] = {}
    for edge in edges:
        a, b = place_of.get(edge.a), place_of.get(edge.b)
        if a is None or b is None or a == b or NEVER != edge.weight < review_at:
            continue
        pair = _pair(a, b)
        told = weights.get(pair, edge.weight)
        weights[pair] = NEVER if NEVER in (told, edge.weight) else max(told, edge.weight)
    return weights


def _components(
    ordered: Sequence[Record],
    joining: Iterable[Pair],
    weights: Mapping[Pair, float],
    words: Mapping[Pair, Said],
) -> Iterator[tuple[list[Record], Component]]:
    """Yield the records of each connected component, and what is known of them by their position among these."""
    home = connected(len(ordered), joining)
    members: dict[int, list[Record]] = {}
    inside: list[int] = []
    for place, record in enumerate(ordered):
        mine = members.setdefault(home[place], [])
        inside.append(len(mine))
        mine.append(record)
    weighed: dict[int, dict[Pair, float]] = {}
    never: dict[int, list[Pair]] = {}
    for (a, b), weight in weights.items():
        if home[a] != home[b]:
            continue
        if weight == NEVER:
            never.setdefault(home[a], []).append((inside[a], inside[b]))
        else:
            weighed.setdefault(home[a], {})[inside[a], inside[b]] = weight
    must_link: dict[int, list[Pair]] = {}
    cannot_link: dict[int, dict[Pair, bool]] = {}
    for (a, b), word in words.items():
        if home[a] != home[b]:
            continue
        if word.verdict == "must_link":
            must_link.setdefault(home[a], []).append((inside[a], inside[b]))
        else:
            cannot_link.setdefault(home[a], {})[inside[a], inside[b]] = word.is_stale
    for number, mine in members.items():
        yield (
            mine,
            Component(
                [record.key.system for record in mine],
                [record.profile for record in mine],
                weighed.get(number, {}),
                never.get(number, ()),
                must_link.get(number, ()),
                cannot_link.get(number, {}),
            ),
        )


def assign(
    groups: Iterable[frozenset[UUID]],
    current: Mapping[UUID, UUID],
    new_id: Callable[[], UUID],
    former: Mapping[UUID, Sequence[UUID]] | None = None,
) -> Assignment:
    """Give every group a golden id: the oldest (smallest) of those it holds now, else one it gave up, else a new one.

    `former`: the golden ids each record had before its current one, the latest first, without those that records
    outside these groups hold now. An id held by several groups (they were one and are no longer) stays with the group
    that has most of the records that started with it, then most of its records; the others get back an id of their own
    records, else a new one. An id that loses all its records redirects to where most of them went.
    """
    ordered = sorted(groups, key=min)
    former = former or {}
    owned = _owned(ordered, current, former)
    returning = _returning([group for group in ordered if group not in owned], set(current.values()), former)
    golden_of: dict[UUID, UUID] = {}
    born: set[UUID] = set()
    for group in ordered:
        golden_id = min(owned[group]) if group in owned else returning.get(group)
        if golden_id is None:
            golden_id = new_id()
            born.add(golden_id)
        golden_of.update(dict.fromkeys(group, golden_id))
    used = set(golden_of.values())
    merged = {
        golden_id: golden_of[min(group)]
        for group, ids in owned.items()
        for golden_id in ids
        if golden_id not in used
    }
    return Assignment(golden_of, frozenset(born), merged, frozenset(returning.values()))


def _owned(
    groups: Iterable[frozenset[UUID]], current: Mapping[UUID, UUID], former: Mapping[UUID, Sequence[UUID]]
) -> dict[frozenset[UUID], list[UUID]]:
    """Return which of the golden ids in use each group keeps, for groups that keep any."""
    holders: dict[UUID, list[tuple[int, int, int, frozenset[UUID]]]] = {}
    for group in groups:
        if current.keys().isdisjoint(group):
            continue
        held = Counter(current[record] for record in group if record in current)
        started = Counter(
            (former.get(record) or (current[record],))[-1] for record in group if record in current
        )
        for golden_id, count in held.items():
            holders.setdefault(golden_id, []).append((started[golden_id], count, -min(group).int, group))
    owned: dict[frozenset[UUID], list[UUID]] = {}
    for golden_id, claims in holders.items():
        owned.setdefault(max(claims, key=lambda claim: claim[:3])[3], []).append(golden_id)
    return owned


def _returning(
    groups: Iterable[frozenset[UUID]], taken: Collection[UUID], former: Mapping[UUID, Sequence[UUID]]
) -> dict[frozenset[UUID], UUID]:
    """Return the id each group gets back: the latest of its records', of equals the one most had, then the oldest."""
    if not former:
        return {}
    claims: list[tuple[int, int, UUID, int, frozenset[UUID]]] = []
    for number, group in enumerate(groups):
        rank: dict[UUID, int] = {}
        count: Counter[UUID] = Counter()
        for record in group:
            for place, golden_id in enumerate(former.get(record, ())):
                rank[golden_id] = min(place, rank.get(golden_id, place))
                count[golden_id] += 1
        claims.extend((rank[i], -count[i], i, number, group) for i in rank if i not in taken)
    returning: dict[frozenset[UUID], UUID] = {}
    given: set[UUID] = set()
    for _, _, golden_id, _, group in sorted(claims, key=lambda claim: claim[:4]):
        if group not in returning and golden_id not in given:
            returning[group] = golden_id
            given.add(golden_id)
    return returning
