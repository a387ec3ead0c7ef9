"""What source records look like to the matcher, the keys by which they find each other, and keys that stopped counting."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from graph.golden.matching import Identifier
from graph.golden.profile import Profile
from graph.store.copying import array_text, copy, copy_bytes, numbered
from graph.store.database import Connection

_HOLDERS = """
select wanted.key, b.source_record_id, g.key is not null as is_generic
  from unnest($2::text::int8[]) as wanted (key)
  left join generic_key g on g.tenant_id = $1 and g.key = wanted.key
  left join lateral (
    select source_record_id
      from blocking_key
     where tenant_id = $1
       and key = wanted.key
       and (g.key is null or $3)
    offset 0
  ) b on true
 where g.key is not null
    or b.source_record_id is not null
"""

# In order, the looks for neighbours find the index as the last one left it: half the cost. One look for `any` of them
# would cost a third, but a plan for it that is made while the table is small never uses the key.
_PLAIN_HOLDERS = """
select wanted.key, b.source_record_id
  from (select key from unnest($2::text::int8[]) as key order by key) as wanted
  cross join lateral (
    select source_record_id
      from blocking_key
     where tenant_id = $1
       and key = wanted.key
    offset 0
  ) b
"""

_COUNTS = """
select wanted.key, b.records
  from unnest($2::int8[]) as wanted (key)
  cross join lateral (
    select count(*) as records
      from (select from blocking_key where tenant_id = $1 and key = wanted.key limit $3) held
  ) b
"""

_KEEP = """
insert into record_profile (tenant_id, source_record_id, profile, identity, quality, failed_rules)
select $1, id, profile, identity, quality, string_to_array(failed, e'\\n')
  from unnest($2::uuid[], $3::jsonb[], $4::bytea[], $5::float4[], $6::text[]) as new (id, profile, identity, quality, failed)
on conflict (tenant_id, source_record_id) do update
   set profile = excluded.profile, identity = excluded.identity, quality = excluded.quality, failed_rules = excluded.failed_rules
"""

A_FEW = 2_000
"""No more generic keys than this are cheaper read than asked for."""

_PROFILE_COLUMNS = ("tenant_id", "source_record_id", "profile", "identity", "quality", "failed_rules")
_KEY_COLUMNS = ("tenant_id", "key", "source_record_id")
_IDENTIFIER_COLUMNS = ("tenant_id", "entity_type", "kind", "value", "source_record_id")


@dataclass(slots=True)
class StoredProfile:
    """A profile as it is stored, with its digest."""

    profile: Profile
    identity: bytes


@dataclass(slots=True)
class NewProfile:
    """A profile about to be stored, with its digest, the quality of its record, and how it is spelled as JSON."""

    profile: Profile
    identity: bytes
    quality: float
    failed_rules: tuple[str, ...]
    spelled: bytes


async def profiles(
    connection: Connection, tenant: int, record_ids: Collection[UUID]
) -> dict[UUID, StoredProfile]:
    """Return the profile of each record that has one."""
    rows = await connection.fetch(
        "select source_record_id, profile, identity from record_profile where tenant_id = $1 and source_record_id = any($2::uuid[])",
        tenant,
        list(record_ids),
    )
    return {
        row["source_record_id"]: StoredProfile(
            {name: tuple(values) for name, values in row["profile"].items()}, row["identity"]
        )
        for row in rows
    }


async def keys_of(connection: Connection, tenant: int, record_ids: Collection[UUID]) -> dict[UUID, set[int]]:
    """Return the blocking keys under which each record is stored."""
    found: dict[UUID, set[int]] = {record_id: set() for record_id in record_ids}
    rows = await connection.fetch(
        "select source_record_id, key from blocking_key where tenant_id = $1 and source_record_id = any($2::uuid[])",
        tenant,
        list(found),
    )
    for row in rows:
        found[row["source_record_id"]].add(row["key"])
    return found


async def holders(
    connection: Connection, tenant: int, keys: Collection[int], *, also_generic: bool = False
) -> tuple[dict[int, set[UUID]], set[int]]:
    """Return the records that hold each key, and which keys are generic; whose holders are left out unless asked for."""
    found: dict[int, set[UUID]] = {}
    known = await all_generic(connection, tenant) if len(keys) >= A_FEW and not also_generic else None
    if known is not None:  # they are few: that spares a look for each key
        generic = known.intersection(keys)
        plain = array_text(key for key in keys if key not in generic)
        for key, record_id in await connection.fetch(_PLAIN_HOLDERS, tenant, plain):
            found.setdefault(key, set()).add(record_id)
        return found, generic
    generic = set[int]()
    for key, record_id, is_generic in await connection.fetch(
        _HOLDERS, tenant, array_text(keys), also_generic
    ):
        if is_generic:
            generic.add(key)
        if record_id is not None:
            found.setdefault(key, set()).add(record_id)
    return found, generic


async def counts(connection: Connection, tenant: int, keys: Collection[int], most: int) -> dict[int, int]:
    """Return how many records hold each key, counted up to `most`."""
    rows = await connection.fetch(_COUNTS, tenant, list(keys), most)
    return {row["key"]: row["records"] for row in rows}


async def generic(connection: Connection, tenant: int, keys: Collection[int]) -> set[int]:
    """Return those of the keys that have stopped counting."""
    rows = await connection.fetch(
        "select key from generic_key where tenant_id = $1 and key = any($2::int8[])", tenant, list(keys)
    )
    return {row["key"] for row in rows}


async def all_generic(connection: Connection, tenant: int) -> set[int] | None:
    """Return all keys that have stopped counting; None where there are more than a few."""
    rows = await connection.fetch(
        "select key from generic_key where tenant_id = $1 limit $2", tenant, A_FEW + 1
    )
    return {row["key"] for row in rows} if len(rows) <= A_FEW else None


async def keep(connection: Connection, tenant: int, new: Mapping[UUID, NewProfile]) -> None:
    """Store profiles in place of the ones the records had."""
    await connection.execute(
        _KEEP,
        tenant,
        list(new),
        [one.spelled for one in new.values()],
        [one.identity for one in new.values()],
        [one.quality for one in new.values()],
        ["\n".join(one.failed_rules) for one in new.values()],
    )


async def add_new(
    connection: Connection,
    tenant: int,
    entity_type: str,
    new: Mapping[UUID, NewProfile],
    keys: Sequence[tuple[int, UUID]],
    held: Mapping[UUID, Collection[Identifier]],
) -> None:
    """Store the profiles, keys and identifiers of many records of which there were none."""
    if new:
        rows = (
            (tenant, record_id, one.spelled, one.identity, one.quality, one.failed_rules)
            for record_id, one in new.items()
        )
        await copy(connection, "record_profile", _PROFILE_COLUMNS, rows)
    if keys:
        await copy_bytes(connection, "blocking_key", _KEY_COLUMNS, numbered(tenant, keys))
    said = [(tenant, entity_type, i.kind, i.value, of) for of, several in held.items() for i in several]
    if said:
        await copy(connection, "identifier", _IDENTIFIER_COLUMNS, sorted(said))


async def move_keys(
    connection: Connection,
    tenant: int,
    added: Sequence[tuple[int, UUID]],
    removed: Sequence[tuple[int, UUID]],
) -> None:
    """Store keys that records hold now, and remove those that they hold no more."""
    if removed:
        await connection.execute(
            """delete from blocking_key b
                using unnest($2::int8[], $3::uuid[]) as old (key, id)
                where b.tenant_id = $1 and b.key = old.key and b.source_record_id = old.id""",
            tenant,
            [key for key, _ in removed],
            [record_id for _, record_id in removed],
        )
    if added:
        await connection.execute(
            """insert into blocking_key (tenant_id, key, source_record_id)
               select $1, key, id from unnest($2::int8[], $3::uuid[]) as new (key, id)
               on conflict do nothing""",
            tenant,
            [key for key, _ in added],
            [record_id for _, record_id in added],
        )


async def learn(
    connection: Connection,
    tenant: int,
    at: datetime,
    entity_type: str,
    learned: Mapping[int, tuple[str, int]],
    unlearned: Collection[int],
) -> None:
    """Store which keys have stopped counting (each with its rule and number of records), and which count again."""
    if unlearned:
        await connection.execute(
            "delete from generic_key where tenant_id = $1 and key = any($2::int8[])", tenant, list(unlearned)
        )
    if learned:
        await connection.execute(
            """insert into generic_key (tenant_id, key, entity_type, rule, records, system_from)
               select $1, key, $2, rule, records, $3 from unnest($4::int8[], $5::text[], $6::int4[]) as new (key, rule, records)""",
            tenant,
            entity_type,
            at,
            list(learned),
            [rule for rule, _ in learned.values()],
            [records for _, records in learned.values()],
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
