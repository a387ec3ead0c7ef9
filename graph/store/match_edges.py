"""How strongly pairs of source records look like one, and the components that these edges join."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from graph.golden.matching import NEVER
from graph.store.copying import MANY, copy
from graph.store.database import Connection
from graph.store.source_records import StoredRecord

_COMPONENTS = """
with recursive reached (id) as (
  select unnest($2::uuid[])
  union
  select other.id
    from reached r
    cross join lateral (
      select one.id
        from (
          select distinct on (b) b as id, weight
            from match_edge
           where tenant_id = $1
             and a = r.id
           order by b, system_from desc
        ) one
       where one.weight > $3
      union all
      select one.id
        from (
          select distinct on (a) a as id, weight
            from match_edge
           where tenant_id = $1
             and b = r.id
           order by a, system_from desc
        ) one
       where one.weight > $3
      union all
      select one.id
        from (
          select distinct on (b) b as id, verdict
            from match_decision
           where tenant_id = $1
             and a = r.id
           order by b, system_from desc
        ) one
       where one.verdict = 'must_link'
      union all
      select one.id
        from (
          select distinct on (a) a as id, verdict
            from match_decision
           where tenant_id = $1
             and b = r.id
           order by a, system_from desc
        ) one
       where one.verdict = 'must_link'
    ) other
),
held as materialized (
  select r.id, now.golden_id
    from reached r
    left join lateral (
      select golden_id
        from crosswalk
       where tenant_id = $1
         and source_record_id = r.id
       order by system_from desc
       limit 1
    ) now on true
),
beyond as (
  select once.id, now.golden_id
    from (
      select distinct c.source_record_id as id
        from (select distinct golden_id from held) g
        cross join lateral (
          select source_record_id
            from crosswalk
           where tenant_id = $1
             and golden_id = g.golden_id
          offset 0
        ) c
       where not exists (select from reached r where r.id = c.source_record_id)
    ) once
    cross join lateral (
      select golden_id
        from crosswalk
       where tenant_id = $1
         and source_record_id = once.id
       order by system_from desc
       limit 1
    ) now
   where now.golden_id in (select golden_id from held)
)
select found.id as source_record_id, r.source_system, r.source_key, found.golden_id, found.is_reached
  from (
    select id, golden_id, true as is_reached from held
    union all
    select id, golden_id, false from beyond
  ) found
  cross join lateral (
    select source_system, source_key
      from source_record
     where tenant_id = $1
       and source_record_id = found.id
    offset 0
  ) r
"""

_STANDING = """
with touching as materialized (
  select e.a, e.b, e.weight, e.rule, e.system_from
    from unnest($2::uuid[]) as wanted (id)
    cross join lateral (
      select a, b, weight, rule, system_from
        from match_edge
       where tenant_id = $1
         and a = wanted.id
      union all
      select a, b, weight, rule, system_from
        from match_edge
       where tenant_id = $1
         and b = wanted.id
    ) e
)
select a, b, weight, rule
  from (select distinct on (a, b) a, b, weight, rule from touching order by a, b, system_from desc) newest
 where weight is not null
"""

_ADD = """
insert into match_edge (tenant_id, a, b, system_from, weight, rule, model_version)
select $1, a, b, $2, weight, rule, $3
  from unnest($4::uuid[], $5::uuid[], $6::float8[], $7::text[]) as new (a, b, weight, rule)
"""

_EDGE_COLUMNS = ("tenant_id", "a", "b", "system_from", "weight", "rule", "model_version")


@dataclass(slots=True)
class StoredEdge:
    """How strongly a pair, `a` the smaller id, looks like one, in bits; `weight` None: no longer worth a look.

    `rule` is the deterministic rule that decided, None where the model did.
    """

    a: UUID
    b: UUID
    weight: float | None
    rule: str | None


async def components(
    connection: Connection, tenant: int, record_ids: Collection[UUID]
) -> tuple[list[StoredRecord], list[StoredRecord]]:
    """Return these records and all that edges or a steward's `must_link` join to them, directly or through others.

    And, apart, those beyond that belong to the same golden records now.
    """
    rows = await connection.fetch(_COMPONENTS, tenant, list(record_ids), NEVER)
    reached = [StoredRecord.of(row) for row in rows if row["is_reached"]]
    return reached, [StoredRecord.of(row) for row in rows if not row["is_reached"]]


async def standing(
    connection: Connection, tenant: int, record_ids: Collection[UUID]
) -> dict[tuple[UUID, UUID], StoredEdge]:
    """Return the edges that count of every pair with one of these records in it."""
    rows = await connection.fetch(_STANDING, tenant, list(record_ids))
    return {(row["a"], row["b"]): StoredEdge(**row) for row in rows}


async def add(
    connection: Connection, tenant: int, at: datetime, model_version: int, edges: Sequence[StoredEdge]
) -> None:
    """Store edges at a system instant, at most one of each pair."""
    if len(edges) >= MANY:
        rows = [(tenant, edge.a, edge.b, at, edge.weight, edge.rule, model_version) for edge in edges]
        await copy(connection, "match_edge", _EDGE_COLUMNS, rows)
        return
    await connection.execute(
        _ADD,
        tenant,
        at,
        model_version,
        [edge.a for edge in edges],
        [edge.b for edge in edges],
        [edge.weight for edge in edges],
        [edge.rule for edge in edges],
    )
