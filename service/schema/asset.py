"""The interface of assets of every kind in GraphQL: what each is called, what is said of it, by whom, and where it lies."""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection, Mapping
from typing import Any, ClassVar, cast
from uuid import UUID

import strawberry

from graph.catalog import asset as catalog
from graph.catalog import relation as catalog_relation
from graph.catalog.annotation import Annotation
from graph.catalog.asset_ref import AssetRef
from graph.time import AsOf
from lineage import owners
from lineage.held_facets import Held
from service.context import Info, RequestContext
from service.schema import facets
from service.schema.arguments import Basis
from service.schema.asset_versions import AssetVersion
from service.schema.facets import Owner, SaidBy, Tag


@strawberry.enum(description="A kind of asset.")
class AssetKind(enum.Enum):
    """A kind of asset."""

    DATASET = strawberry.enum_value("dataset", description="A table, file or other set of data.")
    TOPIC = strawberry.enum_value("topic", description="A dataset that is a topic of a message broker.")
    COLUMN = strawberry.enum_value("column", description="A column of a dataset.")
    JOB = strawberry.enum_value("job", description="A process that reads and writes datasets.")
    FILE = strawberry.enum_value("file", description="A file that Goldthread wrote into the lake.")
    ENTITY_TYPE = strawberry.enum_value("entity_type", description="A kind of golden record.")
    PIPELINE = strawberry.enum_value("pipeline", description="A data pipeline.")
    DATA_LAKE = strawberry.enum_value("data_lake", description="A data lake.")
    DATA_WAREHOUSE = strawberry.enum_value("data_warehouse", description="A data warehouse.")
    DATA_CENTER = strawberry.enum_value("data_center", description="A data center.")
    MESSAGE_BROKER = strawberry.enum_value("message_broker", description="A message broker.")
    GLOSSARY_TERM = strawberry.enum_value("glossary_term", description="A word of the business.")
    DOMAIN = strawberry.enum_value("domain", description="A part of the business that answers for assets.")


@strawberry.type(description="What an asset is for, in words.")
class AssetDescription:
    """What an asset is for, in words."""

    text: str = strawberry.field(description="The text; that of people is Markdown.")
    content_type: str | None = strawberry.field(description="Its media type, such as text/markdown.")
    said_by: SaidBy = strawberry.field(description="Who says so.")


@strawberry.interface(description="Anything in the catalog, at the instants of its basis.")
class Asset:
    """Anything in the catalog, at the instants of its basis."""

    id: strawberry.ID = strawberry.field(
        description="The id of the asset; that of a column is the id of its dataset, a dot, and its path."
    )
    kind: AssetKind = strawberry.field(description="What kind of asset it is.")
    name: str = strawberry.field(description="The name, within its namespace where it has one.")
    qualified_name: str = strawberry.field(description="The name that no other asset of the kind has.")
    basis: Basis = strawberry.field(description="The instants this answer holds for.")
    ref: strawberry.Private[AssetRef]
    at: strawberry.Private[AsOf]

    @strawberry.field(description="What it is for, in Markdown: people's word, else that of its producers.")
    async def description(self, info: Info) -> str | None:
        """Return what it is for."""
        found = await self.own_descriptions(info.context)
        return found[0].text if found else None

    @strawberry.field(description="What it is for, people's word first, then that of its producers.")
    async def descriptions(self, info: Info) -> list[AssetDescription]:
        """Return what it is for, in the words of each."""
        return await self.own_descriptions(info.context)

    @strawberry.field(description="Who answers for it: people's word first, then that of its producers.")
    async def owners(self, info: Info) -> list[Owner]:
        """Return who answers for it."""
        return owners_of(await self.annotation(info.context), await self.held(info.context))

    @strawberry.field(description="Its tags: people's first, then those of its producers; not its columns'.")
    async def tags(self, info: Info) -> list[Tag]:
        """Return its tags."""
        return await self.own_tags(info.context)

    @strawberry.field(description="The words of the business that it is about.")
    async def glossary_terms(self, info: Info) -> list[GlossaryTerm]:
        """Return the glossary terms it is about."""
        terms = await kept(info.context, (await self.annotation(info.context)).terms, self.at)
        return cast("list[GlossaryTerm]", [one for one in terms if not one.asset.is_retired])

    @strawberry.field(description="The part of the business it belongs to.")
    async def domain(self, info: Info) -> Domain | None:
        """Return the domain it belongs to."""
        domain = (await self.annotation(info.context)).domain
        found = await kept(info.context, [domain] if domain else [], self.at)
        return cast("Domain", found[0]) if found else None

    @strawberry.field(
        description="What people said of it (description, owners, tags, terms, domain) along valid time, as believed"
        " at the basis; terms and domain by their ids."
    )
    async def annotation_history(self, info: Info) -> list[AssetVersion]:
        """Return what people said of it along valid time."""
        found = await info.context.loaders.annotation_versions_by_asset(self.at.system).load(self.ref.key)
        return [AssetVersion.of_annotation(n, version) for n, version in enumerate(found, 1)]

    @strawberry.field(description="Whether it is retired, or gone from its store; what is shown is its last.")
    async def is_retired(self, info: Info) -> bool:
        """Return whether it is there no more."""
        return False

    @strawberry.field(
        description="Every version along valid time, as believed at the basis; of what is not kept here, what people"
        " said of it."
    )
    async def versions(self, info: Info) -> list[AssetVersion]:
        """Return every version along valid time."""
        found = await info.context.loaders.annotation_versions_by_asset(self.at.system).load(self.ref.key)
        return [AssetVersion.of_annotation(n, version) for n, version in enumerate(found, 1)]

    @strawberry.field(description="The data centers it is in, also through the stores that hold it.")
    async def hosted_in(self, info: Info) -> list[DataCenter]:
        """Return the data centers it is in."""
        places = [self.ref.id, *await self.stores(info.context)]
        found = await info.context.loaders.topology_around_asset(self.at).load_many(places)
        hosts = {
            host for one, topology in zip(places, found, strict=True) for host in topology.hosted_in(one)
        }
        return cast("list[DataCenter]", await kept(info.context, hosts, self.at))

    @strawberry.field(
        description="The lakes, warehouses and brokers it is stored in: as said, else by its address."
    )
    async def stored_in(self, info: Info) -> list[Asset]:
        """Return the stores it is stored in."""
        targets = await self.related(info.context, catalog_relation.STORED_IN)
        return cast(
            "list[Asset]", await kept(info.context, {*targets, *await self.stores(info.context)}, self.at)
        )

    @strawberry.field(
        description="Of what people keep here, the assets that need it by their relations, directly or through"
        " others; `failure` also follows what is stored in them, and lineage."
    )
    async def fails_with(self, info: Info) -> list[Asset]:
        """Return the assets that need it by their relations."""
        topology = await info.context.loaders.topology_around_asset(self.at).load(self.ref.id)
        found = await kept(info.context, topology.fails_with(self.ref.id), self.at)
        return [one for one in found if not one.asset.is_retired]

    async def annotation(self, context: RequestContext) -> Annotation:
        """Return what people say of it."""
        found = await context.loaders.annotations_by_asset(self.at).load(self.ref.key)
        return found or Annotation()

    async def related(
        self, context: RequestContext, kind: catalog_relation.RelationKind, *, backwards: bool = False
    ) -> set[UUID]:
        """Return the ids of the assets that it is related to, or that are related to it."""
        found = await context.loaders.relations_by_asset(self.at).load(self.ref.id)
        if backwards:
            return {one.from_id for one in found if one.kind is kind and one.to_id == self.ref.id}
        return {one.to_id for one in found if one.kind is kind and one.from_id == self.ref.id}

    async def own_descriptions(self, context: RequestContext) -> list[AssetDescription]:
        """Return what it is for, people's word first."""
        return descriptions_of(await self.annotation(context), await self.held(context))

    async def own_tags(self, context: RequestContext) -> list[Tag]:
        """Return its tags, people's first."""
        return tags_of(await self.annotation(context), await self.held(context))

    async def held(self, context: RequestContext) -> Mapping[str, Held]:
        """Return what producers say of it: facets by name."""
        return {}

    async def stores(self, context: RequestContext) -> Collection[UUID]:
        """Return the stores it lies in by its address."""
        return ()


@strawberry.interface(description="An asset that people keep here: all that it is was said here.")
class KeptAsset(Asset):
    """An asset that people keep here."""

    asset: strawberry.Private[catalog.Asset]

    @strawberry.field(description="Whether it is retired; the attributes are its last.")
    async def is_retired(self, info: Info) -> bool:
        """Return whether it is retired."""
        return self.asset.is_retired

    @strawberry.field(description="Every version along valid time, as believed at the basis.")
    async def versions(self, info: Info) -> list[AssetVersion]:
        """Return every version along valid time."""
        found = await info.context.loaders.versions_by_asset(self.at.system).load(self.ref.id)
        return [AssetVersion.of(version) for version in found]

    async def own_descriptions(self, context: RequestContext) -> list[AssetDescription]:
        """Return the description that is an attribute of it."""
        text = self.asset.attributes["description"]
        return (
            [AssetDescription(text=text, content_type="text/markdown", said_by=SaidBy.PEOPLE)] if text else []
        )


def attribute(kind: catalog.AssetKind, name: str) -> Any:
    """Return the field that shows an attribute of a kind."""
    return strawberry.field(description=kind.attribute(name).description)


@strawberry.type(description="A data center: a place with room for data.")
class DataCenter(KeptAsset):
    """A data center."""

    known_as: ClassVar = catalog.DATA_CENTER

    location: str = attribute(catalog.DATA_CENTER, "location")
    capacity_tb: float = attribute(catalog.DATA_CENTER, "capacity_tb")
    used_tb: float = attribute(catalog.DATA_CENTER, "used_tb")

    @strawberry.field(description="What is hosted in it directly.")
    async def hosts(self, info: Info) -> list[Asset]:
        """Return what is hosted in it directly."""
        found = await self.related(info.context, catalog_relation.HOSTED_IN, backwards=True)
        return cast("list[Asset]", await kept(info.context, found, self.at))


@strawberry.type(description="A word of the business and what it means here.")
class GlossaryTerm(KeptAsset):
    """A word of the business and what it means here."""

    known_as: ClassVar = catalog.GLOSSARY_TERM

    definition: str = attribute(catalog.GLOSSARY_TERM, "definition")

    @strawberry.field(description="The terms it is related to, whichever of the two was said to be.")
    async def related_terms(self, info: Info) -> list[GlossaryTerm]:
        """Return the terms it is related to."""
        ways = [
            await self.related(info.context, catalog_relation.RELATED_TO, backwards=way)
            for way in (False, True)
        ]
        return cast("list[GlossaryTerm]", await kept(info.context, ways[0] | ways[1], self.at))


@strawberry.type(description="A part of the business that answers for assets; Sales/Orders lies below Sales.")
class Domain(KeptAsset):
    """A part of the business that answers for assets."""

    known_as: ClassVar = catalog.DOMAIN

    @strawberry.field(description="The name of the domain it lies below. Null: it is at the top.")
    async def parent_name(self) -> str | None:
        """Return the name of the domain it lies below."""
        return self.name.rpartition("/")[0] or None


KEPT: dict[str, Callable[[catalog.Asset], KeptAsset]] = {}
"""How an asset of each kind that people keep here is shown; filled by the module of their types."""


def shown(asset: catalog.Asset) -> KeptAsset:
    """Return an asset that people keep here as GraphQL shows it, as the type of its kind."""
    return KEPT[asset.kind.name](asset)


async def kept(context: RequestContext, asset_ids: Collection[UUID], at: AsOf) -> list[KeptAsset]:
    """Return those of the assets that people keep here and that are known at the instants, by their ids."""
    found = await context.loaders.assets_by_id(at).load_many(sorted(asset_ids))
    return [shown(one) for one in found if one is not None]


def owners_of(annotation: Annotation, held: Mapping[str, Held]) -> list[Owner]:
    """Return those of whom people say that they answer for an asset, then those of whom its producers do."""
    return [Owner.of(one) for one in owners.owners_of(annotation, held)]


def tags_of(annotation: Annotation, held: Mapping[str, Held]) -> list[Tag]:
    """Return the tags that people gave, then those of producers; not those of columns."""
    return people_tags(annotation) + facets.tags(held)


def people_tags(annotation: Annotation) -> list[Tag]:
    """Return the tags that people gave."""
    return [Tag(key=one.key, value=one.value, source=None, said_by=SaidBy.PEOPLE) for one in annotation.tags]


def descriptions_of(annotation: Annotation, held: Mapping[str, Held]) -> list[AssetDescription]:
    """Return what people say that an asset is for, then what its producers do."""
    found: list[AssetDescription] = []
    if annotation.description:
        found.append(
            AssetDescription(text=annotation.description, content_type="text/markdown", said_by=SaidBy.PEOPLE)
        )
    stated = facets.documentation(held)
    if stated:
        found.append(
            AssetDescription(
                text=stated.description, content_type=stated.content_type, said_by=SaidBy.PRODUCERS
            )
        )
    return found
