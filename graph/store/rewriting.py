"""What only erasure may do: read who was held to be whom when, and write the past as it is without somebody."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from graph.store.database import Connection
from graph.store.facts import Fact, stored_provenance

_LINKS = """
select source_record_id, system_from, golden_id
  from crosswalk c
 where tenant_id = $1
   and exists (select
                 from crosswalk once
                where once.tenant_id = $1
                  and once.source_record_id = c.source_record_id
                  and once.golden_id = any($2::uuid[]))
 order by source_record_id, system_from
"""

_REWRITE = """
insert into fact (tenant_id, subject_id, system_from, seq, valid_from, valid_to, op, attributes, provenance, target_id)
select $1, id, system_from, n, valid_from, coalesce(valid_to, 'infinity'), op::"char", attributes, provenance, target_id
  from unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::jsonb[], $8::jsonb[],
              $9::uuid[])
       with ordinality as new (id, system_from, valid_from, valid_to, op, attributes, provenance, target_id, n)
"""


@dataclass(slots=True)
class Memberships:
    """Which golden record each source record was held to be from which system instant on."""

    links: dict[UUID, list[tuple[datetime, UUID]]] = field(
        default_factory=dict[UUID, list[tuple[datetime, UUID]]]
    )

    def members(self, golden_id: UUID, known_at: datetime) -> set[UUID]:
        """Return the source records that were held to be a golden record at a system instant."""
        found: set[UUID] = set()
        for record_id, moves in self.links.items():
            before = [golden for at, golden in moves if at <= known_at]
            if before and before[-1] == golden_id:
                found.add(record_id)
        return found

    def instants(self, golden_id: UUID) -> set[datetime]:
        """Return the system instants at which a source record came to a golden record or left it."""
        moves = [moves for moves in self.links.values() if any(golden == golden_id for _, golden in moves)]
        return {at for each in moves for at, _ in each}


async def memberships(connection: Connection, tenant: int, golden_ids: Collection[UUID]) -> Memberships:
    """Return all moves of every source record that any of the golden records ever held."""
    found = Memberships()
    for row in await connection.fetch(_LINKS, tenant, list(golden_ids)):
        found.links.setdefault(row["source_record_id"], []).append((row["system_from"], row["golden_id"]))
    return found


async def part(
    connection: Connection, tenant: int, golden_id: UUID, apart: UUID, record_ids: Collection[UUID]
) -> bool:
    """Let other source records have been a new golden record when they were this one; false where there are none."""
    await connection.execute(
        """insert into subject (tenant_id, subject_id, kind)
           select tenant_id, $3, kind
             from subject
            where tenant_id = $1
              and subject_id = $2
              and exists (select
                            from crosswalk
                           where tenant_id = $1
                             and golden_id = $2
                             and source_record_id <> all($4::uuid[]))""",
        tenant,
        golden_id,
        apart,
        list(record_ids),
    )
    tag = await connection.execute(
        """update crosswalk
              set golden_id = $3
            where tenant_id = $1
              and golden_id = $2
              and source_record_id <> all($4::uuid[])""",
        tenant,
        golden_id,
        apart,
        list(record_ids),
    )
    return not tag.endswith(" 0")


async def write_facts(connection: Connection, tenant: int, facts: Sequence[Fact]) -> None:
    """Store facts at the system instants that they name: only erasure may write the past."""
    await connection.execute(
        _REWRITE,
        tenant,
        [fact.subject_id for fact in facts],
        [fact.system_from for fact in facts],
        [fact.period.start for fact in facts],
        [fact.period.end for fact in facts],
        [fact.op for fact in facts],
        [fact.attributes for fact in facts],
        [stored_provenance(fact) for fact in facts],
        [fact.target_id for fact in facts],
    )
