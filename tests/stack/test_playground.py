"""The playground in a real browser, and the proof that the committed build is the built source."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from graph.store.database import Database
from service.settings import Settings
from tests.stack.browser import browser_tab, outside, running

pytestmark = pytest.mark.stack

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "service" / "static"

ADA = {
    "sourceSystem": "crm",
    "key": "1042",
    "validFrom": "2026-01-01T00:00:00Z",
    "firstName": "Ada",
    "lastName": "Lovelace",
    "email": "ada@example.com",
}
QUERY = "{ customers(first: 1) { nodes { email } } }"


def digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file below the folder, by its path there."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


async def test_a_typed_query_is_checked_run_and_answered_without_a_request_outside(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    """The editor underlines a mistake, runs a query and shows its answer, under the policy and from this server alone."""
    async with (
        running(Settings(database_url=database_url)) as server,
        browser_tab(tmp_path / "profile") as tab,
    ):
        async with httpx.AsyncClient(base_url=server) as client:
            assert (await client.post("/api/v1/records", json=ADA)).is_success
        await tab.send("Page.navigate", url=f"{server}/playground/")
        await tab.until("document.querySelector('.graphiql-query-editor .view-line')")
        assert await tab.evaluate("document.title") == "Goldthread playground"
        await tab.write_query("{ noSuchField }")
        await tab.until("document.querySelector('.graphiql-query-editor .squiggly-error')")
        await tab.write_query(QUERY)
        await tab.until("!document.querySelector('.graphiql-query-editor .squiggly-error')")
        await tab.evaluate("document.querySelector('.graphiql-execute-button').click()")
        await tab.until("document.querySelector('.result-window')?.innerText.includes('ada@example.com')")
        assert outside(tab, server) == []
        assert tab.complaints() == []
        assert f"{server}/graphql" in tab.addresses()


async def test_a_server_with_an_api_key_is_asked_with_the_key_the_user_gives(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    """A refused request shows the field for the key, a wrong key shows it again, the right one brings the answer."""
    settings = Settings(database_url=database_url, api_key="open sesame")  # pyright: ignore[reportArgumentType] - pydantic wraps it
    async with running(settings) as server, browser_tab(tmp_path / "profile") as tab:
        await tab.send("Page.navigate", url=f"{server}/playground/")
        await tab.until("document.querySelector('.key-question')?.innerText.includes('asks for an API key')")
        await tab.send("Input.insertText", text="open barley")
        await tab.evaluate("document.querySelector('.key-question button').click()")
        await tab.until("document.querySelector('.key-question')?.innerText.includes('refused this key')")
        await tab.evaluate("document.querySelector('#api-key').focus()")
        await tab.send("Input.insertText", text="open sesame")
        await tab.evaluate("document.querySelector('.key-question button').click()")
        await tab.until("!document.querySelector('.key-question')")
        await tab.write_query("{ __typename }")
        await tab.until("!document.querySelector('.graphiql-tab-active').innerText.includes('Welcome')")
        await tab.evaluate("document.querySelector('.graphiql-execute-button').click()")
        await tab.until("document.querySelector('.result-window')?.innerText.includes('Query')")
        assert outside(tab, server) == []


async def test_hashed_files_are_kept_for_ever_and_pages_are_asked_for_again(
    database_url: str, database: Database
) -> None:
    """A name that carries its content may be cached without end; a page and a missing file may not."""
    hashed = next(path for path in (STATIC / "assets").iterdir() if path.name.startswith("react-"))
    async with (
        running(Settings(database_url=database_url)) as server,
        httpx.AsyncClient(base_url=server) as client,
    ):
        asset = await client.get(f"/assets/{hashed.name}")
        pages = [await client.get("/"), await client.get("/playground/")]
        missing = await client.get("/assets/react-00000000.js")
    assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert [page.headers["cache-control"] for page in pages] == ["no-cache", "no-cache"]
    assert missing.status_code == 404
    assert "immutable" not in missing.headers.get("cache-control", "")


def test_the_committed_pages_are_what_the_source_builds(tmp_path: Path) -> None:
    """A fresh installation, types from the schema and build in another folder give the committed files, byte for byte."""
    npm = shutil.which("npm")
    assert npm, "this test builds the pages: install Node.js 20 or newer"
    web = tmp_path / "a copy" / "web"
    shutil.copytree(ROOT / "web", web, ignore=shutil.ignore_patterns("node_modules"))
    shutil.copytree(ROOT / "docs" / "queries", web.parent / "docs" / "queries")
    (web.parent / "service").mkdir()
    shutil.copy(ROOT / "service" / "schema.graphql", web.parent / "service")
    for arguments in (["ci"], ["run", "documents"], ["test"], ["run", "build"]):
        done = subprocess.run(
            [npm, *arguments], cwd=web, capture_output=True, text=True, timeout=600, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert digests(web / "src") == digests(ROOT / "web" / "src")
    assert digests(web.parent / "service" / "static") == digests(STATIC)


def test_the_committed_pages_are_small_and_name_their_licences() -> None:
    """No file is over 5 MB, none is a source map, and the licence notice names what is bundled."""
    files = [path for path in STATIC.rglob("*") if path.is_file()]
    notice = (STATIC / "licences.txt").read_text(encoding="utf-8")
    assert max(path.stat().st_size for path in files) < 5_000_000
    assert [path.name for path in files if path.suffix == ".map"] == []
    for name in (
        "graphiql 5.4.0 (MIT)",
        "graphql 16.15.0 (MIT)",
        "monaco-editor 0.52.2 (MIT)",
        "react 19.3.1 (MIT)",
    ):
        assert name in notice
