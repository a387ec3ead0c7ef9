"""The append-only bitemporal fact log that golden records and catalog assets share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from graph.errors import NotFoundError
from graph.golden.versions import Stretch, ceiling
from graph.store.copying import FOR_EVER, MANY, copy
from graph.store.database import Connection
from graph.time import AsOf, Period

_REGISTER = """
insert into subject (tenant_id, subject_id, kind, natural_key)
select $1, id, $2, key
  from unnest($3::uuid[], $4::text[]) as new (id, key)
on conflict (tenant_id, subject_id) do nothing
"""

_APPEND = """
with now as materialized (select coalesce($9, tick($1)) as at),
written as (
  insert into fact (tenant_id, subject_id, system_from, seq, valid_from, valid_to, op, attributes, provenance, target_id)
  select $1, id, (select at from now), n, valid_from, coalesce(valid_to, 'infinity'), op::"char", attributes, provenance, target_id
    from unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::jsonb[], $7::jsonb[], $8::uuid[])
         with ordinality as new (id, valid_from, valid_to, op, attributes, provenance, target_id, n)
)
select at from now
"""

LOCK = """
select kind
  from subject
 where tenant_id = $1
   and subject_id = $2
   for no key update
"""
"""Locks a subject against other writers until the transaction ends, and returns its kind."""


def holding(subject: str, columns: str, *, valid: str = "$3", known: str = "$4") -> str:
    """Return the query for the fact that holds of a subject: of those that cover both instants the newest.

    `subject`, `valid` and `known` are expressions, the tenant is $1; it goes into a lateral join or an expression.
    """
    return f"""select {columns}
       from fact
      where tenant_id = $1
        and subject_id = {subject}
        and system_from <= {known}
        and valid_from <= {valid}
        and valid_to > {valid}
      order by system_from desc, seq desc
      limit 1"""  # noqa: S608 - constants of our own modules are filled in


_FACT_COLUMNS = (
    "tenant_id", "subject_id", "system_from", "seq", "valid_from", "valid_to", "op", "attributes", "provenance", "target_id",
)  # fmt: skip

_COLUMNS = """f.subject_id, f.system_from, f.seq, f.valid_from, nullif(f.valid_to, 'infinity') as valid_to,
       f.op::text as op, f.attributes, f.provenance, f.target_id"""

_AS_OF = f"""
select {_COLUMNS}
  from unnest($2::uuid[]) as wanted (id)
  cross join lateral ({holding("wanted.id", "*")}) f
"""  # noqa: S608 - only a constant column list is filled in

# The basis and what is held at it in one statement: half of what a look-up takes is the way there and back.
_OF_ONE = f"""
select b.valid, b.system, {_COLUMNS}
  from (
    select coalesce($4::timestamptz, clock_timestamp()) as valid, least($5::timestamptz, last_at) as system
      from clock
     where tenant_id = $1
  ) b
  left join lateral ({holding("$3", "*", valid="b.valid", known="b.system")}) f
    on exists (select from subject where tenant_id = $1 and subject_id = $3 and kind = $2)
"""  # noqa: S608 - only a constant column list is filled in

_HISTORY = f"""
select {_COLUMNS}
  from fact f
 where f.tenant_id = $1
   and f.subject_id = any($2::uuid[])
   and f.system_from <= $3
 order by f.subject_id, f.system_from, f.seq
"""  # noqa: S608 - only a constant column list is filled in


@dataclass(slots=True)
class Fact:
    """One belief about one subject over one valid period.

    `op`: P present with attributes, D deleted (ended), A absent (never was), M merged into `target_id`, E erased.
    `system_from` is None until the fact is stored.
    """

    subject_id: UUID
    period: Period
    op: str
    attributes: dict[str, Any] | None = None
    provenance: dict[str, Any] | None = None
    target_id: UUID | None = None
    system_from: datetime | None = None

    @classmethod
    def of(cls, row: asyncpg.Record) -> Fact:
        """Return the fact of one row."""
        return cls(
            subject_id=row["subject_id"],
            period=Period(row["valid_from"], row["valid_to"]),
            op=row["op"],
            attributes=row["attributes"],
            provenance=_told(row["provenance"], row["attributes"]),
            target_id=row["target_id"],
            system_from=row["system_from"],
        )

    @classmethod
    def to_record(cls, subject_id: UUID, stretch: Stretch) -> Fact:
        """Return the fact that makes a stretch the belief about a subject."""
        return cls(
            subject_id, stretch.period, stretch.op, stretch.attributes, stretch.provenance, stretch.target_id
        )


async def register(
    connection: Connection,
    tenant: int,
    subject_ids: Sequence[UUID],
    kind: str,
    natural_keys: Sequence[str | None] | None = None,
) -> None:
    """Make subjects known before facts refer to them; one already there is left as it is.

    A natural key that another subject of the kind holds raises asyncpg.UniqueViolationError.
    """
    keys = natural_keys or [None] * len(subject_ids)
    await connection.execute(_REGISTER, tenant, kind, list(subject_ids), list(keys))


async def register_new(connection: Connection, tenant: int, subject_ids: Sequence[UUID], kind: str) -> None:
    """Make subjects without a natural key known whose ids were just made."""
    if len(subject_ids) < MANY:
        await register(connection, tenant, subject_ids, kind)
    else:
        rows = [(tenant, subject_id, kind) for subject_id in subject_ids]
        await copy(connection, "subject", ("tenant_id", "subject_id", "kind"), rows)


async def append(
    connection: Connection, tenant: int, facts: Sequence[Fact], at: datetime | None = None
) -> datetime:
    """Store facts at the tenant's next system instant and return it; where two overlap the later in the list wins.

    Takes the tenant's clock until commit: call it last, with everything decided. `at` is for a transaction that
    has already taken the clock by `tick` for other rows of the same instant.
    """
    if at is not None and len(facts) >= MANY:
        await copy(connection, "fact", _FACT_COLUMNS, _rows(tenant, facts, at))
        return at
    return await connection.fetchval(
        _APPEND,
        tenant,
        [fact.subject_id for fact in facts],
        [fact.period.start for fact in facts],
        [fact.period.end for fact in facts],
        [fact.op for fact in facts],
        [fact.attributes for fact in facts],
        [stored_provenance(fact) for fact in facts],
        [fact.target_id for fact in facts],
        at,
    )


def _rows(tenant: int, facts: Sequence[Fact], at: datetime) -> list[tuple[Any, ...]]:
    return [
        (
            tenant, fact.subject_id, at, n, fact.period.start, fact.period.end or FOR_EVER, fact.op.encode(),
            fact.attributes, stored_provenance(fact), fact.target_id,
        )
        for n, fact in enumerate(facts, 1)
    ]  # fmt: skip


def stored_provenance(fact: Fact) -> dict[str, Any] | None:
    """Return the provenance as it is stored: `source` in place of `sources` where one event gave every attribute.

    Most golden records are of one event, and its id, told for each attribute, was more than half of what is stored.
    """
    said = fact.provenance
    if said is None or (sources := said.get("sources")) is None or fact.attributes is None:
        return said
    first = next(iter(sources.values()), None)
    if (
        first is None
        or sources.keys() != fact.attributes.keys()
        or any(one != first for one in sources.values())
    ):
        return said
    return {"source": first} | {name: value for name, value in said.items() if name != "sources"}


def _told(stored: dict[str, Any] | None, attributes: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the provenance that was given to `stored_provenance`."""
    if stored is None or (source := stored.get("source")) is None:
        return stored
    others = {name: value for name, value in stored.items() if name != "source"}
    return {"sources": dict.fromkeys(attributes or {}, source), **others}


async def tick(connection: Connection, tenant: int) -> datetime:
    """Take the tenant's clock until commit and return its next system instant."""
    return await connection.fetchval("select tick($1)", tenant)


async def as_of(
    connection: Connection, tenant: int, subject_ids: Iterable[UUID], at: AsOf
) -> dict[UUID, Fact]:
    """Return the fact that holds for each subject at the instants; a subject of which nothing is known is left out."""
    rows = await connection.fetch(_AS_OF, tenant, list(subject_ids), at.valid, at.system)
    return {row["subject_id"]: Fact.of(row) for row in rows}


async def of_one(
    connection: Connection,
    tenant: int,
    kind: str,
    subject_id: UUID,
    valid: datetime | None,
    known_at: datetime | None,
) -> tuple[AsOf, Fact | None]:
    """Return the `basis` for the instants, and the fact that holds then for a subject of a kind, if there is one."""
    row = await connection.fetchrow(_OF_ONE, tenant, kind, subject_id, valid, known_at)
    if row is None:
        raise NotFoundError(f"no tenant has the number {tenant}")
    return AsOf(row["valid"], row["system"]), Fact.of(row) if row["subject_id"] is not None else None


async def history(
    connection: Connection, tenant: int, subject_ids: Iterable[UUID], known_at: datetime
) -> dict[UUID, list[Fact]]:
    """Return all facts recorded up to `known_at` for each subject, oldest belief first."""
    facts: dict[UUID, list[Fact]] = {subject_id: [] for subject_id in subject_ids}
    for row in await connection.fetch(_HISTORY, tenant, list(facts), known_at):
        facts[row["subject_id"]].append(Fact.of(row))
    return facts


async def last_present(
    connection: Connection, tenant: int, subject_ids: Iterable[UUID], at: AsOf
) -> dict[UUID, dict[str, Any]]:
    """Return the attributes that each subject had last, at or before the valid instant."""
    last: dict[UUID, dict[str, Any]] = {}
    for subject_id, known in (await history(connection, tenant, subject_ids, at.system)).items():
        for stretch in ceiling(known):
            if stretch.attributes is not None and stretch.period.start <= at.valid:
                last[subject_id] = stretch.attributes
    return last


async def erased(connection: Connection, tenant: int, subject_ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """Return when each of the subjects was erased; those that were not are left out."""
    rows = await connection.fetch(
        """select subject_id, max(system_from) as erased_at
             from fact
            where tenant_id = $1
              and subject_id = any($2::uuid[])
              and op = 'E'
            group by subject_id""",
        tenant,
        list(subject_ids),
    )
    return {row["subject_id"]: row["erased_at"] for row in rows}


async def basis(
    connection: Connection, tenant: int, valid: datetime | None, known_at: datetime | None
) -> AsOf:
    """Return the instants a reader gets: now and all that is committed by default; never past the watermark."""
    row = await connection.fetchrow(
        """select coalesce($2, clock_timestamp()) as valid, least($3, last_at) as system
             from clock
            where tenant_id = $1""",
        tenant,
        valid,
        known_at,
    )
    if row is None:
        raise NotFoundError(f"no tenant has the number {tenant}")
    return AsOf(row["valid"], row["system"])


async def merge_target(connection: Connection, tenant: int, subject_id: UUID) -> UUID:
    """Return the subject that this one was merged into, as known now, or itself where it was not."""
    return await connection.fetchval(
        """with recursive step as (
             select $2::uuid as id, 0 as hop
             union all
             select f.target_id, step.hop + 1
               from step
               cross join lateral (
                 select op, target_id
                   from fact
                  where tenant_id = $1
                    and subject_id = step.id
                  order by system_from desc, seq desc
                  limit 1
               ) f
              where f.op = 'M'
                and step.hop < 50
           )
           select id from step order by hop desc limit 1""",
        tenant,
        subject_id,
    )


async def subject_count(connection: Connection, tenant: int, kind: str) -> int:
    """Return how many subjects of a kind were ever known."""
    sql = "select count(*) from subject where tenant_id = $1 and kind = $2"
    return await connection.fetchval(sql, tenant, kind)
