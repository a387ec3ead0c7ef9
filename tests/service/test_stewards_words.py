"""What stewards say in GraphQL beside the queue: merges, unmerges, decisions, explanations; and what is refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from tests.service.conftest import Ask
from tests.service.members import NOBODY, act, alike, tasks_of


@pytest.fixture
async def pairs(app: Starlette) -> list[tuple[str, str]]:
    """Return the golden ids of three pairs of members, each a review task."""
    return await alike(app)


async def test_merge_and_unmerge_return_what_the_golden_records_are_now(
    ask: Ask, pairs: list[tuple[str, str]]
) -> None:
    """A merge leads both ids to the older one; a preview tells what an unmerge takes out; the unmerge gives the id back."""
    left, right = pairs[0]
    merged = await ask(
        """mutation ($ids: [ID!]!) {
          mergeGoldenRecords(entityType: "member", ids: $ids, note: "one") { goldenId formerIds members { key reason } }
        }""",
        ids=[right, left],
    )
    assert merged["mergeGoldenRecords"] == {
        "goldenId": left,
        "formerIds": [right],
        "members": [{"key": "a0", "reason": "new"}, {"key": "b0", "reason": "merge"}],
    }
    key = {"system": "crm", "key": "b0"}
    preview = await ask(
        """query ($id: ID!, $keys: [SourceKeyInput!]!) {
          unmergePreview(entityType: "member", id: $id, sourceKeys: $keys, tree: true) { moved { key } kept { key } }
          crosswalk(entityType: "member", id: $id) { goldenId knownAt formerIds members { key since } }
          early: crosswalk(entityType: "member", id: $id, knownAt: "2001-01-01T00:00:00Z") { goldenId }
        }""",
        id=right,
        keys=[key],
    )
    assert preview["unmergePreview"] == {"moved": [{"key": "b0"}], "kept": [{"key": "a0"}]}
    assert preview["crosswalk"]["goldenId"] == left
    assert preview["early"] is None
    parted = await ask(
        """mutation ($id: ID!, $keys: [SourceKeyInput!]!) {
          unmergeGoldenRecord(entityType: "member", id: $id, sourceKeys: $keys) { goldenRecords { goldenId members { key } } }
        }""",
        id=left,
        keys=[key],
    )
    found = parted["unmergeGoldenRecord"]["goldenRecords"]
    assert sorted((r["goldenId"], r["members"][0]["key"]) for r in found) == sorted(
        [(left, "a0"), (right, "b0")]
    )
    then = await ask(
        """query ($id: ID!, $at: DateTime!) {
          crosswalk(entityType: "member", id: $id, knownAt: $at) { goldenId members { key } }
        }""",
        id=right,
        at=preview["crosswalk"]["knownAt"],
    )
    assert then["crosswalk"] == {"goldenId": left, "members": [{"key": "a0"}, {"key": "b0"}]}


async def test_what_was_decided_is_listed(ask: Ask, pairs: list[tuple[str, str]]) -> None:
    """Words are listed the newest first, page by page, with who said them and why."""
    await act(ask, 'rejectReviewTasks(ids: $ids, note: "no")', *await tasks_of(ask))
    listed = """query ($after: String) {
      matchDecisions(entityType: "member", first: 2, after: $after) {
        nodes { left { key } right { key } verdict actor note isStale decidedAt }
        pageInfo { hasNextPage endCursor }
      }
    }"""
    page = (await ask(listed))["matchDecisions"]
    assert [node["left"]["key"] for node in page["nodes"]] == ["a2", "a1"]
    rest = (await ask(listed, after=page["pageInfo"]["endCursor"]))["matchDecisions"]
    (word,) = rest["nodes"]
    assert rest["pageInfo"]["hasNextPage"] is False
    assert (word["left"], word["right"], word["verdict"], word["actor"], word["note"], word["isStale"]) == (
        {"key": "a0"},
        {"key": "b0"},
        "CANNOT_LINK",
        "anonymous",
        "no",
        False,
    )


async def test_a_pair_is_explained_and_its_word_taken_back(ask: Ask, pairs: list[tuple[str, str]]) -> None:
    """What a steward said is shown beside the explanation of the pair, and gone once withdrawn; then a task is open again."""
    await act(ask, "rejectReviewTasks(ids: $ids)", *await tasks_of(ask))
    keys: dict[str, Any] = {
        "left": {"system": "crm", "key": "a0"},
        "right": {"system": "crm", "key": "b0"},
    }
    explain = """query ($left: SourceKeyInput!, $right: SourceKeyInput!) {
      explainMatch(entityType: "member", left: $left, right: $right) {
        isOne left { goldenId } attributes { attribute } explanation { outcome rule } decision { verdict }
      }
    }"""
    shown = (await ask(explain, **keys))["explainMatch"]
    assert (shown["isOne"], shown["decision"], shown["explanation"]) == (
        False,
        {"verdict": "CANNOT_LINK"},
        {"outcome": "REVIEW", "rule": "same phone"},
    )
    withdrawn = await ask(
        """mutation ($left: SourceKeyInput!, $right: SourceKeyInput!) {
          withdrawDecision(entityType: "member", left: $left, right: $right) { goldenRecords { goldenId } }
        }""",
        **keys,
    )
    assert [r["goldenId"] for r in withdrawn["withdrawDecision"]["goldenRecords"]] == list(pairs[0])
    assert (await ask(explain, **keys))["explainMatch"]["decision"] is None
    assert len(await tasks_of(ask)) == 1
    only = await ask(
        """query ($key: SourceKeyInput!) {
          withdrawn: matchDecisions(entityType: "member", verdict: WITHDRAWN) { nodes { verdict } }
          standing: matchDecisions(entityType: "member", verdict: CANNOT_LINK, isStale: false) { nodes { verdict } }
          stale: matchDecisions(entityType: "member", isStale: true) { nodes { verdict } }
          his: matchDecisions(entityType: "member", sourceKey: $key) { nodes { verdict } }
        }""",
        key={"system": "crm", "key": "b1"},
    )
    assert {name: len(found["nodes"]) for name, found in only.items()} == {
        "withdrawn": 1,
        "standing": 2,
        "stale": 0,
        "his": 1,
    }


@pytest.mark.parametrize(
    ("document", "code", "said"),
    [
        ("{ reviewTasks(first: 501) { totalCount } }", "INVALID_INPUT", "$.first: must be 1 to 500, got 501"),
        (
            '{ reviewTasks(after: "x") { totalCount } }',
            "INVALID_INPUT",
            "$.after: is not a cursor of this list",
        ),
        (
            "{ reviewTasks(status: DONE) { totalCount } }",
            "GRAPHQL_VALIDATION_FAILED",
            "'DONE' does not exist",
        ),
        ('{ reviewTask(id: "x") { id } }', "INVALID_INPUT", "$.id: is not a UUID: 'x'"),
        ('{ matchDecisions(after: "x") { nodes { actor } } }', "INVALID_INPUT", "$.after: is not a cursor"),
        (
            '{ explainMatch(left: {system: "crm", key: "1"}, right: {system: "crm", key: "1"}) { isOne } }',
            "INVALID_INPUT",
            "$.right: is the same record as left",
        ),
        (
            '{ explainMatch(left: {system: "crm", key: "1"}, right: {system: "crm", key: "2"}) { isOne } }',
            "NOT_FOUND",
            "no customer record of 'crm' has the key '1'",
        ),
        (
            '{ explainMatch(entityType: "ghost", left: {system: "a", key: "1"}, right: {system: "a", key: "2"}) { isOne } }',
            "NOT_FOUND",
            "ghost",
        ),
        (
            "mutation { approveReviewTasks(ids: []) { done } }",
            "INVALID_INPUT",
            "$.ids: must be 1 to 500, got 0",
        ),
        (
            f'mutation {{ deferReviewTasks(ids: ["{NOBODY}"], until: "2001-01-01T00:00:00Z") {{ done }} }}',
            "INVALID_INPUT",
            "$.until: is not in the future: 2001-01-01T00:00:00Z",
        ),
        (
            f'mutation {{ mergeGoldenRecords(ids: ["{NOBODY}"]) {{ goldenId }} }}',
            "INVALID_INPUT",
            "$.ids: must be 2 to 100, got 1",
        ),
        (
            f'mutation {{ mergeGoldenRecords(ids: ["{NOBODY}", "x"]) {{ goldenId }} }}',
            "INVALID_INPUT",
            "$.ids[1]: is not a UUID: 'x'",
        ),
        (
            f'mutation {{ mergeGoldenRecords(ids: ["{NOBODY}", "{NOBODY}"]) {{ goldenId }} }}',
            "NOT_FOUND",
            f"no customer has the id {NOBODY}",
        ),
        (
            f'mutation {{ unmergeGoldenRecord(id: "{NOBODY}", sourceKeys: []) {{ goldenRecords {{ goldenId }} }} }}',
            "INVALID_INPUT",
            "$.sourceKeys: must be 1 to 100, got 0",
        ),
        (
            'mutation { withdrawDecision(left: {system: "a", key: "1"}, right: {system: "a", key: "2"}) { goldenRecords { goldenId } } }',
            "NOT_FOUND",
            "no word stands of '1' of 'a' and '2' of 'a'",
        ),
        (
            f'mutation {{ mergeGoldenRecords(entityType: "ghost", ids: ["{NOBODY}", "{NOBODY}"]) {{ goldenId }} }}',
            "NOT_FOUND",
            "ghost",
        ),
    ],
)
async def test_what_cannot_be_asked_is_told_and_nothing_written(
    client: httpx.AsyncClient,
    written: Callable[[], Awaitable[dict[str, int]]],
    document: str,
    code: str,
    said: str,
) -> None:
    """Bad pages, cursors, ids, enums and lists are refused with code and path, and no table grows."""
    (error,) = (await client.post("/graphql", json={"query": document})).json()["errors"]
    assert error["extensions"]["code"] == code
    assert said in error["message"]
    assert await written() == {}
