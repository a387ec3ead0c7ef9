"""The queue of review tasks: opened and closed by suggestions, filtered, ordered, counted and paged exactly."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from graph.golden.clustering import Suggestion
from graph.golden.component import Kind
from graph.golden.record import Origin
from graph.intake import Intake
from graph.store import facts, review_tasks
from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.store.review_queue import Filter, Order, Place, QueueCount, ReviewQueue
from graph.store.review_tasks import ReviewTask

CUSTOMERS = Filter("customer", "open")


async def _records(database: Database, count: int = 6) -> list[UUID]:
    """Return the ids of some source records that are like nobody, crm and shop in turns, the smallest first."""
    systems = ["crm", "shop"]
    records: list[object] = [
        {
            "sourceSystem": systems[n % 2],
            "key": f"k{n}",
            "email": f"{n}@example.com",
            "validFrom": "2020-01-01T00:00:00Z",
        }
        for n in range(count)
    ]
    await Intake(database).take_in(records, Origin("rest"))
    async with database.connection() as connection:
        rows = await connection.fetch("select source_record_id as id from source_record order by source_key")
    return [row["id"] for row in rows]


def _suggested(a: UUID, b: UUID, weight: float = 1.0, kind: Kind = "possible_match") -> Suggestion:
    return Suggestion(kind, min(a, b), max(a, b), weight, "alike")


async def _sync(database: Database, record_ids: Sequence[UUID], *suggestions: Suggestion) -> None:
    async def work(connection: Connection) -> None:
        at = await facts.tick(connection, DEFAULT_TENANT)
        await review_tasks.sync(connection, DEFAULT_TENANT, at, "customer", record_ids, suggestions)

    await database.transaction(work)


async def _tasks(
    database: Database, wanted: Filter = CUSTOMERS, order: Order = "heaviest"
) -> list[ReviewTask]:
    return (await ReviewQueue(database).page(wanted, order, 100))[0]


async def _queue(database: Database) -> tuple[list[UUID], list[ReviewTask]]:
    """Return six records and the open tasks of three pairs of them, of weight 3, 2 and 1."""
    ids = await _records(database)
    pairs: list[tuple[Kind, int, int]] = [("conflict", 4, 5), ("contested", 2, 3), ("possible_match", 0, 2)]
    for weight, (kind, a, b) in enumerate(pairs, 1):
        await _sync(database, [ids[a]], _suggested(ids[a], ids[b], float(weight), kind))
    return ids, await _tasks(database)


async def test_syncing_twice_changes_nothing(database: Database) -> None:
    """The same suggestions again leave every task as it was, with its id and age."""
    ids = await _records(database)
    told = [_suggested(ids[0], ids[1]), _suggested(ids[2], ids[3], 2.0)]
    await _sync(database, ids, *told)
    before = await _tasks(database)
    await _sync(database, ids, *told, told[0])
    after = await _tasks(database)
    assert [(task.id, task.opened_at) for task in after] == [(task.id, task.opened_at) for task in before]
    assert [task.weight for task in after] == [2.0, 1.0]


async def test_a_task_follows_its_suggestion(database: Database) -> None:
    """Kind, weight and reason are those told last; who was to look stays."""
    ids = await _records(database)
    await _sync(database, ids, _suggested(ids[0], ids[1]))
    a, b = sorted(ids[:2])
    await _sync(database, ids, Suggestion("conflict", a, b, 9.0, "birth_date differs"))
    (task,) = await _tasks(database)
    assert (task.kind, task.weight, task.reason) == ("conflict", 9.0, "birth_date differs")


async def test_only_tasks_of_the_records_become_obsolete(database: Database) -> None:
    """What is told of some records says nothing of the tasks of others."""
    ids, (first, second, third) = await _queue(database)
    await _sync(database, [ids[4]])
    assert [task.id for task in await _tasks(database)] == [first.id, second.id]
    await _sync(database, ids[:3], _suggested(ids[0], ids[2], 3.0))
    assert [task.id for task in await _tasks(database)] == [first.id]
    closed = await ReviewQueue(database).tasks([second.id, third.id])
    assert {(task.status, task.decided_by, task.decided_at is not None) for task in closed.values()} == {
        ("obsolete", None, True)
    }


async def test_what_is_asked_for_again_is_the_same_task_again(database: Database) -> None:
    """A task that was obsolete comes back with its id, its age and whoever was to look."""
    ids, (task, *_) = await _queue(database)
    async with database.connection() as connection:
        await connection.execute("update review_task set assignee = 'bea' where task_id = $1", task.id)
    await _sync(database, ids[:3])
    await _sync(database, ids[:3], _suggested(ids[0], ids[2], 5.0, "conflict"))
    back = (await _tasks(database))[0]
    assert (back.id, back.opened_at, back.assignee) == (task.id, task.opened_at, "bea")
    assert (back.status, back.kind, back.weight, back.decided_at) == ("open", "conflict", 5.0, None)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (CUSTOMERS, [0, 1, 2]),
        (Filter("product", "open"), []),
        (Filter("customer", "obsolete"), []),
        (Filter("customer"), [0, 1, 2]),
        (Filter("customer", kind="contested"), [1]),
        (Filter("customer", source_system="crm"), [0, 1, 2]),
        (Filter("customer", source_system="shop"), [1, 2]),
        (Filter("customer", source_system="web"), []),
        (Filter("customer", min_weight=2.0), [0, 1]),
        (Filter("customer", max_weight=2.0), [1, 2]),
        (Filter("customer", min_weight=1.5, max_weight=2.5), [1]),
        (Filter("customer", opened_before=datetime(2020, 1, 1, tzinfo=UTC)), []),
        (Filter("customer", opened_before=datetime(2200, 1, 1, tzinfo=UTC)), [0, 1, 2]),
        (Filter("customer", search="k2"), [0, 1]),
        (Filter("customer", search=" k5 "), [2]),
        (Filter("customer", search="k"), []),
        (Filter("customer", search="01890000-0000-7000-8000-000000000000"), []),
        (Filter("customer", assignee="bea"), []),
        (Filter("customer", is_unassigned=True), [0, 1, 2]),
        (Filter("customer", is_unassigned=False), []),
    ],
)
async def test_filters_leave_exactly_what_they_say(
    database: Database, wanted: Filter, found: list[int]
) -> None:
    """Each filter, on its own and with others, leaves the tasks it means; the counts are of the same."""
    _, tasks = await _queue(database)
    assert [task.id for task in await _tasks(database, wanted)] == [tasks[n].id for n in found]
    counts = (await ReviewQueue(database).counts([wanted]))[wanted]
    meant = [c for c in counts if wanted.status in (None, c.status) and wanted.kind in (None, c.kind)]
    assert sum(counted.count for counted in meant) == len(found)


async def test_a_golden_id_finds_the_tasks_of_all_its_records(database: Database) -> None:
    """Searched by the id of a golden record, tasks about any of its source records are found."""
    ids, tasks = await _queue(database)
    async with database.connection() as connection:
        golden_id = await connection.fetchval(
            "select golden_id from crosswalk where source_record_id = $1", ids[3]
        )
    assert [task.id for task in await _tasks(database, Filter("customer", search=str(golden_id)))] == [
        tasks[1].id
    ]


@pytest.mark.parametrize(
    ("order", "expected"),
    [("heaviest", [0, 1, 2]), ("lightest", [2, 1, 0]), ("oldest", [2, 1, 0]), ("newest", [0, 1, 2])],
)
async def test_pages_follow_each_other_in_every_order(
    database: Database, order: Order, expected: list[int]
) -> None:
    """One task after the other, each page begins where the one before ended, until none follows."""
    _, tasks = await _queue(database)
    queue, seen = ReviewQueue(database), list[UUID]()
    place: Place | None = None
    for remaining in (2, 1, 0):
        (task,), has_next = await queue.page(CUSTOMERS, order, 1, place)
        assert has_next == (remaining > 0)
        seen.append(task.id)
        place = Place(task.weight if order in ("heaviest", "lightest") else task.opened_at, task.id)
    assert seen == [tasks[n].id for n in expected]
    assert await queue.page(CUSTOMERS, order, 1, place) == ([], False)


async def test_equal_weights_are_paged_without_loss(database: Database) -> None:
    """Tasks of one weight are told apart by their ids, so that none is left out between pages."""
    ids = await _records(database)
    await _sync(database, ids, *(_suggested(ids[0], other, 2.5) for other in ids[1:]))
    queue, seen = ReviewQueue(database), list[UUID]()
    place: Place | None = None
    while True:
        tasks, has_next = await queue.page(CUSTOMERS, "heaviest", 2, place)
        seen += [task.id for task in tasks]
        place = Place(tasks[-1].weight, tasks[-1].id)
        if not has_next:
            break
    assert sorted(seen) == sorted({task.id for task in await _tasks(database)})
    assert len(seen) == 5


async def test_counts_tell_kinds_and_statuses(database: Database) -> None:
    """How many tasks of which kind have which status, whatever status was asked for; one that is due counts as open."""
    ids, (first, second, _) = await _queue(database)
    await _sync(database, [ids[4]])
    async with database.connection() as connection:
        for task_id, until in ((first.id, timedelta(days=1)), (second.id, timedelta(days=-1))):
            await connection.execute(
                "update review_task set status = 'deferred', deferred_until = now() + $2 where task_id = $1",
                task_id,
                until,
            )
    assert (await ReviewQueue(database).counts([CUSTOMERS]))[CUSTOMERS] == [
        QueueCount("conflict", "obsolete", 1),
        QueueCount("contested", "open", 1),
        QueueCount("possible_match", "deferred", 1),
    ]
    assert [task.id for task in await _tasks(database)] == [second.id]
    assert [task.id for task in await _tasks(database, Filter("customer", "deferred"))] == [first.id]


async def test_a_decided_pair_is_not_opened_again_but_to_be_looked_at_anew(database: Database) -> None:
    """A suggestion about a pair that a word stands for is passed over unless it is reopened; a withdrawn word stands no more."""
    ids = await _records(database)
    a, b = sorted(ids[:2])
    async with database.connection() as connection:
        for verdict in ("cannot_link", "withdrawn"):
            await connection.execute(
                "insert into match_decision (tenant_id, a, b, system_from, verdict, actor) values (1, $1, $2, now(), $3, 'bea')",
                a,
                b,
                verdict,
            )
            await _sync(database, ids, _suggested(a, b))
            assert len(await _tasks(database)) == (verdict == "withdrawn")
            await _sync(database, ids)
            await _sync(database, ids, _suggested(a, b, kind="reopened"))
            assert [task.kind for task in await _tasks(database)] == ["reopened"]
            await _sync(database, ids)
