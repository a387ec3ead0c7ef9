"""Dead letters of streams in GraphQL: messages that could not be used, why, and asking for them to be sent once more."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from graph.errors import NotFoundError
from graph.store import stream_letters
from graph.time import instant, render
from service.context import Info
from service.schema.arguments import (
    LARGEST_PAGE,
    FirstArgument,
    IdsArgument,
    Long,
    PageInfo,
    PlaceArgument,
    opaque,
    opened,
    page_size,
    search_text,
    uuid_of,
    uuids_of,
)
from service.schema.dead_letters import DeadLetterProblem


@strawberry.type(description="A header of a message.")
class MessageHeader:
    """A header of a message."""

    name: str = strawberry.field(description="What it is called.")
    value: str = strawberry.field(description="Its value; bytes that are no UTF-8 show as replacements.")


@strawberry.type(description="What stands in a message.")
class MessageContent:
    """What stands in a message."""

    key: str | None = strawberry.field(description="Its key. Null: it has none.")
    value: str | None = strawberry.field(
        description="Its value as text; bytes that are no UTF-8 show as replacements. Null: it has none."
    )
    base64: str | None = strawberry.field(description="Its value, byte for byte, in base64.")
    headers: list[MessageHeader] = strawberry.field(description="Its headers.")


@strawberry.type(description="A message of a topic that could not be used, kept as it came.")
class StreamDeadLetter:
    """A message of a topic that could not be used, kept as it came."""

    id: strawberry.ID = strawberry.field(description="Its id.")
    topic: str = strawberry.field(description="The topic it stood in.")
    partition: int = strawberry.field(description="The partition of the topic.")
    offset: Long = strawberry.field(description="The offset in the partition.")
    consumer: str = strawberry.field(
        description="Who could not use it: customers, lineage, orders or golden."
    )
    message_at: datetime = strawberry.field(description="The time of the message.")
    received_at: datetime = strawberry.field(description="When it was kept here.")
    size: Long = strawberry.field(description="The size of its value in bytes.")
    problems: list[DeadLetterProblem] = strawberry.field(description="What is wrong with it.")
    published_at: datetime | None = strawberry.field(
        description="When it was also written to the topic of dead letters. Null: not yet."
    )
    replay_asked_at: datetime | None = strawberry.field(
        description="When somebody last asked for it to be sent to its topic once more."
    )
    replayed_at: datetime | None = strawberry.field(
        description="When it was last sent to its topic once more. Null: never."
    )
    letter_id: strawberry.Private[UUID]

    @strawberry.field(description="What stands in it, byte for byte as it came.")
    async def content(self, info: Info) -> MessageContent:
        """Return what stands in it."""
        (letter,) = await info.context.services.stream_letters.some([self.letter_id])
        return MessageContent(
            key=_text(letter.key),
            value=_text(letter.value),
            base64=base64.b64encode(letter.value).decode() if letter.value is not None else None,
            headers=[MessageHeader(name=name, value=_text(value) or "") for name, value in letter.headers],
        )

    @classmethod
    def of(cls, letter: stream_letters.StreamLetter, size: int) -> StreamDeadLetter:
        """Return the letter, whose value has `size` bytes, as GraphQL shows it."""
        return cls(
            id=strawberry.ID(str(letter.dead_letter_id)),
            topic=letter.topic,
            partition=letter.partition,
            offset=Long(letter.offset),
            consumer=letter.consumer,
            message_at=letter.message_at,
            received_at=letter.received_at or letter.message_at,
            size=Long(size),
            problems=[DeadLetterProblem(path=one.path, reason=one.reason) for one in letter.problems],
            published_at=letter.published_at,
            replay_asked_at=letter.replay_asked_at,
            replayed_at=letter.replayed_at,
            letter_id=letter.dead_letter_id,
        )


@strawberry.type(description="How many dead letters of a topic there are.")
class TopicDeadLetters:
    """How many dead letters of a topic there are."""

    topic: str = strawberry.field(description="The topic.")
    letters: Long = strawberry.field(description="How many are kept.")
    waiting: Long = strawberry.field(description="How many of them were never replayed.")


@strawberry.type(description="Some dead letters of streams, and how many there are.")
class StreamDeadLetterPage:
    """Some dead letters of streams, and how many there are."""

    nodes: list[StreamDeadLetter] = strawberry.field(description="The letters.")
    page_info: PageInfo = strawberry.field(description="Where the page ends.")

    @strawberry.field(description="How many there are of each topic that has some, at most 100 topics.")
    async def topics(self, info: Info) -> list[TopicDeadLetters]:
        """Return how many there are of each topic."""
        told = await info.context.services.stream_letters.tally()
        return [
            TopicDeadLetters(topic=one.topic, letters=Long(one.letters), waiting=Long(one.waiting))
            for one in told[:LARGEST_PAGE]
        ]


@strawberry.type
class StreamLetterQuery:
    """What can be asked about dead letters of streams."""

    @strawberry.field(description="Messages of topics that could not be used, latest first.")
    async def stream_dead_letters(
        self,
        info: Info,
        topic: Annotated[
            str | None, strawberry.argument(description="Only those of this topic. Null: of all.")
        ] = None,
        open: Annotated[
            bool, strawberry.argument(description="Whether only those that were never replayed.")
        ] = True,
        first: FirstArgument = 20,
        after: PlaceArgument = None,
    ) -> StreamDeadLetterPage:
        """Return a page of dead letters of streams."""
        start = opened(after, stream_letter_place) if after is not None else None
        letters, has_next = await info.context.services.stream_letters.listed(
            page_size(first), start, search_text(topic, "$.topic"), open_only=open
        )
        nodes = [StreamDeadLetter.of(one.letter, one.size) for one in letters]
        end = stream_letter_cursor(letters[-1].letter) if letters else None
        return StreamDeadLetterPage(nodes=nodes, page_info=PageInfo(has_next_page=has_next, end_cursor=end))

    @strawberry.field(description="One dead letter of a stream, by its id. Null: there is none.")
    async def stream_dead_letter(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> StreamDeadLetter | None:
        """Return one dead letter of a stream, or None."""
        try:
            (letter,) = await info.context.services.stream_letters.some([uuid_of(id)])
        except NotFoundError:
            return None
        return StreamDeadLetter.of(letter, len(letter.value or b""))


@strawberry.type
class StreamLetterMutation:
    """What can be done about dead letters of streams."""

    @strawberry.mutation(
        description="Ask for dead letters of streams to be sent to their topics once more, as they came. A worker that"
        " reaches the broker does so within seconds: then `replayedAt` is later than `replayAskedAt`."
    )
    async def replay_stream_dead_letters(
        self,
        info: Info,
        ids: IdsArgument,
    ) -> list[StreamDeadLetter]:
        """Ask for dead letters to be replayed and return them."""
        letters = await info.context.services.stream_letters.ask_replay(uuids_of(ids))
        return [StreamDeadLetter.of(letter, len(letter.value or b"")) for letter in letters]


def stream_letter_cursor(letter: stream_letters.StreamLetter) -> str:
    """Return the cursor that continues after a letter."""
    return opaque(render(letter.received_at or letter.message_at), str(letter.dead_letter_id))


def stream_letter_place(at: object, key: object) -> tuple[datetime, UUID]:
    """Return the place that the parts of a cursor tell."""
    return instant(str(at)), UUID(str(key))


def _text(content: bytes | None) -> str | None:
    return content.decode("utf-8", "replace") if content is not None else None
