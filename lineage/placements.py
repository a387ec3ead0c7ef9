"""Reads where datasets lie: in the store that somebody said, else in that whose address their namespace begins with."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from graph.catalog.asset import DATA_LAKE, STORES, Asset
from graph.catalog.relation import DATA, STORED_IN
from graph.identity import DatasetName
from graph.store.assets import Assets
from graph.store.database import DEFAULT_TENANT, Database
from graph.time import AsOf
from lineage.naming import dataset_id
from lineage.nodes import Node
from lineage.placement import Address, address, is_topic, placed
from lineage.statements import statement

MOST_STORES = 10_000
"""How many stores, the oldest, datasets are placed in by their namespace."""

_PLACED = statement("placed_datasets")
_ALL = "select count(*) from dataset where tenant_id = $1 and system_from <= $2"
_FOLDERS = "select distinct dataset from lake_file where tenant_id = $1 and written_at <= $2"
_FILES = """
select file_id, dataset
  from lake_file
 where tenant_id = $1
   and dataset = any($2::text[])
   and written_at <= $3
"""


@dataclass(frozen=True, slots=True)
class Placed:
    """A dataset, topic or file and the store it lies in."""

    id: UUID
    kind: str
    store_id: UUID


@dataclass(frozen=True, slots=True)
class Stores:
    """The stores there are at a basis, and where those begin whose address tells."""

    basis: AsOf
    assets: tuple[Asset, ...]
    addresses: tuple[tuple[UUID, Address], ...]


class Placements:
    """Answers where the datasets of one tenant lie."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant
        self._assets = Assets(database, tenant)

    async def stores(self, at: AsOf) -> Stores:
        """Return the stores at the instants."""
        assets = await self._assets.of_kinds(STORES, MOST_STORES, at)
        found = [(one.asset_id, address(_location(one))) for one in assets]
        return Stores(at, tuple(assets), tuple((key, where) for key, where in found if where is not None))

    async def of(
        self, datasets: Mapping[UUID, Collection[tuple[UUID, DatasetName]]], at: AsOf
    ) -> dict[UUID, list[UUID]]:
        """Return the stores that each dataset, given with the ids and names it has, lies in: those said, else the one."""
        ids = {one for names in datasets.values() for one, _ in names}
        said: dict[UUID, set[UUID]] = {}
        for relation in await self._assets.relations.of(ids, at):
            if relation.kind is STORED_IN and relation.from_id in ids:
                said.setdefault(relation.from_id, set()).add(relation.to_id)
        stores = await self.stores(at)
        found: dict[UUID, list[UUID]] = {}
        for key, names in datasets.items():
            explicit = {store for one, _ in names for store in said.get(one, ())}
            inferred = (placed(name, stores.addresses) for _, name in names)
            found[key] = sorted(explicit) or [one for one in inferred if one is not None][:1]
        return found

    async def inside(self, at: AsOf, wanted: Collection[UUID] | None = None) -> list[Placed]:
        """Return all datasets and topics that lie in stores, or in those wanted, and the files of lakes."""
        stores = await self.stores(at)
        said = {
            one.from_id: one.to_id for one in await self._assets.relations.from_kinds(STORED_IN, DATA, at)
        }
        near = {where.namespace for key, where in stores.addresses if wanted is None or key in wanted}
        addresses = [(key, where) for key, where in stores.addresses if where.namespace in near]
        async with self._database.connection() as connection:
            rows = await connection.fetch(_PLACED, self._tenant, *_columns(addresses), at.system)
            folders = await connection.fetch(_FOLDERS, self._tenant, at.system)
            lakes = _lakes_of_folders([row["dataset"] for row in folders], stores)
            kept = [folder for folder, lake in lakes.items() if wanted is None or lake in wanted]
            files = await connection.fetch(_FILES, self._tenant, kept, at.system) if kept else []
        found = [
            Placed(row["dataset_id"], _kind(row["namespace"]), row["store_id"])
            for row in rows
            if row["dataset_id"] not in said
        ]
        found += [Placed(one, "dataset", store) for one, store in said.items()]
        found += [Placed(row["file_id"], "file", lakes[row["dataset"]]) for row in files]
        return [one for one in found if wanted is None or one.store_id in wanted]

    async def datasets(self, at: AsOf) -> int:
        """Return how many names of datasets are known in all."""
        async with self._database.connection() as connection:
            return await connection.fetchval(_ALL, self._tenant, at.system)


def names_of(node: Node) -> list[tuple[UUID, DatasetName]]:
    """Return the ids and names of a dataset, those it is shown by first; a job has none."""
    if not isinstance(node.name, DatasetName):
        return []
    return [(dataset_id(name), name) for name in (node.name, *node.aliases)]


def _location(store: Asset) -> str:
    return store.attributes["storage_location" if store.kind is DATA_LAKE else "connection"]


def _kind(namespace: str) -> str:
    return "topic" if is_topic(DatasetName(namespace, "")) else "dataset"


def _lakes_of_folders(folders: Sequence[str], stores: Stores) -> dict[str, UUID]:
    found = {folder: placed(DatasetName("file", folder), stores.addresses) for folder in folders}
    return {folder: store for folder, store in found.items() if store is not None}


def _columns(addresses: Sequence[tuple[UUID, Address]]) -> tuple[list[UUID], list[str], list[str], list[str]]:
    return (
        [key for key, _ in addresses],
        [where.namespace for _, where in addresses],
        [where.name for _, where in addresses],
        [where.separator for _, where in addresses],
    )
