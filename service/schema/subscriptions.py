"""What GraphQL tells as it happens."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry

from graph.errors import InvalidInputError
from graph.golden.entity_type import CUSTOMER
from service.context import Info
from service.schema.arguments import uuid_of
from service.schema.changes import Change, ChangeCursor, following, require_entity_type, start_of
from service.schema.lineage_changes import LineageSubscription
from service.schema.pipeline_runs import PipelineRunSubscription

MOST_IDS = 1_000
"""How many golden records one subscription may name."""

IdsArgument = Annotated[
    list[strawberry.ID] | None,
    strawberry.argument(
        description=f"Only changes that one of these takes part in, at most {MOST_IDS}. Null: of all."
    ),
]


@strawberry.type(description="What can be followed; each event comes at least once and in order.")
class Subscription(LineageSubscription, PipelineRunSubscription):
    """What can be followed."""

    @strawberry.subscription(
        description="Changes of customers, from now on or, without a gap, from a cursor on."
    )
    async def customer_changed(
        self, info: Info, ids: IdsArgument = None, after: ChangeCursor = None
    ) -> AsyncGenerator[Change]:
        """Yield the changes of customers."""
        async for change in _changes(info, CUSTOMER.name, ids, after):
            yield change

    @strawberry.subscription(
        description="Changes of golden records of any entity type, from now on or, without a gap, from a cursor on."
    )
    async def golden_record_changed(
        self,
        info: Info,
        entity_type: Annotated[
            str | None, strawberry.argument(description="Only changes of this entity type. Null: of all.")
        ] = None,
        ids: IdsArgument = None,
        after: ChangeCursor = None,
    ) -> AsyncGenerator[Change]:
        """Yield the changes of golden records."""
        async for change in _changes(info, entity_type, ids, after):
            yield change


async def _changes(
    info: Info, entity_type: str | None, ids: list[strawberry.ID] | None, after: str | None
) -> AsyncGenerator[Change]:
    if ids is not None and len(ids) > MOST_IDS:
        raise InvalidInputError.at("$.ids", f"are {len(ids):,}; at most {MOST_IDS:,} are allowed")
    golden_ids = None if ids is None else [uuid_of(golden_id, "$.ids") for golden_id in ids]
    services = info.context.services
    await require_entity_type(services, entity_type)
    start = await start_of(services, after, None)
    async for event in following(services, start, entity_type, golden_ids):
        yield Change.of(event)
