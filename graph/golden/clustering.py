"""Groups source records into customers, in any order the same, and gives each group a golden id that lasts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from graph.golden.matching import Identifier


@dataclass(frozen=True, slots=True)
class Assignment:
    """The golden id of each source record; `born` are the ids given for the first time, `merged` loser → survivor."""

    golden_of: Mapping[UUID, UUID]
    born: frozenset[UUID]
    merged: Mapping[UUID, UUID]


def clusters(
    records: Mapping[UUID, Iterable[Identifier]], must_link: Iterable[tuple[UUID, UUID]]
) -> list[frozenset[UUID]]:
    """Return the groups of records that share an identifier or are said to be the same, directly or through others."""
    parent = {record: record for record in records}

    def root(record: UUID) -> UUID:
        while parent[record] != record:
            parent[record] = parent[parent[record]]
            record = parent[record]
        return record

    first_with: dict[Identifier, UUID] = {}
    pairs = [(a, b) for a, b in must_link if a in parent and b in parent]
    for record, held in records.items():
        pairs.extend((record, first_with.setdefault(identifier, record)) for identifier in held)
    for a, b in pairs:
        parent[root(a)] = root(b)
    groups: dict[UUID, set[UUID]] = {}
    for record in records:
        groups.setdefault(root(record), set()).add(record)
    return sorted((frozenset(group) for group in groups.values()), key=min)


def assign(
    groups: Iterable[frozenset[UUID]], current: Mapping[UUID, UUID], new_id: Callable[[], UUID]
) -> Assignment:
    """Give every group a golden id: the oldest (smallest) of those it holds now, else a new one.

    An id held by several groups (they were one and are no longer) stays with the group that has most of its
    records; the others get their own. An id that loses all its records redirects to where most of them went.
    """
    holders: dict[UUID, list[tuple[int, frozenset[UUID]]]] = {}
    ordered = sorted(groups, key=min)
    for group in ordered:
        for golden_id, count in Counter(current[record] for record in group if record in current).items():
            holders.setdefault(golden_id, []).append((count, group))
    owner = {
        golden_id: max(held, key=lambda h: (h[0], -min(h[1]).int))[1] for golden_id, held in holders.items()
    }
    golden_of: dict[UUID, UUID] = {}
    born: set[UUID] = set()
    for group in ordered:
        owned = [golden_id for golden_id, holder in owner.items() if holder == group]
        golden_id = min(owned) if owned else new_id()
        if not owned:
            born.add(golden_id)
        golden_of.update(dict.fromkeys(group, golden_id))
    used = set(golden_of.values())
    merged = {golden_id: golden_of[min(group)] for golden_id, group in owner.items() if golden_id not in used}
    return Assignment(golden_of, frozenset(born), merged)
