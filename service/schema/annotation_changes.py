"""The way people say something of assets of any kind in GraphQL: description, owners, tags, terms and domain."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping
from typing import Annotated, Any

import strawberry

from graph.catalog.annotation import change_of
from graph.catalog.asset_ref import asset_ref
from graph.spelling import camel
from service.annotating import annotate
from service.context import Info
from service.schema.arguments import ValidFromArgument
from service.schema.asset import Asset
from service.schema.facets import OwnerKind
from service.schema.known_assets import AssetIdArgument, shown_known


@strawberry.input(description="Somebody who answers for an asset.")
class OwnerInput:
    """Somebody who answers for an asset."""

    name: str = strawberry.field(description="Who it is.")
    kind: OwnerKind = strawberry.field(default=OwnerKind.PERSON, description="A person or a team.")
    role: str = strawberry.field(default="owner", description="In which role, such as owner or steward.")


@strawberry.input(description="Somebody who answers for an asset no more.")
class OwnerRemoval:
    """Somebody who answers for an asset no more."""

    name: str = strawberry.field(description="Who it is, in any letter case.")
    role: str | None = strawberry.field(default=strawberry.UNSET, description="In which role. Null: in any.")


@strawberry.input(description="A tag; it takes the place of one of the same key.")
class TagInput:
    """A tag."""

    key: str = strawberry.field(description="What it is called.")
    value: str | None = strawberry.field(default=strawberry.UNSET, description="Its value.")


@strawberry.input(
    description="What is to be said of an asset; what is left out stays as it is. What is removed and added at once is added."
)
class AnnotationInput:
    """What is to be said of an asset."""

    description: str | None = strawberry.field(
        default=strawberry.UNSET, description="What it is for, in Markdown. Null: nothing is said any more."
    )
    domain: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The domain it belongs to, by its id or name. Null: to none."
    )
    add_owners: list[OwnerInput] | None = strawberry.field(
        default=strawberry.UNSET, description="Who answers for it too."
    )
    remove_owners: list[OwnerRemoval] | None = strawberry.field(
        default=strawberry.UNSET, description="Who answers for it no more."
    )
    add_tags: list[TagInput] | None = strawberry.field(
        default=strawberry.UNSET, description="The tags it has too."
    )
    remove_tags: list[str] | None = strawberry.field(
        default=strawberry.UNSET, description="The keys of the tags it has no more."
    )
    add_terms: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET, description="The glossary terms it is about too, by their ids or names."
    )
    remove_terms: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET, description="The glossary terms it is about no more, by their ids or names."
    )


@strawberry.type
class AnnotationMutation:
    """What can be said of assets of any kind."""

    @strawberry.mutation(
        description="Say something of an asset from an instant on, in every later version too: what it is for, who answers"
        " for it, its tags, the glossary terms it is about, the domain it belongs to."
    )
    async def annotate_asset(
        self,
        info: Info,
        id: AssetIdArgument,
        input: Annotated[AnnotationInput, strawberry.argument(description="What is to be said.")],
        valid_from: ValidFromArgument = None,
        reason: Annotated[
            str | None, strawberry.argument(description="Why, in words; kept with the change.")
        ] = None,
    ) -> Asset:
        """Say something of an asset and return it."""
        change = change_of(_given(input))
        known, said = await annotate(info.context, asset_ref(id), change, valid_from, reason)
        return await shown_known(info.context, known, said.basis)


def _given(value: Any) -> Any:
    """Return an input as JSON: members in camel case, without those that were left out; of lists null is none."""
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, list):
        return [_given(one) for one in value]  # pyright: ignore[reportUnknownVariableType]
    if not dataclasses.is_dataclass(value):
        return value
    members: Mapping[str, Any] = {one.name: getattr(value, one.name) for one in dataclasses.fields(value)}
    return {
        camel(name): _given(one)
        for name, one in members.items()
        if one is not strawberry.UNSET and (one is not None or name in ("description", "domain"))
    }
