"""The quality of source records as it was last reckoned: of the members of golden records, and of whole source systems."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from graph.golden.quality import Quality
from graph.identity import SourceKey
from graph.store.database import DEFAULT_TENANT, Database

_MEMBERS = """
select held.golden_id, r.source_record_id, r.source_system, r.source_key, held.system_from, held.reason, p.quality, p.failed_rules
  from (select distinct source_record_id from crosswalk where tenant_id = $1 and golden_id = any($2::uuid[]) and system_from <= $3) c
  join source_record r on r.tenant_id = $1 and r.source_record_id = c.source_record_id
  cross join lateral (
    select golden_id, system_from, reason
      from crosswalk
     where tenant_id = $1
       and source_record_id = c.source_record_id
       and system_from <= $3
     order by system_from desc
     limit 1
  ) held
  left join record_profile p on p.tenant_id = $1 and p.source_record_id = c.source_record_id
 where held.golden_id = any($2::uuid[])
 order by r.source_system, r.source_key
"""

_BY_SOURCE = """
select r.source_system, count(*) as records, avg(p.quality) as mean
  from source_record r
  join record_profile p on p.tenant_id = r.tenant_id and p.source_record_id = r.source_record_id
 where r.tenant_id = $1
   and r.entity_type = $2
 group by r.source_system
 order by r.source_system
"""

_FAILED = """
select r.source_system, rule, count(*) as records
  from source_record r
  join record_profile p on p.tenant_id = r.tenant_id and p.source_record_id = r.source_record_id
  cross join unnest(p.failed_rules) as rule
 where r.tenant_id = $1
   and r.entity_type = $2
 group by r.source_system, rule
 order by r.source_system, records desc, rule
"""


@dataclass(frozen=True, slots=True)
class Membership:
    """A source record that was held to be a golden record, since when and why; `quality` is what it is now.

    `quality` is None where nothing of the record counts any more.
    """

    record_id: UUID
    key: SourceKey
    since: datetime
    reason: str
    quality: Quality | None


@dataclass(frozen=True, slots=True)
class SourceQuality:
    """How good the records of one source system are now; `failed`: rule -> how many records fail it, most first."""

    system: str
    records: int
    mean: float
    failed: dict[str, int]


class RecordQuality:
    """Reads the quality of source records; every read is one or two set-based statements."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant

    async def members(self, golden_ids: Collection[UUID], known_at: datetime) -> dict[UUID, list[Membership]]:
        """Return the source records that were held to be each golden record at a system instant."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_MEMBERS, self._tenant, list(golden_ids), known_at)
        found: dict[UUID, list[Membership]] = {golden_id: [] for golden_id in golden_ids}
        for row in rows:
            score = row["quality"]
            quality = None if score is None else Quality(round(score, 4), tuple(row["failed_rules"]))
            key = SourceKey(row["source_system"], row["source_key"])
            member = Membership(row["source_record_id"], key, row["system_from"], row["reason"], quality)
            found[row["golden_id"]].append(member)
        return found

    async def by_source(self, entity_type: str) -> list[SourceQuality]:
        """Return the quality of every source system that has records of an entity type, in order of their names."""
        async with (
            self._database.connection() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            rows = await connection.fetch(_BY_SOURCE, self._tenant, entity_type)
            failed: dict[str, dict[str, int]] = {}
            for row in await connection.fetch(_FAILED, self._tenant, entity_type):
                failed.setdefault(row["source_system"], {})[row["rule"]] = row["records"]
        return [
            SourceQuality(
                name := row["source_system"], row["records"], round(row["mean"], 4), failed.get(name, {})
            )
            for row in rows
        ]
