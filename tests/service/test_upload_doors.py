"""The doors of uploads: what cannot be a file is refused with the remedy, what can waits for a worker."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

CSV = b"key,first_name\n1,Ann\n"


async def _upload(client: httpx.AsyncClient, content: bytes = CSV, **given: str) -> httpx.Response:
    params = {"name": "people.csv", "source": "crm", **given}
    return await client.post("/api/v1/uploads", params=params, content=content)


async def test_a_file_waits_for_its_preview(client: httpx.AsyncClient) -> None:
    """The answer says where it can be looked at; nothing is to be accepted before it was looked at."""
    answer = await _upload(client, columns='{"mail": "email"}', ignoreUnknown="true")
    told: dict[str, Any] = answer.json()
    assert (answer.status_code, told["state"], told["told"], told["size"]) == (202, "waiting", None, len(CSV))
    shown = await client.get(answer.headers["location"])
    assert shown.json() == told
    early = await client.post(f"/api/v1/uploads/{told['id']}/acceptance")
    assert (early.status_code, early.json()["error"]["code"]) == (409, "CONFLICT")
    gone = await client.delete(f"/api/v1/uploads/{told['id']}")
    assert (gone.status_code, gone.json()["state"]) == (200, "discarded")


@pytest.mark.parametrize(
    ("given", "content", "path"),
    [
        ({"name": "people.xlsx"}, CSV, "$.name"),
        ({"name": "../people.csv"}, CSV, "$.name"),
        ({"name": ""}, CSV, "$.name"),
        ({"source": " crm"}, CSV, "$.source"),
        ({"source": ""}, CSV, "$.source"),
        ({"columns": "[1]"}, CSV, "$.columns"),
        ({}, b"", "$"),
    ],
)
async def test_what_cannot_be_a_file_is_refused_and_not_kept(
    client: httpx.AsyncClient,
    written: Callable[[], Awaitable[dict[str, int]]],
    given: dict[str, str],
    content: bytes,
    path: str,
) -> None:
    """Each refusal names what is wrong, and no row is written."""
    before = await written()
    answer = await _upload(client, content, **given)
    assert (answer.status_code, answer.json()["error"]["problems"][0]["path"]) == (400, path)
    assert await written() == before


async def test_unknown_uploads_and_types_are_not_found(client: httpx.AsyncClient) -> None:
    """An id or an entity type that nobody made answers 404."""
    nobody = "01a1fffc-375a-79b5-80c0-2abe08cfd8b6"
    assert (await client.get(f"/api/v1/uploads/{nobody}")).status_code == 404
    assert (await client.post(f"/api/v1/uploads/{nobody}/acceptance")).status_code == 404
    assert (await _upload(client, entityType="spaceship")).status_code == 404
