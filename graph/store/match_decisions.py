"""A steward's words about pairs of source records; the newest word about a pair counts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from graph.store.database import Connection

Verdict = Literal["must_link", "cannot_link", "withdrawn"]

_STANDING = """
select a, b, verdict, identity_a, identity_b, actor, note
  from (
    select distinct on (a, b) *
      from match_decision
     where tenant_id = $1
       and (a = any($2::uuid[]) or b = any($2::uuid[]))
     order by a, b, system_from desc
  ) newest
 where verdict <> 'withdrawn'
"""

_ADD = """
insert into match_decision (tenant_id, a, b, system_from, verdict, actor, identity_a, identity_b, note)
select $1, a, b, $2, verdict, actor, identity_a, identity_b, note
  from unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::bytea[], $8::bytea[], $9::text[])
       as new (a, b, verdict, actor, identity_a, identity_b, note)
"""


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """A word about a pair, `a` the smaller id, with the identities that the two had when it was given."""

    a: UUID
    b: UUID
    verdict: Verdict
    actor: str
    identity_a: bytes | None = None
    identity_b: bytes | None = None
    note: str | None = None


async def standing(
    connection: Connection, tenant: int, record_ids: Collection[UUID]
) -> dict[tuple[UUID, UUID], StoredDecision]:
    """Return the words that count of every pair with one of these records in it."""
    rows = await connection.fetch(_STANDING, tenant, list(record_ids))
    return {(row["a"], row["b"]): StoredDecision(**row) for row in rows}


async def add(connection: Connection, tenant: int, at: datetime, decisions: Sequence[StoredDecision]) -> None:
    """Store words at a system instant, at most one about each pair."""
    await connection.execute(
        _ADD,
        tenant,
        at,
        [said.a for said in decisions],
        [said.b for said in decisions],
        [said.verdict for said in decisions],
        [said.actor for said in decisions],
        [said.identity_a for said in decisions],
        [said.identity_b for said in decisions],
        [said.note for said in decisions],
    )
