"""A headless Chromium of a test's own, spoken to over the DevTools protocol, and the real application for it to open."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from service.app import create_app
from service.settings import Settings

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

    async def open(self, url: str, shown: str) -> None:
        """Go to an address and wait until a JavaScript expression is true there."""
        await self.send("Page.navigate", url=url)
        await self.until(shown)

    async def look(self, shade: str) -> None:
        """Let pages believe that the system's colours are light or dark."""
        feature = {"name": "prefers-color-scheme", "value": shade}
        await self.send("Emulation.setEmulatedMedia", features=[feature])

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

    async def press(self, key: str, code: int, ctrl: bool = False, text: str = "") -> None:
        """Press a key and let it go; `text` is what it types, if anything."""
        event: dict[str, Any] = {"key": key, "windowsVirtualKeyCode": code, "modifiers": 2 if ctrl else 0}
        if text:
            await self.send("Input.dispatchKeyEvent", type="keyDown", text=text, **event)
            await self.send("Input.dispatchKeyEvent", type="keyUp", **event)
            return
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
    servers: list[uvicorn.Server] = []
    application = create_app(settings, is_ending=lambda: any(server.should_exit for server in servers))
    server = uvicorn.Server(uvicorn.Config(application, host="127.0.0.1", port=0, log_level="warning"))
    servers.append(server)
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
