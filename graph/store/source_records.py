"""Source records, their events and the crosswalk, as intake reads and writes them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any
from uuid import UUID

import asyncpg

from graph.golden.record import Origin
from graph.golden.timeline import TimedEvent
from graph.identity import SourceKey
from graph.store.copying import FOR_EVER, MANY, copy
from graph.store.database import Connection

LOCK_BUCKETS = 1024
"""Source keys, and blocking keys, share this many advisory locks per tenant: never enough to exhaust the lock table."""

SEARCH_LIST = "32768"
"""How many kB of words wait for their place in the search index while many records come in: the more the cheaper, and
the longer a search has to look through them. They are found from the start, and put in their place within a minute."""

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

_BY_ID = f"""
with found as materialized (
  select source_record_id, source_system, source_key
    from source_record
   where tenant_id = $1
     and entity_type = $2
     and source_record_id = any($3::uuid[])
)
{_WITH_GOLDEN_ID}
"""  # noqa: S608 - only a constant part is filled in

_FORMER = """
with earlier as materialized (
  select c.source_record_id, c.golden_id, c.system_from
    from unnest($2::uuid[]) as wanted (id)
    cross join lateral (
      select *
        from crosswalk
       where tenant_id = $1
         and source_record_id = wanted.id
       order by system_from desc
      offset 1
    ) c
),
lost as (
  select golden_id
    from (select distinct golden_id from earlier) e
   where exists (select from fact where tenant_id = $1 and subject_id = e.golden_id and op = 'E')
      or exists (
           select
             from (select distinct source_record_id from crosswalk where tenant_id = $1 and golden_id = e.golden_id) holder
             cross join lateral (
               select golden_id
                 from crosswalk
                where tenant_id = $1
                  and source_record_id = holder.source_record_id
                order by system_from desc
                limit 1
             ) held
            where held.golden_id = e.golden_id
              and holder.source_record_id <> all ($3::uuid[])
         )
)
select source_record_id, golden_id
  from earlier
 where golden_id not in (select golden_id from lost)
 order by system_from desc
"""

_MEMBERS = f"""
with once as materialized (
  select distinct source_record_id from crosswalk where tenant_id = $1 and golden_id = any($2::uuid[])
),
found as materialized (
  select r.source_record_id, r.source_system, r.source_key
    from once
    join source_record r on r.tenant_id = $1 and r.source_record_id = once.source_record_id and r.entity_type = coalesce($3, r.entity_type)
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

_ADD_EVENTS = """
insert into source_event (tenant_id, event_id, source_record_id, kind, valid_from, valid_to, valid_from_assumed, sequence,
                          attributes, digest, origin_id, origin_position, system_from)
select $1, event_id, record_id, kind, valid_from, coalesce(valid_to, 'infinity'), assumed, sequence, attributes, digest,
       origin_id, position, $2
  from unnest($3::uuid[], $4::uuid[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::bool[], $9::int8[], $10::jsonb[],
              $11::bytea[], $12::uuid[], $13::int8[])
       as new (event_id, record_id, kind, valid_from, valid_to, assumed, sequence, attributes, digest, origin_id, position)
"""

_RECORD_COLUMNS = ("tenant_id", "source_record_id", "entity_type", "source_system", "source_key")
_LINK_COLUMNS = ("tenant_id", "source_record_id", "system_from", "golden_id", "reason")
_EVENT_COLUMNS = (
    "tenant_id", "event_id", "source_record_id", "kind", "valid_from", "valid_to", "valid_from_assumed", "sequence",
    "attributes", "digest", "origin_id", "origin_position", "system_from",
)  # fmt: skip


@dataclass(slots=True)
class StoredRecord:
    """A source record with the golden record it belongs to now."""

    record_id: UUID
    key: SourceKey
    golden_id: UUID | None

    @classmethod
    def of(cls, row: asyncpg.Record) -> StoredRecord:
        """Return the source record of one row."""
        return cls(
            row["source_record_id"], SourceKey(row["source_system"], row["source_key"]), row["golden_id"]
        )


@dataclass(slots=True)
class NewEvent:
    """A source event about to be stored."""

    record_id: UUID
    event: TimedEvent
    assumed: bool
    origin_id: UUID
    position: int | None
    spelled: bytes = b""
    """Its attributes as JSON, where somebody has spelled them already."""

    @property
    def attributes(self) -> bytes | Mapping[str, str] | None:
        """What is stored of its attributes."""
        return self.spelled or self.event.attributes


@dataclass(slots=True)
class NewLink:
    """A source record's move to a golden record."""

    record_id: UUID
    golden_id: UUID
    reason: str


def key_bucket(entity_type: str, key: SourceKey) -> int:
    """Return the lock bucket of a source key."""
    raw = "\x00".join((entity_type, key.system, key.key)).encode()
    return int.from_bytes(blake2b(raw, digest_size=4).digest(), "big") % LOCK_BUCKETS


def blocking_bucket(key: int) -> int:
    """Return the lock bucket of a blocking key; buckets of source keys lie below these, and are locked before them."""
    return LOCK_BUCKETS + key % LOCK_BUCKETS


async def hold(connection: Connection, tenant: int, entity_type: str, *, alone: bool) -> None:
    """Hold an entity type's records until commit: alone, or beside writers who lock what they touch by `lock`."""
    function = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    name = blake2b(f"{tenant} {entity_type}".encode(), digest_size=8).digest()
    # A plan made while the tables were small would scan them for ever after: 435 ms against 5 ms for 400 records.
    await connection.execute(
        f"select {function}($1), set_config('enable_seqscan', 'off', true), "
        "set_config('gin_pending_list_limit', $2, true)",
        int.from_bytes(name, "big", signed=True),
        SEARCH_LIST if alone else "4096",
    )


async def lock(connection: Connection, tenant: int, buckets: Iterable[int]) -> datetime:
    """Hold lock buckets until commit, in one global order, and return the instant from which they are held."""
    return await connection.fetchval(
        """with locked as materialized (select pg_advisory_xact_lock($1, bucket) from unnest($2::int4[]) as bucket)
           select clock_timestamp() from (select count(*) from locked) done""",
        tenant,
        sorted(set(buckets)),
    )


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
    return {record.key: record for record in map(StoredRecord.of, rows)}


async def by_id(
    connection: Connection, tenant: int, entity_type: str, record_ids: Collection[UUID]
) -> list[StoredRecord]:
    """Return the source records of these ids that are of the entity type."""
    return [
        StoredRecord.of(row) for row in await connection.fetch(_BY_ID, tenant, entity_type, list(record_ids))
    ]


async def members(
    connection: Connection, tenant: int, golden_ids: Collection[UUID], entity_type: str | None = None
) -> list[StoredRecord]:
    """Return the source records, of one entity type or any, that belong to the golden records now."""
    rows = await connection.fetch(_MEMBERS, tenant, list(golden_ids), entity_type)
    return [StoredRecord.of(row) for row in rows]


async def former(
    connection: Connection, tenant: int, record_ids: Collection[UUID], among: Collection[UUID]
) -> dict[UUID, list[UUID]]:
    """Return the golden records that each record belonged to before its current one, the latest first.

    Those that records not `among` the given ones belong to now, and erased ones, are left out.
    """
    found: dict[UUID, list[UUID]] = {record_id: [] for record_id in record_ids}
    for row in await connection.fetch(_FORMER, tenant, list(found), list(among)):
        found[row["source_record_id"]].append(row["golden_id"])
    return found


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


async def systems(connection: Connection, tenant: int) -> set[str]:
    """Return the source systems that are known."""
    rows = await connection.fetch("select name from source_system where tenant_id = $1", tenant)
    return {row["name"] for row in rows}


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
    connection: Connection,
    tenant: int,
    entity_type: str,
    records: Mapping[SourceKey, UUID],
) -> None:
    """Store new source records, and their source systems unless these are known."""
    new_systems = {key.system for key in records} - await systems(connection, tenant)
    if new_systems:
        await connection.execute(
            "insert into source_system (tenant_id, name) select $1, name from unnest($2::text[]) as name on conflict do nothing",
            tenant,
            sorted(new_systems),
        )
    if len(records) >= MANY:
        rows = [(tenant, id, entity_type, key.system, key.key) for key, id in records.items()]
        await copy(connection, "source_record", _RECORD_COLUMNS, rows)
        return
    await connection.execute(
        """insert into source_record (tenant_id, source_record_id, entity_type, source_system, source_key)
           select $1, id, $2, system, key from unnest($3::uuid[], $4::text[], $5::text[]) as new (id, system, key)""",
        tenant,
        entity_type,
        list(records.values()),
        [key.system for key in records],
        [key.key for key in records],
    )


async def add_events(connection: Connection, tenant: int, at: datetime, new: Sequence[NewEvent]) -> None:
    """Store source events at a system instant."""
    if len(new) >= MANY:
        await copy(connection, "source_event", _EVENT_COLUMNS, [_event_row(tenant, at, item) for item in new])
        return
    columns: list[list[Any]] = [
        [item.event.event_id for item in new],
        [item.record_id for item in new],
        [item.event.kind for item in new],
        [item.event.valid_from for item in new],
        [item.event.valid_to for item in new],
        [item.assumed for item in new],
        [item.event.sequence for item in new],
        [item.attributes for item in new],
        [item.event.digest for item in new],
        [item.origin_id for item in new],
        [item.position for item in new],
    ]
    await connection.execute(_ADD_EVENTS, tenant, at, *columns)


def _event_row(tenant: int, at: datetime, new: NewEvent) -> tuple[Any, ...]:
    said = new.event
    return (
        tenant, said.event_id, new.record_id, said.kind, said.valid_from, said.valid_to or FOR_EVER, new.assumed,
        said.sequence, new.attributes, said.digest, new.origin_id, new.position, at,
    )  # fmt: skip


async def add_links(connection: Connection, tenant: int, at: datetime, links: Sequence[NewLink]) -> None:
    """Move source records to golden records at a system instant."""
    if len(links) >= MANY:
        rows = [(tenant, link.record_id, at, link.golden_id, link.reason) for link in links]
        await copy(connection, "crosswalk", _LINK_COLUMNS, rows)
        return
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
