"""Which names mean one dataset: the links between names joined to components, and the name each component is shown by. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from graph.identity import DatasetName


@dataclass(frozen=True, slots=True)
class Link:
    """Two names of one dataset: `name` is also called `other` (symlink), or was called so before (rename)."""

    dataset_id: UUID
    name: DatasetName
    other_id: UUID
    other: DatasetName
    kind: Literal["symlink", "rename"]
    valid_from: datetime


@dataclass(frozen=True, slots=True)
class Component:
    """One dataset under several names: that which it is shown by first, with its id, then the others in their order.

    `former_names` are those of the others that it was renamed from.
    """

    ids: tuple[UUID, ...]
    names: tuple[DatasetName, ...]
    former_names: tuple[DatasetName, ...]


def components(links: Iterable[Link]) -> list[Component]:
    """Return the components of whole sets of links, the order of which does not matter.

    A component is shown by the name that it was renamed to last; where there was no renaming, by the name that says of
    itself that it has others (that of the data itself, not of a table over it). Of several the smallest name counts.
    """
    names: dict[UUID, DatasetName] = {}
    neighbours: dict[UUID, set[UUID]] = {}
    given = list(links)
    for link in given:
        names[link.dataset_id], names[link.other_id] = link.name, link.other
        neighbours.setdefault(link.dataset_id, set()).add(link.other_id)
        neighbours.setdefault(link.other_id, set()).add(link.dataset_id)
    renamed: dict[UUID, datetime] = {}
    for link in given:
        if link.kind == "rename":
            renamed[link.dataset_id] = max(link.valid_from, renamed.get(link.dataset_id, link.valid_from))
    stating = {link.dataset_id for link in given}
    former = {link.other_id for link in given if link.kind == "rename"}
    found: list[Component] = []
    while neighbours:
        members = _taken(neighbours)
        latest = max((renamed[key] for key in members & renamed.keys()), default=None)
        shown = {key for key in members if key in renamed and renamed[key] == latest} or members & stating
        ids = sorted(members, key=lambda key: (key not in shown, names[key]))
        found.append(
            Component(
                tuple(ids),
                tuple(names[key] for key in ids),
                tuple(names[key] for key in ids[1:] if key in former),
            )
        )
    return found


def _taken(neighbours: dict[UUID, set[UUID]]) -> set[UUID]:
    """Remove one component from the map and return it."""
    members: set[UUID] = set()
    waiting = [next(iter(neighbours))]
    while waiting:
        key = waiting.pop()
        if key not in members:
            members.add(key)
            waiting.extend(neighbours.pop(key) - members)
    return members
