"""The landing page and the playground in a real browser, and the proof that the committed build is the built source."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import shutil
import subprocess
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from graph.store.database import Database
from service.app import create_app
from service.settings import Settings

pytestmark = pytest.mark.stack

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "service" / "static"
CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,800",
    "--remote-debugging-port=0",
    # A name outside this machine is not even looked up, so a forgotten address shows as a failed request.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
PATIENCE_SECONDS = 30.0

ADA = {
    "sourceSystem": "crm",
    "key": "1042",
    "validFrom": "2026-01-01T00:00:00Z",
    "firstName": "Ada",
    "lastName": "Lovelace",
    "email": "ada@example.com",
}
QUERY = "{ customers(first: 1) { nodes { email } } }"


@dataclass
class Tab:
    """One browser tab with its workers, spoken to over the DevTools protocol; it keeps every event."""

    connection: ClientConnection
    session: str = ""
    events: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    _sent: int = 0
    _answers: dict[int, asyncio.Future[dict[str, Any]]] = field(
        default_factory=dict[int, "asyncio.Future[dict[str, Any]]"]
    )

    async def send(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        """Return what the browser answers to a command; `session` names a worker, the page otherwise."""
        self._sent += 1
        number = self._sent
        self._answers[number] = asyncio.get_running_loop().create_future()
        command = {"id": number, "method": method, "params": params, "sessionId": session or self.session}
        await self.connection.send(
            json.dumps({name: value for name, value in command.items() if value != ""})
        )
        return await asyncio.wait_for(self._answers[number], PATIENCE_SECONDS)

    async def listen(self) -> None:
        """Sort answers from events until the connection closes, and watch each worker as it starts."""
        watching: set[asyncio.Task[None]] = set()
        with contextlib.suppress(ConnectionClosed):
            while True:
                message: dict[str, Any] = json.loads(await self.connection.recv())
                if "id" in message:
                    self._answers.pop(message["id"]).set_result(message.get("result", {}))
                    continue
                self.events.append(message)
                if message["method"] == "Target.attachedToTarget":
                    watching.add(asyncio.create_task(self.watch(message["params"]["sessionId"])))
        for task in watching:
            task.cancel()

    async def watch(self, session: str) -> None:
        """Report requests, exceptions and console messages of a page or worker, which waits until this is done."""
        for domain in ("Network", "Runtime", "Log"):
            await self.send(f"{domain}.enable", session)
        await self.send(
            "Target.setAutoAttach", session, autoAttach=True, waitForDebuggerOnStart=True, flatten=True
        )
        await self.send("Runtime.runIfWaitingForDebugger", session)

    async def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression in the page."""
        answer = await self.send("Runtime.evaluate", expression=expression, returnByValue=True)
        return answer.get("result", {}).get("value")

    async def until(self, expression: str) -> None:
        """Wait until a JavaScript expression is true in the page."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while await self.evaluate(f"Boolean({expression})") is not True:  # noqa: ASYNC110 - another process
                    await asyncio.sleep(0.05)
        except TimeoutError:
            shown = await self.evaluate("document.body.innerText")
            pytest.fail(f"never true: {expression}\nconsole: {self.complaints()}\nthe page shows:\n{shown}")

    async def write_query(self, query: str) -> None:
        """Replace what the query editor holds by typing, key by key: the editor closes brackets as one types."""
        await self.evaluate("document.querySelector('.graphiql-query-editor textarea').focus()")
        await self.press("a", 65, ctrl=True)
        await self.press("Delete", 46)
        for character in query:
            await self.send("Input.insertText", text=character)

    async def press(self, key: str, code: int, ctrl: bool = False) -> None:
        """Press a key and let it go."""
        event: dict[str, Any] = {"key": key, "windowsVirtualKeyCode": code, "modifiers": 2 if ctrl else 0}
        for kind in ("rawKeyDown", "keyUp"):
            await self.send("Input.dispatchKeyEvent", type=kind, **event)

    def addresses(self) -> list[str]:
        """Every address that the page and its workers asked for."""
        sent = [event["params"] for event in self.events if event["method"] == "Network.requestWillBeSent"]
        return [params["request"]["url"] for params in sent]

    def complaints(self) -> list[str]:
        """Every error, warning, policy violation and uncaught exception that the browser reported."""
        found: list[str] = []
        for event in self.events:
            params = event["params"]
            if event["method"] == "Runtime.exceptionThrown":
                found.append(json.dumps(params["exceptionDetails"]))
            elif event["method"] == "Runtime.consoleAPICalled" and params["type"] in {
                "error",
                "warning",
                "assert",
            }:
                found.append(json.dumps(params["args"]))
            elif event["method"] == "Log.entryAdded" and params["entry"]["level"] in {"error", "warning"}:
                found.append(params["entry"]["text"])
        return found


@contextlib.asynccontextmanager
async def browser_tab(profile: Path) -> AsyncGenerator[Tab]:
    """A tab of a headless Chromium of its own, which ends with the block."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert program, "these tests drive Chromium: apt-get install chromium"
    process = await asyncio.create_subprocess_exec(
        program, *CHROMIUM_FLAGS, f"--user-data-dir={profile}", "about:blank",
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with connect(await debugging_address(profile), max_size=None) as connection:
            tab = Tab(connection)
            listening = asyncio.create_task(tab.listen())
            targets = (await tab.send("Target.getTargets"))["targetInfos"]
            page = next(target["targetId"] for target in targets if target["type"] == "page")
            tab.session = (await tab.send("Target.attachToTarget", targetId=page, flatten=True))["sessionId"]
            await tab.watch(tab.session)
            try:
                yield tab
            finally:
                await tab.send("Browser.close")
                await asyncio.wait([listening], timeout=5)
    finally:
        if process.returncode is None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), 5)
        if process.returncode is None:
            process.kill()
            await process.wait()


async def debugging_address(profile: Path) -> str:
    """Where the browser just started listens; it writes that into its profile."""
    file = profile / "DevToolsActivePort"
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not (file.exists() and file.read_text().count("\n") == 1):  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.05)
    port, path = file.read_text().splitlines()
    return f"ws://127.0.0.1:{port}{path}"


@contextlib.asynccontextmanager
async def running(settings: Settings) -> AsyncGenerator[str]:
    """The address of the real application while the block lasts."""
    config = uvicorn.Config(create_app(settings), host="127.0.0.1", port=0, log_level="warning", ws="none")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not server.started:
                assert not serving.done(), "the application did not start"
                await asyncio.sleep(0.02)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


def outside(tab: Tab, server: str) -> list[str]:
    """The addresses asked for that do not lie on the server under test."""
    return [url for url in tab.addresses() if not url.startswith((f"{server}/", "data:", "blob:", "about:"))]


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


async def test_the_landing_page_leads_to_the_playground_without_a_request_outside(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    """The page at / shows three things to try, each a link that opens the playground."""
    async with (
        running(Settings(database_url=database_url)) as server,
        browser_tab(tmp_path / "profile") as tab,
    ):
        await tab.send("Page.navigate", url=f"{server}/")
        await tab.until("document.readyState === 'complete' && document.querySelector('h1')")
        assert await tab.evaluate("document.title") == "Goldthread"
        assert await tab.evaluate("document.querySelectorAll('a.card[href^=\"/playground/\"]').length") == 3
        await tab.evaluate("document.querySelector('a.card').click()")
        await tab.until("document.querySelector('.graphiql-query-editor .view-line')")
        assert outside(tab, server) == []
        assert tab.complaints() == []


async def test_hashed_files_are_kept_for_ever_and_pages_are_asked_for_again(
    database_url: str, database: Database
) -> None:
    """A name that carries its content may be cached without end; a page and a missing file may not."""
    hashed = next(
        path for path in (STATIC / "playground" / "assets").iterdir() if path.name.startswith("react-")
    )
    async with (
        running(Settings(database_url=database_url)) as server,
        httpx.AsyncClient(base_url=server) as client,
    ):
        asset = await client.get(f"/playground/assets/{hashed.name}")
        pages = [await client.get("/"), await client.get("/playground/")]
        missing = await client.get("/playground/assets/react-00000000.js")
    assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert [page.headers["cache-control"] for page in pages] == ["no-cache", "no-cache"]
    assert missing.status_code == 404
    assert "immutable" not in missing.headers.get("cache-control", "")


def test_the_committed_pages_are_what_the_source_builds(tmp_path: Path) -> None:
    """A fresh installation and build in another folder gives the committed files, byte for byte."""
    npm = shutil.which("npm")
    assert npm, "this test builds the pages: install Node.js 20 or newer"
    web = tmp_path / "a copy" / "web"
    shutil.copytree(ROOT / "web", web, ignore=shutil.ignore_patterns("node_modules"))
    shutil.copytree(ROOT / "docs" / "queries", web.parent / "docs" / "queries")
    for arguments in (["ci"], ["run", "build"]):
        done = subprocess.run(
            [npm, *arguments], cwd=web, capture_output=True, text=True, timeout=600, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert digests(web.parent / "service" / "static") == digests(STATIC)


def test_the_committed_pages_are_small_and_name_their_licences() -> None:
    """No file is over 5 MB, none is a source map, and the licence notice names what is bundled."""
    files = [path for path in STATIC.rglob("*") if path.is_file()]
    notice = (STATIC / "playground" / "licences.txt").read_text(encoding="utf-8")
    assert max(path.stat().st_size for path in files) < 5_000_000
    assert [path.name for path in files if path.suffix == ".map"] == []
    for name in (
        "graphiql 5.4.0 (MIT)",
        "graphql 16.15.0 (MIT)",
        "monaco-editor 0.52.2 (MIT)",
        "react 19.3.1 (MIT)",
    ):
        assert name in notice
