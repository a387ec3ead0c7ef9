"""A steward's word that one source record's values of an attribute group win, or never win."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from graph.golden.pins import Pin, pins_of
from graph.store.database import Connection
from graph.time import Period

Verdict = Literal["pin", "ignore", "withdrawn"]

_OF_RECORDS = """
select source_record_id, attribute_group, verdict, valid_from, nullif(valid_to, 'infinity') as valid_to, system_from, actor, note
  from survivorship_pin
 where tenant_id = $1
   and source_record_id = any($2::uuid[])
   and system_from <= coalesce($3::timestamptz, 'infinity')
 order by source_record_id, attribute_group, system_from
"""

_ADD = """
insert into survivorship_pin (tenant_id, source_record_id, attribute_group, system_from, verdict, valid_from, valid_to, actor, note)
select $1, record_id, attribute_group, $2, verdict, valid_from, coalesce(valid_to, 'infinity'), actor, note
  from unnest($3::uuid[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::text[], $9::text[])
       as new (record_id, attribute_group, verdict, valid_from, valid_to, actor, note)
"""


@dataclass(frozen=True, slots=True)
class PinWord:
    """What a steward said of one record's values of an attribute group over a valid period.

    Of two words about one instant the later said counts; `withdrawn` takes earlier ones back over its period.
    `system_from` is None until the word is stored.
    """

    record_id: UUID
    group: str
    verdict: Verdict
    period: Period
    actor: str
    note: str | None = None
    system_from: datetime | None = None


async def effective(
    connection: Connection, tenant: int, record_ids: Collection[UUID], system: datetime | None = None
) -> dict[UUID, tuple[Pin, ...]]:
    """Return the pins that count for each record, as known at a system instant (None: now); records without are left out."""
    said = await words(connection, tenant, record_ids, system)
    return {record_id: found for record_id, told in said.items() if (found := pins_of(told))}


async def words(
    connection: Connection, tenant: int, record_ids: Collection[UUID], system: datetime | None = None
) -> dict[UUID, list[PinWord]]:
    """Return everything said of each record's values, oldest word first; records without any are left out."""
    found: dict[UUID, list[PinWord]] = {}
    for row in await connection.fetch(_OF_RECORDS, tenant, list(record_ids), system):
        found.setdefault(row["source_record_id"], []).append(
            PinWord(
                row["source_record_id"],
                row["attribute_group"],
                row["verdict"],
                Period(row["valid_from"], row["valid_to"]),
                row["actor"],
                row["note"],
                row["system_from"],
            )
        )
    return found


async def add(connection: Connection, tenant: int, at: datetime, said: Sequence[PinWord]) -> None:
    """Store pins at a system instant."""
    await connection.execute(
        _ADD,
        tenant,
        at,
        [word.record_id for word in said],
        [word.group for word in said],
        [word.verdict for word in said],
        [word.period.start for word in said],
        [word.period.end for word in said],
        [word.actor for word in said],
        [word.note for word in said],
    )
