"""The addresses of the catalog browser: every screen of it is answered with its page, and nothing else is."""

from __future__ import annotations

import httpx
import pytest

from service.pages import DOCUMENTS, is_page
from service.trusted_documents import TrustedDocuments, texts_in


@pytest.mark.parametrize("path", ["/", "/catalog", "/lineage/one", "/customers/one/difference"])
async def test_a_screen_is_answered_with_the_page(client: httpx.AsyncClient, path: str) -> None:
    """An address that was copied opens where it was copied from."""
    page = await client.get(path)
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-cache")
    assert '<div id="root">' in page.text


@pytest.mark.parametrize("path", ["/nowhere", "/catalogue", "/api/v1/nothing", "/lineages"])
async def test_what_is_no_screen_is_not_found(client: httpx.AsyncClient, path: str) -> None:
    """A mistyped address is told as such, in the form of every other error."""
    answer = await client.get(path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "NOT_FOUND")
    assert not is_page(path)


def test_what_the_browser_asks_is_known_by_id() -> None:
    """A server that answers known documents alone answers the catalog browser."""
    known = TrustedDocuments.configured(None, only=True)
    asked = texts_in(DOCUMENTS)
    assert len(asked) > 10
    assert [text for text in asked if not known.admits(text)] == []
