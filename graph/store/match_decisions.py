"""A steward's words about pairs of source records, as they are stored and as people read them; the newest about a pair counts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from graph.golden.decision import Decision
from graph.identity import SourceKey
from graph.store.database import DEFAULT_TENANT, Connection, Database

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

_STALE = (
    "(d.verdict = 'cannot_link' and (d.identity_a <> pa.identity or d.identity_b <> pb.identity) is true)"
)

_COLUMNS = f"""d.a, d.b, d.system_from, d.verdict, d.actor, d.note, d.identity_a, d.identity_b,
       ra.source_system as system_a, ra.source_key as key_a, rb.source_system as system_b, rb.source_key as key_b,
       {_STALE} as is_stale"""

_KEYS = """join source_record ra on ra.tenant_id = $1 and ra.source_record_id = d.a
  join source_record rb on rb.tenant_id = $1 and rb.source_record_id = d.b
  left join record_profile pa on pa.tenant_id = $1 and pa.source_record_id = d.a
  left join record_profile pb on pb.tenant_id = $1 and pb.source_record_id = d.b"""

_AMONG = f"""
select {_COLUMNS}
  from (
         select distinct on (a, b) *
           from match_decision
          where tenant_id = $1
            and a = any($2::uuid[])
            and b = any($2::uuid[])
          order by a, b, system_from desc
       ) d
  {_KEYS}
 where d.verdict <> 'withdrawn'
 order by d.system_from, d.a, d.b
"""  # noqa: S608 - only constant parts are filled in

_SAID_AT = """
select ra.source_system as system_a, ra.source_key as key_a, rb.source_system as system_b, rb.source_key as key_b,
       before.verdict, before.identity_a, before.identity_b, before.note, later.actor, later.system_from
  from match_decision d
  join source_record ra on ra.tenant_id = $1 and ra.source_record_id = d.a
  join source_record rb on rb.tenant_id = $1 and rb.source_record_id = d.b
  left join lateral (
    select verdict, identity_a, identity_b, note
      from match_decision
     where tenant_id = $1
       and a = d.a
       and b = d.b
       and system_from < d.system_from
     order by system_from desc
     limit 1
  ) before on true
  left join lateral (
    select actor, system_from
      from match_decision
     where tenant_id = $1
       and a = d.a
       and b = d.b
       and system_from > d.system_from
     order by system_from desc
     limit 1
  ) later on true
 where d.tenant_id = $1
   and d.a = any($2::uuid[])
   and d.b = any($2::uuid[])
   and d.system_from = $3
 order by d.a, d.b
"""

_PAGE = f"""
select {_COLUMNS}
  from match_decision d
  {_KEYS}
 where d.tenant_id = $1
   and ra.entity_type = $2
   and ($3::text is null or d.verdict = $3)
   and ($4 or d.verdict <> 'withdrawn')
   and ($5::uuid is null or d.a = $5 or d.b = $5)
   and ($6::timestamptz is null or (d.system_from, d.a, d.b) < ($6, $7::uuid, $8::uuid))
   and ($9::bool is null or {_STALE} = $9)
   and not exists (
         select
           from match_decision newer
          where newer.tenant_id = $1
            and newer.a = d.a
            and newer.b = d.b
            and newer.system_from > d.system_from
       )
 order by d.system_from desc, d.a desc, d.b desc
 limit $10
"""  # noqa: S608 - only constant parts are filled in


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


@dataclass(frozen=True, slots=True)
class StewardsWord:
    """What a steward said last of a pair of source records, `a` the smaller id.

    Stale where they were said to be two and one has changed since in what identifies it.
    """

    a: UUID
    b: UUID
    left: SourceKey
    right: SourceKey
    verdict: Verdict
    actor: str
    system_from: datetime
    note: str | None
    is_stale: bool


@dataclass(frozen=True, slots=True)
class EarlierWord:
    """The word that lets stand of a pair what stood before another; `superseded_by` who has spoken of it since, when."""

    word: Decision
    superseded_by: tuple[str, datetime] | None


@dataclass(frozen=True, slots=True)
class WordFilter:
    """Which words are meant; what is None does not matter."""

    entity_type: str
    verdict: str | None = None
    is_stale: bool | None = None
    record_id: UUID | None = None
    with_withdrawn: bool = False


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


async def among(connection: Connection, tenant: int, record_ids: Collection[UUID]) -> list[StewardsWord]:
    """Return the words that stand between any two of these records, the oldest first."""
    return [_word(row) for row in await connection.fetch(_AMONG, tenant, list(record_ids))]


async def before(
    connection: Connection, tenant: int, record_ids: Collection[UUID], at: datetime
) -> list[EarlierWord]:
    """Return what stood before of each pair of these records of which something was said at a system instant."""
    rows = await connection.fetch(_SAID_AT, tenant, list(record_ids), at)
    return [
        EarlierWord(
            Decision(
                SourceKey(row["system_a"], row["key_a"]),
                SourceKey(row["system_b"], row["key_b"]),
                row["verdict"] or "withdrawn",
                row["note"],
                row["identity_a"],
                row["identity_b"],
            ),
            (row["actor"], row["system_from"]) if row["actor"] is not None else None,
        )
        for row in rows
    ]


class StewardsWords:
    """Reads what stewards have said."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant

    async def of(self, one: UUID, other: UUID) -> StewardsWord | None:
        """Return the word that stands of two source records, or None."""
        async with self._database.connection() as connection:
            return next(iter(await among(connection, self._tenant, [one, other])), None)

    async def page(
        self, wanted: WordFilter, first: int, after: tuple[datetime, UUID, UUID] | None = None
    ) -> tuple[Sequence[StewardsWord], bool]:
        """Return up to `first` words, the newest first, and whether more follow; of each pair only the last word."""
        at, a, b = after or (None, None, None)
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                _PAGE,
                self._tenant,
                wanted.entity_type,
                wanted.verdict,
                wanted.with_withdrawn,
                wanted.record_id,
                at,
                a,
                b,
                wanted.is_stale,
                first + 1,
            )
        return [_word(row) for row in rows[:first]], len(rows) > first


def _word(row: Any) -> StewardsWord:
    return StewardsWord(
        row["a"],
        row["b"],
        SourceKey(row["system_a"], row["key_a"]),
        SourceKey(row["system_b"], row["key_b"]),
        row["verdict"],
        row["actor"],
        row["system_from"],
        row["note"],
        row["is_stale"],
    )
