"""Messages as topics hold them, for tests: orders, customers, and batches that go through a writer like a consumer's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from graph.store.database import Database
from ingest.messages import Batch, Handler, Message, Refused

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def order(number: int, **other: Any) -> bytes:
    """Return the order of a number, everything in it a function of that."""
    told = {
        "order_id": str(UUID(int=number + (1 << 100))),
        "user_id": str(UUID(int=number % 7 + (2 << 100))),
        "amount": f"{number % 1000}.{number % 100:02}",
        "currency": ("EUR", "USD", "GBP")[number % 3],
        "category": ("books", "toys")[number % 2],
        "country": ("DE", "FR", "AT")[number % 3],
        "created_at": (NOON + timedelta(minutes=number)).isoformat(),
    }
    return orjson.dumps(told | other)


def message(offset: int, value: bytes | None, *, topic: str = "orders", partition: int = 0) -> Message:
    """Return a message at an offset, a second after the one before."""
    return Message(topic, partition, offset, NOON + timedelta(seconds=offset), None, value)


def batch_of(messages: Sequence[Message], start: int | None = None) -> Batch:
    """Return consecutive messages of one partition as a batch."""
    first = messages[0]
    return Batch(first.topic, first.partition, first.offset if start is None else start, messages)


async def take(database: Database, handler: Handler, messages: Sequence[Message]) -> Sequence[Refused]:
    """Take a batch in as a consumer does: prepared, then stored in a transaction; return what was refused."""
    store = await handler.prepare(batch_of(messages))
    return await database.transaction(store)
