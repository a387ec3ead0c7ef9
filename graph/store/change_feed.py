"""The change feed: what changed in golden records, written in the transaction that changed them, read in order."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from graph.errors import InvalidInputError, NotFoundError
from graph.identity import new_id
from graph.store.copying import MANY, copy
from graph.store.database import DEFAULT_TENANT, Connection, Database, watermark

ChangeKind = Literal["created", "changed", "deleted", "reopened", "retracted", "merged", "unmerged", "erased"]

LONGEST_NAME = 200
"""How many characters the name of a consumer may have."""

# Attribute names travel in one text each, for an array of arrays has to be rectangular.
_ADD = """
insert into change_event (tenant_id, system_from, seq, change_id, entity_type, kind, golden_id, other_id, attributes, valid_from)
select $1, $2, told.last + new.n, change_id, $3, kind, golden_id, other_id, string_to_array(names, e'\\n'), valid_from
  from (select coalesce(max(seq), 0)::int4 as last from change_event where tenant_id = $1 and system_from = $2) told,
       unnest($4::uuid[], $5::text[], $6::uuid[], $7::uuid[], $8::text[], $9::timestamptz[])
       with ordinality as new (change_id, kind, golden_id, other_id, names, valid_from, n)
"""

_LAST = "select coalesce(max(seq), 0)::int4 from change_event where tenant_id = $1 and system_from = $2"

_COLUMNS = (
    "tenant_id", "system_from", "seq", "change_id", "entity_type", "kind", "golden_id", "other_id", "attributes", "valid_from",
)  # fmt: skip

_PAGE = """
select c.last_at, e.*
  from clock c
  left join lateral (
    select *
      from change_event
     where tenant_id = $1
       and (system_from, seq) > ($2, $3)
       and system_from <= c.last_at
       and ($4::text is null or entity_type = $4)
       and ($5::uuid[] is null or golden_id = any($5) or other_id = any($5))
     order by system_from, seq
     limit $6
  ) e on true
 where c.tenant_id = $1
 order by e.system_from, e.seq
"""

# A position moves forward only: an acknowledgement that comes late takes nothing back.
_ACKNOWLEDGE = """
insert into change_consumer (tenant_id, name, system_from, seq)
values ($1, $2, $3, $4)
on conflict (tenant_id, name) do update
   set system_from = excluded.system_from, seq = excluded.seq, moved_at = clock_timestamp()
 where (change_consumer.system_from, change_consumer.seq) < (excluded.system_from, excluded.seq)
"""


@dataclass(slots=True)
class Change:
    """What happened to a golden record; holds no personal data.

    merged: `golden_id` survives, `other_id` leads to it from now on. unmerged: `other_id` stands on its own again, apart
    from `golden_id`. `attributes` are the names of those that changed, `valid_from` the first instant it holds for.
    """

    kind: ChangeKind
    golden_id: UUID
    other_id: UUID | None = None
    attributes: tuple[str, ...] = ()
    valid_from: datetime | None = None


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in the feed: after the change of this number at this system instant."""

    system_from: datetime
    seq: int


START = Position(datetime(1, 1, 1, tzinfo=UTC), 0)
"""Before the first change of all."""

_AFTER_ALL = 2**31 - 1


@dataclass(frozen=True, slots=True)
class ChangeEvent:
    """A change as the feed holds it; one that comes twice has the same `change_id`."""

    change_id: UUID
    entity_type: str
    position: Position
    change: Change


@dataclass(frozen=True, slots=True)
class Page:
    """Some changes in order; continue after `end`, also where there are none. Nothing is left out up to there."""

    events: tuple[ChangeEvent, ...]
    end: Position
    has_more: bool


async def add(
    connection: Connection, tenant: int, at: datetime, entity_type: str, changes: Sequence[Change]
) -> None:
    """Tell the feed what changed, in the transaction that changes it, at the system instant that it took by `tick`.

    May be called several times at the same instant.
    """
    if not changes:
        return
    if len(changes) >= MANY:
        last = await connection.fetchval(_LAST, tenant, at)
        rows = [_row(tenant, at, entity_type, n, change) for n, change in enumerate(changes, last + 1)]
        await copy(connection, "change_event", _COLUMNS, rows)
        return
    await connection.execute(
        _ADD,
        tenant,
        at,
        entity_type,
        [new_id() for _ in changes],
        [change.kind for change in changes],
        [change.golden_id for change in changes],
        [change.other_id for change in changes],
        ["\n".join(change.attributes) for change in changes],
        [change.valid_from for change in changes],
    )


def _row(tenant: int, at: datetime, entity_type: str, n: int, change: Change) -> tuple[Any, ...]:
    return (
        tenant, at, n, new_id(), entity_type, change.kind, change.golden_id, change.other_id, change.attributes, change.valid_from,
    )  # fmt: skip


class ChangeFeed:
    """Reads the feed of one tenant, and remembers how far each named consumer has come."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant

    async def page(
        self,
        after: Position,
        first: int,
        entity_type: str | None = None,
        golden_ids: Collection[UUID] | None = None,
    ) -> Page:
        """Return up to `first` changes after a place, in the order of system time, as far as they are committed for good.

        With `golden_ids`, those that one of the golden records takes part in.
        """
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                _PAGE,
                self._tenant,
                after.system_from,
                after.seq,
                entity_type,
                None if golden_ids is None else list(golden_ids),
                first + 1,
            )
        if not rows:
            raise NotFoundError(f"no tenant has the number {self._tenant}")
        found = [_event(row) for row in rows if row["change_id"] is not None]
        if len(found) > first:
            return Page(tuple(found[:first]), found[first - 1].position, has_more=True)
        return Page(tuple(found), max(after, Position(rows[0]["last_at"], _AFTER_ALL)), has_more=False)

    async def end(self) -> Position:
        """Return the place after everything that is committed now."""
        return Position(await self.watermark(), _AFTER_ALL)

    async def watermark(self) -> datetime:
        """Return the system instant up to which the feed is complete."""
        async with self._database.connection() as connection:
            return await watermark(connection, self._tenant)

    async def acknowledge(self, consumer: str, position: Position) -> None:
        """Remember that a consumer is done with everything up to a place; it never moves backwards.

        Raises InvalidInputError where the name is empty or too long, or the place lies ahead of the feed.
        """
        if not 0 < len(consumer) <= LONGEST_NAME or "\0" in consumer:
            raise InvalidInputError.at("$.consumer", f"must have 1 to {LONGEST_NAME} characters and no NUL")
        async with self._database.connection() as connection:
            if position.system_from > await watermark(connection, self._tenant):
                raise InvalidInputError.at("$.cursor", "lies ahead of the feed")
            await connection.execute(_ACKNOWLEDGE, self._tenant, consumer, position.system_from, position.seq)

    async def position(self, consumer: str) -> Position:
        """Return the place up to which a consumer has acknowledged: the start where it never did."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(
                "select system_from, seq from change_consumer where tenant_id = $1 and name = $2",
                self._tenant,
                consumer,
            )
        return START if row is None else Position(row["system_from"], row["seq"])


def _event(row: Any) -> ChangeEvent:
    change = Change(
        row["kind"], row["golden_id"], row["other_id"], tuple(row["attributes"]), row["valid_from"]
    )
    return ChangeEvent(row["change_id"], row["entity_type"], Position(row["system_from"], row["seq"]), change)
