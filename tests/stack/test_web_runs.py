"""The runs screen in a real browser: a run appears and fails while one looks, tries and tasks stand below what started them."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.store.database import Database
from service.settings import Settings
from tests.stack.axe import serious_violations
from tests.stack.browser import browser_tab, outside, running
from tests.stack.web_events import SCHEDULER, ago, event, facet, post, run_id, shop

pytestmark = pytest.mark.stack

ROW = "document.querySelector('[data-run=\"{}\"]')"
ROWS = "document.querySelectorAll('[data-run]').length"
ORDER = "[...document.querySelectorAll('[data-run]')].map(e => e.dataset.run).join()"


async def test_a_run_appears_and_fails_live_and_tells_why(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    """Without a reload: a new run shows, then its failure comes first; its error, its job and its moment are one press away."""
    error = facet(message="disk <full>", programmingLanguage="JAVA", stackTrace="at Disk.write(Disk.java:1)")
    async with (
        running(Settings(database_url=database_url)) as server,
        browser_tab(tmp_path / "profile") as tab,
    ):
        await post(server, *shop())
        await tab.send("Page.navigate", url=f"{server}/runs")
        await tab.until(f"{ROWS} === 2 && document.querySelector('[aria-label^=\"Live\"]')")
        assert await serious_violations(tab) == []
        await post(server, event(3, "START", "late_job", ago(2)))
        await tab.until(f"{ROW.format(run_id(3))}?.innerText.includes('start')")
        await post(server, event(3, "FAIL", "late_job", ago(1), run={"errorMessage": error}))
        await tab.until(f"{ROW.format(run_id(3))}?.innerText.includes('fail')")
        assert str(await tab.evaluate(ORDER)).startswith(run_id(3))
        await tab.evaluate(f"{ROW.format(run_id(3))}.click()")
        await tab.until("document.querySelector('[role=dialog]')?.innerText.includes('disk <full>')")
        assert await serious_violations(tab) == []
        moment = "[...document.querySelectorAll('[role=dialog] a')].find(a => a.innerText === 'Lineage at that moment').href"
        address = str(await tab.evaluate(moment))
        assert ("/lineage/" in address, "validAt=" in address) == (True, True)
        assert str(await tab.evaluate("location.pathname")) == f"/runs/{run_id(3)}"
        assert outside(tab, server) == []
        assert tab.complaints() == []


async def test_tasks_and_their_tries_stand_below_the_run_that_started_them(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    """A task that failed and then went well is no failure of the whole; bars and rows are of the same runs."""
    parent = {"parent": facet(run={"runId": run_id(9)}, job={"namespace": SCHEDULER, "name": "nightly"})}
    events = [
        event(9, "START", "nightly", ago(300)),
        event(10, "START", "nightly.load", ago(299), run=parent),
        event(10, "FAIL", "nightly.load", ago(298), run=parent),
        event(11, "START", "nightly.load", ago(297), run=parent),
        event(11, "COMPLETE", "nightly.load", ago(290), run=parent),
        event(9, "COMPLETE", "nightly", ago(289)),
        event(12, "START", "other", ago(20)),
        event(12, "COMPLETE", "other", ago(10)),
    ]
    async with (
        running(Settings(database_url=database_url)) as server,
        browser_tab(tmp_path / "profile") as tab,
    ):
        await post(server, *events)
        await tab.send("Page.navigate", url=f"{server}/runs")
        await tab.until(f"{ROWS} === 4")
        expected = ",".join(run_id(number) for number in (12, 9, 10, 11))
        assert await tab.evaluate(ORDER) == expected
        assert "try 2 of 2" in str(await tab.evaluate(f"{ROW.format(run_id(11))}.innerText"))
        assert await tab.evaluate("document.querySelectorAll('[role=treegrid] svg rect[rx]').length") == 4
        await tab.evaluate(f"{ROW.format(run_id(9))}.focus()")
        await tab.press("ArrowLeft", 37)
        await tab.until(f"{ROWS} === 2")
        await tab.press("ArrowRight", 39)
        await tab.until(f"{ROWS} === 4")
        await tab.press("ArrowDown", 40)
        await tab.until(f"document.activeElement === {ROW.format(run_id(10))}")
        await tab.press("Enter", 13)
        await tab.until("document.querySelector('[role=dialog]')?.innerText.includes('nightly.load')")
        assert tab.complaints() == []
