"""Cursors that nobody was given: what cannot be stored in them is refused, and none leads to what is not committed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx
import pytest

from service.schema.arguments import opaque
from tests.service.lineage_shop import shop
from tests.service.test_lineage_doors import day

__all__ = ["shop"]

LATER = "8000-01-01T00:00:00Z"
KEY = str(UUID(int=7))


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("lineage/neighbours?dataset=db.orders", ["\0", "store", KEY, day(1), day(1)]),
        ("assets", ["\0", KEY, day(1), day(1)]),
        ("lineage-gaps?kind=unread_dataset", ["\0", day(1), day(1)]),
        ("dataset/quality?name=db.orders", [day(1), KEY, "\0", KEY]),
        ("failure?of={orders}", ["\0", 1, "job", KEY, day(1), day(1)]),
    ],
)
async def test_a_cursor_with_a_nul_is_none(shop: httpx.AsyncClient, path: str, parts: list[Any]) -> None:
    """It is refused where it is read, before a statement asks with it."""
    found = (await shop.get("/api/v1/dataset", params={"name": "db.orders"})).json()
    path = path.format(orders=found["id"])
    mark = "&" if "?" in path else "?"
    refused = await shop.get(f"/api/v1/{path}{mark}after={opaque(*parts)}")
    assert refused.status_code == 400, refused.text
    assert refused.json()["error"]["problems"] == [
        {"path": "$.after", "reason": "is not a cursor of this list"}
    ]


async def test_no_cursor_leads_past_what_is_committed(shop: httpx.AsyncClient) -> None:
    """An answer is never said to hold for a system instant that is yet to come."""
    hit = (await shop.get("/api/v1/lineage/impact", params={"dataset": "db.orders"})).json()
    newest, first = hit["basis"]["knownAt"], hit["nodes"][0]["node"]["id"]
    for path, parts in (
        ("lineage/impact?dataset=db.orders", [first, LATER, LATER]),
        ("lineage/neighbours?dataset=db.orders", ["a", "store", KEY, LATER, LATER]),
        ("lineage-gaps?kind=unread_dataset", ["a", LATER, LATER]),
    ):
        answer = (await shop.get(f"/api/v1/{path}&after={opaque(*parts)}")).json()
        assert answer["basis"] == {"asOf": LATER, "knownAt": newest}
