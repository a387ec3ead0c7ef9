"""Dead letters of every kind as one list: messages of topics that could not be used, and events that could not be read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from graph.errors import NotFoundError, Problem
from graph.store.database import Database
from graph.store.stream_letters import StreamLetter, StreamLetters
from ingest.streams import dead_letters
from ingest.streams.sending import Sender
from ingest.streams.topics import LINEAGE
from lineage.dead_letters import DeadLetter, DeadLetters
from lineage.recorder import Recorder

AT_ONCE = 20
"""How many messages are sent again in one go: each may have some megabytes."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter of either kind; `source` says where it came in, as "orders 0:4711" or "POST /api/v1/lineage"."""

    id: UUID
    kind: str
    source: str
    received_at: datetime
    times: int
    size: int
    problems: tuple[Problem, ...]
    replayed_at: datetime | None

    @property
    def reason(self) -> str:
        """What was wrong, in one line."""
        return "; ".join(f"{problem.path}: {problem.reason}" for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Content:
    """What a dead letter holds, byte for byte; an event has nothing but its value."""

    value: bytes | None
    key: bytes | None = None
    headers: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Replays:
    """What became of letters: messages sent to their topics once more, events recorded, and those still unreadable."""

    sent: int
    recorded: int
    refused: Sequence[tuple[UUID, Sequence[Problem]]]


class AllLetters:
    """Reads and handles the dead letters of both kinds.

    An event that came from a topic and could not be read is among those of HTTP, so it is one letter here, an event;
    where its topic is asked for by name it is the message instead.
    """

    def __init__(self, database: Database) -> None:
        self._messages = StreamLetters(database)
        self._events = DeadLetters(database)
        self._database = database

    async def page(
        self, first: int, skip: int, topic: str | None, *, open_only: bool
    ) -> tuple[list[Letter], int]:
        """Return the latest letters after some that are passed over, and how many there are."""
        most, hidden = first + skip, None if topic else LINEAGE
        messages, count = await self._messages.page(most, topic, open_only=open_only, without_events=hidden)
        found = [_of_message(letter) for letter in messages]
        if topic is None:
            events, _ = await self._events.page(most, open_only=open_only)
            found += [_of_event(letter) for letter in events]
            tally = await self._events.tally()
            count += tally.waiting if open_only else tally.letters
        found.sort(key=lambda letter: (letter.received_at, letter.id), reverse=True)
        return found[skip:most], count

    async def show(self, letter_id: UUID) -> tuple[Letter, Content]:
        """Return a letter with what it holds; raises NotFoundError."""
        if await self._messages.known([letter_id]):
            (message,) = await self._messages.some([letter_id])
            return _of_message(message), Content(message.value, message.key, message.headers)
        event, raw = await self._events.show(letter_id)
        return _of_event(event), Content(raw)

    async def replay(
        self,
        letter_ids: Sequence[UUID] | None,
        topic: str | None,
        opened: Callable[[], AbstractAsyncContextManager[Sender]],
    ) -> Replays:
        """Send messages to their topics once more and record events, of None all that wait; `opened` gives a sender.

        Raises NotFoundError for unknown ids, before anything is done.
        """
        messages, events = await self._parted(letter_ids, topic)
        recorder = Recorder(self._database)
        try:
            told = await self._events.replay(events, recorder) if events is None or events else []
        finally:
            await recorder.close()
        if messages:
            async with opened() as sender:
                for start in range(0, len(messages), AT_ONCE):
                    await dead_letters.replay(self._database, sender, messages[start : start + AT_ONCE])
        refused = [(each.dead_letter_id, each.problems) for each in told if each.event_id is None]
        return Replays(len(messages), len(told) - len(refused), refused)

    async def discard(self, letter_ids: Sequence[UUID] | None, topic: str | None) -> int:
        """Delete letters for good, of None all there are, and return how many these were; raises NotFoundError first."""
        messages, events = await self._parted(letter_ids, topic)
        count = await self._events.discard(events) if events is None or events else 0
        return count + await self._messages.discard(None if letter_ids is None else messages, topic)

    async def _parted(
        self, letter_ids: Sequence[UUID] | None, topic: str | None
    ) -> tuple[list[UUID], list[UUID] | None]:
        """Return which letters are messages and which are events, the latter None for all of them."""
        if letter_ids is None:
            hidden = None if topic else LINEAGE
            return await self._messages.waiting(topic, without_events=hidden), [] if topic else None
        messages = await self._messages.known(letter_ids)
        events = [letter_id for letter_id in letter_ids if letter_id not in messages]
        for event in events:
            try:
                await self._events.show(event)
            except NotFoundError as error:
                raise NotFoundError(f"no dead letter has the id {event}") from error
        return [letter_id for letter_id in letter_ids if letter_id in messages], events


def _of_message(letter: StreamLetter) -> Letter:
    source = f"{letter.topic} {letter.partition}:{letter.offset}"
    received_at = letter.received_at or letter.message_at
    size = len(letter.value or b"")
    return Letter(
        letter.dead_letter_id, "message", source, received_at, 1, size, letter.problems, letter.replayed_at
    )


def _of_event(letter: DeadLetter) -> Letter:
    return Letter(
        letter.dead_letter_id,
        "event",
        letter.source,
        letter.last_received_at,
        letter.times,
        letter.size,
        letter.problems,
        letter.replayed_at,
    )
