"""The queue of review tasks in GraphQL: all it shows, its statements, its pages, and what can be done to tasks."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Any

import pytest
from starlette.applications import Starlette

from tests.service.conftest import Ask
from tests.service.members import NOBODY, act, alike, tasks_of

QUEUE = """
query ($first: Int!, $order: ReviewTaskOrder!, $after: String) {
  reviewTasks(entityType: "member", orderBy: $order, first: $first, after: $after) {
    totalCount
    counts { kind status count }
    pageInfo { hasNextPage endCursor }
    nodes {
      id entityType kind status score weight reason openedAt ageSeconds assignee deferredUntil decidedAt decidedBy note
      left { sourceKey { system key } goldenId isEnded members { system key since reason } }
      right { sourceKey { system key } goldenId isEnded members { key } }
      attributes { attribute left right likeness }
      explanation {
        outcome weight score rule reason prior modelWeight sharedKeys vetoes
        steps { comparison level bits left { attribute values } right { values } }
      }
      history { action actor at note undoes }
    }
  }
}
"""


@pytest.fixture
async def pairs(app: Starlette) -> list[tuple[str, str]]:
    """Return the golden ids of three pairs of members, each a review task."""
    return await alike(app)


async def test_a_task_shows_all_a_steward_needs(ask: Ask, pairs: list[tuple[str, str]]) -> None:
    """Both sides with their golden records, the attributes side by side, the score, the reason and the waterfall."""
    page = (await ask(QUEUE, first=1, order="OLDEST"))["reviewTasks"]
    assert page["totalCount"] == 3
    assert page["counts"] == [{"kind": "POSSIBLE_MATCH", "status": "OPEN", "count": 3}]
    assert page["pageInfo"]["hasNextPage"] is True
    (task,) = page["nodes"]
    assert (task["kind"], task["status"], task["entityType"]) == ("POSSIBLE_MATCH", "OPEN", "member")
    assert (task["score"], task["weight"]) == (0.5, 0.0)
    assert task["reason"] == "alike, but not enough to be one"
    assert 0 <= task["ageSeconds"] < 60
    left = task["left"]
    assert (left["sourceKey"], left["goldenId"], left["isEnded"]) == (
        {"system": "crm", "key": "a0"},
        pairs[0][0],
        False,
    )
    assert [(m["key"], m["reason"]) for m in left["members"]] == [("a0", "new")]
    assert task["right"]["goldenId"] == pairs[0][1]
    assert task["attributes"] == [
        {"attribute": "firstName", "left": "Ann", "right": "Anna", "likeness": "SIMILAR"},
        {"attribute": "email", "left": "a0@example.com", "right": "b0@example.com", "likeness": "SIMILAR"},
        {"attribute": "phone", "left": "+4922112345670", "right": "+4922112345670", "likeness": "EQUAL"},
        {"attribute": "city", "left": "Bonn", "right": None, "likeness": "MISSING"},
    ]
    why = task["explanation"]
    assert (why["outcome"], why["rule"], why["sharedKeys"]) == ("REVIEW", "same phone", ["phone"])
    assert [(s["comparison"], s["level"]) for s in why["steps"]] == [("first_name", "else")]
    assert why["steps"][0]["left"] == [{"attribute": "firstName", "values": ["ann"]}]
    assert why["prior"] + sum(step["bits"] for step in why["steps"]) == pytest.approx(why["modelWeight"])
    assert task["history"] == []


async def test_a_page_of_the_queue_makes_the_same_number_of_statements_however_long(
    app: Starlette, ask: Ask, pairs: list[tuple[str, str]]
) -> None:
    """Sides, members, explanations and histories are read set-based: for one task or for three."""
    asked: list[str] = []

    def note(record: Any) -> None:
        if "tenant_id" in record.query:  # not what the driver asks for itself
            asked.append(record.query)

    pool = app.state.services.database.pool
    async with AsyncExitStack() as stack:
        for _ in range(pool.get_max_size()):
            connection = await stack.enter_async_context(pool.acquire())
            connection.add_query_logger(note)
    counts: list[int] = []
    for first in (1, 3):
        asked.clear()
        page = await ask(QUEUE, first=first, order="HEAVIEST")
        assert len(page["reviewTasks"]["nodes"]) == first
        counts.append(len(asked))
    assert counts == [8, 8]


async def test_the_queue_is_paged_to_its_end(ask: Ask, pairs: list[tuple[str, str]]) -> None:
    """Cursors lead from page to page, and a cursor of one order is refused by another."""
    seen: list[str] = []
    after = None
    while True:
        page = (await ask(QUEUE, first=2, order="NEWEST", after=after))["reviewTasks"]
        seen += [node["id"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == (await tasks_of(ask))[::-1]


async def test_the_largest_page_with_everything_is_allowed(ask: Ask, pairs: list[tuple[str, str]]) -> None:
    """A page of 500 tasks may show all of what it has."""
    page = (await ask(QUEUE, first=500, order="LIGHTEST"))["reviewTasks"]
    assert len(page["nodes"]) == 3


async def test_bulk_actions_tell_of_each_task(ask: Ask, pairs: list[tuple[str, str]]) -> None:
    """Unknown, unreadable and closed tasks are told with code and reason; the others are done, by whoever asked."""
    first, second, third = await tasks_of(ask)
    done = await act(ask, 'approveReviewTasks(ids: $ids, note: "yes")', first, NOBODY, "nonsense", second)
    assert (done["done"], done["failed"]) == (2, 2)
    assert [(r["id"], r["error"] and r["error"]["code"]) for r in done["results"]] == [
        (first, None),
        (NOBODY, "NOT_FOUND"),
        ("nonsense", "INVALID_INPUT"),
        (second, None),
    ]
    assert done["results"][0]["task"] == {
        "id": first,
        "status": "APPROVED",
        "assignee": None,
        "note": "yes",
        "decidedBy": "anonymous",
    }
    again = await act(ask, "rejectReviewTasks(ids: $ids)", first, third)
    assert (again["done"], again["failed"]) == (1, 1)
    assert again["results"][0]["error"]["code"] == "CONFLICT"
    assert (
        f"task {first} is no longer open: approved by anonymous at 20"
        in again["results"][0]["error"]["message"]
    )


async def test_every_action_and_its_way_back(ask: Ask, pairs: list[tuple[str, str]]) -> None:
    """Assign, unassign, defer, comment and undo change what they say, and the history tells it all."""
    task_id = (await tasks_of(ask))[0]

    async def after(mutation: str) -> dict[str, Any]:
        done = await act(ask, mutation, task_id)
        assert done["failed"] == 0, done
        return done["results"][0]["task"]

    assert (await after("assignReviewTasks(ids: $ids)"))["assignee"] == "anonymous"
    assert (await after('assignReviewTasks(ids: $ids, assignee: "bea")'))["assignee"] == "bea"
    assert (await after("unassignReviewTasks(ids: $ids)"))["assignee"] is None
    assert (await after("undoReviewTasks(ids: $ids)"))["assignee"] == "bea"
    deferred = 'deferReviewTasks(ids: $ids, until: "2200-01-01T00:00:00Z", note: "later")'
    assert (await after(deferred))["status"] == "DEFERRED"
    await after('commentReviewTasks(ids: $ids, note: "hm")')
    assert task_id not in await tasks_of(ask)
    assert await tasks_of(ask, "DEFERRED") == [task_id]
    assert (await after("undoReviewTasks(ids: $ids)"))["status"] == "OPEN"
    assert (await after("rejectReviewTasks(ids: $ids)"))["status"] == "REJECTED"
    told = (await ask("query ($id: ID!) { reviewTask(id: $id) { history { action note } } }", id=task_id))[
        "reviewTask"
    ]["history"]
    assert [(action["action"], action["note"]) for action in told] == [
        ("assign", None),
        ("assign", None),
        ("unassign", None),
        ("undo", None),
        ("defer", "later"),
        ("comment", "hm"),
        ("undo", None),
        ("reject", None),
    ]
    assert (await ask("query ($id: ID!) { reviewTask(id: $id) { id } }", id=NOBODY))["reviewTask"] is None
