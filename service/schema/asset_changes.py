"""The ways assets change in GraphQL: created, updated and retired, related and unrelated, each from an instant on."""

from __future__ import annotations

import dataclasses
import enum
from datetime import datetime
from typing import Annotated, Any

import strawberry

from graph.catalog import asset as catalog
from graph.catalog.asset_ref import AssetRef
from graph.catalog.relation import relation_kind
from graph.spelling import camel
from graph.store.relations import Related
from service.annotating import relate
from service.context import Info
from service.schema.arguments import Basis, ValidFromArgument, uuid_of
from service.schema.asset import Asset, shown
from service.schema.assets import (
    AssetType,
    DataCenter,
    DataLake,
    DataPipeline,
    DataWarehouse,
    Domain,
    GlossaryTerm,
    MessageBroker,
)
from service.schema.known_assets import shown_known

ReasonArgument = Annotated[
    str | None, strawberry.argument(description="Why, in words; kept with the change.")
]
IdArgument = Annotated[strawberry.ID, strawberry.argument(description="The id of the asset.")]


@strawberry.enum(description="A kind of relation between two assets.")
class RelationKind(enum.Enum):
    """A kind of relation between two assets."""

    HOSTED_IN = strawberry.enum_value("hosted_in", description="The asset runs in a data center.")
    STORED_IN = strawberry.enum_value("stored_in", description="The asset is stored in a lake or warehouse.")
    READS = strawberry.enum_value("reads", description="The pipeline reads a lake or warehouse.")
    WRITES = strawberry.enum_value("writes", description="The pipeline writes a lake or warehouse.")
    RELATED_TO = strawberry.enum_value("related_to", description="The glossary term has to do with another.")


KindArgument = Annotated[RelationKind, strawberry.argument(description="The kind of relation.")]
FromArgument = Annotated[
    strawberry.ID, strawberry.argument(name="from", description="The asset that reads, writes, or lies in.")
]
ToArgument = Annotated[
    strawberry.ID,
    strawberry.argument(name="to", description="The asset that is read, written, or that holds the other."),
]


@strawberry.type(description="What a change made of a relation between two assets.")
class AssetRelation:
    """What a change made of a relation between two assets."""

    id: strawberry.ID = strawberry.field(description="The id of the relation.")
    kind: RelationKind = strawberry.field(description="The kind of relation.")
    source: Asset | None = strawberry.field(
        name="from", description="The asset that reads, writes, or lies in."
    )
    target: Asset | None = strawberry.field(
        name="to", description="The asset that is read, written, or that holds the other."
    )
    holds: bool = strawberry.field(description="Whether the relation holds from validFrom on.")
    valid_from: datetime = strawberry.field(description="From when on that is so.")
    basis: Basis = strawberry.field(description="The instants this answer holds for.")


async def _relation(info: Info, related: Related) -> AssetRelation:
    relation, at = related.relation, related.basis
    refs = [AssetRef(relation.from_id), AssetRef(relation.to_id)]
    found = await info.context.services.catalog.known.of(refs, at)
    ends = {ref.id: await shown_known(info.context, known, at) for ref, known in found.items()}
    return AssetRelation(
        id=strawberry.ID(str(relation.relation_id)),
        kind=RelationKind(relation.kind.name),
        source=ends.get(relation.from_id),
        target=ends.get(relation.to_id),
        holds=related.holds,
        valid_from=related.valid_from,
        basis=Basis.of(at),
    )


def _input(kind: catalog.AssetKind, name: str, description: str, *, partial: bool) -> Any:
    """Return the input type of a kind, made of its attributes; what is left out is UNSET."""
    fields: dict[str, Any] = {}
    annotations: dict[str, Any] = {}
    for attribute in sorted(
        kind.attributes, key=lambda one: partial or not one.required or one.default is not None
    ):
        type_: Any = float if attribute.type == "number" else str
        if partial or not attribute.required or attribute.default is not None:
            annotations[attribute.name] = type_ | None
            fields[attribute.name] = strawberry.field(
                default=strawberry.UNSET, description=attribute.description
            )
        else:
            annotations[attribute.name] = type_
            fields[attribute.name] = strawberry.field(description=attribute.description)
    made = type(name, (), {**fields, "__annotations__": annotations, "__doc__": description})
    return strawberry.input(made, description=description)


def _given(of: Any) -> dict[str, object]:
    """Return what a user gave, by the names that the user wrote: refusals name their paths by them."""
    values = {camel(field.name): getattr(of, field.name) for field in dataclasses.fields(of)}
    return {name: value for name, value in values.items() if value is not strawberry.UNSET}


def _create(type_: type[AssetType]) -> Any:
    """Return the mutation that creates an asset of a kind."""
    kind = type_.known_as
    input_type = _input(kind, f"{type_.__name__}Input", f"The attributes of a {kind.label}.", partial=False)

    async def resolve(
        self: Any,
        info: Info,
        input: Any,
        valid_from: ValidFromArgument = None,
        reason: ReasonArgument = None,
    ) -> Any:
        context = info.context
        created = await context.services.assets.create(
            kind, _given(input), valid_from=valid_from, actor=context.actor, reason=reason
        )
        return shown(created)

    resolve.__annotations__["input"] = Annotated[
        input_type, strawberry.argument(description="The attributes.")
    ]
    return strawberry.mutation(
        resolver=resolve, description=f"Record a {kind.label} that exists from an instant on."
    )


def _update(type_: type[AssetType]) -> Any:
    """Return the mutation that changes an asset of a kind."""
    kind = type_.known_as
    described = f"Attributes of a {kind.label}; those left out are not touched."
    input_type = _input(kind, f"{type_.__name__}Changes", described, partial=True)

    async def resolve(
        self: Any,
        info: Info,
        id: IdArgument,
        input: Any,
        valid_from: ValidFromArgument = None,
        reason: ReasonArgument = None,
    ) -> Any:
        context, asset_id = info.context, uuid_of(id)
        changed = await context.services.assets.update(
            kind, asset_id, _given(input), valid_from=valid_from, actor=context.actor, reason=reason
        )
        return shown(changed)

    resolve.__annotations__["input"] = Annotated[
        input_type, strawberry.argument(description="The attributes to change.")
    ]
    return strawberry.mutation(
        resolver=resolve,
        description=f"Set attributes of a {kind.label} from an instant on, in every later version too;"
        " one that is retired then is re-opened.",
    )


def _retire(type_: type[AssetType]) -> Any:
    """Return the mutation that retires an asset of a kind."""
    kind = type_.known_as

    async def resolve(
        self: Any,
        info: Info,
        id: IdArgument,
        valid_from: ValidFromArgument = None,
        reason: ReasonArgument = None,
    ) -> Any:
        context, asset_id = info.context, uuid_of(id)
        retired = await context.services.assets.retire(
            kind, asset_id, valid_from=valid_from, actor=context.actor, reason=reason
        )
        return shown(retired)

    return strawberry.mutation(
        resolver=resolve,
        description=f"Let a {kind.label} end at an instant; its history stays, an update re-opens it.",
    )


@strawberry.type
class AssetMutation:
    """What can be changed about assets."""

    create_data_pipeline: DataPipeline = _create(DataPipeline)
    update_data_pipeline: DataPipeline = _update(DataPipeline)
    retire_data_pipeline: DataPipeline = _retire(DataPipeline)
    create_data_lake: DataLake = _create(DataLake)
    update_data_lake: DataLake = _update(DataLake)
    retire_data_lake: DataLake = _retire(DataLake)
    create_data_warehouse: DataWarehouse = _create(DataWarehouse)
    update_data_warehouse: DataWarehouse = _update(DataWarehouse)
    retire_data_warehouse: DataWarehouse = _retire(DataWarehouse)
    create_data_center: DataCenter = _create(DataCenter)
    update_data_center: DataCenter = _update(DataCenter)
    retire_data_center: DataCenter = _retire(DataCenter)
    create_message_broker: MessageBroker = _create(MessageBroker)
    update_message_broker: MessageBroker = _update(MessageBroker)
    retire_message_broker: MessageBroker = _retire(MessageBroker)
    create_glossary_term: GlossaryTerm = _create(GlossaryTerm)
    update_glossary_term: GlossaryTerm = _update(GlossaryTerm)
    retire_glossary_term: GlossaryTerm = _retire(GlossaryTerm)
    create_domain: Domain = _create(Domain)
    update_domain: Domain = _update(Domain)
    retire_domain: Domain = _retire(Domain)

    @strawberry.mutation(description="Let a relation between two assets hold from an instant on.")
    async def relate_assets(
        self,
        info: Info,
        kind: KindArgument,
        from_id: FromArgument,
        to_id: ToArgument,
        valid_from: ValidFromArgument = None,
        reason: ReasonArgument = None,
    ) -> AssetRelation:
        """Let a relation hold and return it."""
        ends = uuid_of(from_id, "$.from"), uuid_of(to_id, "$.to")
        related = await relate(info.context, relation_kind(kind.value), *ends, valid_from, reason)
        return await _relation(info, related)

    @strawberry.mutation(description="Let a relation between two assets end at an instant.")
    async def unrelate_assets(
        self,
        info: Info,
        kind: KindArgument,
        from_id: FromArgument,
        to_id: ToArgument,
        valid_from: ValidFromArgument = None,
        reason: ReasonArgument = None,
    ) -> AssetRelation:
        """Let a relation end and return it."""
        context = info.context
        related = await context.services.assets.relations.unrelate(
            relation_kind(kind.value),
            uuid_of(from_id, "$.from"),
            uuid_of(to_id, "$.to"),
            valid_from=valid_from,
            actor=context.actor,
            reason=reason,
        )
        return await _relation(info, related)
