"""Where values come from: source records, and the events that said something of them."""

from __future__ import annotations

from datetime import datetime

import strawberry

from graph.identity import SourceKey as Key
from graph.spelling import camel
from graph.store import golden_records as store
from service.schema.arguments import Long, search_text


@strawberry.type(description="What a source system calls one of its records.")
class SourceKey:
    """What a source system calls one of its records."""

    system: str = strawberry.field(description="The source system.")
    key: str = strawberry.field(description="Its key for the record.")


@strawberry.type(description="Where the value of one attribute comes from.")
class Provenance:
    """The source event that gave an attribute its value, and the way it came in."""

    attribute: str = strawberry.field(description="The attribute.")
    event_id: strawberry.ID = strawberry.field(description="The id of the source event.")
    source_system: str = strawberry.field(description="The source system that said it.")
    source_key: str = strawberry.field(description="The source system's key of the record.")
    kind: str = strawberry.field(description="What kind of event it was: snapshot or correction.")
    valid_from: datetime = strawberry.field(description="The instant the source spoke of.")
    valid_from_assumed: bool = strawberry.field(
        description="Whether the source gave no instant and ours was taken."
    )
    received_at: datetime = strawberry.field(description="When it was recorded here, in system time.")
    door: str = strawberry.field(description="The door it came through: rest, graphql, file or kafka.")
    actor: str | None = strawberry.field(description="Who handed it in.")
    run_id: strawberry.ID | None = strawberry.field(description="The run that carried it.")
    file: str | None = strawberry.field(description="The file it was read from.")
    topic: str | None = strawberry.field(description="The topic it was read from.")
    partition: int | None = strawberry.field(description="The partition of the topic.")
    position: Long | None = strawberry.field(
        description="Its row in the file or body, or its offset in the partition."
    )

    @classmethod
    def of(cls, attribute: str, event: store.ReceivedEvent) -> Provenance:
        """Return the provenance of an attribute that the event gave."""
        return cls(
            attribute=camel(attribute),
            event_id=strawberry.ID(str(event.event_id)),
            source_system=event.source_key.system,
            source_key=event.source_key.key,
            kind=event.kind,
            valid_from=event.valid_from,
            valid_from_assumed=event.valid_from_assumed,
            received_at=event.received_at,
            door=event.door,
            actor=event.actor,
            run_id=strawberry.ID(str(event.run_id)) if event.run_id else None,
            file=event.file,
            topic=event.topic,
            partition=event.partition,
            position=Long(event.position) if event.position is not None else None,
        )


@strawberry.input(description="What a source system calls one of its records.")
class SourceKeyInput:
    """What a source system calls one of its records."""

    system: str = strawberry.field(description="The source system.")
    key: str = strawberry.field(description="Its key for the record.")


def source_key_of(given: SourceKeyInput) -> Key:
    """Return the key of a source record; raises InvalidInputError where it can be none."""
    system, key = search_text(given.system, "$.sourceKey.system"), search_text(given.key, "$.sourceKey.key")
    return Key(system or "", key or "")
