"""The crosswalk as a history: which source records we held to be one golden record when."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from graph.errors import ErasedError
from graph.store import facts
from graph.store.database import DEFAULT_TENANT, Connection, Database

_MEMBERS = """
select c.source_record_id
  from (
         select distinct source_record_id
           from crosswalk
          where tenant_id = $1
            and golden_id = any($2::uuid[])
            and system_from < $3
       ) c
  cross join lateral (
    select golden_id
      from crosswalk
     where tenant_id = $1
       and source_record_id = c.source_record_id
       and system_from < $3
     order by system_from desc
     limit 1
  ) held
 where held.golden_id = any($2::uuid[])
"""

_HOMES = """
select wanted.id as source_record_id, held.golden_id
  from unnest($2::uuid[]) as wanted (id)
  cross join lateral (
    select golden_id
      from crosswalk
     where tenant_id = $1
       and source_record_id = wanted.id
     order by system_from desc
     limit 1
  ) held
"""

_EARLIER_HOMES = """
select distinct on (source_record_id) source_record_id, golden_id
  from crosswalk
 where tenant_id = $1
   and source_record_id = any($2::uuid[])
   and golden_id <> $3
 order by source_record_id, system_from desc
"""

_EARLIER_IDS = """
select distinct moved.golden_id as id, into_one.golden_id as into_id
  from crosswalk into_one
  join crosswalk moved on moved.tenant_id = $1 and moved.source_record_id = into_one.source_record_id
 where into_one.tenant_id = $1
   and into_one.golden_id = any($2::uuid[])
   and into_one.system_from <= $3
   and moved.golden_id <> into_one.golden_id
   and moved.system_from < into_one.system_from
 order by id
"""

_KNOWN = """
select subject_id
  from subject s
 where tenant_id = $1
   and kind = $2
   and subject_id = any($3::uuid[])
   and exists (select from fact where tenant_id = $1 and subject_id = s.subject_id and system_from <= $4)
"""

_TARGETS = """
with recursive step as (
  select id as asked, id, 0 as hop
    from unnest($2::uuid[]) as wanted (id)
  union all
  select step.asked, f.target_id, step.hop + 1
    from step
    cross join lateral (
      select op, target_id
        from fact
       where tenant_id = $1
         and subject_id = step.id
         and system_from <= $3
       order by system_from desc, seq desc
       limit 1
    ) f
   where f.op = 'M'
     and step.hop < 50
)
select distinct on (asked) asked, id
  from step
 order by asked, hop desc
"""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a golden id stood for at a system instant; `former_ids` are the golden records that had been merged into it."""

    golden_id: UUID
    former_ids: tuple[UUID, ...]
    known_at: datetime


async def members_before(
    connection: Connection, tenant: int, golden_ids: Collection[UUID], at: datetime
) -> set[UUID]:
    """Return the source records that belonged to golden records until right before a system instant."""
    rows = await connection.fetch(_MEMBERS, tenant, list(golden_ids), at)
    return {row["source_record_id"] for row in rows}


async def homes(connection: Connection, tenant: int, record_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Return the golden record that each source record belongs to now, this transaction's own moves included."""
    rows = await connection.fetch(_HOMES, tenant, list(record_ids))
    return {row["source_record_id"]: row["golden_id"] for row in rows}


async def earlier_homes(
    connection: Connection, tenant: int, record_ids: Collection[UUID], golden_id: UUID
) -> dict[UUID, UUID]:
    """Return the golden record that each record, now in `golden_id`, came from; one that was always there came from it."""
    came_from = dict.fromkeys(record_ids, golden_id)
    rows = await connection.fetch(_EARLIER_HOMES, tenant, list(came_from), golden_id)
    return came_from | {row["source_record_id"]: row["golden_id"] for row in rows}


class Crosswalks:
    """Reads what golden ids stood for as of any system instant."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant

    async def of(
        self, entity_type: str, golden_ids: Collection[UUID], known_at: datetime | None = None
    ) -> dict[UUID, Identity]:
        """Return what each golden id stood for as known at a system instant (default: now), by the id asked for.

        An id that had been merged by then leads to the one it was merged into; ids unknown by then are left out.
        Raises ErasedError where one alone is asked for that was erased.
        """
        async with self._database.connection() as connection:
            if len(golden_ids) == 1:
                for golden_id, erased_at in (
                    await facts.erased(connection, self._tenant, golden_ids)
                ).items():
                    raise ErasedError(f"{entity_type} {golden_id}", erased_at)
            at = (await facts.basis(connection, self._tenant, None, known_at)).system
            rows = await connection.fetch(_KNOWN, self._tenant, entity_type, list(golden_ids), at)
            target = await self._targets(connection, [row["subject_id"] for row in rows], at)
            earlier = await connection.fetch(_EARLIER_IDS, self._tenant, list(set(target.values())), at)
            leads_to = await self._targets(connection, {row["id"] for row in earlier}, at)
        former: dict[UUID, list[UUID]] = {golden_id: [] for golden_id in target.values()}
        for row in earlier:
            if leads_to[row["id"]] == row["into_id"]:
                former[row["into_id"]].append(row["id"])
        return {asked: Identity(to, tuple(former[to]), at) for asked, to in target.items()}

    async def _targets(
        self, connection: Connection, golden_ids: Collection[UUID], at: datetime
    ) -> dict[UUID, UUID]:
        rows = await connection.fetch(_TARGETS, self._tenant, list(golden_ids), at)
        return {row["asked"]: row["id"] for row in rows}
