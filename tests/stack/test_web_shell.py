"""The catalog browser in a real browser: home, search, lineage, estate and the first event, on the real product."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from graph.store.database import Database
from service.pages import DOCUMENTS
from service.settings import Settings
from tests.stack.axe import serious_violations
from tests.stack.browser import Tab, browser_tab, outside, running
from tests.stack.lineage_estate import HOSTILE, LAKE, REPORTS, WAREHOUSE, estate, node_id, tell

pytestmark = pytest.mark.stack

CARDS = "document.querySelectorAll('.react-flow__node').length"
PLACES = (
    "Object.fromEntries([...document.querySelectorAll('.react-flow__node')]"
    ".map((one) => [one.dataset.id, one.style.transform]))"
)
TEXT = "document.body.innerText"


@asynccontextmanager
async def opened(
    database_url: str, profile: Path, *, is_empty: bool = False
) -> AsyncGenerator[tuple[str, Tab]]:
    """The product with the estate, and a browser beside it."""
    async with running(Settings(database_url=database_url)) as server, browser_tab(profile) as tab:
        if not is_empty:
            await tell(server, estate())
        # Cards outside the window are not drawn; in this one all are in sight.
        await tab.send(
            "Emulation.setDeviceMetricsOverride", width=2400, height=1000, deviceScaleFactor=1, mobile=False
        )
        yield server, tab


async def type_text(tab: Tab, text: str) -> None:
    """Type into what has the focus."""
    await tab.send("Input.insertText", text=text)


async def test_a_dataset_is_found_by_a_misspelt_name_and_its_lineage_compared_with_an_earlier_date(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    """By keys alone: search, open, compare; what came is green, what went is red, and the table says the same."""
    async with opened(database_url, tmp_path / "profile") as (server, tab):
        await tab.open(f"{server}/", f"{TEXT}.includes('Ran lately')")
        async with asyncio.timeout(30):
            found: list[object] = []
            while not found:
                async with httpx.AsyncClient(base_url=server) as client:
                    found = (await client.get("/api/v1/search", params={"text": "revenue"})).json()["hits"]
                await asyncio.sleep(0.2)
        await tab.press("k", 75, ctrl=True)
        await tab.until("document.querySelector('[cmdk-input]') === document.activeElement")
        await type_text(tab, "sales revenu")
        await tab.until("document.querySelector('[cmdk-item]')?.innerText.includes('SALES.REVENUE')")
        await type_text(tab, "w")
        await tab.until(f"{TEXT}.includes('Nothing as typed; this comes near')")
        await tab.until("document.querySelector('[cmdk-item]')?.innerText.includes('SALES.REVENUE')")
        await tab.press("Enter", 13, text="\r")
        await tab.until("location.pathname.startsWith('/lineage/')")
        await tab.until(f"{CARDS} >= 7")
        assert await tab.evaluate("document.title") == "Lineage of SALES.REVENUE · Goldthread"
        await tab.evaluate(
            "[...document.querySelectorAll('button')].find((one) => one.innerText === 'Compare').click()"
        )
        await tab.until("new URLSearchParams(location.search).has('compare')")
        await tab.until(f"{TEXT}.includes('added ·') || {TEXT}.includes('removed ·')")
        home = await tab.evaluate("location.href")
        from_old = home.split("compare=")[0] + "compare=" + _days_ago(40)
        await tab.open(from_old, f"document.querySelector('[data-id]') && {TEXT}.includes('removed ·')")
        for word in ("RATES", "FX_OLD", "refresh_dashboards"):
            assert word in await tab.evaluate(TEXT)
        counted = await tab.evaluate(
            "[...document.querySelectorAll('[role=status]')].map((one) => one.innerText).join(' ')"
        )
        assert "+5" in counted
        assert "−1" in counted
        drawn = await tab.evaluate(CARDS)
        await tab.open(f"{from_old}&view=table", "document.querySelectorAll('[role=row]').length > 1")
        assert await tab.evaluate("document.querySelectorAll('[role=row]').length - 1") == drawn
        assert outside(tab, server) == []
        assert tab.complaints() == []


def _days_ago(days: int) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


async def test_what_is_opened_or_slid_to_leaves_everything_else_where_it_was(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    """A key on a card shows more beside it, a step of the slider takes away: nobody who stays moves."""
    async with opened(database_url, tmp_path / "profile") as (server, tab):
        start = await node_id(server, WAREHOUSE, "SALES.REVENUE")
        orders = await node_id(server, WAREHOUSE, "SALES.ORDERS")
        await tab.open(f"{server}/lineage/{start}", f"{CARDS} >= 7")
        before: dict[str, str] = await tab.evaluate(PLACES)
        view = "document.querySelector('.react-flow__viewport').style.transform"
        sight = await tab.evaluate(view)
        await tab.evaluate(f"document.querySelector('[data-id=\"{orders}\"]').focus()")
        await tab.press("+", 187, text="+")
        await tab.until(f"{CARDS} >= {len(before) + 2}")
        after: dict[str, str] = await tab.evaluate(PLACES)
        assert {one: after[one] for one in before} == before
        assert await tab.evaluate(view) == sight
        assert "open=" in await tab.evaluate("location.search")
        slider = "document.querySelector('[role=slider][aria-label=\"Valid at\"]')"
        await tab.evaluate(f"{slider}.focus()")
        for _ in range(3):
            await tab.press("ArrowLeft", 37)
        await tab.until("new URLSearchParams(location.search).has('validAt')")
        await tab.press("Home", 36)
        await tab.until(f"{CARDS} < {len(after)}")
        earlier: dict[str, str] = await tab.evaluate(PLACES)
        assert {one: place for one, place in earlier.items() if one in after and after[one] != place} == {}
        await tab.press("End", 35)
        await tab.until(f"{CARDS} === {len(after)}")
        assert await tab.evaluate(PLACES) == after
        assert tab.complaints() == []


async def test_a_column_is_followed_and_its_impact_listed(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    """A column opens those it follows from, of how many; the impact of a dataset names what is hit."""
    async with opened(database_url, tmp_path / "profile") as (server, tab):
        orders = await node_id(server, WAREHOUSE, "SALES.ORDERS")
        await tab.open(f"{server}/lineage/{orders}?column=amount_eur", f"{TEXT}.includes('2 of 3')")
        for column in ("amount_eur", "revenue_eur", "currency"):
            await tab.until(f"{TEXT}.includes('{column}')")
        await tab.until("document.querySelectorAll('.react-flow__edge[class*=columnLine]').length >= 3")
        await tab.open(
            f"{server}/lineage/{orders}?node={orders}&impact=yes", f"{TEXT}.includes('downstream are hit')"
        )
        assert "executive.revenue" in await tab.evaluate(TEXT)
        assert tab.complaints() == []


async def test_a_newcomer_sends_a_first_event_and_sees_it_arrive(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    """An empty catalog shows a command; run as it stands, it turns the page live, one click from the lineage."""
    async with opened(database_url, tmp_path / "profile", is_empty=True) as (server, tab):
        await tab.open(f"{server}/", f"{TEXT}.includes('Send your first event')")
        command = await tab.evaluate("document.querySelector('pre').innerText")
        assert f"curl {server}/api/v1/lineage" in command
        await _run(command)
        await tab.until(f"{TEXT}.includes('It arrived') && {TEXT}.includes('load_orders')")
        for _ in range(2):
            before = _answered(tab, "Health")
            await _run(command)
            async with asyncio.timeout(30):
                while _answered(tab, "Health") == before:  # noqa: ASYNC110 - another process
                    await asyncio.sleep(0.05)
        assert "It arrived" in await tab.evaluate(TEXT)
        await tab.evaluate(
            "[...document.querySelectorAll('button')].find((one) => one.innerText === 'See its lineage').click()"
        )
        await tab.until(f"location.pathname.startsWith('/lineage/') && {CARDS} === 3")
        assert "public.orders" in await tab.evaluate(TEXT)
        assert outside(tab, server) == []
        assert tab.complaints() == []


async def _run(command: str) -> None:
    """Run the command that sends an event."""
    process = await asyncio.create_subprocess_shell(
        f"{command} --fail --silent --noproxy '*'", stdout=asyncio.subprocess.PIPE
    )
    assert await process.wait() == 0


async def _placed(server: str) -> str:
    """Say where the estate's data lie, and return the data center, of which nearly all room is used."""
    async with httpx.AsyncClient(base_url=f"{server}/api/v1") as client:

        async def made(path: str, **attributes: Any) -> str:
            answer = await client.post(f"/{path}", json=attributes)
            assert answer.status_code == 201, answer.text
            return str(answer.json()["id"])

        center = await made("data-centers", name="fra1", location="Frankfurt", capacityTb=100, usedTb=95)
        stores = [
            await made("warehouses", name="Warehouse of sales", connection=WAREHOUSE),
            await made("lakes", name="Lake", storageLocation=LAKE),
        ]
        for store in stores:
            await made("relations", kind="hosted_in", **{"from": store, "to": center})
    return center


def _answered(tab: Tab, operation: str) -> int:
    """How often a question of the page, by the name of its operation, was answered."""
    known: dict[str, str] = json.loads(DOCUMENTS.read_text())
    [document] = [key for key, text in known.items() if text.startswith(f"query {operation}(")]
    ended = {one["params"]["requestId"] for one in tab.events if one["method"] == "Network.loadingFinished"}
    sent = [one["params"] for one in tab.events if one["method"] == "Network.requestWillBeSent"]
    return sum(document in one["request"].get("postData", "") for one in sent if one["requestId"] in ended)


async def test_a_hostile_name_is_text_wherever_it_shows(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    """Markup, marks that turn the direction and a long name are drawn as they are and run nothing."""
    async with opened(database_url, tmp_path / "profile") as (server, tab):
        hostile = await node_id(server, REPORTS, HOSTILE)
        for path in (f"/lineage/{hostile}?node={hostile}", f"/lineage/{hostile}?view=table", "/lineage", "/"):
            await tab.open(f"{server}{path}", f"{TEXT}.includes('<img src=x')")
            assert await tab.evaluate("document.querySelectorAll('img').length") == 0
            assert await tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert not (await tab.evaluate("document.title")).startswith("hacked")
        assert tab.complaints() == []


@pytest.mark.parametrize("shade", ["light", "dark"])
async def test_no_screen_has_a_serious_violation(
    database_url: str, database: Database, tmp_path: Path, shade: str
) -> None:
    """Axe finds nothing serious on home, search, lineage as graph and table, estate and the first event."""
    async with opened(database_url, tmp_path / "profile") as (server, tab):
        start = await node_id(server, WAREHOUSE, "SALES.REVENUE")
        await tab.look(shade)
        screens = {
            "/": f"{TEXT}.includes('Ran lately')",
            "/start": f"{TEXT}.includes('Send your first event')",
            "/lineage": f"{TEXT}.includes('build_revenue')",
            f"/lineage/{start}?node={start}&compare={_days_ago(40)}": f"{TEXT}.includes('removed ·')",
            f"/lineage/{start}?column=revenue_eur": f"{TEXT}.includes('1 of 2')",
            f"/lineage/{start}?view=table": "document.querySelectorAll('[role=row]').length > 5",
            "/estate": f"{TEXT}.includes('No place is known yet')",
        }
        for path, shown in screens.items():
            await tab.open(f"{server}{path}", shown)
            assert await serious_violations(tab) == [], path
        center = await _placed(server)
        screens = {
            "/estate": f"{TEXT}.includes('Frankfurt') && {TEXT}.includes('Warehouse of sales')",
            f"/estate?fails={center}": f"{TEXT}.includes('If fra1 fails') && {TEXT}.includes('get stale')",
        }
        for path, shown in screens.items():
            await tab.open(f"{server}{path}", shown)
            assert await serious_violations(tab) == [], path
        await tab.press("k", 75, ctrl=True)
        await tab.until("document.querySelector('[cmdk-input]')")
        assert await serious_violations(tab) == []


async def test_a_server_with_a_key_shows_the_page_and_asks_for_the_key(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    """The screens hold no data and open without the key; what they ask needs it, subscriptions too."""
    settings = Settings(database_url=database_url, api_key="open sesame")  # pyright: ignore[reportArgumentType] - pydantic wraps it
    async with running(settings) as server, browser_tab(tmp_path / "profile") as tab:
        await tab.open(f"{server}/", f"{TEXT}.includes('This server asks for an API key.')")
        await tab.evaluate("document.querySelector('#api-key').focus()")
        await type_text(tab, "open sesame")
        await tab.press("Enter", 13, text="\r")
        await tab.until(f"{TEXT}.includes('Send your first event')")
        await tab.until("document.querySelector('[role=img][aria-label^=\"Live:\"]')")
        assert outside(tab, server) == []
