"""Changes of golden records as the topic `customers` tells of them: each message holds all versions of one customer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
import orjson
import pyarrow as pa

from graph.golden.entity_type import CUSTOMER
from graph.store.golden_records import Version
from graph.time import render
from ingest.datasets import MESSAGE_COLUMNS, VERSION_COLUMNS
from ingest.message_shape import Mention, Rows, Shape, coordinates, place_and_reason, refuse, unusable_value
from ingest.messages import Message, Refused
from ingest.parquet_content import schema_of
from ingest.version_rows import REQUIRED, tombstone
from ingest.version_rows import SCHEMA as VERSIONS

COLUMNS = (*VERSION_COLUMNS, *MESSAGE_COLUMNS)
SCHEMA = schema_of(COLUMNS, (*REQUIRED, *(column.name for column in MESSAGE_COLUMNS)))

Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class ToldVersion(msgspec.Struct, frozen=True):
    """A version of a customer in a message."""

    version: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
    is_deleted: bool
    valid_from: Instant
    valid_to: Instant | None
    system_from: Instant | None
    source_system: str | None = None
    attributes: dict[str, str] = {}


class ToldCustomer(msgspec.Struct, frozen=True):
    """All versions of a customer as known at a system instant; none where nothing is believed of it any more."""

    change_id: UUID
    customer_id: UUID
    kind: str
    known_at: Instant
    versions: list[ToldVersion]
    merged_into: UUID | None = None


_decode = msgspec.json.Decoder(ToldCustomer).decode


def customer_message(
    change_id: UUID,
    customer_id: UUID,
    kind: str,
    known_at: datetime,
    versions: Sequence[Version],
    merged_into: UUID | None = None,
) -> bytes:
    """Return the value of the message that tells of a change; its key is the customer's id as text."""
    return orjson.dumps(
        {
            "change_id": str(change_id),
            "customer_id": str(customer_id),
            "kind": kind,
            "known_at": render(known_at),
            "merged_into": None if merged_into is None else str(merged_into),
            "versions": [_told(version) for version in versions],
        }
    )


def _told(version: Version) -> dict[str, Any]:
    end, known = version.period.end, version.system_from
    return {
        "version": version.number,
        "is_deleted": version.is_deleted,
        "source_system": version.provenance.get("systems"),
        "valid_from": render(version.period.start),
        "valid_to": None if end is None else render(end),
        "system_from": None if known is None else render(known),
        "attributes": version.attributes,
    }


def read(messages: Sequence[Message]) -> Rows:
    """Return the rows of a batch of changes, a row for each version; what is none is refused with the reason."""
    rows: list[dict[str, Any]] = []
    taken: list[Message] = []
    of_rows: list[Message] = []
    counts: list[int] = []
    mentions: list[Mention] = []
    refused: list[Refused] = []
    for message in messages:
        if is_tombstone(message):
            continue
        told = customer_of(message)
        if isinstance(told, Refused):
            refused.append(told)
            continue
        own = rows_of(told)
        rows += own
        counts.append(len(own))
        of_rows += [message] * len(own)
        mentions.append(Mention(told.customer_id, told.known_at, len(taken)))
        taken.append(message)
    table = pa.Table.from_pylist(rows, schema=VERSIONS)
    for field, column in zip(list(SCHEMA)[len(VERSIONS) :], coordinates(of_rows), strict=True):
        table = table.append_column(field, column)
    return Rows(table, taken, tuple(refused), tuple(counts), tuple(mentions))


def is_tombstone(message: Message) -> bool:
    """Whether a message says that a customer was erased: it has the id as its key and nothing else; there is no row of it."""
    if message.value is not None or message.key is None:
        return False
    try:
        UUID(message.key.decode())
    except ValueError:  # no text is such an error, too
        return False
    return True


def customer_of(message: Message) -> ToldCustomer | Refused:
    """Return what a message tells of a customer, or why it tells nothing."""
    unusable = unusable_value(message)
    if unusable is not None or message.value is None:
        return unusable or refuse(message, ("$", "has no value"))
    try:
        told = _decode(message.value)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        return refuse(message, place_and_reason(str(error)))
    unknown = {name for version in told.versions for name in version.attributes} - CUSTOMER.by_name.keys()
    if unknown:
        return refuse(message, ("$.versions", f"customers have no attributes {', '.join(sorted(unknown))}"))
    return told


def rows_of(told: ToldCustomer) -> list[dict[str, Any]]:
    """Return the rows of a change: one for each version, or the one of a customer who is no more."""
    if not told.versions:
        return [tombstone(told.customer_id, told.merged_into)]
    return [
        {
            "customer_id": str(told.customer_id),
            "version": version.version,
            **version.attributes,
            "is_deleted": version.is_deleted,
            "source_system": version.source_system,
            "valid_from": version.valid_from,
            "valid_to": version.valid_to,
            "system_from": version.system_from,
        }
        for version in told.versions
    ]


CUSTOMERS = Shape(
    kind="customer",
    folder=("customers",),
    name="customers",
    description="Every change of the golden records of customers, as Parquet; each file is a version",
    columns=COLUMNS,
    read=read,
    persons=("customer_id",),
)
"""What messages of the topic `customers` become."""
