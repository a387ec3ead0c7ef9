"""Names of things whose parts are kept apart, never a joined string that is split again."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

# The UUID of asyncpg, a subclass of the standard one that is written in C: ids are put into sets and dictionaries, and
# sent to PostgreSQL, so often that the standard one takes a sixth of a load.
from asyncpg.pgproto.pgproto import UUID as FastUUID  # noqa: N811

if TYPE_CHECKING:
    from uuid import UUID


class SourceKey(NamedTuple):
    """What a source system calls one of its records, e.g. system `crm`, key `1042`.

    A tuple, for it is made, hashed and compared many times for every record.
    """

    system: str
    key: str


@dataclass(frozen=True, slots=True, order=True)
class DatasetName:
    """The OpenLineage name of a dataset."""

    namespace: str
    name: str


@dataclass(frozen=True, slots=True, order=True)
class JobName:
    """The OpenLineage name of a job."""

    namespace: str
    name: str


def new_id() -> UUID:
    """Return a fresh UUID version 7 (RFC 9562): 48 bits of Unix milliseconds, the rest random."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    return _id(value & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62)


def content_id(*parts: str | bytes) -> UUID:
    """Return the UUID version 8 of some content: equal parts, in order, give the equal id, whoever computes it."""
    content = bytearray()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        content += len(raw).to_bytes(8, "big")
        content += raw
    value = int.from_bytes(blake2b(content, digest_size=16).digest(), "big")
    return _id(value & ~(0xF << 76) & ~(0x3 << 62) | 0x8 << 76 | 0x2 << 62)


def id_of(raw: bytes) -> UUID:
    """Return the id that these sixteen bytes are."""
    return FastUUID(raw)


def _id(value: int) -> UUID:
    return FastUUID(value.to_bytes(16, "big"))
