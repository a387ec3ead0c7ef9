"""What people keep here in GraphQL: pipelines, stores, data centers, glossary terms and domains, with what is around them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar, TypeVar, cast
from uuid import UUID

import strawberry

from graph.catalog import asset as catalog
from graph.catalog import relation as catalog_relation
from graph.catalog.asset_ref import AssetRef
from graph.catalog.work import Running
from graph.errors import InvalidInputError
from service.context import Info
from service.schema.arguments import (
    AfterArgument,
    AsOfArgument,
    Basis,
    Connection,
    FirstArgument,
    KnownAtArgument,
    PlaceArgument,
    connection,
    key_place,
    opened,
    page_size,
    place,
    search_text,
    uuid_of,
)
from service.schema.asset import (
    KEPT,
    Asset,
    AssetKind,
    DataCenter,
    Domain,
    GlossaryTerm,
    KeptAsset,
    attribute,
    kept,
    shown,
)
from service.schema.pipeline_runs import PipelineRun, PipelineRunPage, StatesArgument, named


@strawberry.type(description="A data pipeline: takes data from a source to a destination.")
class DataPipeline(KeptAsset):
    """A data pipeline."""

    known_as: ClassVar = catalog.PIPELINE

    source: str = attribute(catalog.PIPELINE, "source")
    destination: str = attribute(catalog.PIPELINE, "destination")
    runs_as: str | None = attribute(catalog.PIPELINE, "runs_as")
    schedule: str | None = attribute(catalog.PIPELINE, "schedule")
    time_zone: str | None = attribute(catalog.PIPELINE, "time_zone")
    on_new_file: str | None = attribute(catalog.PIPELINE, "on_new_file")

    @strawberry.field(
        description="When its schedule has it run next, after the instant of the basis. Null: it has no schedule."
    )
    async def next_run_at(self, info: Info) -> datetime | None:
        """Return when it is run next."""
        running = None if self.asset.is_retired else Running.of(self.asset.attributes)
        if running is None or running.schedule is None:
            return None
        return running.schedule.after(self.at.valid)

    @strawberry.field(description="Its newest run, as it stands now. Null: it was never run from here.")
    async def last_run(self, info: Info) -> PipelineRun | None:
        """Return its newest run."""
        found = await info.context.loaders.newest_run_by_pipeline().load(self.asset.asset_id)
        return None if found is None else PipelineRun.of(found)

    @strawberry.field(description="Its runs, newest first, as they stand now.")
    async def runs(
        self,
        info: Info,
        states: StatesArgument = None,
        first: FirstArgument = 20,
        after: PlaceArgument = None,
    ) -> PipelineRunPage:
        """Return a page of its runs."""
        before = None if after is None else opened(after, key_place)
        loader = info.context.loaders.runs_by_pipeline(named(states), page_size(first), before)
        return PipelineRunPage.of(*await loader.load(self.asset.asset_id))

    @strawberry.field(description="The lakes and warehouses it reads.")
    async def reads(self, info: Info) -> list[Asset]:
        """Return the lakes and warehouses it reads."""
        return cast(
            "list[Asset]",
            await kept(info.context, await self.related(info.context, catalog_relation.READS), self.at),
        )

    @strawberry.field(description="The lakes and warehouses it writes.")
    async def writes(self, info: Info) -> list[Asset]:
        """Return the lakes and warehouses it writes."""
        return cast(
            "list[Asset]",
            await kept(info.context, await self.related(info.context, catalog_relation.WRITES), self.at),
        )


@strawberry.interface(description="What data lies in: a lake, a warehouse or a broker.")
class DataStore(KeptAsset):
    """What data lies in."""

    @strawberry.field(description="The pipelines that read it.")
    async def read_by(self, info: Info) -> list[DataPipeline]:
        """Return the pipelines that read it."""
        found = await self.related(info.context, catalog_relation.READS, backwards=True)
        return cast("list[DataPipeline]", await kept(info.context, found, self.at))

    @strawberry.field(description="The pipelines that write it.")
    async def written_by(self, info: Info) -> list[DataPipeline]:
        """Return the pipelines that write it."""
        found = await self.related(info.context, catalog_relation.WRITES, backwards=True)
        return cast("list[DataPipeline]", await kept(info.context, found, self.at))


@strawberry.type(description="A data lake: files at a storage location.")
class DataLake(DataStore):
    """A data lake."""

    known_as: ClassVar = catalog.DATA_LAKE

    storage_location: str = attribute(catalog.DATA_LAKE, "storage_location")


@strawberry.type(description="A data warehouse, reached through a connection.")
class DataWarehouse(DataStore):
    """A data warehouse."""

    known_as: ClassVar = catalog.DATA_WAREHOUSE

    connection: str = attribute(catalog.DATA_WAREHOUSE, "connection")


@strawberry.type(description="A message broker: topics lie in it.")
class MessageBroker(DataStore):
    """A message broker."""

    known_as: ClassVar = catalog.MESSAGE_BROKER

    connection: str = attribute(catalog.MESSAGE_BROKER, "connection")


AssetType = TypeVar(
    "AssetType", DataPipeline, DataLake, DataWarehouse, DataCenter, MessageBroker, GlossaryTerm, Domain
)

TYPES: dict[str, type[KeptAsset]] = {
    one.known_as.name: one
    for one in (DataPipeline, DataLake, DataWarehouse, DataCenter, MessageBroker, GlossaryTerm, Domain)
}
"""The GraphQL type of every kind of asset that people keep here."""


def _shown(asset: catalog.Asset) -> KeptAsset:
    own = {name: value for name, value in asset.attributes.items() if name != "description"}
    return TYPES[asset.kind.name](
        id=strawberry.ID(str(asset.asset_id)),
        kind=AssetKind(asset.kind.name),
        qualified_name=asset.name,
        basis=Basis.of(asset.basis),
        ref=AssetRef(asset.asset_id),
        at=asset.basis,
        asset=asset,
        **own,
    )


KEPT.update(dict.fromkeys(TYPES, _shown))


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
        return shown(found) if found and found.kind is kind else None

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
        nodes = cast("list[AssetType]", [shown(one) for one in found])
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
    message_broker: MessageBroker | None = _one(MessageBroker)
    message_brokers: Connection[MessageBroker] = _many(MessageBroker, "message brokers")
    glossary_term: GlossaryTerm | None = _one(GlossaryTerm)
    glossary_terms: Connection[GlossaryTerm] = _many(GlossaryTerm, "glossary terms")
    domain: Domain | None = _one(Domain)
    domains: Connection[Domain] = _many(Domain, "domains")
