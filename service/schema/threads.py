"""The thread in GraphQL: a message, the file and row of the lake that hold it, and its load into the warehouse."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry

from graph.errors import InvalidInputError
from graph.store import threads as store
from graph.store.customer_messages import CustomerMessage
from graph.store.lake_files import Carrier
from service.context import Info
from service.schema.arguments import Long, search_text
from service.schema.carriers import WarehouseLoad
from service.schema.provenance import SourceKey

LARGEST_PARTITION = 2**31 - 1
LARGEST_OFFSET = 2**63 - 1


@strawberry.type(description="A message that told of a customer's versions.")
class TopicMessage:
    """A message that told of a customer's versions."""

    topic: str = strawberry.field(description="The topic.")
    partition: int = strawberry.field(description="The partition of the topic.")
    offset: Long = strawberry.field(description="The offset in the partition.")
    at: datetime = strawberry.field(description="The time of the message.")
    known_at: datetime = strawberry.field(
        description="The system instant as of which it told all versions of the customer."
    )

    @classmethod
    def of(cls, message: CustomerMessage) -> TopicMessage:
        """Return the message as GraphQL shows it."""
        return cls(
            topic=message.topic,
            partition=message.partition,
            offset=Long(message.offset),
            at=message.at,
            known_at=message.known_at,
        )


@strawberry.type(description="A place in a file of the lake.")
class LakeFilePlace:
    """A place in a file of the lake."""

    dataset: str = strawberry.field(description="The lake dataset that the file is a version of.")
    path: str = strawberry.field(description="The file's name in its dataset.")
    row: Long | None = strawberry.field(
        description="The row, counted from 1: of a version its own, of a message its first. Null: the file holds no messages but golden records."
    )
    rows: Long | None = strawberry.field(description="How many rows the file has. Null: not written yet.")
    run_id: strawberry.ID = strawberry.field(description="The run that wrote it; see `run(id)`.")
    written_at: datetime | None = strawberry.field(description="When it was written. Null: not yet.")

    @classmethod
    def of(cls, place: store.FilePlace) -> LakeFilePlace:
        """Return the place of a message."""
        file = place.file
        return cls(
            dataset=file.dataset,
            path=file.path,
            row=Long(place.row),
            rows=None if file.rows is None else Long(file.rows),
            run_id=strawberry.ID(str(file.run_id)),
            written_at=file.written_at,
        )

    @classmethod
    def of_carrier(cls, carrier: Carrier) -> LakeFilePlace:
        """Return the file that carried golden records on without any message."""
        file = carrier.file
        return cls(
            dataset=file.dataset,
            path=file.path,
            row=None,
            rows=None if file.rows is None else Long(file.rows),
            run_id=strawberry.ID(str(file.run_id)),
            written_at=file.written_at,
        )


@strawberry.type(description="A source event that a message became.")
class TracedEvent:
    """A source event that a message became."""

    event_id: strawberry.ID = strawberry.field(description="The id of the source event.")
    source_key: SourceKey = strawberry.field(description="The source record that it is about.")
    received_at: datetime = strawberry.field(description="When it was recorded here, in system time.")
    golden_id: strawberry.ID | None = strawberry.field(
        description="The golden record that the source record belongs to now. Null: to none."
    )

    @classmethod
    def of(cls, event: store.SourceEventOfMessage) -> TracedEvent:
        """Return the event as GraphQL shows it."""
        return cls(
            event_id=strawberry.ID(str(event.event_id)),
            source_key=SourceKey(system=event.source_key.system, key=event.source_key.key),
            received_at=event.received_at,
            golden_id=None if event.golden_id is None else strawberry.ID(str(event.golden_id)),
        )


@strawberry.type(
    description="What became of a message, as far as it has come; a link that is missing is null or empty."
)
class MessageTrace:
    """What became of a message."""

    topic: str = strawberry.field(description="The topic.")
    partition: int = strawberry.field(description="The partition of the topic.")
    offset: Long = strawberry.field(description="The offset in the partition.")
    source_events: list[TracedEvent] = strawberry.field(
        description=f"The source events that it became, at most {store.MOST_EVENTS}; a message of a source has one."
    )
    customer_id: strawberry.ID | None = strawberry.field(
        description="The customer whose versions it told. Null: it told of none."
    )
    message: TopicMessage | None = strawberry.field(
        description="Where it is a message about a customer, its time and what it told."
    )
    file: LakeFilePlace | None = strawberry.field(
        description="The file of the lake that holds it now. Null: none does."
    )
    load: WarehouseLoad | None = strawberry.field(
        description="The load that brought it into the warehouse. Null: none did yet."
    )


def message_place(topic: str, partition: int, offset: int) -> store.MessagePlace:
    """Return topic, partition and offset of a message; raises InvalidInputError where there can be none."""
    name = search_text(topic, "$.topic") or ""
    if not 0 <= partition <= LARGEST_PARTITION:
        raise InvalidInputError.at("$.partition", f"must be 0 to {LARGEST_PARTITION}")
    if not 0 <= offset <= LARGEST_OFFSET:
        raise InvalidInputError.at("$.offset", f"must be 0 to {LARGEST_OFFSET}")
    return name, partition, offset


@strawberry.type
class TraceQuery:
    """What can be asked about messages."""

    @strawberry.field(description="What became of the message at an offset of a topic's partition.")
    async def trace(
        self,
        info: Info,
        topic: Annotated[str, strawberry.argument(description="The topic.")],
        partition: Annotated[int, strawberry.argument(description="The partition of the topic.")],
        offset: Annotated[Long, strawberry.argument(description="The offset in the partition.")],
    ) -> MessageTrace:
        """Return what became of a message, as far as it has come."""
        place = message_place(topic, partition, offset)
        found = await info.context.services.threads.trace(*place)
        load = None if found.place is None else found.place.load
        return MessageTrace(
            topic=place[0],
            partition=partition,
            offset=offset,
            source_events=[TracedEvent.of(event) for event in found.events],
            customer_id=None if found.told is None else strawberry.ID(str(found.told.customer_id)),
            message=None if found.told is None else TopicMessage.of(found.told),
            file=None if found.place is None else LakeFilePlace.of(found.place),
            load=None if load is None else WarehouseLoad.of(load),
        )
