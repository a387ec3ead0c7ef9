"""What was read of one partition and is not taken in yet, and how much of it makes the next batch. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from graph.store.stream_positions import Claim
from ingest.messages import Batch, Limits, Message

LATEST = 253_402_300_799_000
"""The last millisecond that an instant can have here: a producer may write any number."""


class AnotherTopicError(Exception):
    """Raised where the message before the position is not the one that was taken in: the topic was made anew."""


class Waiting:
    """The messages of a claimed partition in order; `position` is where the next batch starts.

    `planned_end`, exclusive, is where that batch has to end, if it was planned before. Times are those of one clock.
    """

    def __init__(self, claim: Claim, limits: Limits, planned_end: int | None = None) -> None:
        self.claim = claim
        self.position = claim.position
        self.planned_end = planned_end
        self.log_end = claim.position
        self._limits = limits
        self._messages: deque[Message] = deque()
        self._read: deque[tuple[int, float]] = deque()
        self._bytes = 0
        self._cut = 0

    def __len__(self) -> int:
        return len(self._messages)

    def add(self, messages: Iterable[Message], now: float) -> None:
        """Add what was read just now; what lies before the position is passed over.

        Raises AnotherTopicError where the last message before it is not the one that was taken in.
        """
        for message in messages:
            if message.offset >= self.position:
                self._messages.append(message)
                self._bytes += message.size
            elif message.offset == self.claim.position - 1 and self.claim.last_at not in (None, message.at):
                raise AnotherTopicError
        if self._messages:
            self._read.append((self._messages[-1].offset, now))

    @property
    def is_full(self) -> bool:
        """Whether there is enough for a batch."""
        return len(self._messages) >= self._limits.messages or self._bytes >= self._limits.bytes

    @property
    def has_room(self) -> bool:
        """Whether more should be read: as much as makes a batch is read ahead while one is being taken in."""
        limits = self._limits
        if self.planned_end is not None:  # by other limits perhaps
            return not self._messages or self._messages[-1].offset + 1 < self.planned_end
        return len(self._messages) < 2 * limits.messages and self._bytes < 2 * limits.bytes

    def due_in(self, now: float) -> float | None:
        """Return in how many seconds a batch is due: 0 or less at once, None while there is nothing to wait for."""
        if not self._messages:
            return None
        if self._cut:
            return 0.0
        if self.planned_end is not None:
            return 0.0 if self._messages[-1].offset + 1 >= self.planned_end else None
        if self.is_full:
            return 0.0
        return self._read[0][1] + self._limits.seconds - now

    def is_due(self, now: float) -> bool:
        """Whether a batch is due."""
        wait = self.due_in(now)
        return wait is not None and wait <= 0

    def batch(self) -> Batch:
        """Return the next batch, at least one message; it stays here, and the same, until it is `taken`, or half of it."""
        if self._cut:
            messages = list(islice(self._messages, self._cut))
        elif self.planned_end is None and self._bytes <= self._limits.bytes:
            messages = list(islice(self._messages, self._limits.messages))
        else:
            messages = self._first()
        self._cut = len(messages)
        return Batch(self.claim.topic, self.claim.number, self.position, messages)

    def taken(self, batch: Batch) -> None:
        """Let go of a batch that is stored."""
        for _ in batch.messages:
            self._bytes -= self._messages.popleft().size
        while self._read and self._read[0][0] < batch.end:
            self._read.popleft()
        self._cut = max(0, self._cut - len(batch.messages))
        self.position = batch.end
        self.planned_end = None

    def _first(self) -> list[Message]:
        messages: list[Message] = []
        size = 0
        for message in self._messages:
            size += message.size
            if messages and not self._belongs(message, len(messages), size):
                break
            messages.append(message)
        return messages

    def _belongs(self, message: Message, count: int, size: int) -> bool:
        if self.planned_end is not None:
            return message.offset < self.planned_end
        return count < self._limits.messages and size <= self._limits.bytes


def message_of(record: Any) -> Message:
    """Return a record of aiokafka as a message."""
    return Message(
        record.topic,
        record.partition,
        record.offset,
        datetime.fromtimestamp(min(max(0, record.timestamp), LATEST) / 1000, UTC),
        record.key,
        record.value,
        tuple((name, value or b"") for name, value in record.headers) if record.headers else (),
    )
