"""Erasures: who was erased by whom and how far that is done, and the statements that remove somebody from every table."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import asyncpg

from graph.golden.traces import Traces
from graph.identity import SourceKey
from graph.store.database import Connection

Status = Literal["requested", "erased", "scrubbed"]

_COLUMNS = """erasure_id, entity_type, golden_id, actor, reason, requested_at, status, erased_at, scrubbed_at, report"""

# What refers to a source record, in an order that foreign keys allow; a test proves that none is missing.
OF_RECORDS = {
    "review_action": """delete from review_action where tenant_id = $1 and task_id in
       (select task_id from review_task where tenant_id = $1 and (a = any($2::uuid[]) or b = any($2::uuid[])))""",
    "review_task": "delete from review_task where tenant_id = $1 and (a = any($2::uuid[]) or b = any($2::uuid[]))",
    "survivorship_pin": "delete from survivorship_pin where tenant_id = $1 and source_record_id = any($2::uuid[])",
    "match_edge": "delete from match_edge where tenant_id = $1 and (a = any($2::uuid[]) or b = any($2::uuid[]))",
    "match_decision": "delete from match_decision where tenant_id = $1 and (a = any($2::uuid[]) or b = any($2::uuid[]))",
    "blocking_key": "delete from blocking_key where tenant_id = $1 and source_record_id = any($2::uuid[])",
    "record_profile": "delete from record_profile where tenant_id = $1 and source_record_id = any($2::uuid[])",
    "identifier": "delete from identifier where tenant_id = $1 and source_record_id = any($2::uuid[])",
    "source_event": "delete from source_event where tenant_id = $1 and source_record_id = any($2::uuid[])",
    "crosswalk": "delete from crosswalk where tenant_id = $1 and source_record_id = any($2::uuid[])",
    "source_record": "delete from source_record where tenant_id = $1 and source_record_id = any($2::uuid[])",
}

# What people and pipelines write down, in words or as JSON, in which they may have named somebody.
NOTES = (
    ("review_task", "note"),
    ("review_action", "note"),
    ("match_decision", "note"),
    ("survivorship_pin", "note"),
    ("policy", "note"),
    ("erasure", "reason"),
    ("pipeline_run", "conf"),
    ("pipeline_run", "result"),
    ("pipeline_run", "error"),
    ("pipeline_task", "error"),
)

_RECORDS = """
select r.source_record_id, r.source_system, r.source_key
  from (select distinct source_record_id from crosswalk where tenant_id = $1 and golden_id = $2) once
  join source_record r using (source_record_id)
  cross join lateral (
    select golden_id
      from crosswalk
     where tenant_id = $1
       and source_record_id = once.source_record_id
     order by system_from desc
     limit 1
  ) held
 where r.tenant_id = $1
   and held.golden_id = $2
"""

_HELD = """
select once.golden_id,
       not exists (select
                     from crosswalk other
                    where other.tenant_id = $1
                      and other.golden_id = once.golden_id
                      and other.source_record_id <> all($2::uuid[])) as is_alone
  from (select distinct golden_id from crosswalk where tenant_id = $1 and source_record_id = any($2::uuid[])) once
"""

_SHARED = """
select distinct mine.value
  from identifier mine
  join identifier other using (tenant_id, entity_type, kind, value)
 where mine.tenant_id = $1
   and mine.source_record_id = any($2::uuid[])
   and other.source_record_id <> all($2::uuid[])
"""

_SOURCES = """
select o.door, o.file, o.topic, o.partition, count(*) as events, min(e.origin_position) as first, max(e.origin_position) as last,
       max(e.system_from) as received_at
  from source_event e
  join origin o using (tenant_id, origin_id)
 where e.tenant_id = $1
   and e.source_record_id = any($2::uuid[])
 group by o.door, o.file, o.topic, o.partition
 order by o.door, o.file, o.topic, o.partition
"""


@dataclass(frozen=True, slots=True)
class Erasure:
    """One erasure. `report` says what was removed where and what remains; nothing in it tells who it was."""

    erasure_id: UUID
    entity_type: str
    golden_id: UUID
    actor: str
    reason: str
    requested_at: datetime
    status: Status
    erased_at: datetime | None
    scrubbed_at: datetime | None
    report: dict[str, Any]

    @classmethod
    def of(cls, row: asyncpg.Record) -> Erasure:
        """Return the erasure of one row."""
        return cls(**{name: row[name] for name in cls.__dataclass_fields__})

    def is_done(self, step: str) -> bool:
        """Whether a step of it is behind us."""
        return step in self.report.get("steps", {})


@dataclass(frozen=True, slots=True)
class Person:
    """Everything that one golden record is known by: its source records, and the golden records they ever were."""

    records: Mapping[UUID, SourceKey]
    alone: Collection[UUID]
    """The golden records that never held anybody else."""
    mixed: Collection[UUID]
    """The golden records that held these records wrongly for a while, and others too."""
    apart: UUID | None = None
    """The one among the mixed that is new, for others whom the person's own golden record held wrongly for a while."""


async def one(connection: Connection, tenant: int, erasure_id: UUID) -> Erasure | None:
    """Return an erasure, or None."""
    row = await connection.fetchrow(
        f"select {_COLUMNS} from erasure where tenant_id = $1 and erasure_id = $2",  # noqa: S608 - constant columns
        tenant,
        erasure_id,
    )
    return None if row is None else Erasure.of(row)


async def of_golden(connection: Connection, tenant: int, golden_id: UUID) -> Erasure | None:
    """Return the erasure by which a golden record was erased, on its own or with the one it was merged into, or None."""
    row = await connection.fetchrow(
        f"select {_COLUMNS} from erasure where tenant_id = $1 "  # noqa: S608 - constant columns
        "and (golden_id = $2 or report -> 'golden_ids' -> 'erased' ? $2::text) order by requested_at limit 1",
        tenant,
        golden_id,
    )
    return None if row is None else Erasure.of(row)


async def unfinished(connection: Connection, tenant: int, statuses: Sequence[Status]) -> list[Erasure]:
    """Return the erasures in one of the states, oldest first."""
    rows = await connection.fetch(
        f"select {_COLUMNS} from erasure where tenant_id = $1 and status = any($2) order by requested_at",  # noqa: S608
        tenant,
        list(statuses),
    )
    return [Erasure.of(row) for row in rows]


async def request(connection: Connection, tenant: int, erasure: Erasure) -> None:
    """Record that an erasure is wanted."""
    await connection.execute(
        """insert into erasure (tenant_id, erasure_id, entity_type, golden_id, actor, reason, requested_at)
           values ($1, $2, $3, $4, $5, $6, $7)""",
        tenant,
        erasure.erasure_id,
        erasure.entity_type,
        erasure.golden_id,
        erasure.actor,
        erasure.reason,
        erasure.requested_at,
    )


async def keep(connection: Connection, tenant: int, erasure: Erasure) -> None:
    """Store how far an erasure is done."""
    await connection.execute(
        """update erasure set status = $3, erased_at = $4, scrubbed_at = $5, report = $6
            where tenant_id = $1 and erasure_id = $2""",
        tenant,
        erasure.erasure_id,
        erasure.status,
        erasure.erased_at,
        erasure.scrubbed_at,
        erasure.report,
    )


async def lock(connection: Connection, tenant: int, erasure_id: UUID) -> Erasure:
    """Hold an erasure until commit and return it as it is now."""
    row = await connection.fetchrow(
        f"select {_COLUMNS} from erasure where tenant_id = $1 and erasure_id = $2 for update",  # noqa: S608
        tenant,
        erasure_id,
    )
    if row is None:
        raise LookupError(f"no erasure has the id {erasure_id}")
    return Erasure.of(row)


async def person(connection: Connection, tenant: int, golden_id: UUID) -> Person:
    """Return all that one golden record, which nothing was merged away from, is known by."""
    rows = await connection.fetch(_RECORDS, tenant, golden_id)
    records = {row["source_record_id"]: SourceKey(row["source_system"], row["source_key"]) for row in rows}
    held = {row["golden_id"]: row["is_alone"] for row in await connection.fetch(_HELD, tenant, list(records))}
    mixed = {golden for golden, is_alone in held.items() if not is_alone and golden != golden_id}
    return Person(records, {golden_id, *held} - mixed, mixed)


async def neighbours(connection: Connection, tenant: int, record_ids: Collection[UUID]) -> list[UUID]:
    """Return the other source records that these ever looked alike with."""
    rows = await connection.fetch(
        """select distinct other
             from match_edge
            cross join lateral (values (a, b), (b, a)) as ends (mine, other)
            where tenant_id = $1
              and (a = any($2::uuid[]) or b = any($2::uuid[]))
              and mine = any($2::uuid[])
              and other <> all($2::uuid[])""",
        tenant,
        list(record_ids),
    )
    return [row["other"] for row in rows]


async def shared_values(connection: Connection, tenant: int, record_ids: Collection[UUID]) -> set[str]:
    """Return the identifiers of these records that others hold too, such as the phone of a household."""
    rows = await connection.fetch(_SHARED, tenant, list(record_ids))
    return {row["value"] for row in rows}


async def sources(connection: Connection, tenant: int, record_ids: Collection[UUID]) -> list[dict[str, Any]]:
    """Return where the events of these records came from: files, and topics with the range of their offsets."""
    return [dict(row) for row in await connection.fetch(_SOURCES, tenant, list(record_ids))]


async def attributes_ever(
    connection: Connection, tenant: int, record_ids: Collection[UUID]
) -> list[dict[str, str]]:
    """Return every set of attributes that events of these records ever gave."""
    rows = await connection.fetch(
        """select distinct attributes from source_event
            where tenant_id = $1 and source_record_id = any($2::uuid[]) and attributes is not null""",
        tenant,
        list(record_ids),
    )
    return [row["attributes"] for row in rows]


async def remove_records(connection: Connection, tenant: int, record_ids: Collection[UUID]) -> Counter[str]:
    """Delete source records with all that refers to them; return how many rows went from which table."""
    removed: Counter[str] = Counter()
    for table, sql in OF_RECORDS.items():
        removed[table] += _affected(await connection.execute(sql, tenant, list(record_ids)))
    return removed


async def remove_facts(connection: Connection, tenant: int, golden_ids: Collection[UUID]) -> Counter[str]:
    """Delete everything ever believed of golden records, and the words they are found by; their ids stay."""
    ids = list(golden_ids)
    return Counter(
        {
            table: _affected(
                await connection.execute(
                    f"delete from {table} where tenant_id = $1 and subject_id = any($2::uuid[])",  # noqa: S608 - constant
                    tenant,
                    ids,
                )
            )
            for table in ("fact", "search_document")
        }
    )


async def remove_refused_rows(connection: Connection, tenant: int, traces: Traces) -> int:
    """Delete the rows in quarantine that hold one of the words, and return how many these were."""
    removed = 0
    async for rows in _batches(
        connection, "select quarantine_id, body from quarantine where tenant_id = $1", tenant
    ):
        named = [row["quarantine_id"] for row in rows if traces.are_in(row["body"])]
        await connection.execute(
            "delete from quarantine where tenant_id = $1 and quarantine_id = any($2::uuid[])", tenant, named
        )
        removed += len(named)
    return removed


async def remove_dead_letters(
    connection: Connection, tenant: int, traces: Traces
) -> dict[str, list[datetime]]:
    """Delete the dead letters of streams that hold one of the words; return when each came in, by their topics."""
    removed: dict[str, list[datetime]] = {}
    sql = """select dead_letter_id, topic, received_at, key, value, problems::text as problems
               from stream_dead_letter where tenant_id = $1"""
    async for rows in _batches(connection, sql, tenant, 20):  # each may have some megabytes
        named = [
            row
            for row in rows
            if any(traces.are_in(text) for text in _texts_of(row["key"], row["value"], row["problems"]))
        ]
        await connection.execute(
            "delete from stream_dead_letter where tenant_id = $1 and dead_letter_id = any($2::uuid[])",
            tenant,
            [row["dead_letter_id"] for row in named],
        )
        for row in named:
            removed.setdefault(row["topic"], []).append(row["received_at"])
    return removed


def _texts_of(key: bytes | None, value: bytes | None, problems: str) -> list[str]:
    return [*(part.decode(errors="replace") for part in (key, value) if part is not None), problems]


async def clean_notes(connection: Connection, tenant: int, traces: Traces) -> Counter[str]:
    """Take the words out of what people wrote into notes, and return how many notes were changed in which table."""
    changed: Counter[str] = Counter()
    for table, column in NOTES:
        sql = f"select ctid, {column} as said from {table} where tenant_id = $1 and {column} is not null"  # noqa: S608
        async for rows in _batches(connection, sql, tenant):
            for row in rows:
                said, count = traces.removed_from_json(row["said"])
                if count:
                    await connection.execute(
                        f"update {table} set {column} = $1 where ctid = $2",  # noqa: S608 - constant names
                        said,
                        row["ctid"],
                    )
                    changed[table] += 1
    return changed


async def _batches(
    connection: Connection, sql: str, tenant: int, some: int = 2_000
) -> AsyncGenerator[list[Any]]:
    cursor = await connection.cursor(sql, tenant)
    while rows := await cursor.fetch(some):
        yield rows


def _affected(tag: str) -> int:
    return int(tag.rpartition(" ")[2])
