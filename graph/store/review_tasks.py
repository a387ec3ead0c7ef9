"""Review tasks: pairs of source records that a steward has to look at, opened and closed as the clusters move."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args
from uuid import UUID

import asyncpg

from graph.errors import ConflictError, NotFoundError
from graph.golden.clustering import Suggestion
from graph.identity import new_id
from graph.store.database import Connection
from graph.time import render

Status = Literal["open", "deferred", "approved", "rejected", "split", "obsolete"]

STATUSES: tuple[Status, ...] = get_args(Status)
"""What can become of a task."""

STATUS = """case when t.status = 'deferred' and t.deferred_until <= now() then 'open' else t.status end"""
"""The status of a task `t` as a steward sees it: one that was put off comes back by itself."""

COLUMNS = f"""t.task_id, t.entity_type, t.kind, t.a, t.b, t.weight, t.reason, {STATUS} as status, t.opened_at,
       extract(epoch from coalesce(t.decided_at, now()) - t.opened_at)::int8 as age, t.assignee,
       case when {STATUS} = 'deferred' then t.deferred_until end as deferred_until, t.decided_at, t.decided_by, t.note"""
"""What `ReviewTask.of` reads of a task `t`."""

_CLOSE = """
with waiting as materialized (
  select task_id
    from review_task
   where tenant_id = $1
     and status in ('open', 'deferred')
     and (a = any($2::uuid[]) or b = any($2::uuid[]))
   order by task_id
     for update
)
update review_task t
   set status = 'obsolete', deferred_until = null, decided_at = $3
  from waiting w
 where t.tenant_id = $1
   and t.task_id = w.task_id
"""

_SYNC = """
with told as materialized (
  select distinct on (a, b) *
    from unnest($5::uuid[], $6::text[], $7::uuid[], $8::uuid[], $9::float8[], $10::text[]) as told (task_id, kind, a, b, weight, reason)
   order by a, b, weight desc, kind
),
waiting as materialized (
  select task_id, a, b
    from review_task
   where tenant_id = $1
     and status in ('open', 'deferred')
     and (a = any($2::uuid[]) or b = any($2::uuid[]))
   order by task_id
     for update
),
closed as (
  update review_task t
     set status = 'obsolete', deferred_until = null, decided_at = $3
    from waiting w
   where t.tenant_id = $1
     and t.task_id = w.task_id
     and not exists (select from told where told.a = w.a and told.b = w.b)
),
changed as (
  update review_task t
     set kind = told.kind, weight = told.weight, reason = told.reason
    from waiting w
    join told using (a, b)
   where t.tenant_id = $1
     and t.task_id = w.task_id
     and (t.kind, t.weight, t.reason) is distinct from (told.kind, told.weight, told.reason)
),
missing as materialized (
  select told.*, last.task_id as last_id
    from told
    left join lateral (
      select task_id, status
        from review_task
       where tenant_id = $1
         and a = told.a
         and b = told.b
       order by opened_at desc, task_id desc
       limit 1
    ) last on last.status = 'obsolete'
   where not exists (select from waiting w where w.a = told.a and w.b = told.b)
     and (
           kind = 'reopened'
           or coalesce((
                select d.verdict
                  from match_decision d
                 where d.tenant_id = $1
                   and d.a = told.a
                   and d.b = told.b
                 order by d.system_from desc
                 limit 1
              ), 'withdrawn') = 'withdrawn'
         )
),
returned as (
  update review_task t
     set status = 'open', decided_at = null, kind = m.kind, weight = m.weight, reason = m.reason
    from missing m
   where t.tenant_id = $1
     and t.task_id = m.last_id
)
insert into review_task (tenant_id, task_id, entity_type, kind, a, b, weight, reason, opened_at)
select $1, task_id, $4, kind, a, b, weight, reason, $3
  from missing
 where last_id is null
on conflict (tenant_id, a, b) where status in ('open', 'deferred') do nothing
"""

_BY_ID = f"""
select {COLUMNS}
  from review_task t
 where t.tenant_id = $1
   and t.task_id = any($2::uuid[])
"""  # noqa: S608 - only constant parts are filled in

_CHANGE = """
update review_task t
   set status = new.status, assignee = new.assignee, deferred_until = new.deferred_until, decided_at = new.decided_at,
       decided_by = new.decided_by, note = new.note
  from unnest($2::uuid[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::text[], $8::text[])
       as new (task_id, status, assignee, deferred_until, decided_at, decided_by, note)
 where t.tenant_id = $1
   and t.task_id = new.task_id
"""

# What this very transaction found to be settled by the word is obsolete as of its own instant, and not lost to anybody.
_DECIDE = """
update review_task
   set status = $3, deferred_until = null, decided_at = $4, decided_by = $5, note = coalesce($6, note)
 where tenant_id = $1
   and task_id = $2
   and (status in ('open', 'deferred') or status = 'obsolete' and decided_at = $4)
"""

_ACTIONS = """
select task_id, system_from, action, actor, before, note
  from review_action
 where tenant_id = $1
   and task_id = any($2::uuid[])
 order by task_id, system_from
"""


@dataclass(frozen=True, slots=True)
class ReviewTask:
    """A pair of source records, `a` the smaller id, that a steward has to look at.

    `weight` is in bits, `age` in seconds: since it was opened, or for how long it was open. `status` is as a steward sees
    it now. An obsolete task has no `decided_by`: nobody closed it, the data no longer asked for it.
    """

    id: UUID
    entity_type: str
    kind: str
    a: UUID
    b: UUID
    weight: float
    reason: str
    status: str
    opened_at: datetime
    age: int
    assignee: str | None
    deferred_until: datetime | None
    decided_at: datetime | None
    decided_by: str | None
    note: str | None

    @classmethod
    def of(cls, row: Any) -> ReviewTask:
        """Return the task of one row of COLUMNS."""
        return cls(**{("id" if name == "task_id" else name): value for name, value in row.items()})

    def require_open(self) -> None:
        """Raise ConflictError saying who decided when, unless a steward may still act on the task."""
        if self.decided_at is None:
            return
        when = render(self.decided_at)
        if self.status == "obsolete":
            raise ConflictError(
                f"task {self.id} is no longer open: obsolete since {when}, the records no longer ask for a look"
            )
        raise ConflictError(f"task {self.id} is no longer open: {self.status} by {self.decided_by} at {when}")


@dataclass(frozen=True, slots=True)
class ReviewAction:
    """What somebody did to a task; `before` is what the task was like, and for `undo` which action it took back."""

    task_id: UUID
    system_from: datetime
    action: str
    actor: str
    before: Mapping[str, Any]
    note: str | None


async def sync(
    connection: Connection,
    tenant: int,
    at: datetime,
    entity_type: str,
    record_ids: Collection[UUID],
    suggestions: Sequence[Suggestion],
) -> None:
    """Make the open tasks of these records those that the suggestions ask for; one statement.

    `record_ids` are all records whose clusters were worked out anew, `suggestions` all there are about them. A pair
    that a steward's word stands for is left alone unless the suggestion is to look again (`reopened`): store the
    words of the same transaction first. What was obsolete and is asked for again is the same task again.
    """
    if not suggestions:
        await connection.execute(_CLOSE, tenant, list(record_ids), at)
        return
    pairs = [(min(told.a, told.b), max(told.a, told.b)) for told in suggestions]
    await connection.execute(
        _SYNC,
        tenant,
        list(record_ids),
        at,
        entity_type,
        [new_id() for _ in suggestions],
        [told.kind for told in suggestions],
        [a for a, _ in pairs],
        [b for _, b in pairs],
        [told.weight for told in suggestions],
        [told.reason for told in suggestions],
    )


async def by_id(
    connection: Connection, tenant: int, task_ids: Collection[UUID], *, held: bool = False
) -> dict[UUID, ReviewTask]:
    """Return the known ones among the tasks; `held` keeps everybody else from changing them until commit.

    Take the clock before you hold tasks, never after: intake holds them in that order.
    """
    statement = f"{_BY_ID} order by t.task_id for update" if held else _BY_ID
    rows = await connection.fetch(statement, tenant, list(task_ids))
    return {row["task_id"]: ReviewTask.of(row) for row in rows}


def not_found(task_id: UUID) -> NotFoundError:
    """Return the error for a task nobody knows."""
    return NotFoundError(f"no review task has the id {task_id}")


async def change(connection: Connection, tenant: int, tasks: Collection[ReviewTask]) -> None:
    """Store what these tasks are like now, but for what intake says of them.

    Raises ConflictError where one is opened again while another about the same records is open.
    """
    columns: list[list[Any]] = [
        [task.id for task in tasks],
        [task.status for task in tasks],
        [task.assignee for task in tasks],
        [task.deferred_until for task in tasks],
        [task.decided_at for task in tasks],
        [task.decided_by for task in tasks],
        [task.note for task in tasks],
    ]
    try:
        await connection.execute(_CHANGE, tenant, *columns)
    except asyncpg.UniqueViolationError as error:
        raise ConflictError("another task about the same records is open now") from error


async def decide(
    connection: Connection,
    tenant: int,
    task: ReviewTask,
    status: Status,
    at: datetime,
    actor: str,
    note: str | None,
) -> None:
    """Close a task with a steward's verdict; raises ConflictError where somebody else was faster."""
    if await connection.execute(_DECIDE, tenant, task.id, status, at, actor, note) == "UPDATE 1":
        return
    (await by_id(connection, tenant, [task.id]))[task.id].require_open()


async def add_actions(connection: Connection, tenant: int, actions: Collection[ReviewAction]) -> None:
    """Keep what was done."""
    await connection.execute(
        """insert into review_action (tenant_id, task_id, system_from, action, actor, before, note)
           select $1, * from unnest($2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::jsonb[], $7::text[])""",
        tenant,
        [action.task_id for action in actions],
        [action.system_from for action in actions],
        [action.action for action in actions],
        [action.actor for action in actions],
        [dict(action.before) for action in actions],
        [action.note for action in actions],
    )


async def actions(
    connection: Connection, tenant: int, task_ids: Collection[UUID]
) -> dict[UUID, list[ReviewAction]]:
    """Return what was done to each task, oldest first."""
    found: dict[UUID, list[ReviewAction]] = {task_id: [] for task_id in task_ids}
    for row in await connection.fetch(_ACTIONS, tenant, list(found)):
        found[row["task_id"]].append(ReviewAction(**row))
    return found
