"""How golden records are read for GraphQL, one or a page of them, whatever their type and however they are shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, TypeVar
from uuid import UUID

import strawberry

from graph.errors import NotFoundError
from graph.identity import SourceKey as Key
from graph.store.golden_records import GoldenRecord, GoldenRecords
from graph.time import AsOf
from service.schema.arguments import Connection, connection, page_size, place, search_text
from service.schema.provenance import SourceKeyInput

Node = TypeVar("Node")

Shown = Callable[[GoldenRecord, AsOf], Node]
"""Makes the GraphQL object of a golden record at a basis."""

Instants = tuple[datetime | None, datetime | None]
"""What was given as asOf and knownAt."""

SourceKeyArgument = Annotated[
    SourceKeyInput | None, strawberry.argument(description="The key of one of its source records.")
]
SearchArgument = Annotated[
    str | None, strawberry.argument(description="Only those with this text in one of their attributes.")
]


async def one(
    reads: GoldenRecords, shown: Shown[Node], key: UUID | Key | str, instants: Instants
) -> Node | None:
    """Return the golden record of an id, of a source record's key or of an e-mail address at the instants, or None."""
    if isinstance(key, UUID):
        at, record = await reads.one(key, *instants)
    else:
        at = await reads.basis(*instants)
        record = await _found(reads, key, at)
    return shown(record, at) if record else None


async def page(
    reads: GoldenRecords,
    shown: Shown[Node],
    search: str | None,
    first: int,
    after: str | None,
    instants: Instants,
) -> Connection[Node]:
    """Return a page of golden records; with `after`, at the basis of the page before."""
    text, size = search_text(search), page_size(first)
    start: UUID | None = None
    if after is not None:
        start, before = place(after)
        instants = before.valid, before.system
    at = await reads.basis(*instants)
    records, has_next = await reads.page(text, size, start, at)
    return connection(
        [shown(record, at) for record in records], [record.id for record in records], has_next, at
    )


async def changed(
    reads: GoldenRecords, shown: Shown[Node], type_name: str, golden_id: UUID, valid_from: datetime | None
) -> Node:
    """Return a golden record as it is at the instant from which on it was changed (None: now); raises NotFoundError."""
    found = await one(reads, shown, golden_id, (valid_from, None))
    if found is None:
        raise NotFoundError(f"no {type_name} {golden_id} is known then")
    return found


async def _found(reads: GoldenRecords, key: Key | str, at: AsOf) -> GoldenRecord | None:
    if isinstance(key, Key):
        return (await reads.by_source_key([key], at)).get(key)
    return await reads.by_email(key, at)
