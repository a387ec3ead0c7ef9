"""What was read of one partition and is not taken in yet, and how much of it makes the next batch. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from graph.store.stream_positions import Claim
from ingest.messages import Batch, Limits, Message


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
        self._messages: deque[tuple[Message, float]] = deque()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._messages)

    def add(self, messages: Iterable[Message], now: float) -> None:
        """Add what was read just now; what lies before the position is passed over."""
        for message in messages:
            if message.offset >= self.position:
                self._messages.append((message, now))
                self._bytes += message.size

    @property
    def is_full(self) -> bool:
        """Whether nothing more should be read before some of it is taken in."""
        return len(self._messages) >= self._limits.messages or self._bytes >= self._limits.bytes

    def due_in(self, now: float) -> float | None:
        """Return in how many seconds a batch is due: 0 or less at once, None while there is nothing to wait for."""
        if not self._messages:
            return None
        if self.planned_end is not None:
            return 0.0 if self._messages[-1][0].offset + 1 >= self.planned_end else None
        if self.is_full:
            return 0.0
        return self._messages[0][1] + self._limits.seconds - now

    def batch(self) -> Batch:
        """Return the next batch, at least one message; it stays here until it is `taken`."""
        messages: list[Message] = []
        size = 0
        for message, _ in self._messages:
            size += message.size
            if messages and not self._belongs(message, len(messages), size):
                break
            messages.append(message)
        return Batch(self.claim.topic, self.claim.number, self.position, messages)

    def taken(self, batch: Batch) -> None:
        """Let go of a batch that is stored."""
        for message in batch.messages:
            self._messages.popleft()
            self._bytes -= message.size
        self.position = batch.end
        self.planned_end = None

    def _belongs(self, message: Message, count: int, size: int) -> bool:
        if self.planned_end is not None:
            return message.offset < self.planned_end
        return count < self._limits.messages and size <= self._limits.bytes
