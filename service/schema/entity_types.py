"""Entity types in GraphQL: what there is, what each is made of, and how a user defines another."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry.scalars import JSON

from graph.catalog.asset_ref import AssetRef
from graph.golden import entity_type as golden
from graph.golden.attribute import Attribute
from graph.golden.kinds import KINDS
from graph.spelling import camel
from graph.time import AsOf
from lineage.known_assets import entity_type_id
from service.context import Info, RequestContext
from service.schema.arguments import Basis, search_text
from service.schema.asset import Asset, AssetDescription, AssetKind, descriptions_of
from service.schema.facets import SaidBy


@strawberry.type(description="An attribute of an entity type.")
class EntityAttribute:
    """An attribute of an entity type."""

    name: str = strawberry.field(description="Its name, in camelCase.")
    kind: str = strawberry.field(description="What kind of value it has.")
    check: str | None = strawberry.field(description="The check digit that a code carries.")
    group: str = strawberry.field(description="The attributes that survive together with it.")
    identifier: str | None = strawberry.field(
        description="The kind of identifier it is, if records that share it are taken to be one."
    )
    max_length: int = strawberry.field(description="How many characters it may have.")
    description: str = strawberry.field(description="What it is.")

    @classmethod
    def of(cls, attribute: Attribute) -> EntityAttribute:
        """Return an attribute as GraphQL shows it."""
        return cls(
            name=camel(attribute.name),
            kind=attribute.kind,
            check=attribute.check,
            group=attribute.group,
            identifier=attribute.identifies,
            max_length=attribute.max_length,
            description=attribute.description or KINDS[attribute.kind].description,
        )


@strawberry.type(
    description="A kind of golden record: what it is made of, how it is matched, which source wins."
)
class EntityType(Asset):
    """A kind of golden record."""

    type: strawberry.Private[golden.EntityType]
    is_shipped: bool = strawberry.field(description="Whether it comes with the product.")
    policy_version: str = strawberry.field(
        description="Changes with every change of any part, e.g. matching 3, survivorship 1."
    )
    attributes: list[EntityAttribute] = strawberry.field(description="Its attributes, in order.")
    document: JSON = strawberry.field(
        description="The document that defines it as it is now, as defineEntityType takes it."
    )

    @strawberry.field(description="What it is: people's word, else that of the document that defines it.")
    async def description(self, info: Info) -> str:
        """Return what it is."""
        return (await self.annotation(info.context)).description or self.type.description

    async def own_descriptions(self, context: RequestContext) -> list[AssetDescription]:
        """Return what people say that it is, then what the document does that defines it."""
        own = AssetDescription(text=self.type.description, content_type=None, said_by=SaidBy.PEOPLE)
        return [*descriptions_of(await self.annotation(context), {}), own]

    @classmethod
    def of(cls, kind: golden.EntityType, at: AsOf) -> EntityType:
        """Return an entity type as it is now as GraphQL shows it; what people say of it is that of the instants."""
        ref = AssetRef(entity_type_id(kind.name))
        return cls(
            id=strawberry.ID(ref.text),
            kind=AssetKind.ENTITY_TYPE,
            name=kind.name,
            qualified_name=kind.name,
            basis=Basis.of(at),
            ref=ref,
            at=at,
            type=kind,
            is_shipped=kind.name in golden.SHIPPED,
            policy_version=kind.policy_version,
            attributes=[EntityAttribute.of(attribute) for attribute in kind.attributes],
            document=JSON(kind.document),
        )


@strawberry.type
class EntityTypeQuery:
    """What can be asked about entity types."""

    @strawberry.field(description="Every entity type: first those that ship, then the others by name.")
    async def entity_types(self, info: Info) -> list[EntityType]:
        """Return every entity type."""
        names = await info.context.services.entities.names()
        at = await info.context.services.assets.basis()
        return [EntityType.of((await info.context.entity(name)).type, at) for name in names]


@strawberry.type
class EntityTypeMutation:
    """What can be changed about entity types."""

    @strawberry.mutation(
        description="Define an entity type, or define one anew; what was recorded of it stays. Refused with every problem."
    )
    async def define_entity_type(
        self,
        info: Info,
        document: Annotated[
            JSON, strawberry.argument(description="The document; see docs/entity-types.md, or entityTypes.")
        ],
        note: Annotated[str | None, strawberry.argument(description="Why, for those who come after.")] = None,
    ) -> EntityType:
        """Define an entity type and return it as it is now."""
        context = info.context
        kind = await context.services.entities.define(document, context.actor, search_text(note, "$.note"))
        context.services.policies.recomputations.start(kind.name)
        return EntityType.of(kind, await context.services.assets.basis())
