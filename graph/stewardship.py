"""The one way in which a steward acts on review tasks: every action is one transaction, with all that follows from it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from graph.errors import CatalogError, ConflictError, InvalidInputError
from graph.golden.decision import Decision
from graph.intake import Intake, IntakeOf
from graph.merges import Merges, Sides
from graph.store import crosswalk, facts, match_decisions, review_tasks
from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.store.review_tasks import ReviewAction, ReviewTask, Status
from graph.time import instant, render

Verdict = Literal["approve", "reject", "split"]

STATUS_AFTER: Mapping[Verdict, Status] = {"approve": "approved", "reject": "rejected", "split": "split"}
"""What a task becomes by each verdict."""

Answers = dict[UUID, ReviewTask | CatalogError]
"""What became of each task: how it is now, or why nothing was done to it."""

_Told = tuple[Sides, list[Decision]]


class Stewardship:
    """Carries out what stewards say of review tasks."""

    def __init__(self, database: Database, intake_of: IntakeOf, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._merges = Merges(database, intake_of, tenant)
        self._intake_of = intake_of
        self._tenant = tenant

    async def approve(
        self, task_ids: Sequence[UUID], actor: str, note: str | None = None, *, override: bool = False
    ) -> Answers:
        """Say of each task that its two records are one, and join their golden records.

        Answers ConflictError where a task is not open, or where a word keeps any two of the records apart that would be
        joined; `override` takes such words back.
        """

        async def told(connection: Connection, task: ReviewTask) -> _Told:
            sides = await self._sides(connection, task)
            a, b = (sides.records[record_id].key for record_id in (task.a, task.b))
            said = [Decision(a, b, "must_link", note)]
            taken_back = await self._merges.in_the_way(connection, sides, said, override=override)
            return sides, [*said, *taken_back]

        return await self._decide(task_ids, "approve", actor, note, told)

    async def reject(self, task_ids: Sequence[UUID], actor: str, note: str | None = None) -> Answers:
        """Say of each task that its golden records are two, for every pair of their source records.

        Answers ConflictError where a task is not open or its records are in one golden record.
        """

        async def told(connection: Connection, task: ReviewTask) -> _Told:
            sides = await self._sides(connection, task)
            if len(sides.groups) == 1:
                golden_id = sides.groups[0][0].golden_id
                raise ConflictError(f"both records are in golden record {golden_id}: split the task instead")
            return sides, sides.apart(note)

        return await self._decide(task_ids, "reject", actor, note, told)

    async def split(self, task_ids: Sequence[UUID], actor: str, note: str | None = None) -> Answers:
        """Say of each task that the golden record that holds both its records is two, and take it apart.

        With the second record goes all that came from the same golden record as it, unless the first did too.
        Answers ConflictError where a task is not open or its records are apart already.
        """

        async def told(connection: Connection, task: ReviewTask) -> _Told:
            whole = await self._sides(connection, task)
            if len(whole.groups) > 1:
                raise ConflictError(
                    "the two records are in two golden records already: reject the task instead"
                )
            (golden_id,) = whole.golden_ids
            home = await crosswalk.earlier_homes(connection, self._tenant, whole.records, golden_id)
            with_b = {record_id for record_id in home if home[record_id] == home[task.b]}
            sides = whole.parts({task.b} if task.a in with_b else with_b)
            return sides, sides.apart(note)

        return await self._decide(task_ids, "split", actor, note, told)

    async def assign(
        self, task_ids: Sequence[UUID], assignee: str | None, actor: str, note: str | None = None
    ) -> Answers:
        """Give open tasks to somebody, or with None to nobody."""
        to = assignee.strip() if assignee is not None else None
        if to == "":
            raise InvalidInputError.at("$.assignee", "is empty")
        action = "unassign" if to is None else "assign"
        return await self._act(task_ids, action, actor, note, lambda task: replace(task, assignee=to))

    async def defer(
        self, task_ids: Sequence[UUID], until: datetime, actor: str, note: str | None = None
    ) -> Answers:
        """Put open tasks off until an instant, at which they come back by themselves.

        Raises InvalidInputError where that is not in the future.
        """
        async with self._database.connection() as connection:
            if until <= (await facts.basis(connection, self._tenant, None, None)).valid:
                raise InvalidInputError.at("$.until", f"is not in the future: {render(until)}")
        return await self._act(
            task_ids,
            "defer",
            actor,
            note,
            lambda task: replace(task, status="deferred", deferred_until=until),
        )

    async def comment(self, task_ids: Sequence[UUID], note: str, actor: str) -> Answers:
        """Write a note to tasks, whether they are open or not."""
        if not note.strip():
            raise InvalidInputError.at("$.note", "is empty")
        return await self._act(task_ids, "comment", actor, note, None)

    async def undo(self, task_ids: Sequence[UUID], actor: str, note: str | None = None) -> Answers:
        """Take back the last thing that was done to each task, and with a verdict all that followed from it.

        What was undone already and comments do not count. Every golden record has its records back; where several splits
        and merges overlapped, two of them may have each other's ids. Answers ConflictError where nothing is left to undo, or where
        somebody has said something else of the same records since.
        """

        async def one(connection: Connection, intake: Intake, task_id: UUID) -> ReviewTask:
            task = await self._task(connection, task_id)
            last = _last((await review_tasks.actions(connection, self._tenant, [task_id]))[task_id])
            if last is None:
                raise ConflictError(f"there is nothing to undo of task {task_id}")
            if last.action in STATUS_AFTER:
                at = await self._take_back(connection, intake, task, last, actor)
            else:
                at = await facts.tick(connection, self._tenant)
                held = await review_tasks.by_id(connection, self._tenant, [task_id], held=True)
                held[task_id].require_open()
                await review_tasks.change(connection, self._tenant, [_restored(held[task_id], last.before)])
            undone = {"undoes": render(last.system_from)}
            undo = ReviewAction(task_id, at, "undo", actor, undone, note)
            await review_tasks.add_actions(connection, self._tenant, [undo])
            return await self._task(connection, task_id)

        return await self._each(task_ids, one)

    async def _decide(
        self,
        task_ids: Sequence[UUID],
        verdict: Verdict,
        actor: str,
        note: str | None,
        told: Callable[[Connection, ReviewTask], Awaitable[_Told]],
    ) -> Answers:
        """Close tasks with a verdict, having said what it tells of their records."""

        async def one(connection: Connection, intake: Intake, task_id: UUID) -> ReviewTask:
            task = await self._task(connection, task_id)
            task.require_open()
            sides, decisions = await told(connection, task)
            carried = await self._merges.carry_out(connection, intake, sides, decisions, actor)
            if (carried.home[task.a] == carried.home[task.b]) is not (verdict == "approve"):
                raise ConflictError(
                    f"cannot {verdict}: what stands of other records is stronger than this word"
                )
            await review_tasks.decide(
                connection, self._tenant, task, STATUS_AFTER[verdict], carried.at, actor, note
            )
            before = _before(task) | {"records": [str(record_id) for record_id in sides.records]}
            action = ReviewAction(task_id, carried.at, verdict, actor, before, note)
            await review_tasks.add_actions(connection, self._tenant, [action])
            return await self._task(connection, task_id)

        return await self._each(task_ids, one)

    async def _take_back(
        self, connection: Connection, intake: Intake, task: ReviewTask, last: ReviewAction, actor: str
    ) -> datetime:
        """Open a task again and let stand what stood before its verdict; return the system instant of that."""
        ids = [UUID(record_id) for record_id in last.before["records"]]
        earlier = await match_decisions.before(connection, self._tenant, ids, last.system_from)
        later = [said.superseded_by for said in earlier if said.superseded_by is not None]
        if later:
            who, when = later[0]
            raise ConflictError(f"cannot undo: {who} has spoken of the same records since, at {render(when)}")
        await review_tasks.change(connection, self._tenant, [_restored(task, last.before)])
        decisions = [said.word for said in earlier]
        return (await intake.decide_in(connection, decisions, actor)).at

    async def _act(
        self,
        task_ids: Sequence[UUID],
        action: str,
        actor: str,
        note: str | None,
        change: Callable[[ReviewTask], ReviewTask] | None,
    ) -> Answers:
        """Do something to tasks that says nothing of their records, to all of them in one transaction."""

        async def work(connection: Connection) -> Answers:
            at = await facts.tick(connection, self._tenant)
            held = await review_tasks.by_id(connection, self._tenant, task_ids, held=True)
            answers: Answers = {}
            for task_id in dict.fromkeys(task_ids):
                try:
                    task = _known(held, task_id)
                    if change is not None:
                        task.require_open()
                    answers[task_id] = task
                except CatalogError as error:
                    answers[task_id] = error
            tasks = [task for task in answers.values() if isinstance(task, ReviewTask)]
            if change is not None:
                await review_tasks.change(connection, self._tenant, [change(task) for task in tasks])
            actions = [ReviewAction(task.id, at, action, actor, _before(task), note) for task in tasks]
            await review_tasks.add_actions(connection, self._tenant, actions)
            return answers | await review_tasks.by_id(connection, self._tenant, [task.id for task in tasks])

        return await self._database.transaction(work)

    async def _each(
        self, task_ids: Sequence[UUID], one: Callable[[Connection, Intake, UUID], Awaitable[ReviewTask]]
    ) -> Answers:
        """Do something to one task after the other, each in a transaction of its own."""
        async with self._database.connection() as connection:
            tasks = await review_tasks.by_id(connection, self._tenant, task_ids)
        answers: Answers = {}
        for task_id in dict.fromkeys(task_ids):
            try:
                answers[task_id] = await self._alone(_known(tasks, task_id), one)
            except CatalogError as error:
                answers[task_id] = error
        return answers

    async def _alone(
        self, task: ReviewTask, one: Callable[[Connection, Intake, UUID], Awaitable[ReviewTask]]
    ) -> ReviewTask:
        intake = await self._intake_of(task.entity_type)
        return await self._database.transaction(lambda connection: one(connection, intake, task.id))

    async def _task(self, connection: Connection, task_id: UUID) -> ReviewTask:
        return _known(await review_tasks.by_id(connection, self._tenant, [task_id]), task_id)

    async def _sides(self, connection: Connection, task: ReviewTask) -> Sides:
        home = await crosswalk.homes(connection, self._tenant, [task.a, task.b])
        return await self._merges.sides(connection, task.entity_type, {home[task.a], home[task.b]})


def _known(tasks: Mapping[UUID, ReviewTask], task_id: UUID) -> ReviewTask:
    if task_id not in tasks:
        raise review_tasks.not_found(task_id)
    return tasks[task_id]


def _last(done: Sequence[ReviewAction]) -> ReviewAction | None:
    """Return the last action that can be taken back, or None."""
    undone = {action.before["undoes"] for action in done if action.action == "undo"}
    return next(
        (
            action
            for action in reversed(done)
            if action.action not in {"undo", "comment"} and render(action.system_from) not in undone
        ),
        None,
    )


def _before(task: ReviewTask) -> dict[str, Any]:
    until = render(task.deferred_until) if task.deferred_until is not None else None
    return {"status": task.status, "assignee": task.assignee, "deferred_until": until, "note": task.note}


def _restored(task: ReviewTask, before: Mapping[str, Any]) -> ReviewTask:
    until = before["deferred_until"]
    return replace(
        task,
        status=before["status"],
        assignee=before["assignee"],
        deferred_until=instant(until) if until is not None else None,
        decided_at=None,
        decided_by=None,
        note=before["note"],
    )
