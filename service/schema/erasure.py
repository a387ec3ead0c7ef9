"""Erasure in GraphQL: remove a person for good, follow how far that is, and let somebody come back."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Annotated

import strawberry
from strawberry.scalars import JSON

from graph.store import erasures as store
from lineage.erasure import LineageErasure
from service.context import Info, RequestContext
from service.schema.arguments import uuid_of

ReasonArgument = Annotated[str, strawberry.argument(description="Why; kept as proof. Name nobody in it.")]


@strawberry.enum(description="How far an erasure is.")
class ErasureStatus(Enum):
    """How far an erasure is."""

    REQUESTED = strawberry.enum_value(
        "requested", description="Gone from every table; the worker goes on with files."
    )
    ERASED = strawberry.enum_value("erased", description="Gone from every table and every file of ours.")
    SCRUBBED = strawberry.enum_value(
        "scrubbed", description="No file of the database holds bytes of removed rows any more."
    )


@strawberry.type(description="That somebody was erased; holds nothing by which the person could be known.")
class Erasure:
    """That somebody was erased."""

    id: strawberry.ID = strawberry.field(description="The id of the erasure.")
    entity_type: str = strawberry.field(description="The entity type of the golden record.")
    golden_id: strawberry.ID = strawberry.field(
        description="The golden record, of which only the id is left."
    )
    status: ErasureStatus = strawberry.field(description="How far it is.")
    actor: str = strawberry.field(description="Who asked for it.")
    reason: str = strawberry.field(description="Why.")
    requested_at: datetime = strawberry.field(description="When it was asked for.")
    erased_at: datetime | None = strawberry.field(description="When it was done. Null: not yet.")
    scrubbed_at: datetime | None = strawberry.field(
        description="When the files of the database were rewritten. Null: not yet."
    )
    report: JSON = strawberry.field(
        description="What was removed where, by which steps, and what remains elsewhere."
    )

    @classmethod
    def of(cls, erasure: store.Erasure) -> Erasure:
        """Return the erasure as GraphQL shows it."""
        return cls(
            id=strawberry.ID(str(erasure.erasure_id)),
            entity_type=erasure.entity_type,
            golden_id=strawberry.ID(str(erasure.golden_id)),
            status=ErasureStatus(erasure.status),
            actor=erasure.actor,
            reason=erasure.reason,
            requested_at=erasure.requested_at,
            erased_at=erasure.erased_at,
            scrubbed_at=erasure.scrubbed_at,
            report=JSON(erasure.report),
        )


@strawberry.type
class ErasureQuery:
    """What can be asked about erasures."""

    @strawberry.field(description="An erasure, as far as it is done now.")
    async def erasure(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The id of the erasure.")],
    ) -> Erasure:
        """Return an erasure."""
        return Erasure.of(await info.context.services.erasures.one(uuid_of(id)))


@strawberry.type
class ErasureMutation:
    """What can be erased."""

    @strawberry.mutation(
        description="Remove a person from every table, at every instant, and keep the person out from now on. "
        "This cannot be taken back. Asked again, it goes on with the same erasure."
    )
    async def erase_golden_record(
        self,
        info: Info,
        entity_type: Annotated[str, strawberry.argument(description="The entity type, such as customer.")],
        id: Annotated[strawberry.ID, strawberry.argument(description="The golden record.")],
        reason: ReasonArgument,
    ) -> Erasure:
        """Erase a person."""
        return Erasure.of(await erased(info.context, entity_type, id, reason))

    @strawberry.mutation(description="Let somebody who was erased come back, by a later word of any source.")
    async def lift_suppression(
        self,
        info: Info,
        erasure_id: Annotated[strawberry.ID, strawberry.argument(description="The id of the erasure.")],
        reason: ReasonArgument,
    ) -> Erasure:
        """Lift the suppression of an erasure."""
        context = info.context
        return Erasure.of(
            await context.services.erasures.lift(uuid_of(erasure_id, "$.erasureId"), context.actor, reason)
        )


async def erased(context: RequestContext, entity_type: str, golden_id: str, reason: str) -> store.Erasure:
    """Erase a person from golden records and lineage; the worker goes on with lake, warehouse and logs."""
    erasures = context.services.erasures
    erasure = await erasures.erase(entity_type, uuid_of(golden_id), context.actor, reason)
    if not erasure.is_done("lineage"):
        removed = await LineageErasure(context.services.database).remove(await erasures.traces(erasure))
        erasure = await erasures.done(erasure, "lineage", {"lineage": dict(removed)})
    return erasure
