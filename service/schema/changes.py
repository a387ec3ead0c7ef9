"""The change feed in GraphQL: what changed in golden records, in order, page by page or as it happens."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection
from datetime import datetime
from enum import Enum
from typing import Annotated, TypeAlias
from uuid import UUID

import strawberry

from graph.store.change_feed import START, ChangeEvent, Position
from graph.time import instant, render
from service.context import Info, Services
from service.schema.arguments import FirstArgument, opaque, opened, page_size

PAGE = 100
"""How many changes are read at once for whoever follows the feed."""

ChangeCursor: TypeAlias = Annotated[
    str | None,
    strawberry.argument(description="Where to go on: the cursor of the last change that was dealt with."),
]
EntityTypeFilter: TypeAlias = Annotated[
    str | None, strawberry.argument(description="Only changes of this entity type, such as customer.")
]
ConsumerArgument: TypeAlias = Annotated[
    str | None,
    strawberry.argument(description="Go on where this consumer has acknowledged, unless `after` is given."),
]


@strawberry.enum(description="What happened to a golden record.")
class ChangeKind(Enum):
    """What happened to a golden record."""

    CREATED = strawberry.enum_value("created", description="It is new.")
    CHANGED = strawberry.enum_value("changed", description="Attributes changed at some valid instant.")
    DELETED = strawberry.enum_value("deleted", description="It ended; its history stays.")
    REOPENED = strawberry.enum_value("reopened", description="It had ended, and holds again.")
    RETRACTED = strawberry.enum_value("retracted", description="It never was, as far as is known now.")
    MERGED = strawberry.enum_value("merged", description="`otherId` leads to it from now on.")
    UNMERGED = strawberry.enum_value("unmerged", description="`otherId` stands on its own again.")
    ERASED = strawberry.enum_value("erased", description="It was erased; nothing but its id is left.")


@strawberry.type(description="One change of a golden record; holds no personal data.")
class Change:
    """One change of a golden record; holds no personal data."""

    id: strawberry.ID = strawberry.field(
        description="The id of the change: drop one that was dealt with before, changes come at least once."
    )
    cursor: str = strawberry.field(description="The place of the change in the feed, to go on after it.")
    entity_type: str = strawberry.field(description="The entity type of the golden record.")
    kind: ChangeKind = strawberry.field(description="What happened.")
    golden_id: strawberry.ID = strawberry.field(
        description="The golden record; of a merge, the one that survives."
    )
    other_id: strawberry.ID | None = strawberry.field(
        description="The other one of a merge or unmerge. Null: there is none."
    )
    attributes: list[str] = strawberry.field(description="The names of the attributes that changed.")
    valid_from: datetime | None = strawberry.field(
        description="The first instant of valid time that the change is about."
    )
    known_at: datetime = strawberry.field(
        description="The system instant at which it was recorded; ask with it as knownAt to see exactly this."
    )

    @classmethod
    def of(cls, event: ChangeEvent) -> Change:
        """Return the change as GraphQL shows it."""
        change = event.change
        return cls(
            id=strawberry.ID(str(event.change_id)),
            cursor=change_cursor(event.position),
            entity_type=event.entity_type,
            kind=ChangeKind(change.kind),
            golden_id=strawberry.ID(str(change.golden_id)),
            other_id=None if change.other_id is None else strawberry.ID(str(change.other_id)),
            attributes=list(change.attributes),
            valid_from=change.valid_from,
            known_at=event.position.system_from,
        )


@strawberry.type(description="Some changes in the order in which they were recorded.")
class ChangePage:
    """Some changes in the order in which they were recorded."""

    nodes: list[Change] = strawberry.field(description="The changes.")
    end_cursor: str = strawberry.field(
        description="Pass it as `after` to go on; also where there are no changes (yet)."
    )
    has_next_page: bool = strawberry.field(description="Whether more changes follow at once.")


@strawberry.type
class ChangeQuery:
    """What can be asked about changes."""

    @strawberry.field(
        description="What changed in golden records, in order, up to what is committed for good. Without `after` from the start."
    )
    async def changes(
        self,
        info: Info,
        entity_type: EntityTypeFilter = None,
        after: ChangeCursor = None,
        first: FirstArgument = PAGE,
        consumer: ConsumerArgument = None,
    ) -> ChangePage:
        """Return a page of the feed."""
        feed = info.context.services.change_feed
        await require_entity_type(info.context.services, entity_type)
        start = await start_of(info.context.services, after, consumer) or START
        page = await feed.page(start, page_size(first), entity_type)
        return ChangePage(
            nodes=[Change.of(event) for event in page.events],
            end_cursor=change_cursor(page.end),
            has_next_page=page.has_more,
        )


@strawberry.type
class ChangeMutation:
    """What can be said about changes."""

    @strawberry.mutation(
        description="Remember that a consumer is done with everything up to a change, and return where it stands. "
        "It never moves backwards."
    )
    async def acknowledge_changes(
        self,
        info: Info,
        consumer: Annotated[str, strawberry.argument(description="The name of the consumer.")],
        cursor: Annotated[str, strawberry.argument(description="The cursor of the last change dealt with.")],
    ) -> str:
        """Move a consumer's position."""
        feed = info.context.services.change_feed
        await feed.acknowledge(consumer, position_of(cursor, "$.cursor"))
        return change_cursor(await feed.position(consumer))


async def require_entity_type(services: Services, name: str | None) -> None:
    """Raise NotFoundError where changes of an entity type are asked for that nobody defined: none would ever come."""
    if name is not None:
        await services.entities.of(name)


async def start_of(services: Services, after: str | None, consumer: str | None) -> Position | None:
    """Return where to go on: after a cursor, or where a consumer stands, or None where neither is given."""
    if after is not None:
        return position_of(after)
    return None if consumer is None else await services.change_feed.position(consumer)


async def following(
    services: Services,
    start: Position | None,
    entity_type: str | None = None,
    golden_ids: Collection[UUID] | None = None,
) -> AsyncGenerator[ChangeEvent]:
    """Yield every change after a place (None: from now on), then those to come, until the server ends.

    A page is read only when the one before was taken, so a slow reader holds up nobody and no memory but a page's.
    """
    at = start or await services.change_feed.end()
    while True:
        page = await services.change_feed.page(at, PAGE, entity_type, golden_ids)
        for event in page.events:
            yield event
        at = page.end
        if not page.has_more and not await services.tide.beyond(at.system_from):
            return


def change_cursor(position: Position) -> str:
    """Return the opaque cursor of a place in the feed."""
    return opaque(render(position.system_from), position.seq)


def position_of(cursor: str, path: str = "$.after") -> Position:
    """Return the place of a cursor; raises InvalidInputError for anything `change_cursor` did not make."""

    def parsed(at: object, seq: object) -> Position:
        if not isinstance(seq, int) or isinstance(seq, bool) or not 0 <= seq < 2**31:
            raise ValueError(seq)
        return START if at == render(START.system_from) else Position(instant(str(at)), seq)

    return opened(cursor, parsed, path)
