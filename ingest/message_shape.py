"""What a topic's messages become in the lake: which dataset, which columns, and how a batch of them is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import pyarrow as pa

from graph.errors import Problem
from ingest.messages import Message, Refused
from lineage.emitter import Column

LARGEST_VALUE = 1 << 20
"""Bytes from which on a message is refused: nothing that belongs into a row is as large."""


@dataclass(frozen=True, slots=True)
class Mention:
    """What a message told of a customer: as of which system instant, and the place of the message in its batch."""

    customer_id: UUID
    known_at: datetime
    place: int


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a batch in the order of its messages, and the messages that are none.

    `messages` are those that have rows, one each or as many as `counts` says; `mentions` count their places among them.
    """

    table: pa.Table
    messages: Sequence[Message]
    refused: tuple[Refused, ...] = ()
    counts: tuple[int, ...] | None = None
    mentions: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of message: `folder` is its dataset's below the lake's root, `name` begins the names of its files."""

    kind: str
    folder: tuple[str, ...]
    name: str
    description: str
    columns: tuple[Column, ...]
    read: Callable[[Sequence[Message]], Rows]
    persons: tuple[str, ...]


def file_name(name: str, messages: Sequence[Message]) -> str:
    """Return the name of the file of consecutive messages: time of the first, partition, and the range of offsets."""
    first, last = messages[0], messages[-1]
    return f"{name}_{first.at:%Y%m%dT%H%M%S.%fZ}_{first.partition}_{first.offset}-{last.offset}.parquet"


def refuse(message: Message, *problems: tuple[str, str]) -> Refused:
    """Return the message with what is wrong with it, as paths and reasons."""
    return Refused(message, tuple(Problem(path, reason) for path, reason in problems))


def unusable_value(message: Message) -> Refused | None:
    """Return why a message's value cannot be looked at, None where it can."""
    if message.value is None:
        return refuse(message, ("$", "has no value"))
    if len(message.value) > LARGEST_VALUE:
        return refuse(
            message, ("$", f"has {len(message.value):,} bytes; at most {LARGEST_VALUE:,} are taken")
        )
    return None


def place_and_reason(told: str) -> tuple[str, str]:
    """Return path and reason from the words in which msgspec says what is wrong with some JSON."""
    reason, _, path = told.partition(" - at `")
    return path.removesuffix("`") or "$", reason


def coordinates(messages: Sequence[Message]) -> list[Any]:
    """Return the columns that say where rows come from, a row for each of the messages."""
    return [
        pa.array([message.partition for message in messages], pa.int32()),
        pa.array([message.offset for message in messages], pa.int64()),
        pa.array([message.at for message in messages], pa.timestamp("us", tz="UTC")),
    ]
