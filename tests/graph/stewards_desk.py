"""What the tests of stewardship share: a customer whose matching is plain, a desk to work at, and the state of all views."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from graph.golden.entity_type import CUSTOMER, EntityType
from graph.golden.policy import Condition, MatchPolicy, MatchRule, Veto
from graph.golden.record import Origin
from graph.identity import SourceKey
from graph.intake import Intake, Outcome
from graph.merges import Merges
from graph.stewardship import Answers, Stewardship
from graph.store.database import Database
from graph.store.review_queue import Filter, ReviewQueue
from graph.store.review_tasks import ReviewTask

PLAIN = replace(
    CUSTOMER,
    matching=MatchPolicy(
        blocking=(("email",), ("phone",)),
        rules=(
            MatchRule("same e-mail", "merge", (Condition("email", "equal"),)),
            MatchRule("same phone", "review", (Condition("phone", "equal"),)),
        ),
        vetoes=(Veto("birth_date"),),
    ),
)
"""An equal e-mail merges, an equal phone asks a steward, unequal birth dates keep apart."""

CRM, SHOP, WEB = SourceKey("crm", "1"), SourceKey("shop", "2"), SourceKey("web", "3")

PHONE = "+49 221 1234567"

_STATE = """
select 'home' as what, jsonb_build_object('key', r.source_system || ' ' || r.source_key, 'golden', held.golden_id) as row
  from source_record r
  cross join lateral (
    select golden_id from crosswalk where source_record_id = r.source_record_id order by system_from desc limit 1
  ) held
union all
select 'history', to_jsonb(h) from customers_history h
union all
select 'task', jsonb_build_object('a', a, 'b', b, 'kind', kind, 'weight', weight, 'assignee', assignee, 'status', status)
  from review_task
 where status in ('open', 'deferred')
union all
select 'word', jsonb_build_object('a', a, 'b', b, 'verdict', verdict)
  from (select distinct on (a, b) * from match_decision order by a, b, system_from desc) newest
 where verdict <> 'withdrawn'
order by 1, 2
"""


def told(key: SourceKey, **attributes: Any) -> dict[str, Any]:
    """Return what a source system says of one of its records, as of 2020."""
    return {
        "sourceSystem": key.system,
        "key": key.key,
        "validFrom": "2020-01-01T00:00:00Z",
        **attributes,
    }


@dataclass(frozen=True)
class Desk:
    """A steward's desk on the test database."""

    database: Database
    intake: Intake
    tasks: Stewardship
    merges: Merges
    queue: ReviewQueue

    @classmethod
    def of(cls, database: Database, entity_type: EntityType = PLAIN) -> Desk:
        """Return a desk for customers."""
        intake = Intake(database, entity_type=entity_type)

        async def intake_of(name: str) -> Intake:
            assert name == entity_type.name
            return intake

        return cls(
            database,
            intake,
            Stewardship(database, intake_of),
            Merges(database, intake_of),
            ReviewQueue(database),
        )

    async def take_in(self, *records: dict[str, Any]) -> list[Outcome]:
        """Take records in."""
        return await self.intake.take_in(list(records), Origin("rest", "ann"))

    async def open_tasks(self, **filters: Any) -> list[ReviewTask]:
        """Return the open tasks, the heaviest first."""
        return (await self.queue.page(Filter("customer", "open", **filters), "heaviest", 100))[0]

    async def the_task(self) -> ReviewTask:
        """Return the one open task there is."""
        (task,) = await self.open_tasks()
        return task

    async def golden_ids(self, *keys: SourceKey) -> list[UUID]:
        """Return the golden record of each source record."""
        homes = await self.homes()
        return [homes[key] for key in keys]

    async def homes(self) -> dict[SourceKey, UUID]:
        """Return the golden record of every source record."""
        state = await self.rows(
            """select distinct on (r.source_record_id) r.source_system, r.source_key, c.golden_id
                 from source_record r
                 join crosswalk c using (tenant_id, source_record_id)
                order by r.source_record_id, c.system_from desc"""
        )
        return {SourceKey(system, key): golden_id for system, key, golden_id in state}

    async def state(self) -> list[tuple[Any, ...]]:
        """Return everything that views show now: who belongs where, histories, open tasks, standing words."""
        return await self.rows(_STATE)

    async def nameless_state(self) -> list[tuple[str, Any]]:
        """Return the state with every golden record called by its smallest source key in place of its id."""
        name: dict[str, str] = {}
        for key, golden_id in sorted((await self.homes()).items(), reverse=True):
            name[str(golden_id)] = f"{key.system} {key.key}"
        ids = ("golden", "customer_id")
        renamed = [
            (what, {k: name[v] if k in ids else v for k, v in row.items()})
            for what, row in await self.state()
        ]
        return sorted(renamed, key=repr)

    async def changes(self) -> list[tuple[str, UUID, UUID | None]]:
        """Return what the change feed tells, in order."""
        return [
            (kind, golden_id, other_id)
            for kind, golden_id, other_id in await self.rows(
                "select kind, golden_id, other_id from change_event order by system_from, seq"
            )
        ]

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        async with self.database.connection() as connection:
            return [tuple(row.values()) for row in await connection.fetch(query)]


def only(answers: Answers) -> ReviewTask:
    """Return the one task that something was done to."""
    (answer,) = answers.values()
    assert isinstance(answer, ReviewTask), answer
    return answer
