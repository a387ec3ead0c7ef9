"""A difference of lineage as a list: each node, edge, column and schema that is not as it was, in a fixed order. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias
from uuid import UUID

from graph.time import AsOf
from lineage.difference import Changes, ColumnKey
from lineage.graph_difference import CHANGES, Change, Entry, Listed
from lineage.nodes import Node

Part = Literal["nodes", "edges", "columns", "schemas"]

PARTS: tuple[Part, ...] = ("nodes", "edges", "columns", "schemas")

Entries: TypeAlias = Mapping[tuple[Part, Change], Listed[Entry]]
"""What differs; the keys of nodes and schemas are ids, those of edges EdgeKey, those of columns ColumnKey."""


@dataclass(frozen=True, slots=True)
class Names:
    """Nodes by their ids, as they are called at the one basis and at the other."""

    before: Mapping[UUID, Node] = field(default_factory=dict[UUID, Node])
    after: Mapping[UUID, Node] = field(default_factory=dict[UUID, Node])

    @property
    def latest(self) -> Mapping[UUID, Node]:
        """The nodes as they are called at the later basis at which they are known."""
        return {**self.before, **self.after}


@dataclass(frozen=True, slots=True)
class ListedChange:
    """Something that is not as it was; of the members only those of its part are given.

    `before` is None where it was added, `after` where it was removed: nodes, spans of edges, states of columns, or the
    columns of a schema.
    """

    part: Part
    change: Change
    before: Any
    after: Any
    node: Node | None = None
    origin: Node | None = None
    target: Node | None = None
    edge_kind: str | None = None
    column: ColumnKey | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """What differs between two bases: nodes, edges, columns, schemas; of each those added, removed, changed.

    `names` are those of the nodes that had to be known. Truncated where not all could be compared.
    """

    before: AsOf
    after: AsOf
    entries: Entries
    names: Names
    truncated: bool = False

    def count(self, part: Part, change: Change) -> int:
        """Return how many changes there are."""
        return len(self.entries.get((part, change), ()))

    @property
    def total(self) -> int:
        """How many changes there are in all."""
        return sum(map(len, self.entries.values()))

    def page(
        self, start: int = 0, first: int | None = None, parts: Collection[Part] = PARTS
    ) -> Iterator[tuple[Part, Change, Entry]]:
        """Yield so many changes of some parts from a place on; None: all."""
        left = self.total if first is None else first
        for part in PARTS:
            for change in CHANGES:
                some = self.entries.get((part, change))
                if some is None or part not in parts:
                    continue
                for entry in some.part(start, left) if start < len(some) and left else ():
                    yield part, change, entry
                    left -= 1
                start = max(0, start - len(some))


def by_name(compared: Compared) -> Compared:
    """Return what differs in the order of names, having those of all nodes in it."""
    latest = compared.names.latest

    def of_node(key: UUID) -> tuple[str, str, str, UUID]:
        node = latest[key]
        return node.kind, node.name.namespace, node.name.name, key

    ranks: dict[Part, Callable[[Entry], Any]] = {
        "nodes": lambda entry: of_node(entry.key),
        "edges": lambda entry: (*of_node(entry.key[0]), *of_node(entry.key[1]), entry.key[2]),
        "columns": lambda entry: tuple(map(str, entry.key)),
        "schemas": lambda entry: of_node(entry.key),
    }
    ordered: Entries = {
        key: Listed.of(sorted(some.part(), key=ranks[key[0]])) for key, some in compared.entries.items()
    }
    return replace(compared, entries=ordered)


def ids_of(part: Part, entry: Entry) -> tuple[UUID, ...]:
    """Return the nodes that a change names."""
    if part == "columns":
        return ()
    return entry.key[:2] if part == "edges" else (entry.key,)


def listed_change(part: Part, change: Change, entry: Entry, names: Names) -> ListedChange:
    """Return a change with its nodes as they are called."""
    latest, key = names.latest, entry.key
    if part == "nodes":
        before = None if change == "added" else names.before.get(key)
        after = None if change == "removed" else names.after.get(key)
        return ListedChange(part, change, before, after, node=latest[key])
    found = ListedChange(part, change, entry.before, entry.after)
    if part == "edges":
        return replace(found, origin=latest[key[0]], target=latest[key[1]], edge_kind=key[2])
    return replace(found, column=key) if part == "columns" else replace(found, node=latest[key])


def entries_of(changes: Changes[Any, Any], *, with_values: bool = True) -> dict[Change, Listed[Entry]]:
    """Return the changes between two maps as lists in no order; without values, by keys alone."""
    found = {
        "added": [Entry(key, None, value) for key, value in changes.added.items()],
        "removed": [Entry(key, value, None) for key, value in changes.removed.items()],
        "changed": [Entry(key, one.before, one.after) for key, one in changes.changed.items()],
    }
    return {
        change: Listed.of(found[change] if with_values else [Entry(one.key) for one in found[change]])
        for change in CHANGES
    }
