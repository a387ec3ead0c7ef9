"""Members: an entity type whose matching is plain, pairs of them that need a look, and a steward's hands."""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette

from graph.golden.record import Origin
from tests.service.conftest import Ask

MEMBER: dict[str, Any] = {
    "name": "member",
    "description": "Somebody who is in.",
    "attributes": [
        {"name": "first_name", "kind": "name"},
        {"name": "email", "kind": "email", "identifier": "email"},
        {"name": "phone", "kind": "phone", "identifier": "phone"},
        {"name": "city", "kind": "text"},
    ],
    "matching": {
        "blocking": [["email"], ["phone"]],
        "comparisons": [
            {"name": "first_name", "levels": [{"kind": "equal", "attributes": ["first_name"]}]},
        ],
        "rules": [
            {"name": "same e-mail", "outcome": "merge", "when": [{"attribute": "email", "test": "equal"}]},
            {"name": "same phone", "outcome": "review", "when": [{"attribute": "phone", "test": "equal"}]},
        ],
    },
}
"""An entity type whose matching is plain: an equal e-mail merges, an equal phone asks a steward."""

NOBODY = "01890000-0000-7000-8000-000000000000"
_PHONE = "+49 221 1234567"

_ACT = """
mutation ($ids: [ID!]!) {
  %s { done failed results { id task { id status assignee note decidedBy } error { code message } } }
}
"""


async def alike(app: Starlette) -> list[tuple[str, str]]:
    """Return the golden ids of three pairs of members that share a phone, each a review task."""
    services = app.state.services
    await services.entities.define(MEMBER, "ann")
    intake = (await services.entities.of("member")).intake
    found: list[tuple[str, str]] = []
    for n in range(3):
        phone = f"{_PHONE}{n}"
        said = [
            {
                "key": f"a{n}",
                "firstName": "Ann",
                "phone": phone,
                "email": f"a{n}@example.com",
                "city": "Bonn",
            },
            {"key": f"b{n}", "firstName": "Anna", "phone": phone, "email": f"b{n}@example.com"},
        ]
        ids: list[str] = []
        for record in said:
            told = {"sourceSystem": "crm", "validFrom": "2020-01-01T00:00:00Z", **record}
            (outcome,) = await intake.take_in([told], Origin("rest", "ann"))
            ids.append(str(outcome.golden_id))
        found.append((ids[0], ids[1]))
    return found


async def act(ask: Ask, mutation: str, *ids: str) -> dict[str, Any]:
    """Do something to tasks, e.g. `approveReviewTasks(ids: $ids)`, and return what became of them."""
    return (await ask(_ACT % mutation, ids=list(ids)))[mutation.split("(", maxsplit=1)[0]]


async def tasks_of(ask: Ask, status: str = "OPEN") -> list[str]:
    """Return the ids of the tasks of a status, the oldest first."""
    query = """query ($status: ReviewTaskStatus) {
      reviewTasks(entityType: "member", status: $status, orderBy: OLDEST) { nodes { id } }
    }"""
    return [task["id"] for task in (await ask(query, status=status))["reviewTasks"]["nodes"]]
