"""What differs between the edges of a graph at two bases, as lists that are looked at in parts. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Literal, NamedTuple, TypeAlias, TypeVar
from uuid import UUID

Item = TypeVar("Item")
Made = TypeVar("Made")

Change = Literal["added", "removed", "changed"]

CHANGES: tuple[Change, ...] = ("added", "removed", "changed")

EdgeKey: TypeAlias = tuple[UUID, UUID, str]
"""The ends of an edge and how it is known."""


class Span(NamedTuple):
    """A stretch of valid time; an end of None: until further notice."""

    valid_from: datetime
    valid_to: datetime | None


class Entry(NamedTuple):
    """Something that is not as it was, by its key; None where it is not there, or where there is nothing to tell of it."""

    key: Any
    before: Any = None
    after: Any = None


@dataclass(frozen=True, slots=True)
class Listed(Generic[Item]):
    """A list of which parts are looked at; `len()` counts all of it."""

    count: int
    _part: Callable[[int, int], Sequence[Item]]

    @classmethod
    def of(cls, items: Sequence[Item]) -> Listed[Item]:
        """Return items that are at hand."""
        return cls(len(items), lambda start, end: items[start:end])

    def __len__(self) -> int:
        return self.count

    def part(self, offset: int = 0, limit: int | None = None) -> Sequence[Item]:
        """Return so many items from a place on; None: all."""
        return self._part(offset, self.count if limit is None else offset + limit)

    def each(self, make: Callable[[Item], Made]) -> Listed[Made]:
        """Return what is made of each item, when it is looked at."""
        return Listed(self.count, lambda start, end: [make(item) for item in self._part(start, end)])


@dataclass(frozen=True, slots=True)
class GraphDifference:
    """What differs between two bases: edges, and nodes by whether they have any edge; all in the order of ids.

    The entries of `edges` have an EdgeKey and Spans. Nodes stand under the ids that they are shown by at the basis; those
    changed have other names than before. `written` are the datasets that a job writes at only one of the bases.
    """

    nodes: Mapping[Change, Listed[UUID]]
    edges: Mapping[Change, Listed[Entry]]
    written: Listed[UUID]


def edge_entries(
    before: Mapping[EdgeKey, Span], after: Mapping[EdgeKey, Span]
) -> dict[Change, Listed[Entry]]:
    """Return what differs between the edges of two bases."""
    added = sorted(after.keys() - before.keys())
    removed = sorted(before.keys() - after.keys())
    changed = sorted(key for key in before.keys() & after.keys() if before[key] != after[key])
    return {
        "added": Listed.of([Entry(key, None, after[key]) for key in added]),
        "removed": Listed.of([Entry(key, before[key], None) for key in removed]),
        "changed": Listed.of([Entry(key, before[key], after[key]) for key in changed]),
    }


def node_lists(
    before: Collection[UUID], after: Collection[UUID], renamed: Iterable[UUID]
) -> dict[Change, Listed[UUID]]:
    """Return what differs between the nodes that have edges; of those renamed, the ones at both bases count."""
    then, now = set(before), set(after)
    return {
        "added": Listed.of(sorted(now - then)),
        "removed": Listed.of(sorted(then - now)),
        "changed": Listed.of(sorted(then & now & set(renamed))),
    }
