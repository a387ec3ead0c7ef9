"""Whatever stewards did, undoing it in reverse order leads back through every state there was."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.identity import SourceKey
from graph.store.database import Database
from graph.store.review_tasks import ReviewTask
from tests.graph.stewards_desk import Desk, told

EMAILS = st.none() | st.sampled_from(["a@example.com", "b@example.com"])
PHONES = st.none() | st.sampled_from(["+49 221 1234567", "+49 221 1234568"])
BIRTHS = st.none() | st.sampled_from(["1980-01-01", "1955-06-30"])
PEOPLE = st.lists(st.tuples(EMAILS, PHONES, BIRTHS).filter(any), min_size=3, max_size=6)
ACTIONS = st.lists(
    st.tuples(st.sampled_from(["approve", "reject", "assign"]), st.integers(0, 9)), min_size=1, max_size=4
)


async def _do(desk: Desk, action: str, task_id: UUID) -> bool:
    """Do something to a task and return whether it was done."""
    if action == "approve":
        answers = await desk.tasks.approve([task_id], "bea")
    elif action == "reject":
        answers = await desk.tasks.reject([task_id], "bea")
    else:
        answers = await desk.tasks.assign([task_id], "cid", "bea")
    return isinstance(answers[task_id], ReviewTask)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PEOPLE, ACTIONS)
async def test_undoing_everything_in_reverse_order_leads_back_step_by_step(
    database: Database, people: list[tuple[Any, Any, Any]], actions: list[tuple[str, int]]
) -> None:
    """Golden records, histories, crosswalk, words and open tasks are, after each undo, as they were before the action."""
    desk = Desk.of(database)
    async with database.connection() as connection:
        await connection.execute(
            """truncate source_event, source_record, source_system, subject, fact, crosswalk, identifier, search_document,
                        match_decision, review_task, review_action, record_profile, blocking_key, generic_key, match_edge,
                        change_event, origin cascade"""
        )
    for n, (email, phone, birth_date) in enumerate(people):
        await desk.take_in(
            told(SourceKey("crm", str(n)), email=email, phone=phone, birthDate=birth_date, city="Bonn")
        )
    done: list[tuple[UUID, list[tuple[str, Any]]]] = []
    for action, choice in actions:
        tasks = await desk.open_tasks()
        if tasks:
            task, before = tasks[choice % len(tasks)], await desk.nameless_state()
            if await _do(desk, action, task.id):
                done.append((task.id, before))
            else:
                assert await desk.nameless_state() == before
    for task_id, before in reversed(done):
        assert isinstance((await desk.tasks.undo([task_id], "dan"))[task_id], ReviewTask)
        assert await desk.nameless_state() == before
