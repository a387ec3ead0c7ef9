"""The product with the demo in it, for the screens of golden records: its people, their files, runs and review tasks."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from ingest.households import FEWEST
from service.settings import Settings
from tests.stack.browser import Tab, browser_tab, running

CUSTOMERS = FEWEST + 20
TEXT = "document.body.innerText"


@asynccontextmanager
async def opened(
    database_url: str, folder: Path, *, has_demo: bool = True, has_worker: bool = False
) -> AsyncGenerator[tuple[str, Tab]]:
    """The product, with the demo and a worker where they are wanted, and a browser beside it."""
    async with running(Settings(database_url=database_url)) as server:
        environment = {
            **os.environ,
            "DATABASE_URL": database_url,
            "GOLDTHREAD_HOME": str(folder / "home"),
            "GOLDTHREAD_URL": server,
            "GOLDTHREAD_POLL_SECONDS": "0.1",
        }
        if has_demo:
            demo = await _command(environment, "demo", "--customers", str(CUSTOMERS))
            assert await demo.wait() == 0
        worker = await _command(environment, "worker") if has_worker else None
        try:
            async with browser_tab(folder / "profile") as tab:
                yield server, tab
        finally:
            if worker is not None:
                worker.terminate()
                assert await worker.wait() == 0


async def ask(server: str, query: str) -> Any:
    """Return the data that a GraphQL query answers with; an error fails the test."""
    async with httpx.AsyncClient(base_url=server, timeout=30) as client:
        answer = (await client.post("/graphql", json={"query": query})).json()
    assert "errors" not in answer, answer
    return answer["data"]


async def found(server: str, text: str) -> None:
    """Wait until a search finds something."""
    query = f'{{ search(text: "{text}", first: 1) {{ nodes {{ id }} }} }}'
    async with asyncio.timeout(30):
        while not (await ask(server, query))["search"]["nodes"]:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.2)


async def drag(tab: Tab, selector: str, by: float) -> None:
    """Drag something so many pixels to the right with the mouse, in ten steps."""
    box: dict[str, float] = await tab.evaluate(
        f"(({{x, y, width, height}}) => ({{x: x + width / 2, y: y + height / 2}}))"
        f"(document.querySelector('{selector}').getBoundingClientRect())"
    )
    held: dict[str, Any] = {"button": "left", "buttons": 1, "clickCount": 1, "y": box["y"]}
    released: dict[str, Any] = held | {"buttons": 0}
    await tab.send("Input.dispatchMouseEvent", type="mousePressed", x=box["x"], **held)
    for step in range(1, 11):
        await tab.send("Input.dispatchMouseEvent", type="mouseMoved", x=box["x"] + by * step / 10, **held)
    await tab.send("Input.dispatchMouseEvent", type="mouseReleased", x=box["x"] + by, **released)


async def type_text(tab: Tab, selector: str, text: str) -> None:
    """Put the focus into a field and type."""
    await tab.evaluate(f"document.querySelector('{selector}').focus()")
    await tab.send("Input.insertText", text=text)


async def click(tab: Tab, words: str) -> None:
    """Press the button or link that shows these words."""
    wanted = f"[...document.querySelectorAll('button, a')].find((one) => one.innerText.trim().startsWith('{words}'))"
    await tab.until(wanted)
    await tab.evaluate(f"{wanted}.click()")


async def _command(environment: dict[str, str], *command: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "service.cli", *command, env=environment, stdout=asyncio.subprocess.DEVNULL
    )
