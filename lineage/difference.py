"""What differs between two pictures of lineage, and what one becomes by it. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

from graph.identity import DatasetName, JobName
from lineage.columns import Transformation
from lineage.facets import Column
from lineage.graph_difference import EdgeKey, Span
from lineage.nodes import Node

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class ColumnKey(NamedTuple):
    """A column that has a part in another, and the job that says so; None as in ColumnFlow."""

    source: DatasetName
    source_column: str | None
    target: DatasetName
    target_column: str | None
    job: JobName | None


class ColumnState(NamedTuple):
    """How one column follows from another, and how that is known."""

    kind: str
    transformations: tuple[Transformation, ...]


@dataclass(frozen=True, slots=True)
class Changed(Generic[Value]):
    """A value before and after."""

    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class Changes(Generic[Key, Value]):
    """What was added, what was removed (as it was), and what is another than before."""

    added: Mapping[Key, Value] = field(default_factory=dict[Key, Value])
    removed: Mapping[Key, Value] = field(default_factory=dict[Key, Value])
    changed: Mapping[Key, Changed[Value]] = field(default_factory=dict[Key, Changed[Value]])

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return not (self.added or self.removed or self.changed)


@dataclass(frozen=True, slots=True)
class Picture:
    """The lineage at a basis as far as it is compared; nodes stand at distance 0, and since when an edge is believed is no
    matter.
    """

    nodes: Mapping[UUID, Node] = field(default_factory=dict[UUID, Node])
    edges: Mapping[EdgeKey, Span] = field(default_factory=dict[EdgeKey, Span])
    columns: Mapping[ColumnKey, ColumnState] = field(default_factory=dict[ColumnKey, ColumnState])
    schemas: Mapping[UUID, tuple[Column, ...]] = field(default_factory=dict[UUID, tuple[Column, ...]])


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two pictures."""

    nodes: Changes[UUID, Node]
    edges: Changes[EdgeKey, Span]
    columns: Changes[ColumnKey, ColumnState]
    schemas: Changes[UUID, tuple[Column, ...]]

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return all(part.is_empty for part in (self.nodes, self.edges, self.columns, self.schemas))


def difference(before: Picture, after: Picture) -> Difference:
    """Return what has to be done to one picture so that it becomes the other."""
    return Difference(
        changes(before.nodes, after.nodes),
        changes(before.edges, after.edges),
        changes(before.columns, after.columns),
        changes(before.schemas, after.schemas),
    )


def applied(picture: Picture, found: Difference) -> Picture:
    """Return what a picture becomes by a difference from it."""
    return Picture(
        changed(picture.nodes, found.nodes),
        changed(picture.edges, found.edges),
        changed(picture.columns, found.columns),
        changed(picture.schemas, found.schemas),
    )


def changes(before: Mapping[Key, Value], after: Mapping[Key, Value]) -> Changes[Key, Value]:
    """Return what differs between two maps."""
    return Changes(
        {key: value for key, value in after.items() if key not in before},
        {key: value for key, value in before.items() if key not in after},
        {
            key: Changed(before[key], value)
            for key, value in after.items()
            if key in before and before[key] != value
        },
    )


def changed(before: Mapping[Key, Value], found: Changes[Key, Value]) -> dict[Key, Value]:
    """Return what a map becomes by changes of it."""
    kept = {key: value for key, value in before.items() if key not in found.removed}
    return {**kept, **found.added, **{key: change.after for key, change in found.changed.items()}}
