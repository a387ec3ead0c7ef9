"""What is around assets that were read together: looked up for all of them at once, whichever of them asks first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine, Mapping, Set
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from uuid import UUID

from graph.catalog.asset import Asset, Version
from graph.catalog.relation import RelationKind
from graph.catalog.topology import Topology
from graph.store.assets import Assets
from graph.time import AsOf

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Found:
    """Some of the assets around one, and the neighbours of all that were read with them."""

    assets: list[Asset]
    neighbours: Neighbours


class Neighbours:
    """Looks up what is around some assets at one basis, each shape once for all of them.

    So a list makes a constant number of statements however long it is. What is found is in turn read together.
    """

    def __init__(self, assets: Assets, asset_ids: Collection[UUID], at: AsOf) -> None:
        self._assets = assets
        self._ids = tuple(asset_ids)
        self._at = at
        self._made: dict[object, asyncio.Task[Any]] = {}

    async def versions(self, asset_id: UUID) -> list[Version]:
        """Return the versions of one of the assets, as believed at the basis."""
        found = await self._once("versions", lambda: self._assets.versions(self._ids, self._at.system))
        return found.get(asset_id, [])

    async def targets(self, asset_id: UUID, kind: RelationKind) -> Found:
        """Return the assets that the asset is related to."""
        found: dict[UUID, set[UUID]] = {}
        for relation in await self._relations():
            if relation.kind is kind:
                found.setdefault(relation.from_id, set()).add(relation.to_id)
        return await self._known(asset_id, ("targets", kind.name), found)

    async def sources(self, asset_id: UUID, kind: RelationKind) -> Found:
        """Return the assets that are related to the asset."""
        found: dict[UUID, set[UUID]] = {}
        for relation in await self._relations():
            if relation.kind is kind:
                found.setdefault(relation.to_id, set()).add(relation.from_id)
        return await self._known(asset_id, ("sources", kind.name), found)

    async def hosts(self, asset_id: UUID) -> Found:
        """Return the data centers the asset is in, also through the stores that hold it."""
        topology = await self._topology()
        return await self._known(asset_id, "hosts", {i: topology.hosted_in(i) for i in self._ids})

    async def failing(self, asset_id: UUID) -> Found:
        """Return the assets that stop when the asset fails; retired ones run no more and are left out."""
        topology = await self._topology()
        found = await self._known(asset_id, "failing", {i: topology.fails_with(i) for i in self._ids})
        return Found([asset for asset in found.assets if not asset.is_retired], found.neighbours)

    async def _relations(self) -> Collection[Any]:
        return await self._once("relations", lambda: self._assets.relations.of(self._ids, self._at))

    async def _topology(self) -> Topology:
        around = await self._once("around", lambda: self._assets.relations.around(self._ids, self._at))
        return Topology(around)

    async def _known(self, asset_id: UUID, shape: object, ids: Mapping[UUID, Set[UUID]]) -> Found:
        async def read() -> Found:
            wanted = {other for own in self._ids for other in ids.get(own, ())}
            found = await self._assets.by_id(wanted, self._at)
            return Found(list(found.values()), Neighbours(self._assets, found, self._at))

        every = await self._once(shape, read)
        wanted = ids.get(asset_id, frozenset[UUID]())
        here = [asset for asset in every.assets if asset.asset_id in wanted]
        return Found(sorted(here, key=lambda asset: asset.asset_id), every.neighbours)

    async def _once(self, shape: object, read: Callable[[], Coroutine[Any, Any, Value]]) -> Value:
        if shape not in self._made:
            self._made[shape] = asyncio.create_task(read())
        return cast("Value", await self._made[shape])
