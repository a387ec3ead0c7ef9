"""Which datasets are one under several names, as known at a system instant: nodes by the one they are shown by."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from lineage.components import Component, Link, components
from lineage.snapshot.adjacency import Adjacency
from lineage.snapshot.node_table import Mask, NodeTable, Numbers

_MOST_KEPT = 4


class Shown:
    """For each node the one it is shown by: itself, but for datasets of several names."""

    def __init__(self, nodes: NodeTable, found: Iterable[Component]) -> None:
        self.components: dict[UUID, Component] = {
            key: component for component in found for key in component.ids
        }
        self._nodes = nodes
        self._by: Numbers = np.arange(len(nodes), dtype=np.int32)
        members: list[int] = []
        for component in {component.ids[0]: component for component in self.components.values()}.values():
            numbers = nodes.numbers(component.ids)
            self._by[numbers] = numbers[0]
            members += numbers.tolist()
        of = np.array(members, np.int32)
        self._members = Adjacency(self._by[of].astype(np.int64), of, len(nodes))
        self._is_several: NDArray[np.bool_] = np.zeros(len(nodes), np.bool_)
        self._is_several[self._by[of]] = True
        self._joined = of

    @property
    def nbytes(self) -> int:
        """The bytes it takes, by estimate where they are objects."""
        return self._by.nbytes + self._is_several.nbytes + self._members.nbytes + 400 * len(self.components)

    def by(self, nodes: NDArray[Any]) -> Numbers:
        """Return the nodes that nodes are shown by."""
        if not self.components:
            return nodes
        self._extend()
        return self._by[nodes]

    def is_joined(self) -> Mask:
        """Return of all nodes whether they are one of several names of a dataset."""
        found = np.zeros(len(self._nodes), np.bool_)
        found[self._joined] = True
        return found

    def members(self, nodes: Numbers) -> Numbers:
        """Return shown nodes under all the names they have."""
        if not self.components:
            return nodes
        self._extend()
        several = self._is_several[nodes]
        if not several.any():
            return nodes
        return np.concatenate([nodes[~several], self._members.rows(nodes[several].astype(np.int64))])

    def _extend(self) -> None:
        known = len(self._by)
        more = len(self._nodes) - known
        if more > 0:
            self._by = np.concatenate([self._by, np.arange(known, known + more, dtype=np.int32)])
            self._is_several = np.concatenate([self._is_several, np.zeros(more, np.bool_)])


class Names:
    """The links between names of datasets, each from a system instant on."""

    def __init__(self, nodes: NodeTable) -> None:
        self._nodes = nodes
        self._links: dict[tuple[UUID, UUID, str], tuple[int, Link]] = {}
        self._since: list[int] = []
        self._ordered: list[Link] = []
        self._kept: OrderedDict[int, Shown] = OrderedDict()

    def __len__(self) -> int:
        return len(self._links)

    @property
    def nbytes(self) -> int:
        """The bytes it takes, by estimate where they are objects."""
        return 600 * len(self._links) + sum(shown.nbytes for shown in self._kept.values())

    def add(self, links: Iterable[tuple[int, Link]]) -> None:
        """Add links, each with the instant from which on it is known; those known before may have changed."""
        changed = False
        for since, link in links:
            self._nodes.added([link.dataset_id.bytes, link.other_id.bytes])
            key = (link.dataset_id, link.other_id, link.kind)
            changed |= self._links.get(key) != (since, link)
            self._links[key] = (since, link)
        if changed:
            ordered = sorted(self._links.values(), key=lambda one: one[0])
            self._since = [since for since, _ in ordered]
            self._ordered = [link for _, link in ordered]
            self._kept.clear()

    def shown_at(self, system: int) -> Shown:
        """Return what nodes are shown by, as known at an instant."""
        known = bisect_right(self._since, system)
        shown = self._kept.get(known)
        if shown is None:
            shown = self._kept[known] = Shown(self._nodes, components(self._ordered[:known]))
            if len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(known)
        return shown
