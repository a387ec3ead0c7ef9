"""What stops, and what gets old, when an asset fails: what needs it, what is stored in it, who reads and writes that …"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from graph.catalog.asset import STORES
from graph.catalog.topology import Topology
from graph.store.assets import Assets
from graph.store.database import DEFAULT_TENANT, Database
from graph.time import AsOf
from lineage.hops import Hops
from lineage.known_assets import KnownAsset
from lineage.nodes import Nodes
from lineage.placements import Placements
from lineage.statements import statement
from lineage.traversal import Heading, Hop

Effect = Literal["stops", "stale"]
"""stops: it cannot be used or cannot run. stale: it is there, but what it follows from no longer comes."""

MOST_HIT = 200_000
"""How many assets are followed; where there are more, the answer says so."""

_STATE = statement("state")
_STORES = frozenset(kind.name for kind in STORES)
_DATA = frozenset({"dataset", "topic"})


@dataclass(frozen=True, slots=True)
class Hit:
    """An asset that is hit: how, in how many steps from the asset that fails, and the asset before it on the way."""

    id: UUID
    kind: str
    effect: Effect
    distance: int
    through: UUID

    @property
    def place(self) -> tuple[str, int, str, str]:
        """Its place in the list: what stops first, then the nearest."""
        return ("0" if self.effect == "stops" else "1", self.distance, self.kind, str(self.id))


@dataclass(frozen=True, slots=True)
class Failure:
    """All that is hit when an asset fails at a basis, in order; truncated where there is more than MOST_HIT."""

    basis: AsOf
    hits: tuple[Hit, ...]
    truncated: bool

    @property
    def counts(self) -> Counter[tuple[str, Effect]]:
        """How many assets of each kind stop or get stale."""
        return Counter((hit.kind, hit.effect) for hit in self.hits)


@dataclass(slots=True)
class _Found:
    """What is hit so far, with the asset that fails itself."""

    start: UUID
    hits: dict[UUID, Hit] = field(default_factory=dict[UUID, Hit])
    truncated: bool = False

    def distance(self, key: UUID) -> int:
        return self.hits[key].distance if key in self.hits else 0

    def add(self, key: UUID, kind: str, effect: Effect, through: UUID) -> bool:
        """Add an asset that is new, and return whether it is."""
        if key == self.start or key in self.hits:
            return False
        if len(self.hits) >= MOST_HIT:
            self.truncated = True
            return False
        self.hits[key] = Hit(key, kind, effect, self.distance(through) + 1, through)
        return True


class Failures:
    """Answers what is hit when an asset of one tenant fails."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant
        self._assets = Assets(database, tenant)
        self._placements = Placements(database, tenant)

    async def of(self, asset: KnownAsset, at: AsOf) -> Failure:
        """Return what is hit: what needs the asset, the data stored there, its readers and writers, and all downstream.

        Retired assets are not hit. A column, term or domain takes nothing along.
        """
        found = _Found(asset.ref.id)
        if asset.ref.column is None:
            kinds = await self._related(found, asset, at)
            data = {key for key, kind in kinds.items() if kind in _DATA}
            await self._stored(found, {key for key, kind in kinds.items() if kind in _STORES}, data, at)
            jobs = {key for key, kind in kinds.items() if kind == "job"}
            await self._downstream(found, data, jobs, at)
        return Failure(at, tuple(sorted(found.hits.values(), key=lambda hit: hit.place)), found.truncated)

    async def _related(self, found: _Found, asset: KnownAsset, at: AsOf) -> dict[UUID, str]:
        """Add what needs the asset through relations; return the kinds of all those, and of itself."""
        start = asset.ref.id
        around = await self._assets.relations.around([start], at)
        ways = Topology(around).ways(start)
        kept = await self._assets.by_id(list(ways), at)
        kinds = {start: asset.kind}
        elsewhere = await self._elsewhere([key for key in ways if key not in kept], at)
        for key, (_, through) in sorted(ways.items(), key=lambda item: (item[1][0], item[0])):
            if key in kept and kept[key].is_retired:
                continue
            kind = kept[key].kind.name if key in kept else elsewhere.get(key)
            if kind is not None and (through == start or through in found.hits):
                kinds[key] = kind
                found.add(key, kind, "stops", through)
        return kinds

    async def _elsewhere(self, keys: Collection[UUID], at: AsOf) -> dict[UUID, str]:
        if not keys:
            return {}
        async with self._database.connection() as connection:
            known = Nodes(connection, self._tenant, at.system)
            nodes = {node.id: node.kind for node in await known.named(list(keys), list(keys))}
        return {key: nodes[known.shown_by(key)] for key in keys if known.shown_by(key) in nodes}

    async def _stored(self, found: _Found, stores: set[UUID], data: set[UUID], at: AsOf) -> None:
        """Add what lies in the stores; the datasets among it are added to `data` too."""
        if not stores:
            return
        for one in sorted(await self._placements.inside(at, stores), key=lambda one: one.id):
            found.add(one.id, one.kind, "stops", one.store_id)
            if one.kind in _DATA and one.id in found.hits:
                data.add(one.id)

    async def _downstream(self, found: _Found, data: set[UUID], jobs: set[UUID], at: AsOf) -> None:
        """Add the jobs that read or write the data, and from there on what gets stale."""
        if not data and not jobs:
            return
        async with (
            self._database.connection() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            (state,) = await connection.fetch(_STATE, self._tenant, at.system)
            known = Nodes(connection, self._tenant, at.system, linked=state["linked"])
            await known.join(data)
            hops = Hops(connection, self._tenant, at, known, newest=at.system >= state["last_at"])
            shown = {known.shown_by(key) for key in data}
            for way in ("up", "down"):
                heading: Heading = way
                jobs |= (
                    _added(found, await hops.from_datasets(heading, shown), "job", "stops")
                    if shown
                    else set()
                )
            entered: dict[UUID, list[Hop] | None] = dict.fromkeys(jobs)
            while entered and not found.truncated:
                reached = _added(found, await hops.from_jobs("down", entered), "dataset", "stale", shown)
                made = await hops.from_datasets("down", reached) if reached else []
                new = _added(found, made, "job", "stale")
                entered = {job: [] for job in new}
                for hop in made:
                    if (through := entered.get(hop.there)) is not None:
                        through.append(hop)


def _added(
    found: _Found, hops: Iterable[Hop], kind: str, effect: Effect, known: Collection[UUID] = ()
) -> set[UUID]:
    """Add what hops lead to that is new, each through the nearest it is reached by, and return it."""
    new: set[UUID] = set()
    for hop in sorted(hops, key=lambda hop: (found.distance(hop.here), hop.here)):
        if hop.there not in known and found.add(hop.there, kind, effect, hop.here):
            new.add(hop.there)
    return new
