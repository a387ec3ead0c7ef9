"""Pipelines, lakes, warehouses and data centers in GraphQL, at an instant on both axes, with what is around them."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, ClassVar, TypeVar, cast
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from graph.catalog import asset as catalog
from graph.catalog import relation as catalog_relation
from graph.errors import InvalidInputError
from graph.time import AsOf
from service.asset_json import attributes_json
from service.asset_neighbours import Found, Neighbours
from service.context import Info
from service.schema.arguments import (
    AfterArgument,
    AsOfArgument,
    Basis,
    Connection,
    FirstArgument,
    KnownAtArgument,
    connection,
    page_size,
    place,
    search_text,
    uuid_of,
)


@strawberry.enum(description="A kind of asset.")
class AssetKind(enum.Enum):
    """A kind of asset."""

    PIPELINE = strawberry.enum_value("pipeline", description="A data pipeline.")
    DATA_LAKE = strawberry.enum_value("data_lake", description="A data lake.")
    DATA_WAREHOUSE = strawberry.enum_value("data_warehouse", description="A data warehouse.")
    DATA_CENTER = strawberry.enum_value("data_center", description="A data center.")


@strawberry.type(description="What an asset was over a period of valid time.")
class AssetVersion:
    """What an asset was over a period of valid time."""

    number: int = strawberry.field(description="Counts the versions of an asset from 1.")
    valid_from: datetime = strawberry.field(description="From when on it holds.")
    valid_to: datetime | None = strawberry.field(
        description="Until when, this instant excluded. Null: further notice."
    )
    system_from: datetime = strawberry.field(description="Since when, in system time, this is believed.")
    is_retired: bool = strawberry.field(description="Whether it was retired; the attributes are its last.")
    attributes: JSON = strawberry.field(description="All attributes as one object; secrets are masked.")
    actor: str | None = strawberry.field(description="Who said so.")
    reason: str | None = strawberry.field(description="Why, in the words of who said so.")

    @classmethod
    def of(cls, version: catalog.Version) -> AssetVersion:
        """Return the version as GraphQL shows it."""
        return cls(
            number=version.number,
            valid_from=version.period.start,
            valid_to=version.period.end,
            system_from=version.system_from,
            is_retired=version.is_retired,
            attributes=JSON(attributes_json(version.attributes)),
            actor=version.actor,
            reason=version.reason,
        )


@strawberry.interface(description="Anything in the catalog, at the instants of its basis.")
class Asset:
    """Anything in the catalog, at the instants of its basis."""

    known_as: ClassVar[catalog.AssetKind]

    id: strawberry.ID = strawberry.field(description="The id of the asset.")
    kind: AssetKind = strawberry.field(description="What kind of asset it is.")
    name: str = strawberry.field(description="The name, unique among assets of its kind.")
    description: str | None = strawberry.field(description="What it is for, in words.")
    is_retired: bool = strawberry.field(description="Whether it is retired; the attributes are its last.")
    basis: Basis = strawberry.field(description="The instants this answer holds for.")
    asset_id: strawberry.Private[UUID]
    neighbours: strawberry.Private[Neighbours]

    @strawberry.field(description="Every version along valid time, as believed at the basis.")
    async def versions(self) -> list[AssetVersion]:
        """Return every version along valid time."""
        return [AssetVersion.of(version) for version in await self.neighbours.versions(self.asset_id)]

    @strawberry.field(
        description="The data centers it is in, also through the lakes and warehouses that store it."
    )
    async def hosted_in(self) -> list[DataCenter]:
        """Return the data centers it is in."""
        return cast("list[DataCenter]", shown(await self.neighbours.hosts(self.asset_id)))

    @strawberry.field(description="The lakes and warehouses it is stored in.")
    async def stored_in(self) -> list[Asset]:
        """Return the lakes and warehouses it is stored in."""
        return shown(await self.neighbours.targets(self.asset_id, catalog_relation.STORED_IN))

    @strawberry.field(description="The assets that stop when this one fails, directly or through others.")
    async def fails_with(self) -> list[Asset]:
        """Return the assets that stop when this one fails."""
        return shown(await self.neighbours.failing(self.asset_id))


def _attribute(kind: catalog.AssetKind, name: str) -> Any:
    return strawberry.field(description=kind.attribute(name).description)


@strawberry.type(description="A data pipeline: takes data from a source to a destination.")
class DataPipeline(Asset):
    """A data pipeline."""

    known_as = catalog.PIPELINE

    source: str = _attribute(catalog.PIPELINE, "source")
    destination: str = _attribute(catalog.PIPELINE, "destination")

    @strawberry.field(description="The lakes and warehouses it reads.")
    async def reads(self) -> list[Asset]:
        """Return the lakes and warehouses it reads."""
        return shown(await self.neighbours.targets(self.asset_id, catalog_relation.READS))

    @strawberry.field(description="The lakes and warehouses it writes.")
    async def writes(self) -> list[Asset]:
        """Return the lakes and warehouses it writes."""
        return shown(await self.neighbours.targets(self.asset_id, catalog_relation.WRITES))


@strawberry.interface(description="What data lies in: a lake or a warehouse.")
class DataStore(Asset):
    """What data lies in."""

    @strawberry.field(description="The pipelines that read it.")
    async def read_by(self) -> list[DataPipeline]:
        """Return the pipelines that read it."""
        found = await self.neighbours.sources(self.asset_id, catalog_relation.READS)
        return cast("list[DataPipeline]", shown(found))

    @strawberry.field(description="The pipelines that write it.")
    async def written_by(self) -> list[DataPipeline]:
        """Return the pipelines that write it."""
        found = await self.neighbours.sources(self.asset_id, catalog_relation.WRITES)
        return cast("list[DataPipeline]", shown(found))


@strawberry.type(description="A data lake: files at a storage location.")
class DataLake(DataStore):
    """A data lake."""

    known_as = catalog.DATA_LAKE

    storage_location: str = _attribute(catalog.DATA_LAKE, "storage_location")


@strawberry.type(description="A data warehouse, reached through a connection.")
class DataWarehouse(DataStore):
    """A data warehouse."""

    known_as = catalog.DATA_WAREHOUSE

    connection: str = _attribute(catalog.DATA_WAREHOUSE, "connection")


@strawberry.type(description="A data center: a place with room for data.")
class DataCenter(Asset):
    """A data center."""

    known_as = catalog.DATA_CENTER

    location: str = _attribute(catalog.DATA_CENTER, "location")
    capacity_tb: float = _attribute(catalog.DATA_CENTER, "capacity_tb")
    used_tb: float = _attribute(catalog.DATA_CENTER, "used_tb")

    @strawberry.field(description="What is hosted in it directly.")
    async def hosts(self) -> list[Asset]:
        """Return what is hosted in it directly."""
        return shown(await self.neighbours.sources(self.asset_id, catalog_relation.HOSTED_IN))


AssetType = TypeVar("AssetType", DataPipeline, DataLake, DataWarehouse, DataCenter)

TYPES: dict[str, type[Asset]] = {
    one.known_as.name: one for one in (DataPipeline, DataLake, DataWarehouse, DataCenter)
}
"""The GraphQL type of every kind of asset."""


def shown(found: Found) -> list[Asset]:
    """Return assets that were read together as GraphQL shows them, each as the type of its kind."""
    return [_shown(asset, found.neighbours) for asset in found.assets]


def shown_together(info: Info, assets: Sequence[catalog.Asset], at: AsOf) -> list[Asset]:
    """Return assets read at one basis as GraphQL shows them."""
    ids = [asset.asset_id for asset in assets]
    return shown(Found(list(assets), Neighbours(info.context.services.assets, ids, at)))


def _shown(asset: catalog.Asset, neighbours: Neighbours) -> Asset:
    return TYPES[asset.kind.name](
        id=strawberry.ID(str(asset.asset_id)),
        kind=AssetKind(asset.kind.name),
        is_retired=asset.is_retired,
        basis=Basis.of(asset.basis),
        asset_id=asset.asset_id,
        neighbours=neighbours,
        **asset.attributes,
    )


def _one(type_: type[AssetType]) -> Any:
    """Return the field that answers one asset of a kind."""
    kind = type_.known_as

    async def resolve(
        self: Any,
        info: Info,
        id: Annotated[strawberry.ID | None, strawberry.argument(description="Its id.")] = None,
        name: Annotated[str | None, strawberry.argument(description="Its name at that instant.")] = None,
        as_of: AsOfArgument = None,
        known_at: KnownAtArgument = None,
    ) -> Any:
        assets = info.context.services.assets
        if (id is None) == (name is None):
            raise InvalidInputError.at("$", "needs exactly one of id and name")
        asset_id = None if id is None else uuid_of(id)
        text = search_text(name, "$.name") or ""
        at = await assets.basis(as_of, known_at)
        if asset_id is None:
            found = await assets.by_name(kind, text, at)
        else:
            found = (await assets.by_id([asset_id], at)).get(asset_id)
        return shown_together(info, [found], at)[0] if found and found.kind is kind else None

    described = f"One {kind.label}, by exactly one of id and name. Null: none is known then."
    return strawberry.field(resolver=resolve, description=described)


def _many(type_: type[AssetType], plural: str) -> Any:
    """Return the field that answers a page of assets of a kind."""
    kind = type_.known_as

    async def resolve(
        self: Any,
        info: Info,
        search: Annotated[
            str | None,
            strawberry.argument(description="Only those whose texts hold each of these words."),
        ] = None,
        first: FirstArgument = 20,
        after: AfterArgument = None,
        as_of: AsOfArgument = None,
        known_at: KnownAtArgument = None,
    ) -> Any:
        assets = info.context.services.assets
        text, size = search_text(search), page_size(first)
        start: UUID | None = None
        if after is not None:
            start, at = place(after)
            as_of, known_at = at.valid, at.system
        at = await assets.basis(as_of, known_at)
        found, has_next = await assets.page(kind, text, size, start, at)
        nodes = cast("list[AssetType]", shown_together(info, found, at))
        return connection(nodes, [asset.asset_id for asset in found], has_next, at)

    described = f"The {plural} that are there at an instant, oldest id first; retired ones are not."
    return strawberry.field(resolver=resolve, description=described)


@strawberry.type
class AssetQuery:
    """What can be asked about assets."""

    data_pipeline: DataPipeline | None = _one(DataPipeline)
    data_pipelines: Connection[DataPipeline] = _many(DataPipeline, "data pipelines")
    data_lake: DataLake | None = _one(DataLake)
    data_lakes: Connection[DataLake] = _many(DataLake, "data lakes")
    data_warehouse: DataWarehouse | None = _one(DataWarehouse)
    data_warehouses: Connection[DataWarehouse] = _many(DataWarehouse, "data warehouses")
    data_center: DataCenter | None = _one(DataCenter)
    data_centers: Connection[DataCenter] = _many(DataCenter, "data centers")

    @strawberry.field(description="One asset of any kind, by its id. Null: none is known then.")
    async def asset(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")],
        as_of: AsOfArgument = None,
        known_at: KnownAtArgument = None,
    ) -> Asset | None:
        """Return one asset at the instants, or None."""
        assets = info.context.services.assets
        asset_id = uuid_of(id)
        at = await assets.basis(as_of, known_at)
        found = (await assets.by_id([asset_id], at)).get(asset_id)
        return shown_together(info, [found], at)[0] if found else None
