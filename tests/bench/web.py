"""How fast the catalog browser is in Chromium: first paint, opening neighbours, a step of time, 2,000 nodes at once."""

from __future__ import annotations

import asyncio
import random
import statistics
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from tests.bench import stored
from tests.bench.lineage import running
from tests.bench.sections import Section
from tests.stack.browser import Tab, browser_tab
from tests.stack.lineage_estate import LAKE, WAREHOUSE
from tests.stack.lineage_estate import run as run_event


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many nodes the graph has that time is slid on, how many the overview has, how many rows the table, and how often each is measured."""

    slid: int = 500
    overview: int = 2_000
    rows: int = 10_000
    times: int = 9


FULL = Sizes()
QUICK = Sizes(100, 400, 600, 3)

SPEED = 12_000
"""How fast the table is scrolled, in pixels a second: all that is in sight goes by in a twentieth of a second."""

FAR = 60_000
"""How many pixels it is scrolled, down and up again."""

CARDS = "document.querySelectorAll('.react-flow__node').length"

EXPANDED = f"""new Promise((done) => {{
  const before = {CARDS}, began = performance.now();
  [...document.querySelectorAll('button[aria-label^="Show"]')].at(-1).click();
  const look = () => {CARDS} > before
    ? requestAnimationFrame(() => done(performance.now() - began)) : requestAnimationFrame(look);
  look();
}})"""

SLID = """new Promise((done) => {
  const stage = document.querySelector('[data-basis]'), before = stage.dataset.basis, began = performance.now();
  const knob = document.querySelector('[role=slider][aria-label="Valid at"]');
  knob.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowLeft', bubbles: true}));
  const look = () => stage.dataset.basis && stage.dataset.basis !== before
    ? requestAnimationFrame(() => done(performance.now() - began)) : requestAnimationFrame(look);
  look();
})"""

PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"

OVERVIEW = """new Promise((done) => {
  const isDrawn = () => {
    const one = document.querySelector('canvas');
    return one?.width > 1 && one.getContext('2d').getImageData(one.width / 2, 0, 1, one.height).data.some(Boolean);
  };
  const look = () => isDrawn()
    ? requestAnimationFrame(() => done(performance.now())) : requestAnimationFrame(look);
  look();
})"""

ROW = 36
"""How many pixels high a row of the table is."""

TABLE = "document.querySelector('[role=table]')"

WATCHED = f"""(() => {{
  const table = {TABLE}, body = table.querySelector('[role=rowgroup]:last-child');
  const told = window.watched = {{times: [], blank: 0, far: 0}};
  let last = performance.now();
  const look = (now) => {{
    const window_ = table.getBoundingClientRect(), top = table.querySelector('[role=rowgroup]').getBoundingClientRect().bottom;
    const bottom = Math.min(window_.bottom, body.getBoundingClientRect().bottom);
    const rows = [...body.querySelectorAll('[role=row]')].map((one) => one.getBoundingClientRect()).sort((a, b) => a.top - b.top);
    let reached = top;
    for (const one of rows) if (one.top <= reached + 1) reached = Math.max(reached, one.bottom);
    if (table.scrollTop !== told.far) {{
      told.times.push(now - last);
      if (reached < bottom - 1) told.blank++;
    }}
    told.far = table.scrollTop;
    last = now;
    requestAnimationFrame(look);
  }};
  requestAnimationFrame(look);
}})()"""
"""Looks before every frame whether rows fill all of the table that is in sight; only frames that scrolled count."""


def run(sizes: Sizes = FULL) -> list[Section]:
    """Measure on a server and a PostgreSQL of its own, in a headless Chromium that draws without a graphics card."""
    with stored.server() as url, running(url) as server:
        address = f"http://127.0.0.1:{server.port}"
        _tell(
            address, _layers("small", 40) + _layers("slid", sizes.slid) + _layers("overview", sizes.overview)
        )
        with tempfile.TemporaryDirectory() as profile:
            found = asyncio.run(_measured(address, Path(profile) / "profile", sizes))
            _tell(address, _wide(sizes.rows))
            frames, blank = asyncio.run(_scrolled(address, Path(profile) / "scrolled", sizes.rows))
    rows = [
        _row("first paint of home", found["paint"], 1_000),
        _row("neighbours opened on a card", found["expand"], 150),
        _row(f"a step of the time slider, {sizes.slid} nodes", found["slide"], 100),
        _row(f"{sizes.overview:,} nodes, from the address to the overview", found["overview"], 1_000),
        _row(
            f"a frame while {sizes.rows:,} rows scroll by, {blank} of {len(frames)} with an empty row",
            frames,
            0,
        ),
    ]
    return [
        Section(
            "The catalog browser",
            "Milliseconds in headless Chromium on the same machine as server and PostgreSQL, from the key, click or "
            f"address to the frame that shows the answer, questions to the server included; {sizes.times} times each. A table of "
            f"{sizes.rows:,} rows is scrolled by the wheel at {SPEED:,} pixels a second: no frame may show a row's place empty.",
            ("what", "median ms", "slowest ms", "budget ms"),
            rows,
        )
    ]


def _row(what: str, times: list[float], budget: int) -> tuple[str, str, str, str]:
    return (
        what,
        f"{statistics.median(times):,.0f}",
        f"{max(times):,.0f}",
        f"{budget:,}" if budget else "none empty",
    )


async def _measured(address: str, profile: Path, sizes: Sizes) -> dict[str, list[float]]:
    async with browser_tab(profile) as tab:
        shown = "document.body.innerText.includes('Ran lately')"
        await tab.open(f"{address}/", shown)

        async def paint() -> float:
            await tab.open("about:blank", "true")
            await tab.open(f"{address}/", f"{shown} && {PAINTED}")
            return float(await tab.evaluate(PAINTED))

        async def expand() -> float:
            await tab.open("about:blank", "true")
            await tab.open(f"{address}/lineage/{_id(address, 'small', 20)}", f"{CARDS} > 2")
            return await _timed(tab, EXPANDED)

        async def overview() -> float:
            await tab.open("about:blank", "true")
            first = _id(address, "overview", 0)
            await tab.send("Page.navigate", url=f"{address}/lineage/{first}?depth=50")
            await tab.until("location.pathname.startsWith('/lineage/')")
            return await _timed(tab, OVERVIEW)

        found = {"paint": await _times(paint, sizes.times), "expand": await _times(expand, sizes.times)}
        await tab.open(
            f"{address}/lineage/{_id(address, 'slid', 0)}?depth=50",
            "document.querySelector('[data-basis]')",
        )
        found["slide"] = await _times(lambda: _timed(tab, SLID), sizes.times)
        found["overview"] = await _times(overview, sizes.times)
        return found


async def _scrolled(address: str, profile: Path, rows: int) -> tuple[list[float], int]:
    """Scroll the list of all datasets down and up, and return how long each frame took and how many had an empty row."""
    async with browser_tab(profile) as tab:
        await tab.open(
            f"{address}/catalog?kind=dataset", f"{TABLE}?.querySelectorAll('[role=row]').length > 10"
        )
        while (
            await tab.evaluate(f"{TABLE}.querySelector('[role=rowgroup]:last-child').offsetHeight")
            < rows * ROW
        ):
            await tab.evaluate(f"{TABLE}.scrollTop = {TABLE}.scrollHeight")
            await asyncio.sleep(0.05)
        await tab.evaluate(f"{TABLE}.scrollTop = 0")
        await tab.evaluate(WATCHED)
        for way in (-1, 1):
            await tab.send(
                "Input.synthesizeScrollGesture",
                x=640,
                y=500,
                yDistance=way * FAR,
                speed=SPEED,
                gestureSourceType="mouse",
            )
        told = await tab.evaluate("window.watched")
        return told["times"], told["blank"]


async def _times(measure: Callable[[], Awaitable[float]], count: int) -> list[float]:
    await measure()
    return [await measure() for _ in range(count)]


async def _timed(tab: Tab, expression: str) -> float:
    answer = await tab.send("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
    return float(answer["result"]["value"])


def _layers(family: str, nodes: int) -> list[dict[str, Any]]:
    """Events of a layered graph of so many nodes: half of them jobs, each reading two datasets a little before it."""
    numbers, now = random.Random(family), datetime.now(UTC)  # noqa: S311
    width, jobs = 40, nodes // 2
    events: list[dict[str, Any]] = []
    for number in range(jobs):
        sources = {max(0, number - numbers.randrange(1, width)) for _ in range(2)}
        store = LAKE if number < jobs // 2 else WAREHOUSE
        inputs = [(LAKE if one <= jobs // 2 else WAREHOUSE, f"{family}/{one}") for one in sorted(sources)]
        events.append(
            run_event(
                f"{family}_{number}",
                inputs,
                [(store, f"{family}/{number + 1}")],
                now - timedelta(days=30 - 25 * number / jobs),
            )
        )
    return events


def _wide(datasets: int) -> list[dict[str, Any]]:
    """Events of jobs that write a hundred datasets each."""
    now = datetime.now(UTC)
    return [
        run_event(
            f"wide_{start}", [], [(LAKE, f"wide/{number:05}") for number in range(start, start + 100)], now
        )
        for start in range(0, datasets, 100)
    ]


def _tell(address: str, events: list[dict[str, Any]]) -> None:
    for start in range(0, len(events), 200):
        answer = httpx.post(f"{address}/api/v1/lineage/batch", json=events[start : start + 200], timeout=120)
        answer.raise_for_status()


def _id(address: str, family: str, number: int) -> str:
    query = f'{{ dataset(name: "{family}/{number}") {{ id }} }}'
    answer = httpx.post(f"{address}/graphql", json={"query": query}, timeout=30)
    return str(answer.json()["data"]["dataset"]["id"])
