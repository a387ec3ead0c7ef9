"""What stewards say of review tasks: carried out at once with all that follows, kept, and taken back."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from graph.errors import ConflictError, InvalidInputError, NotFoundError
from graph.golden.decision import Decision
from graph.identity import SourceKey
from graph.store.database import Database
from graph.store.review_tasks import ReviewTask
from tests.graph.stewards_desk import CRM, PHONE, SHOP, WEB, Desk, only, told

NOBODY = UUID(int=7)


async def _two_alike(database: Database) -> Desk:
    """Return a desk with two customers that share a phone, and so a task."""
    desk = Desk.of(database)
    await desk.take_in(told(CRM, email="a@example.com", phone=PHONE, firstName="Ann"))
    await desk.take_in(told(SHOP, email="b@example.com", phone=PHONE, firstName="Anna"))
    return desk


async def test_a_pair_that_needs_a_look_becomes_a_task(database: Database) -> None:
    """Two records with one phone stay two golden records and open one task, with its reason."""
    desk = await _two_alike(database)
    task = await desk.the_task()
    assert (task.kind, task.status, task.entity_type) == ("possible_match", "open", "customer")
    assert task.weight == 0.0
    assert task.reason == "alike, but not enough to be one"
    assert len(set(await desk.golden_ids(CRM, SHOP))) == 2


async def test_the_same_data_again_leave_the_task_as_it_is(database: Database) -> None:
    """Re-delivery neither opens a second task nor touches the first."""
    desk = await _two_alike(database)
    task = await desk.the_task()
    await desk.take_in(
        told(CRM, email="a@example.com", phone=PHONE, firstName="Ann"), told(WEB, email="c@example.com")
    )
    assert (await desk.the_task()).id == task.id


async def test_a_task_becomes_obsolete_when_the_data_no_longer_ask_for_it(database: Database) -> None:
    """Where the one record never had the phone, nobody has to look; nobody is said to have decided."""
    desk = await _two_alike(database)
    task = await desk.the_task()
    await desk.take_in(told(SHOP, kind="retract", sequence=5))
    closed = (await desk.queue.tasks([task.id]))[task.id]
    assert (closed.status, closed.decided_by) == ("obsolete", None)
    answer = (await desk.tasks.approve([task.id], "bea"))[task.id]
    assert isinstance(answer, ConflictError)
    assert "obsolete since" in answer.message


async def test_approving_merges_and_tells_the_change_feed_both_ids(database: Database) -> None:
    """The older golden record survives, the crosswalk moves, and one event names survivor and loser."""
    desk = await _two_alike(database)
    survivor, loser = await desk.golden_ids(CRM, SHOP)
    task = only(await desk.tasks.approve([(await desk.the_task()).id], "bea", "called her"))
    assert (task.status, task.decided_by, task.note) == ("approved", "bea", "called her")
    assert await desk.golden_ids(CRM, SHOP) == [survivor, survivor]
    assert (await desk.changes())[-2:] == [("merged", survivor, loser), ("changed", survivor, None)]
    assert await desk.open_tasks() == []
    assert await desk.rows("select verdict, actor, note from match_decision") == [
        ("must_link", "bea", "called her")
    ]
    moved = await desk.rows("select golden_id, reason from crosswalk order by system_from desc limit 1")
    assert moved == [(survivor, "merge")]


async def test_a_rejection_holds_against_every_further_load(database: Database) -> None:
    """Re-delivery, and news that leave what identifies both as it was, do not open a task again."""
    desk = await _two_alike(database)
    before = await desk.golden_ids(CRM, SHOP)
    task = only(await desk.tasks.reject([(await desk.the_task()).id], "bea"))
    assert (task.status, task.decided_by) == ("rejected", "bea")
    await desk.take_in(
        told(CRM, email="a@example.com", phone=PHONE, firstName="Ann"),
        told(SHOP, email="b@example.com", phone=PHONE, firstName="Anna", validFrom="2021-01-01T00:00:00Z"),
    )
    assert await desk.open_tasks() == []
    assert await desk.golden_ids(CRM, SHOP) == before


async def test_a_rejection_keeps_all_records_of_both_sides_apart(database: Database) -> None:
    """Not only the pair of the task: any record of the one golden record from any of the other."""
    desk = await _two_alike(database)
    await desk.take_in(told(WEB, email="a@example.com"))
    only(await desk.tasks.reject([(await desk.the_task()).id], "bea"))
    said = await desk.rows(
        """select ra.source_system || '-' || rb.source_system, d.verdict
             from match_decision d
             join source_record ra on ra.source_record_id = d.a
             join source_record rb on rb.source_record_id = d.b
            order by 1"""
    )
    assert said == [("crm-shop", "cannot_link"), ("shop-web", "cannot_link")]
    await desk.take_in(told(WEB, email="b@example.com", validFrom="2021-01-01T00:00:00Z"))
    homes = await desk.homes()
    assert homes[CRM] != homes[SHOP]


async def test_what_was_rejected_is_looked_at_again_once_identity_data_change(database: Database) -> None:
    """A new value in what identifies a record makes the word stale: nothing merges, but a task is opened again."""
    desk = await _two_alike(database)
    before = await desk.golden_ids(CRM, SHOP)
    rejected = only(await desk.tasks.reject([(await desk.the_task()).id], "bea"))
    await desk.take_in(
        told(SHOP, email="a@example.com", phone=PHONE, firstName="Ann", validFrom="2021-01-01T00:00:00Z")
    )
    task = await desk.the_task()
    assert (task.kind, task.weight) == ("reopened", 40.0)
    assert task.id != rejected.id
    assert await desk.golden_ids(CRM, SHOP) == before
    only(await desk.tasks.approve([task.id], "cid"))
    assert len(set(await desk.golden_ids(CRM, SHOP))) == 1


async def test_what_is_looked_at_again_can_be_rejected_again(database: Database) -> None:
    """The word counts for the records as they are now, until they change once more."""
    desk = await _two_alike(database)
    only(await desk.tasks.reject([(await desk.the_task()).id], "bea"))
    changed = told(SHOP, email="a@example.com", phone=PHONE, validFrom="2021-01-01T00:00:00Z")
    await desk.take_in(changed)
    only(await desk.tasks.reject([(await desk.the_task()).id], "bea"))
    await desk.take_in(changed, told(CRM, email="a@example.com", phone=PHONE, firstName="Ann"))
    assert await desk.open_tasks() == []
    assert len(set(await desk.golden_ids(CRM, SHOP))) == 2


async def test_a_contested_newcomer_is_alone_and_has_its_tasks(database: Database) -> None:
    """A record that matches two golden records a steward keeps apart never bridges them; a steward places it."""
    desk = await _two_alike(database)
    only(await desk.tasks.reject([(await desk.the_task()).id], "bea"))
    before = await desk.golden_ids(CRM, SHOP)
    await desk.take_in(
        told(WEB, email="a@example.com"), told(WEB, email="b@example.com", validFrom="2021-01-01T00:00:00Z")
    )
    homes = await desk.homes()
    assert [homes[CRM], homes[SHOP]] == before
    assert homes[WEB] not in before
    tasks = await desk.open_tasks()
    assert [task.kind for task in tasks] == ["contested", "contested"]
    only(await desk.tasks.approve([tasks[0].id], "bea"))
    homes = await desk.homes()
    assert homes[WEB] in before
    assert len(set(homes.values())) == 2
    assert await desk.open_tasks() == []


async def test_undoing_an_approval_restores_everything(database: Database) -> None:
    """Golden records, histories, crosswalk, words and the open task are as they were; the old id is back."""
    desk = await _two_alike(database)
    before = await desk.state()
    task = only(await desk.tasks.approve([(await desk.the_task()).id], "bea"))
    assert await desk.state() != before
    undone = only(await desk.tasks.undo([task.id], "cid", "she has moved"))
    assert (undone.id, undone.status, undone.decided_by, undone.note) == (task.id, "open", None, None)
    assert await desk.state() == before
    done = (await desk.queue.actions([task.id]))[task.id]
    assert [(action.action, action.actor, action.note) for action in done] == [
        ("approve", "bea", None),
        ("undo", "cid", "she has moved"),
    ]


async def test_undoing_a_rejection_lets_the_earlier_word_stand_again(database: Database) -> None:
    """Of a pair that had been rejected before and changed since, undo leaves the stale word, so the task is open again."""
    desk = await _two_alike(database)
    only(await desk.tasks.reject([(await desk.the_task()).id], "bea"))
    await desk.take_in(told(SHOP, email="a@example.com", phone=PHONE, validFrom="2021-01-01T00:00:00Z"))
    before = await desk.state()
    task = await desk.the_task()
    only(await desk.tasks.reject([task.id], "cid"))
    assert await desk.open_tasks() == []
    assert only(await desk.tasks.undo([task.id], "cid")).kind == "reopened"
    assert await desk.state() == before


async def test_undo_walks_back_one_action_after_the_other(database: Database) -> None:
    """Deferring, assigning: the last one first; comments do not count; at last there is nothing left to undo."""
    desk = await _two_alike(database)
    task_id = (await desk.the_task()).id
    only(await desk.tasks.assign([task_id], "cid", "bea"))
    until = datetime.now(UTC) + timedelta(days=1)
    assert only(await desk.tasks.defer([task_id], until, "bea")).deferred_until == until
    only(await desk.tasks.comment([task_id], "on holiday", "bea"))
    undone = only(await desk.tasks.undo([task_id], "bea"))
    assert (undone.status, undone.deferred_until, undone.assignee) == ("open", None, "cid")
    assert only(await desk.tasks.undo([task_id], "bea")).assignee is None
    answer = (await desk.tasks.undo([task_id], "bea"))[task_id]
    assert isinstance(answer, ConflictError)
    assert answer.message == f"there is nothing to undo of task {task_id}"


async def test_undo_is_refused_once_somebody_has_spoken_of_the_same_records(database: Database) -> None:
    """A later word is not swept away by undoing an earlier one, and nothing is written."""
    desk = await _two_alike(database)
    task = only(await desk.tasks.approve([(await desk.the_task()).id], "bea"))
    await desk.intake.decide([Decision(CRM, SHOP, "cannot_link")], "dan")
    before = await desk.state()
    answer = (await desk.tasks.undo([task.id], "bea"))[task.id]
    assert isinstance(answer, ConflictError)
    assert answer.message.startswith("cannot undo: dan has spoken of the same records since, at 20")
    assert await desk.state() == before


async def test_splitting_takes_one_golden_record_apart(database: Database) -> None:
    """What two must_link words hold together by mistake becomes two again, with the earlier id back."""
    desk = await _two_alike(database)
    before = await desk.golden_ids(CRM, SHOP)
    task = only(await desk.tasks.approve([(await desk.the_task()).id], "bea"))
    await desk.rows(
        f"""update review_task set status = 'open', decided_at = null, decided_by = null, kind = 'conflict'
             where task_id = '{task.id}' returning 1"""
    )
    refused = (await desk.tasks.reject([task.id], "cid"))[task.id]
    assert isinstance(refused, ConflictError)
    assert "split the task instead" in refused.message
    assert only(await desk.tasks.split([task.id], "cid")).status == "split"
    assert await desk.golden_ids(CRM, SHOP) == before
    assert (await desk.changes())[-2:] == [("unmerged", *before), ("changed", before[0], None)]


async def test_a_deferred_task_comes_back_by_itself(database: Database) -> None:
    """Until then it is not among the open ones; afterwards it is, without anybody's doing."""
    desk = await _two_alike(database)
    task_id = (await desk.the_task()).id
    deferred = only(await desk.tasks.defer([task_id], datetime.now(UTC) + timedelta(seconds=0.2), "bea"))
    assert deferred.status == "deferred"
    assert await desk.open_tasks() == []
    await asyncio.sleep(0.21)
    back = await desk.the_task()
    assert (back.id, back.status, back.deferred_until) == (task_id, "open", None)
    assert only(await desk.tasks.assign([task_id], "bea", "bea")).status == "open"


async def test_a_task_is_decided_once(database: Database) -> None:
    """Whoever comes second is told who decided when, and changes nothing."""
    desk = await _two_alike(database)
    task = await desk.the_task()
    answers = await asyncio.gather(desk.tasks.approve([task.id], "bea"), desk.tasks.reject([task.id], "cid"))
    (refused,) = [a[task.id] for a in answers if isinstance(a[task.id], ConflictError)]
    decided = (await desk.queue.tasks([task.id]))[task.id]
    assert isinstance(refused, ConflictError)
    assert f"no longer open: {decided.status} by {decided.decided_by} at 20" in refused.message
    assert await desk.rows("select count(*) from match_decision") == [(1,)]
    assert await desk.rows("select count(*) from review_action") == [(1,)]
    again = (await desk.tasks.assign([task.id], "bea", "bea"))[task.id]
    assert isinstance(again, ConflictError)


async def test_one_bad_id_leaves_the_others_alone(database: Database) -> None:
    """Of a list each task has its own outcome; the unknown one is told, the others are done."""
    desk = await _two_alike(database)
    task_id = (await desk.the_task()).id
    for answers in (
        await desk.tasks.assign([NOBODY, task_id, task_id], "cid", "bea"),
        await desk.tasks.comment([task_id, NOBODY], "hm", "bea"),
        await desk.tasks.approve([NOBODY, task_id], "bea"),
        await desk.tasks.undo([NOBODY, task_id], "bea"),
    ):
        unknown = answers.pop(NOBODY)
        assert isinstance(unknown, NotFoundError)
        assert unknown.message == f"no review task has the id {NOBODY}"
        assert only(answers).id == task_id


async def test_what_cannot_be_done_is_refused_before_anything_is_written(database: Database) -> None:
    """No deferring into the past, no empty assignee or comment."""
    desk = await _two_alike(database)
    task_id = (await desk.the_task()).id
    for call, path in (
        (desk.tasks.defer([task_id], datetime(2020, 1, 1, tzinfo=UTC), "bea"), "$.until"),
        (desk.tasks.assign([task_id], "  ", "bea"), "$.assignee"),
        (desk.tasks.comment([task_id], "", "bea"), "$.note"),
    ):
        with pytest.raises(InvalidInputError) as caught:
            await call
        assert [problem.path for problem in caught.value.problems] == [path]
    assert await desk.rows("select count(*) from review_action") == [(0,)]


async def test_approval_is_refused_where_a_word_keeps_others_of_theirs_apart(database: Database) -> None:
    """The word in the way is named with who said it; override takes it back."""
    desk = await _two_alike(database)
    await desk.take_in(told(WEB, email="a@example.com"))
    await desk.intake.decide([Decision(WEB, SHOP, "cannot_link", "two people")], "dan")
    await desk.rows("update review_task set status = 'open', decided_at = null returning 1")
    task = await desk.the_task()
    answer = (await desk.tasks.approve([task.id], "bea"))[task.id]
    assert isinstance(answer, ConflictError)
    assert answer.message.startswith("dan said at 20")
    assert "are not the same (two people); override takes that back" in answer.message
    only(await desk.tasks.approve([task.id], "bea", override=True))
    assert len(set((await desk.homes()).values())) == 1


async def test_stewards_and_loads_do_not_get_in_each_others_way(database: Database) -> None:
    """Two stewards at the same tasks while data come in: each task is decided once, nobody sees a lost race."""
    desk, other = Desk.of(database), Desk.of(database)
    for n in range(5):
        for letter in "ab":
            key = SourceKey("crm", f"{letter}{n}")
            await desk.take_in(told(key, email=f"{letter}{n}@example.com", phone=f"{PHONE}{n}"))
    task_ids = [task.id for task in await desk.open_tasks()]
    loads = [told(SourceKey("web", str(n)), email=f"a{n % 5}@example.com") for n in range(20)]
    approved, rejected, _, outcomes = await asyncio.gather(
        desk.tasks.approve(task_ids, "bea"),
        other.tasks.reject(task_ids[::-1], "cid"),
        other.tasks.comment(task_ids, "hm", "dan"),
        desk.take_in(*loads),
    )
    assert {outcome.status for outcome in outcomes} == {"accepted"}
    for task_id in task_ids:
        told_of = [type(answers[task_id]) for answers in (approved, rejected)]
        assert sorted(told_of, key=str) == sorted([ConflictError, ReviewTask], key=str)
    assert await desk.open_tasks() == []
    homes = await desk.homes()
    for n in range(20):
        assert homes[SourceKey("web", str(n))] == homes[SourceKey("crm", f"a{n % 5}")]
