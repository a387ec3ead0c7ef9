"""What is stored about the matching of a whole entity type: profiles, edges, words, and how they add up."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

from graph.store.database import Connection

HOURS = 3600.0
"""Seconds that a statement over a whole population may take."""

# In order of the ids, so that the position of a record orders pairs as PostgreSQL orders their ids.
_POPULATION = """
select (p.profile || jsonb_build_object(':id', r.source_record_id, ':system', r.source_system, ':key', r.source_key,
                                        ':golden', held.golden_id))::text
  from source_record r
  join record_profile p on p.tenant_id = r.tenant_id and p.source_record_id = r.source_record_id
  left join (
    select distinct on (source_record_id) source_record_id, golden_id
      from crosswalk
     where tenant_id = $1
     order by source_record_id, system_from desc
  ) held on held.source_record_id = r.source_record_id
 where r.tenant_id = $1
   and r.entity_type = $2
 order by r.source_record_id
"""

_EDGES = """
select a, b, weight, rule
  from (
    select distinct on (a, b) a, b, weight, rule
      from match_edge
     where tenant_id = $1
     order by a, b, system_from desc
  ) newest
  join source_record r on r.tenant_id = $1 and r.source_record_id = newest.a
 where weight is not null
   and r.entity_type = $2
"""

_WORDS = """
select newest.a, newest.b, newest.verdict,
       newest.verdict = 'cannot_link'
         and (newest.identity_a <> x.identity or newest.identity_b <> y.identity) is true as is_stale
  from (
    select distinct on (a, b) a, b, verdict, identity_a, identity_b
      from match_decision
     where tenant_id = $1
     order by a, b, system_from desc
  ) newest
  join source_record r on r.tenant_id = $1 and r.source_record_id = newest.a and r.entity_type = $2
  join record_profile x on x.tenant_id = $1 and x.source_record_id = newest.a
  join record_profile y on y.tenant_id = $1 and y.source_record_id = newest.b
 where verdict <> 'withdrawn'
"""

_SIZES = """
select size, count(*) as golden_records
  from (
    select held.golden_id, count(*) as size
      from (
        select distinct on (c.source_record_id) c.source_record_id, c.golden_id
          from crosswalk c
          join source_record r on r.tenant_id = c.tenant_id and r.source_record_id = c.source_record_id
         where c.tenant_id = $1
           and r.entity_type = $2
         order by c.source_record_id, c.system_from desc
      ) held
     group by held.golden_id
  ) counted
 group by size
 order by size
"""

_BANDS = """
select rule, least(40, floor(weight / 5) * 5)::int4 as band, count(*) as pairs
  from (
    select distinct on (a, b) a, b, weight, rule
      from match_edge
     where tenant_id = $1
     order by a, b, system_from desc
  ) newest
  join source_record r on r.tenant_id = $1 and r.source_record_id = newest.a
 where weight is not null
   and r.entity_type = $2
 group by 1, 2
 order by 2 desc, 1
"""

_TASKS = """
select kind, status, count(*) as tasks, min(opened_at) as oldest
  from review_task
 where tenant_id = $1
   and entity_type = $2
   and status in ('open', 'deferred')
 group by 1, 2
 order by 1, 2
"""

_GENERIC = """
select rule, count(*) as keys, max(records) as most, sum(records)::int8 as records
  from generic_key
 where tenant_id = $1
   and entity_type = $2
 group by 1
 order by 1
"""

_MODEL = """
select version, system_from, actor, note
  from policy
 where tenant_id = $1
   and entity_type = $2
   and part = 'model'
 order by version desc
 limit 1
"""


@dataclass(frozen=True, slots=True)
class MatchState:
    """How the matching of an entity type stands: rows of counts, as their names say.

    `sizes`: size of golden record, how many. `bands`: rule (None: the model), lowest weight of the band in bits, pairs.
    `tasks`: kind, status, tasks, oldest. `generic`: rule, keys, most, records. `model`: None where none was trained.
    """

    sizes: list[dict[str, Any]]
    bands: list[dict[str, Any]]
    tasks: list[dict[str, Any]]
    generic: list[dict[str, Any]]
    model: dict[str, Any] | None
    now: datetime


async def copy_population(
    connection: Connection, tenant: int, entity_type: str, write: Callable[[bytes], Coroutine[Any, Any, None]]
) -> None:
    """Send a JSON object per record, in order of ids, as COPY writes text: one line each, every backslash doubled.

    Each is the profile with `:id`, `:system`, `:key` and `:golden`, the golden record it belongs to now.
    """
    await connection.copy_from_query(_POPULATION, tenant, entity_type, output=write, timeout=HOURS)


async def copy_edges(
    connection: Connection, tenant: int, entity_type: str, write: Callable[[bytes], Coroutine[Any, Any, None]]
) -> None:
    """Send the edges that count, as CSV without a header: a, b, weight, rule."""
    await connection.copy_from_query(_EDGES, tenant, entity_type, output=write, format="csv", timeout=HOURS)


async def words(connection: Connection, tenant: int, entity_type: str) -> list[asyncpg.Record]:
    """Return the words of stewards that stand: a, b, verdict, is_stale.

    Stale is a cannot_link of which one record has changed since in what identifies it.
    """
    return await connection.fetch(_WORDS, tenant, entity_type, timeout=HOURS)


async def state(connection: Connection, tenant: int, entity_type: str) -> MatchState:
    """Return how the matching of an entity type stands."""
    found = [
        [dict(row) for row in await connection.fetch(query, tenant, entity_type, timeout=HOURS)]
        for query in (_SIZES, _BANDS, _TASKS, _GENERIC, _MODEL)
    ]
    now = await connection.fetchval("select clock_timestamp()")
    sizes, bands, tasks, generic, model = found
    return MatchState(sizes, bands, tasks, generic, model[0] if model else None, now)
