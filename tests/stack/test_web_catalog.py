"""The catalog browser in a real browser: from the list to a column and what it hits, what is said of an asset, many rows."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from graph.store.database import Database
from service.settings import Settings
from tests.stack.axe import serious_violations
from tests.stack.browser import Tab, browser_tab, outside, running
from tests.stack.web_events import HOSTILE, STORE, ago, facet, post, shop

pytestmark = pytest.mark.stack

ROWS = "document.querySelectorAll('[role=table] [role=row][data-index]').length"
MANY = 900

# Scrolls as fast as a fling does, 400 pixels a frame, and counts the frames in which a row is missing anywhere in sight.
SCROLL = """(async () => {
  const table = document.querySelector('[role=table]');
  const box = table.getBoundingClientRect();
  let blank = 0, frames = 0;
  for (let step = 0; step < 60; step++) {
    table.scrollTop += 400;
    await new Promise(requestAnimationFrame);
    frames += 1;
    for (const share of [0.2, 0.5, 0.9]) {
      const seen = document.elementFromPoint(box.x + 60, box.y + box.height * share);
      if (!seen?.closest('[role=row][data-index]')) blank += 1;
    }
  }
  return JSON.stringify({blank, frames, top: table.scrollTop > 20000});
})()"""


async def click(tab: Tab, text: str, selector: str = "a, button, [role=row], [role=tab]") -> None:
    """Click what shows a text, once it is there; the tab of a list answers to the mouse going down."""
    one = f"[...document.querySelectorAll({selector!r})].find(e => e.innerText.trim().startsWith({text!r}))"
    await tab.until(one)
    await tab.evaluate(
        f"(e => {{ e.dispatchEvent(new MouseEvent('mousedown', {{bubbles: true, button: 0}})); e.click(); }})({one})"
    )


async def evaluated(tab: Tab, expression: str) -> str:
    """Return what a promise of the page comes to."""
    answer = await tab.send("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
    return answer["result"]["value"]


async def test_an_engineer_finds_what_a_column_hits(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    """From the catalog by words to the dataset, its schema, the column, and the report that goes wrong with it."""
    async with (
        running(Settings(database_url=database_url)) as server,
        browser_tab(tmp_path / "profile") as tab,
    ):
        await post(server, *shop())
        await tab.send("Page.navigate", url=f"{server}/catalog")
        await tab.until(f"{ROWS} >= 5")
        assert await serious_violations(tab) == []
        await click(tab, "Jobs", "aside button")
        await tab.until(f"{ROWS} === 2 && location.search.includes('kind=JOB')")
        await click(tab, "Clear all")
        await tab.until(f"{ROWS} >= 5")
        await click(tab, "clean/orders", "[role=row][data-index]")
        await tab.until("document.querySelector('[role=dialog]')?.innerText.includes('team:shop')")
        assert await serious_violations(tab) == []
        await click(tab, "Open the page")
        await tab.until("document.querySelector('h1')?.innerText.includes('clean/orders')")
        await click(tab, "Schema")
        await click(tab, "amount", "li button")
        await tab.until("document.querySelector('[data-impact]')?.innerText.includes('report/revenue')")
        assert "column=amount" in str(await tab.evaluate("location.search"))
        hits = str(await tab.evaluate("document.querySelector('[data-impact]').innerText"))
        assert ("revenue" in hits, "high" in hits) == (True, True)
        assert await serious_violations(tab) == []
        assert outside(tab, server) == []
        assert tab.complaints() == []


async def test_what_people_say_of_an_asset_stays_in_its_history(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    """A description and an owner given in the form show on the page, in the history, and over REST."""
    async with (
        running(Settings(database_url=database_url)) as server,
        browser_tab(tmp_path / "profile") as tab,
    ):
        await post(server, *shop())
        await tab.send("Page.navigate", url=f"{server}/catalog/dataset?namespace={STORE}&name=raw/orders")
        await click(tab, "Describe")
        await tab.until("document.querySelector('[role=dialog] textarea')")
        await tab.evaluate("document.querySelector('[role=dialog] textarea').focus()")
        await tab.send("Input.insertText", text="Orders <b>as they came</b>")
        await tab.evaluate("document.querySelector('[role=dialog] fieldset input').focus()")
        await tab.send("Input.insertText", text="ann")
        await tab.press("Enter", 13)
        await tab.until("document.querySelector('[role=dialog] fieldset').innerText.includes('ann')")
        assert await serious_violations(tab) == []
        await click(tab, "Save", "[role=dialog] button")
        await tab.until("!document.querySelector('[role=dialog]')")
        await tab.until("document.querySelector('main').innerText.includes('Orders <b>as they came</b>')")
        await click(tab, "History")
        await tab.until("document.querySelector('main').innerText.includes('What people said')")
        async with httpx.AsyncClient(base_url=server) as client:
            found = (await client.get("/api/v1/assets", params={"owner": "ann"})).json()["assets"]
        assert [one["name"] for one in found] == ["raw/orders"]
        assert tab.complaints() == []


async def test_many_rows_scroll_without_a_blank_frame_and_hostile_names_show_as_text(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    """Rows come page by page ahead of the reader; a name of script and marks is a text like any other."""
    columns = facet(fields=[{"name": "id", "type": "int"}])
    many = [
        {
            "eventTime": ago(5),
            "producer": "https://example.org/tests",
            "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/DatasetEvent",
            "dataset": {"namespace": STORE, "name": name, "facets": {"schema": columns}},
        }
        for name in [HOSTILE, *(f"table_{number:05d}" for number in range(MANY))]
    ]
    async with (
        running(Settings(database_url=database_url)) as server,
        browser_tab(tmp_path / "profile") as tab,
    ):
        async with httpx.AsyncClient(base_url=server, timeout=60) as client:
            for start in range(0, len(many), 500):
                sent = await client.post("/api/v1/lineage/batch", json=many[start : start + 500])
                assert sent.json()["summary"]["failed"] == 0
        await tab.send("Page.navigate", url=f"{server}/catalog")
        await tab.until(f"{ROWS} > 10")
        await tab.until(
            "document.querySelector('[role=row][data-index=\"0\"]').innerText.includes('<script>alert(1)')"
        )
        rows = "Number(document.querySelector('[role=table] [role=rowgroup]:last-of-type').style.height.replace('px', '')) / 36"
        for count in (500, MANY):
            await tab.until(f"{rows} >= {count}")
            await tab.evaluate("document.querySelector('[role=table]').scrollTop = 1e9")
        await tab.evaluate("document.querySelector('[role=table]').scrollTop = 0")
        assert await evaluated(tab, SCROLL) == '{"blank":0,"frames":60,"top":true}'
        await tab.evaluate("document.querySelector('[role=table]').scrollTop = 0")
        await tab.until("document.querySelector('[role=row][data-index=\"0\"]')")
        await tab.evaluate("document.querySelector('[role=row][data-index=\"0\"]').focus()")
        await tab.press("Enter", 13)
        await tab.until("document.querySelector('[role=dialog]')?.innerText.includes('<script>alert(1)')")
        await click(tab, "Open the page")
        await tab.until("document.querySelector('h1')?.innerText.includes('<script>alert(1)')")
        assert await tab.evaluate("document.documentElement.scrollWidth <= innerWidth") is True
        assert tab.complaints() == []


async def test_an_unknown_address_and_an_empty_catalog_say_what_to_do(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    """Nothing by a name leads back to the catalog; words that nothing has lead to clearing them."""
    async with (
        running(Settings(database_url=database_url)) as server,
        browser_tab(tmp_path / "profile") as tab,
    ):
        await tab.send("Page.navigate", url=f"{server}/catalog/dataset?name=nothing")
        await tab.until("document.querySelector('main').innerText.includes('Nothing is known by this name')")
        await click(tab, "To the catalog")
        await tab.until("document.querySelector('h1')?.innerText === 'Catalog'")
        await tab.send("Page.navigate", url=f"{server}/catalog?owner=nobody-at-all")
        await tab.until("document.querySelector('main').innerText.includes('Nothing fits all of this')")
        assert await serious_violations(tab) == []
