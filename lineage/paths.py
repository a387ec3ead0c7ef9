"""Which ways lead from one node of a lineage graph to another: the shortest, how many, and what lies on any of them. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from lineage.flows import Flows
from lineage.naming import NodeKind

Place: TypeAlias = tuple[UUID, UUID | None]
"""Where a way stands: a dataset, or a job together with the dataset it was entered by, since what leads on depends on it."""


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways from one node to another.

    `shortest` are some of the `count` shortest ones, each from end to end; `nodes` lie on any way, shortest or not, and
    so do `edges`. Nothing is in it where no way leads there.
    """

    shortest: tuple[tuple[UUID, ...], ...] = ()
    count: int = 0
    nodes: frozenset[UUID] = frozenset()
    edges: frozenset[tuple[UUID, UUID]] = frozenset()

    @property
    def length(self) -> int | None:
        """How many hops the shortest have; None where there is none."""
        return len(self.shortest[0]) - 1 if self.shortest else None


def ways(flows: Flows, start: UUID, kind: NodeKind, end: UUID, most: int) -> Ways:
    """Return the ways that the data flows from a node of the kind to another; of the shortest at most so many.

    From a node to itself the way has one node. Ways through a job lead on only to what belongs to the dataset they came by.
    """
    if start == end:
        return Ways(((start,),), 1, frozenset({start}))
    following, distances = _explored(flows, (start, None), kind)
    ends = [place for place in distances if place[0] == end]
    if not ends:
        return Ways()
    leading = _leading_to(following, ends)
    shortest = min(distances[place] for place in ends)
    nearest = {place for place in ends if distances[place] == shortest}
    counts = _counts(following, distances, nearest, shortest)
    found = _shortest((start, None), following, distances, counts)
    return Ways(
        tuple(way for way, _ in zip(found, range(most), strict=False)),
        counts[start, None],
        frozenset(place[0] for place in leading),
        frozenset(
            (place[0], after[0]) for place in leading for after in following[place] if after in leading
        ),
    )


def _explored(
    flows: Flows, start: Place, kind: NodeKind
) -> tuple[dict[Place, tuple[Place, ...]], dict[Place, int]]:
    """Return what follows each place that can be reached, in the order of ids, and how many hops away each is."""
    distances, kinds = {start: 0}, {start: kind}
    following: dict[Place, tuple[Place, ...]] = {}
    waiting = deque([start])
    while waiting:
        place = waiting.popleft()
        node, entered_by = place
        if kinds[place] == "dataset":
            ahead, kind = [(job, node) for job in flows.onward.get(node, ())], "job"
        else:
            ahead, kind = [(output, None) for output in flows.outputs(node, entered_by)], "dataset"
        following[place] = tuple(ahead)
        for after in ahead:
            if after not in distances:
                distances[after] = distances[place] + 1
                kinds[after] = kind
                waiting.append(after)
    return following, distances


def _leading_to(following: dict[Place, tuple[Place, ...]], ends: list[Place]) -> set[Place]:
    before: dict[Place, list[Place]] = {}
    for place, ahead in following.items():
        for after in ahead:
            before.setdefault(after, []).append(place)
    found, waiting = set(ends), list(ends)
    while waiting:
        for place in before.get(waiting.pop(), ()):
            if place not in found:
                found.add(place)
                waiting.append(place)
    return found


def _counts(
    following: dict[Place, tuple[Place, ...]], distances: dict[Place, int], ends: set[Place], length: int
) -> dict[Place, int]:
    """Return for each place from how it is reached by a shortest way how many of these lead on to one of the ends."""
    counts = dict.fromkeys(ends, 1)
    inside = [place for place, distance in distances.items() if distance < length]
    for place in sorted(inside, key=lambda one: -distances[one]):
        nearer = (after for after in following[place] if distances[after] == distances[place] + 1)
        counts[place] = sum(counts.get(after, 0) for after in nearer)
    return counts


def _shortest(
    start: Place,
    following: dict[Place, tuple[Place, ...]],
    distances: dict[Place, int],
    counts: dict[Place, int],
) -> Iterator[tuple[UUID, ...]]:
    """Yield the shortest ways in the order of ids; not by recursion, which a long chain would exceed."""

    def nearer(place: Place) -> list[Place]:
        ahead = (after for after in following[place] if distances[after] == distances[place] + 1)
        return [after for after in ahead if counts.get(after)]

    last = max(distances[place] for place in counts)
    trail = [start]
    branches = [iter(nearer(start))]
    while branches:
        after = next(branches[-1], None)
        if after is None:
            branches.pop()
            trail.pop()
        elif distances[after] == last:
            yield tuple(place[0] for place in (*trail, after))
        else:
            trail.append(after)
            branches.append(iter(nearer(after)))
