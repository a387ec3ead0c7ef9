"""The relations of an instant as a graph: where an asset is hosted, and what stops with it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import networkx as nx

from graph.catalog.relation import HOSTED_IN, Relation


class Topology:
    """Answers over the relations that hold at one instant; tolerates circles."""

    def __init__(self, relations: Iterable[Relation]) -> None:
        self._needs: nx.DiGraph[UUID] = nx.DiGraph()
        self._places: nx.DiGraph[UUID] = nx.DiGraph()
        self._hosts: set[UUID] = set()
        for relation in relations:
            if not relation.kind.needs:
                continue
            self._needs.add_edge(relation.from_id, relation.to_id)
            if relation.kind.places:
                self._places.add_edge(relation.from_id, relation.to_id)
            if relation.kind is HOSTED_IN:
                self._hosts.add(relation.to_id)

    def hosted_in(self, asset_id: UUID) -> set[UUID]:
        """Return the data centers the asset is in, also through the stores that hold it."""
        if asset_id not in self._places:
            return set()
        return nx.descendants(self._places, asset_id) & self._hosts

    def fails_with(self, asset_id: UUID) -> set[UUID]:
        """Return the assets that stop when this one fails: all that need it, directly or through others."""
        if asset_id not in self._needs:
            return set()
        return nx.ancestors(self._needs, asset_id) - {asset_id}

    def ways(self, asset_id: UUID) -> dict[UUID, tuple[int, UUID]]:
        """Return for each asset that stops with this one how many relations it needs it through, and the next of the way."""
        if asset_id not in self._needs:
            return {}
        failing = self._needs.reverse(copy=False)
        found: dict[UUID, tuple[int, UUID]] = {}
        for distance, layer in enumerate(nx.bfs_layers(failing, [asset_id])):
            before = {one for one, (was, _) in found.items() if was == distance - 1} or {asset_id}
            for one in layer:
                if one != asset_id:
                    found[one] = distance, min(before & set(failing.predecessors(one)))
        return found
