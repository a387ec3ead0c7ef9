"""The ways golden records of any type change in GraphQL: records of source systems, and our own word."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, cast
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from graph.errors import InvalidInputError
from graph.golden.record import ENVELOPE, Unreadable, snake
from graph.intake import Outcome
from graph.time import render
from service.context import Info
from service.entities import Entity
from service.schema.arguments import ValidFromArgument, uuid_of
from service.schema.entity_queries import GOLDEN_RECORD
from service.schema.golden_records import changed
from service.schema.quality import EntityTypeArgument
from service.schema.source_records import (
    MOST_RECORDS,
    RecordCounts,
    RecordEnvelope,
    RecordOutcome,
    outcome_fields,
    record_counts,
    require_count,
    taken_in,
)

AttributesArgument = Annotated[
    JSON,
    strawberry.argument(
        description='The attributes as an object, such as {"vatId": "DE136695976"}; null says that there is no value any more.'
    ),
]
IdArgument = Annotated[
    strawberry.ID, strawberry.argument(description="The id; that of a record merged into another works too.")
]


@strawberry.input(description="What a source system says about one of its records, of whatever type.")
class EntityRecordInput(RecordEnvelope):
    """What a source system says about one of its records."""

    attributes: JSON | None = strawberry.field(
        default=None, description='The attributes as an object, such as {"gtin": "4006381333931"}.'
    )


@strawberry.type(description="What became of one source record.")
class EntityRecordResult(RecordOutcome):
    """What became of one source record."""

    golden_id: strawberry.ID | None = strawberry.field(description="The golden record it belongs to now.")

    @classmethod
    def of(cls, index: int, outcome: Outcome) -> EntityRecordResult:
        """Return the result as GraphQL shows it."""
        golden_id = strawberry.ID(str(outcome.golden_id)) if outcome.golden_id else None
        return cls(**outcome_fields(index, outcome), golden_id=golden_id)


@strawberry.type(description="What became of a list of source records.")
class RecordEntitiesPayload(RecordCounts):
    """What became of a list of source records."""

    results: list[EntityRecordResult] = strawberry.field(
        description="What became of each, in the order sent."
    )


async def _record_entities(
    info: Info,
    entity_type: EntityTypeArgument,
    records: Annotated[
        list[EntityRecordInput], strawberry.argument(description=f"The records, at most {MOST_RECORDS}.")
    ],
) -> RecordEntitiesPayload:
    """Take source records in and say what became of each."""
    require_count(records)
    entity = await info.context.entity(entity_type)
    outcomes = await taken_in(info, entity.intake, [_plain(record) for record in records])
    return RecordEntitiesPayload(
        **record_counts(outcomes),
        results=[EntityRecordResult.of(index, outcome) for index, outcome in enumerate(outcomes)],
    )


async def _create_entity(
    info: Info,
    entity_type: EntityTypeArgument,
    attributes: AttributesArgument,
    valid_from: ValidFromArgument = None,
) -> Any:
    entity = await info.context.entity(entity_type)
    given = _object(attributes)
    golden_id = await entity.intake.create(given, valid_from, info.context.actor, "graphql")
    return await _changed(entity, golden_id, valid_from)


async def _update_entity(
    info: Info,
    entity_type: EntityTypeArgument,
    id: IdArgument,
    attributes: AttributesArgument,
    valid_from: ValidFromArgument = None,
) -> Any:
    entity = await info.context.entity(entity_type)
    given = _object(attributes)
    golden_id = await entity.intake.update(uuid_of(id), given, valid_from, info.context.actor, "graphql")
    return await _changed(entity, golden_id, valid_from)


async def _delete_entity(
    info: Info, entity_type: EntityTypeArgument, id: IdArgument, valid_from: ValidFromArgument = None
) -> Any:
    entity = await info.context.entity(entity_type)
    golden_id = await entity.intake.delete(uuid_of(id), valid_from, info.context.actor, "graphql")
    return await _changed(entity, golden_id, valid_from)


async def _changed(entity: Entity, golden_id: UUID, valid_from: datetime | None) -> Any:
    shown = GOLDEN_RECORD.shown(entity.type)
    return await changed(entity.golden_records, shown, entity.type.name, golden_id, valid_from)


def _object(given: object) -> dict[str, object]:
    if not isinstance(given, dict):
        raise InvalidInputError.at("$.attributes", "must be an object of attributes and their values")
    attributes = cast("dict[str, object]", given)
    taken = _envelope_fields(attributes)
    if taken:
        raise InvalidInputError.at(f"$.attributes.{taken[0]}", "is no attribute")
    return attributes


def _plain(record: EntityRecordInput) -> object:
    """Return a record as intake takes it; its attributes stand beside its envelope there."""
    given = {} if record.attributes is None else record.attributes
    if not isinstance(given, dict):
        return Unreadable("", "attributes must be an object of attributes and their values")
    attributes = cast("dict[str, object]", given)
    taken = _envelope_fields(attributes)
    if taken:
        return Unreadable("", f"attributes.{taken[0]} is no attribute; it stands beside the attributes")
    return {
        **attributes,
        "sourceSystem": record.source_system,
        "key": record.key,
        "kind": record.kind.value if record.kind else None,
        "validFrom": render(record.valid_from) if record.valid_from else None,
        "validTo": render(record.valid_to) if record.valid_to else None,
        "sequence": record.sequence,
        "messageId": record.message_id,
    }


def _envelope_fields(attributes: dict[str, object]) -> list[str]:
    return [name for name in attributes if snake(name) in ENVELOPE]


for _resolver in (_create_entity, _update_entity, _delete_entity):
    _resolver.__annotations__["return"] = GOLDEN_RECORD.record

_fields = {
    "record_entities": strawberry.mutation(
        resolver=_record_entities,
        description="Take in what source systems say of things of one type; each record is accepted or rejected by itself.",
    ),
    "create_entity": strawberry.mutation(
        resolver=_create_entity,
        description="Record a golden record of our own; where it matches a known one, it joins that.",
    ),
    "update_entity": strawberry.mutation(
        resolver=_update_entity, description="Change attributes of a golden record from an instant on."
    ),
    "delete_entity": strawberry.mutation(
        resolver=_delete_entity,
        description="Delete a golden record from an instant on; its history stays, it can be re-opened.",
    ),
}

EntityMutation: Any = strawberry.type(type("EntityMutation", (), _fields))
"""What can be changed about golden records of any type."""
