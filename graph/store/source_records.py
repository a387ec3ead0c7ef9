"""Source records, their events and the crosswalk, as intake reads and writes them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any
from uuid import UUID

import orjson

from graph.golden.matching import Identifier
from graph.golden.record import Origin
from graph.golden.timeline import TimedEvent
from graph.identity import SourceKey
from graph.store.database import Connection

LOCK_BUCKETS = 1024
"""Blocking keys share this many advisory locks per tenant: few enough never to exhaust PostgreSQL's lock table."""

_WITH_GOLDEN_ID = """
select r.source_record_id, r.source_system, r.source_key, held.golden_id
  from found r
  left join lateral (
    select golden_id
      from crosswalk
     where tenant_id = $1
       and source_record_id = r.source_record_id
     order by system_from desc
     limit 1
  ) held on true
"""

_BY_KEY = f"""
with found as materialized (
  select r.source_record_id, r.source_system, r.source_key
    from unnest($3::text[], $4::text[]) as wanted (system, key)
    cross join lateral (
      select *
        from source_record
       where tenant_id = $1
         and entity_type = $2
         and source_system = wanted.system
         and source_key = wanted.key
      offset 0
    ) r
)
{_WITH_GOLDEN_ID}
"""  # noqa: S608 - only a constant part is filled in

_BY_IDENTIFIER = f"""
with alike as materialized (
  select distinct i.source_record_id
    from unnest($3::text[], $4::text[]) as wanted (kind, value)
    cross join lateral (
      select source_record_id
        from identifier
       where tenant_id = $1
         and entity_type = $2
         and kind = wanted.kind
         and value = wanted.value
      offset 0
    ) i
),
found as materialized (
  select r.source_record_id, r.source_system, r.source_key
    from alike
    join source_record r on r.tenant_id = $1 and r.source_record_id = alike.source_record_id
)
{_WITH_GOLDEN_ID}
"""  # noqa: S608 - only a constant part is filled in

_MEMBERS = f"""
with once as materialized (
  select distinct source_record_id from crosswalk where tenant_id = $1 and golden_id = any($2::uuid[])
),
found as materialized (
  select r.source_record_id, r.source_system, r.source_key
    from once
    join source_record r on r.tenant_id = $1 and r.source_record_id = once.source_record_id
)
{_WITH_GOLDEN_ID}
 where held.golden_id = any($2::uuid[])
"""  # noqa: S608 - only a constant part is filled in

_EVENTS = """
select source_record_id, event_id, kind, valid_from, nullif(valid_to, 'infinity') as valid_to, sequence, attributes, digest
  from source_event
 where tenant_id = $1
   and source_record_id = any($2::uuid[])
"""

_DECISIONS = """
select distinct on (a, b) a, b, verdict
  from match_decision
 where tenant_id = $1
   and (a = any($2::uuid[]) or b = any($2::uuid[]))
 order by a, b, system_from desc
"""

_ADD_EVENTS = """
insert into source_event (tenant_id, event_id, source_record_id, kind, valid_from, valid_to, valid_from_assumed, sequence,
                          attributes, digest, origin_id, origin_position, system_from)
select $1, event_id, record_id, kind, valid_from, coalesce(valid_to, 'infinity'), assumed, sequence, attributes, digest,
       origin_id, position, $2
  from unnest($3::uuid[], $4::uuid[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::bool[], $9::int8[], $10::jsonb[],
              $11::bytea[], $12::uuid[], $13::int8[])
       as new (event_id, record_id, kind, valid_from, valid_to, assumed, sequence, attributes, digest, origin_id, position)
"""


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A source record with the golden record it belongs to now."""

    record_id: UUID
    key: SourceKey
    golden_id: UUID | None


@dataclass(frozen=True, slots=True)
class NewEvent:
    """A source event about to be stored."""

    record_id: UUID
    event: TimedEvent
    assumed: bool
    origin_id: UUID
    position: int | None


@dataclass(frozen=True, slots=True)
class NewLink:
    """A source record's move to a golden record."""

    record_id: UUID
    golden_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that could not be used, kept so that nothing is lost."""

    quarantine_id: UUID
    origin_id: UUID
    position: int | None
    body: str
    problems: list[dict[str, str]]


def bucket(*parts: str) -> int:
    """Return the lock bucket of a blocking key."""
    return int.from_bytes(blake2b("\x00".join(parts).encode(), digest_size=4).digest(), "big") % LOCK_BUCKETS


async def lock(connection: Connection, tenant: int, buckets: Iterable[int]) -> datetime:
    """Hold the blocking keys until commit, in one global order, and return the instant at which they were held."""
    # A plan made while the tables were small would scan them for ever after: 435 ms against 5 ms for 400 records.
    await connection.execute("set local enable_seqscan = off")
    await connection.execute(
        "select pg_advisory_xact_lock($1, bucket) from unnest($2::int4[]) as bucket",
        tenant,
        sorted(set(buckets)),
    )
    return await connection.fetchval("select clock_timestamp()")


async def lock_golden(connection: Connection, tenant: int, golden_ids: Collection[UUID]) -> None:
    """Hold golden records until commit, in id order."""
    await connection.execute(
        "select from subject where tenant_id = $1 and subject_id = any($2::uuid[]) order by subject_id for no key update",
        tenant,
        list(golden_ids),
    )


async def by_key(
    connection: Connection, tenant: int, entity_type: str, keys: Collection[SourceKey]
) -> dict[SourceKey, StoredRecord]:
    """Return the known ones among the source records of these keys."""
    systems, names = [key.system for key in keys], [key.key for key in keys]
    rows = await connection.fetch(_BY_KEY, tenant, entity_type, systems, names)
    return {record.key: record for record in map(_record, rows)}


async def by_identifier(
    connection: Connection, tenant: int, entity_type: str, wanted: Collection[Identifier]
) -> list[StoredRecord]:
    """Return every source record that holds one of the identifiers."""
    kinds, values = [identifier.kind for identifier in wanted], [identifier.value for identifier in wanted]
    return [
        _record(row) for row in await connection.fetch(_BY_IDENTIFIER, tenant, entity_type, kinds, values)
    ]


async def members(connection: Connection, tenant: int, golden_ids: Collection[UUID]) -> list[StoredRecord]:
    """Return the source records that belong to the golden records now."""
    return [_record(row) for row in await connection.fetch(_MEMBERS, tenant, list(golden_ids))]


async def events(
    connection: Connection, tenant: int, record_ids: Collection[UUID]
) -> dict[UUID, list[TimedEvent]]:
    """Return all events of each source record, in no particular order."""
    found: dict[UUID, list[TimedEvent]] = {record_id: [] for record_id in record_ids}
    for row in await connection.fetch(_EVENTS, tenant, list(found)):
        found[row["source_record_id"]].append(
            TimedEvent(
                event_id=row["event_id"],
                kind=row["kind"],
                valid_from=row["valid_from"],
                valid_to=row["valid_to"],
                sequence=row["sequence"],
                attributes=row["attributes"],
                digest=row["digest"],
            )
        )
    return found


async def known_digests(
    connection: Connection, tenant: int, event_ids: Collection[UUID]
) -> dict[UUID, bytes]:
    """Return what the events that are stored already said, by event id."""
    rows = await connection.fetch(
        "select event_id, digest from source_event where tenant_id = $1 and event_id = any($2::uuid[])",
        tenant,
        list(event_ids),
    )
    return {row["event_id"]: row["digest"] for row in rows}


async def must_link(
    connection: Connection, tenant: int, record_ids: Collection[UUID]
) -> list[tuple[UUID, UUID]]:
    """Return the pairs around these records that a person said to be the same."""
    rows = await connection.fetch(_DECISIONS, tenant, list(record_ids))
    return [(row["a"], row["b"]) for row in rows if row["verdict"] == "must_link"]


async def trusts(connection: Connection, tenant: int) -> dict[str, int]:
    """Return how far each source system is trusted, 0 to 100."""
    rows = await connection.fetch("select name, trust from source_system where tenant_id = $1", tenant)
    return {row["name"]: row["trust"] for row in rows}


async def add_origins(connection: Connection, tenant: int, origins: Collection[Origin]) -> None:
    """Make origins known; one already there stays as it is."""
    await connection.executemany(
        """insert into origin (tenant_id, origin_id, door, actor, run_id, file, topic, partition)
           values ($1, $2, $3, $4, $5, $6, $7, $8)
           on conflict do nothing""",
        [
            (tenant, o.id, o.door, o.actor, o.run_id, o.file, o.topic, o.partition)
            for o in sorted(origins, key=lambda o: o.id)
        ],
    )


async def add_records(
    connection: Connection, tenant: int, entity_type: str, records: Mapping[SourceKey, UUID]
) -> None:
    """Store new source records, and their source systems where these are new."""
    await connection.execute(
        "insert into source_system (tenant_id, name) select distinct $1::int4, name from unnest($2::text[]) as name on conflict do nothing",
        tenant,
        sorted({key.system for key in records}),
    )
    await connection.execute(
        """insert into source_record (tenant_id, source_record_id, entity_type, source_system, source_key)
           select $1, id, $2, system, key from unnest($3::uuid[], $4::text[], $5::text[]) as new (id, system, key)""",
        tenant,
        entity_type,
        list(records.values()),
        [key.system for key in records],
        [key.key for key in records],
    )


async def keep_identifiers(
    connection: Connection,
    tenant: int,
    entity_type: str,
    held: Mapping[UUID, Collection[Identifier]],
) -> None:
    """Index the identifiers that records hold; what a record held once still leads to it, as of earlier instants."""
    rows = [(i.kind, i.value, record_id) for record_id, found in held.items() for i in sorted(found)]
    await connection.execute(
        """insert into identifier (tenant_id, entity_type, kind, value, source_record_id)
           select $1, $2, kind, value, id from unnest($3::text[], $4::text[], $5::uuid[]) as new (kind, value, id)
           on conflict do nothing""",
        tenant,
        entity_type,
        [kind for kind, _, _ in rows],
        [value for _, value, _ in rows],
        [record_id for _, _, record_id in rows],
    )


async def add_events(connection: Connection, tenant: int, at: datetime, new: Sequence[NewEvent]) -> None:
    """Store source events at a system instant."""
    columns: list[list[Any]] = [
        [item.event.event_id for item in new],
        [item.record_id for item in new],
        [item.event.kind for item in new],
        [item.event.valid_from for item in new],
        [item.event.valid_to for item in new],
        [item.assumed for item in new],
        [item.event.sequence for item in new],
        [item.event.attributes for item in new],
        [item.event.digest for item in new],
        [item.origin_id for item in new],
        [item.position for item in new],
    ]
    await connection.execute(_ADD_EVENTS, tenant, at, *columns)


async def add_links(connection: Connection, tenant: int, at: datetime, links: Sequence[NewLink]) -> None:
    """Move source records to golden records at a system instant."""
    await connection.execute(
        """insert into crosswalk (tenant_id, source_record_id, system_from, golden_id, reason)
           select $1, record_id, $2, golden_id, reason
             from unnest($3::uuid[], $4::uuid[], $5::text[]) as new (record_id, golden_id, reason)""",
        tenant,
        at,
        [link.record_id for link in links],
        [link.golden_id for link in links],
        [link.reason for link in links],
    )


async def add_decisions(
    connection: Connection, tenant: int, at: datetime, pairs: Mapping[tuple[UUID, UUID], str]
) -> None:
    """Store who said each pair, its smaller id first, to be the same."""
    ordered = sorted(pairs)
    await connection.execute(
        """insert into match_decision (tenant_id, a, b, system_from, verdict, actor)
           select $1, a, b, $2, 'must_link', actor from unnest($3::uuid[], $4::uuid[], $5::text[]) as new (a, b, actor)""",
        tenant,
        at,
        [a for a, _ in ordered],
        [b for _, b in ordered],
        [pairs[pair] for pair in ordered],
    )


async def add_refusals(
    connection: Connection, tenant: int, at: datetime, refusals: Sequence[Refusal]
) -> None:
    """Keep refused rows; one that was refused before from the same place stays as it is."""
    await connection.execute(
        """insert into quarantine (tenant_id, quarantine_id, origin_id, origin_position, body, problems, system_from)
           select $1, id, origin_id, position, body, problems::jsonb, $2
             from unnest($3::uuid[], $4::uuid[], $5::int8[], $6::text[], $7::text[]) as new (id, origin_id, position, body, problems)
           on conflict do nothing""",
        tenant,
        at,
        [refusal.quarantine_id for refusal in refusals],
        [refusal.origin_id for refusal in refusals],
        [refusal.position for refusal in refusals],
        [refusal.body for refusal in refusals],
        [orjson.dumps(refusal.problems).decode() for refusal in refusals],
    )


def _record(row: Any) -> StoredRecord:
    key = SourceKey(row["source_system"], row["source_key"])
    return StoredRecord(row["source_record_id"], key, row["golden_id"])
